// Written by Adjoint 0.1 from LinearStep.swift. Do not edit: change the model and regenerate.
#ifndef LINEAR_STEP_H
#define LINEAR_STEP_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// linearStep(model, x: [1, 2], y: [1, 3]) -> loss
typedef struct linear_step_linear_step_arguments {
  const float *bias;    // bias [3]
  const float *kernel;  // kernel [2, 3]
  const float *x;       // x [1, 2]
  const float *y;       // y [1, 3]
  float *new_bias;      // result: bias [3], may be bias
  float *new_kernel;    // result: kernel [2, 3], may be kernel
  float *loss;          // result: loss []
} linear_step_linear_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define LINEAR_STEP_LINEAR_STEP_ARENA_BYTES 128
void linear_step_linear_step(const linear_step_linear_step_arguments *arguments, void *arena)
    __asm__("bench.linear_step_linear_step");

#ifdef __cplusplus
}
#endif

#endif
