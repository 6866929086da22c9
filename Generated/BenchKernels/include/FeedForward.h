// Written by Adjoint 0.1 from FeedForward.swift. Do not edit: change the model and regenerate.
#ifndef FEED_FORWARD_H
#define FEED_FORWARD_H

// Large kernels run in parts on several threads, with the same results on any number of them: adjoint_threads.h bounds
// it, and takes another executor.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// feedForwardStep(model, x: [256, 768], upstream: [256, 768]) -> y, x, contract.bias, contract.kernel, expand.bias,
//     expand.kernel
typedef struct feed_forward_feed_forward_step_arguments {
  const float *contract_bias;    // contract.bias [768]
  const float *contract_kernel;  // contract.kernel [3072, 768]
  const float *expand_bias;      // expand.bias [3072]
  const float *expand_kernel;    // expand.kernel [768, 3072]
  const float *x;                // x [256, 768]
  const float *upstream;         // upstream [256, 768]
  float *y;                      // result: y [256, 768]
  float *x_2;                    // result: x [256, 768]
  float *contract_bias_2;        // result: contract.bias [768]
  float *contract_kernel_2;      // result: contract.kernel [3072, 768]
  float *expand_bias_2;          // result: expand.bias [3072]
  float *expand_kernel_2;        // result: expand.kernel [768, 3072]
} feed_forward_feed_forward_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define FEED_FORWARD_FEED_FORWARD_STEP_ARENA_BYTES 19034112
void feed_forward_feed_forward_step(const feed_forward_feed_forward_step_arguments *arguments,
    void *arena) __asm__("bench.feed_forward_feed_forward_step");

#ifdef __cplusplus
}
#endif

#endif
