// Written by Adjoint 0.1 from DigitsModel.swift. Do not edit: change the model and regenerate.
#ifndef DIGITS_MODEL_H
#define DIGITS_MODEL_H

// Large kernels run in parts on several threads, with the same results on any number of them: adjoint_threads.h bounds
// it, and takes another executor.

#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

// trainStep(model, optimizer, images: [32, 64], labels: [32]) -> loss
typedef struct digits_model_train_step_arguments {
  const float *hidden_bias;       // hidden.bias [128]
  const float *hidden_kernel;     // hidden.kernel [64, 128]
  const float *output_bias;       // output.bias [10]
  const float *output_kernel;     // output.kernel [128, 10]
  const double *learningRate;     // learningRate []
  const double *beta1;            // beta1 []
  const double *beta2;            // beta2 []
  const double *epsilon;          // epsilon []
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
} digits_model_train_step_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define DIGITS_MODEL_TRAIN_STEP_ARENA_BYTES 39808
void digits_model_train_step(const digits_model_train_step_arguments *arguments, void *arena)
    __asm__("digits.digits_model_train_step");

// evaluate(model, images: [1437, 64], labels: [1437]) -> logits, loss
typedef struct digits_model_evaluate_split_1437_arguments {
  const float *hidden_bias;    // hidden.bias [128]
  const float *hidden_kernel;  // hidden.kernel [64, 128]
  const float *output_bias;    // output.bias [10]
  const float *output_kernel;  // output.kernel [128, 10]
  const float *images;         // images [1437, 64]
  const int32_t *labels;       // labels [1437]
  float *logits;               // result: logits [1437, 10]
  float *loss;                 // result: loss []
} digits_model_evaluate_split_1437_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define DIGITS_MODEL_EVALUATE_SPLIT_1437_ARENA_BYTES 735744
void digits_model_evaluate_split_1437(const digits_model_evaluate_split_1437_arguments *arguments,
    void *arena) __asm__("digits.digits_model_evaluate_split_1437");

// evaluate(model, images: [360, 64], labels: [360]) -> logits, loss
typedef struct digits_model_evaluate_split_360_arguments {
  const float *hidden_bias;    // hidden.bias [128]
  const float *hidden_kernel;  // hidden.kernel [64, 128]
  const float *output_bias;    // output.bias [10]
  const float *output_kernel;  // output.kernel [128, 10]
  const float *images;         // images [360, 64]
  const int32_t *labels;       // labels [360]
  float *logits;               // result: logits [360, 10]
  float *loss;                 // result: loss []
} digits_model_evaluate_split_360_arguments;

// Bytes of scratch memory for one call, aligned to 64; its content does not matter before or after.
#define DIGITS_MODEL_EVALUATE_SPLIT_360_ARENA_BYTES 184320
void digits_model_evaluate_split_360(const digits_model_evaluate_split_360_arguments *arguments,
    void *arena) __asm__("digits.digits_model_evaluate_split_360");

#ifdef __cplusplus
}
#endif

#endif
