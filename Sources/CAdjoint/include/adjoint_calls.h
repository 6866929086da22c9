// A number for each compiled call.
#ifndef ADJOINT_CALLS_H
#define ADJOINT_CALLS_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/// A number that no other call in this process gets, from any thread; never 0.
uint64_t adjoint_next_call(void);

#ifdef __cplusplus
}
#endif

#endif
