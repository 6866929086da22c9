// Written by Adjoint 0.1 from SeedModel.swift. Do not edit: change the model and regenerate.
#ifndef SEED_MODEL_H
#define SEED_MODEL_H

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// statefulStep(model, x: [1, 2], y: [1, 3])
typedef struct seed_model_stateful_step_arguments {
  const float *bias;    // bias [3]
  const float *kernel;  // kernel [2, 3]
  const float *x;       // x [1, 2]
  const float *y;       // y [1, 3]
  float *new_bias;      // result: bias [3], may be bias
  float *new_kernel;    // result: kernel [2, 3], may be kernel
} seed_model_stateful_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define SEED_MODEL_STATEFUL_STEP_ARENA_BYTES 64
void seed_model_stateful_step(const seed_model_stateful_step_arguments *arguments,
    void *arena) __asm__("seed.seed_model_stateful_step");

// pureStep(graphdef, state, x: [1, 2], y: [1, 3]) -> bias, kernel
typedef struct seed_model_pure_step_arguments {
  const float *bias;    // bias [3]
  const float *kernel;  // kernel [2, 3]
  const float *x;       // x [1, 2]
  const float *y;       // y [1, 3]
  float *bias_2;        // result: bias [3], may be bias
  float *kernel_2;      // result: kernel [2, 3], may be kernel
} seed_model_pure_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define SEED_MODEL_PURE_STEP_ARENA_BYTES 64
void seed_model_pure_step(const seed_model_pure_step_arguments *arguments, void *arena)
    __asm__("seed.seed_model_pure_step");

// statefulStepPureGrad(model, x: [1, 2], y: [1, 3])
typedef struct seed_model_stateful_step_pure_grad_arguments {
  const float *bias;    // bias [3]
  const float *kernel;  // kernel [2, 3]
  const float *x;       // x [1, 2]
  const float *y;       // y [1, 3]
  float *new_bias;      // result: bias [3], may be bias
  float *new_kernel;    // result: kernel [2, 3], may be kernel
} seed_model_stateful_step_pure_grad_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define SEED_MODEL_STATEFUL_STEP_PURE_GRAD_ARENA_BYTES 64
void seed_model_stateful_step_pure_grad(const seed_model_stateful_step_pure_grad_arguments *arguments,
    void *arena) __asm__("seed.seed_model_stateful_step_pure_grad");

// pureStepStatefulGrad(graphdef, state, x: [1, 2], y: [1, 3]) -> bias, kernel
typedef struct seed_model_pure_step_stateful_grad_arguments {
  const float *bias;    // bias [3]
  const float *kernel;  // kernel [2, 3]
  const float *x;       // x [1, 2]
  const float *y;       // y [1, 3]
  float *bias_2;        // result: bias [3], may be bias
  float *kernel_2;      // result: kernel [2, 3], may be kernel
} seed_model_pure_step_stateful_grad_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define SEED_MODEL_PURE_STEP_STATEFUL_GRAD_ARENA_BYTES 64
void seed_model_pure_step_stateful_grad(const seed_model_pure_step_stateful_grad_arguments *arguments,
    void *arena) __asm__("seed.seed_model_pure_step_stateful_grad");

// seedLoss(model, x: [1, 2], y: [1, 3]) -> result
typedef struct seed_model_seed_loss_arguments {
  const float *bias;    // bias [3]
  const float *kernel;  // kernel [2, 3]
  const float *x;       // x [1, 2]
  const float *y;       // y [1, 3]
  float *result;        // result: result []
} seed_model_seed_loss_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define SEED_MODEL_SEED_LOSS_ARENA_BYTES 64
void seed_model_seed_loss(const seed_model_seed_loss_arguments *arguments, void *arena)
    __asm__("seed.seed_model_seed_loss");

#ifdef __cplusplus
}
#endif

#endif
