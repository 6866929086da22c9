#include "adjoint_calls.h"

#include <stdatomic.h>

uint64_t adjoint_next_call(void) {
  static _Atomic uint64_t calls = 0;
  return atomic_fetch_add_explicit(&calls, 1, memory_order_relaxed) + 1;
}
