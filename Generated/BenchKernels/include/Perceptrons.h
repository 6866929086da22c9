// Written by Adjoint 0.1 from Perceptrons.swift. Do not edit: change the model and regenerate.
#ifndef PERCEPTRONS_H
#define PERCEPTRONS_H

// Large kernels run in parts on several threads, with the same results on any number of them: adjoint_threads.h bounds
// it, and takes another executor.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// descentStep(model, images: [32, 784], labels: [32]) -> loss
typedef struct perceptrons_descent_step_arguments {
  const float *hidden_bias;    // hidden.bias [128]
  const float *hidden_kernel;  // hidden.kernel [784, 128]
  const float *output_bias;    // output.bias [10]
  const float *output_kernel;  // output.kernel [128, 10]
  const float *images;         // images [32, 784]
  const int32_t *labels;       // labels [32]
  float *new_hidden_bias;      // result: hidden.bias [128], may be hidden.bias
  float *new_hidden_kernel;    // result: hidden.kernel [784, 128], may be hidden.kernel
  float *new_output_bias;      // result: output.bias [10], may be output.bias
  float *new_output_kernel;    // result: output.kernel [128, 10], may be output.kernel
  float *loss;                 // result: loss []
} perceptrons_descent_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define PERCEPTRONS_DESCENT_STEP_ARENA_BYTES 39680
void perceptrons_descent_step(const perceptrons_descent_step_arguments *arguments,
    void *arena) __asm__("bench.perceptrons_descent_step");

// wideStep(model, optimizer, images: [128, 784], labels: [128]) -> loss
typedef struct perceptrons_wide_step_arguments {
  const float *first_bias;        // first.bias [512]
  const float *first_kernel;      // first.kernel [784, 512]
  const float *output_bias;       // output.bias [10]
  const float *output_kernel;     // output.kernel [512, 10]
  const float *second_bias;       // second.bias [512]
  const float *second_kernel;     // second.kernel [512, 512]
  const float *mu_first_bias;     // mu.first.bias [512]
  const float *mu_first_kernel;   // mu.first.kernel [784, 512]
  const float *mu_output_bias;    // mu.output.bias [10]
  const float *mu_output_kernel;  // mu.output.kernel [512, 10]
  const float *mu_second_bias;    // mu.second.bias [512]
  const float *mu_second_kernel;  // mu.second.kernel [512, 512]
  const float *nu_first_bias;     // nu.first.bias [512]
  const float *nu_first_kernel;   // nu.first.kernel [784, 512]
  const float *nu_output_bias;    // nu.output.bias [10]
  const float *nu_output_kernel;  // nu.output.kernel [512, 10]
  const float *nu_second_bias;    // nu.second.bias [512]
  const float *nu_second_kernel;  // nu.second.kernel [512, 512]
  const int32_t *step;            // step []
  const float *images;            // images [128, 784]
  const int32_t *labels;          // labels [128]
  float *new_first_bias;          // result: first.bias [512], may be first.bias
  float *new_first_kernel;        // result: first.kernel [784, 512], may be first.kernel
  float *new_output_bias;         // result: output.bias [10], may be output.bias
  float *new_output_kernel;       // result: output.kernel [512, 10], may be output.kernel
  float *new_second_bias;         // result: second.bias [512], may be second.bias
  float *new_second_kernel;       // result: second.kernel [512, 512], may be second.kernel
  float *new_mu_first_bias;       // result: mu.first.bias [512], may be mu.first.bias
  float *new_mu_first_kernel;     // result: mu.first.kernel [784, 512], may be mu.first.kernel
  float *new_mu_output_bias;      // result: mu.output.bias [10], may be mu.output.bias
  float *new_mu_output_kernel;    // result: mu.output.kernel [512, 10], may be mu.output.kernel
  float *new_mu_second_bias;      // result: mu.second.bias [512], may be mu.second.bias
  float *new_mu_second_kernel;    // result: mu.second.kernel [512, 512], may be mu.second.kernel
  float *new_nu_first_bias;       // result: nu.first.bias [512], may be nu.first.bias
  float *new_nu_first_kernel;     // result: nu.first.kernel [784, 512], may be nu.first.kernel
  float *new_nu_output_bias;      // result: nu.output.bias [10], may be nu.output.bias
  float *new_nu_output_kernel;    // result: nu.output.kernel [512, 10], may be nu.output.kernel
  float *new_nu_second_bias;      // result: nu.second.bias [512], may be nu.second.bias
  float *new_nu_second_kernel;    // result: nu.second.kernel [512, 512], may be nu.second.kernel
  int32_t *new_step;              // result: step [], may be step
  float *loss;                    // result: loss []
} perceptrons_wide_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define PERCEPTRONS_WIDE_STEP_ARENA_BYTES 1604736
void perceptrons_wide_step(const perceptrons_wide_step_arguments *arguments, void *arena)
    __asm__("bench.perceptrons_wide_step");

// digitsStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
typedef struct perceptrons_digits_step_arguments {
  const float *hidden_bias;       // hidden.bias [128]
  const float *hidden_kernel;     // hidden.kernel [64, 128]
  const float *output_bias;       // output.bias [10]
  const float *output_kernel;     // output.kernel [128, 10]
  const float *mu_hidden_bias;    // mu.hidden.bias [128]
  const float *mu_hidden_kernel;  // mu.hidden.kernel [64, 128]
  const float *mu_output_bias;    // mu.output.bias [10]
  const float *mu_output_kernel;  // mu.output.kernel [128, 10]
  const float *nu_hidden_bias;    // nu.hidden.bias [128]
  const float *nu_hidden_kernel;  // nu.hidden.kernel [64, 128]
  const float *nu_output_bias;    // nu.output.bias [10]
  const float *nu_output_kernel;  // nu.output.kernel [128, 10]
  const int32_t *step;            // step []
  const float *images;            // images [32, 64]
  const int32_t *labels;          // labels [32]
  float *new_hidden_bias;         // result: hidden.bias [128], may be hidden.bias
  float *new_hidden_kernel;       // result: hidden.kernel [64, 128], may be hidden.kernel
  float *new_output_bias;         // result: output.bias [10], may be output.bias
  float *new_output_kernel;       // result: output.kernel [128, 10], may be output.kernel
  float *new_mu_hidden_bias;      // result: mu.hidden.bias [128], may be mu.hidden.bias
  float *new_mu_hidden_kernel;    // result: mu.hidden.kernel [64, 128], may be mu.hidden.kernel
  float *new_mu_output_bias;      // result: mu.output.bias [10], may be mu.output.bias
  float *new_mu_output_kernel;    // result: mu.output.kernel [128, 10], may be mu.output.kernel
  float *new_nu_hidden_bias;      // result: nu.hidden.bias [128], may be nu.hidden.bias
  float *new_nu_hidden_kernel;    // result: nu.hidden.kernel [64, 128], may be nu.hidden.kernel
  float *new_nu_output_bias;      // result: nu.output.bias [10], may be nu.output.bias
  float *new_nu_output_kernel;    // result: nu.output.kernel [128, 10], may be nu.output.kernel
  int32_t *new_step;              // result: step [], may be step
  float *loss;                    // result: loss []
} perceptrons_digits_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define PERCEPTRONS_DIGITS_STEP_ARENA_BYTES 39808
void perceptrons_digits_step(const perceptrons_digits_step_arguments *arguments, void *arena)
    __asm__("bench.perceptrons_digits_step");

#ifdef __cplusplus
}
#endif

#endif
