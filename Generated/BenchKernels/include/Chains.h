// Written by Adjoint 0.1 from Chains.swift. Do not edit: change the model and regenerate.
#ifndef CHAINS_H
#define CHAINS_H

// Large kernels run in parts on several threads, with the same results on any number of them: adjoint_threads.h bounds
// it, and takes another executor.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// crossEntropyStep(logits: [128, 1000], labels: [128]) -> loss, gradient
typedef struct chains_cross_entropy_step_arguments {
  const float *logits;    // logits [128, 1000]
  const int32_t *labels;  // labels [128]
  float *loss;            // result: loss []
  float *gradient;        // result: gradient [128, 1000]
} chains_cross_entropy_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define CHAINS_CROSS_ENTROPY_STEP_ARENA_BYTES 512
void chains_cross_entropy_step(const chains_cross_entropy_step_arguments *arguments,
    void *arena) __asm__("bench.chains_cross_entropy_step");

// layerNormStep(norm, x: [256, 768], upstream: [256, 768]) -> y, x, bias, scale
typedef struct chains_layer_norm_step_arguments {
  const float *bias;      // bias [768]
  const float *scale;     // scale [768]
  const float *x;         // x [256, 768]
  const float *upstream;  // upstream [256, 768]
  float *y;               // result: y [256, 768]
  float *x_2;             // result: x [256, 768]
  float *bias_2;          // result: bias [768]
  float *scale_2;         // result: scale [768]
} chains_layer_norm_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define CHAINS_LAYER_NORM_STEP_ARENA_BYTES 0
void chains_layer_norm_step(const chains_layer_norm_step_arguments *arguments, void *arena)
    __asm__("bench.chains_layer_norm_step");

// geluStep(x: [256, 3072], bias: [3072], upstream: [256, 3072]) -> y, x, bias
typedef struct chains_gelu_step_arguments {
  const float *x;         // x [256, 3072]
  const float *bias;      // bias [3072]
  const float *upstream;  // upstream [256, 3072]
  float *y;               // result: y [256, 3072]
  float *x_2;             // result: x [256, 3072]
  float *bias_2;          // result: bias [3072]
} chains_gelu_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define CHAINS_GELU_STEP_ARENA_BYTES 0
void chains_gelu_step(const chains_gelu_step_arguments *arguments, void *arena) __asm__("bench.chains_gelu_step");

#ifdef __cplusplus
}
#endif

#endif
