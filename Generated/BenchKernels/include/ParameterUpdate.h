// Written by Adjoint 0.1 from ParameterUpdate.swift. Do not edit: change the model and regenerate.
#ifndef PARAMETER_UPDATE_H
#define PARAMETER_UPDATE_H

// Large kernels run in parts on several threads, with the same results on any number of them: adjoint_threads.h bounds
// it, and takes another executor.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// parameterUpdate(model, optimizer, gradients)
typedef struct parameter_update_parameter_update_arguments {
  const float *values;     // values [10000000]
  const float *mu_values;  // mu.values [10000000]
  const float *nu_values;  // nu.values [10000000]
  const int32_t *step;     // step []
  const float *values_2;   // values [10000000]
  float *new_values;       // result: values [10000000], may be values
  float *new_mu_values;    // result: mu.values [10000000], may be mu.values
  float *new_nu_values;    // result: nu.values [10000000], may be nu.values
  int32_t *new_step;       // result: step [], may be step
} parameter_update_parameter_update_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define PARAMETER_UPDATE_PARAMETER_UPDATE_ARENA_BYTES 128
void parameter_update_parameter_update(const parameter_update_parameter_update_arguments *arguments,
    void *arena) __asm__("bench.parameter_update_parameter_update");

#ifdef __cplusplus
}
#endif

#endif
