// Trains a perceptron on handwritten digits with the standalone C that Adjoint wrote from DigitsModel.swift.
// Every array is here; the generated code allocates nothing.
#include "DigitsModel.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>

enum { ROWS = 1797, TEST = 360, TRAINING = ROWS - TEST, PIXELS = 64, BATCH = 32 };

// The model, and Adam's state: zeros to begin with.
static struct {
  float hidden_kernel[DIGITS_MODEL_TRAIN_STEP_HIDDEN_KERNEL_COUNT], hidden_bias[DIGITS_MODEL_TRAIN_STEP_HIDDEN_BIAS_COUNT];
  float output_kernel[DIGITS_MODEL_TRAIN_STEP_OUTPUT_KERNEL_COUNT], output_bias[DIGITS_MODEL_TRAIN_STEP_OUTPUT_BIAS_COUNT];
} model, mu, nu;
static int32_t step;

static float training_images[TRAINING][PIXELS], test_images[TEST][PIXELS], images[BATCH][PIXELS];
static int32_t training_labels[TRAINING], test_labels[TEST], labels[BATCH];
static float logits[TEST][10];

// Scratch memory for the largest of the functions that are called.
#define LARGER(a, b) ((int)(a) > (int)(b) ? (int)(a) : (int)(b))
static _Alignas(64) char arena[LARGER(DIGITS_MODEL_TRAIN_STEP_ARENA_BYTES, DIGITS_MODEL_EVALUATE_SPLIT_360_ARENA_BYTES)];

// G. Marsaglia, "Xorshift RNGs", 2003.
static uint32_t random_bits(void) {
  static uint32_t state = 2463534242u;
  state ^= state << 13;
  state ^= state >> 17;
  return state ^= state << 5;
}

// Uniform with variance 1 / inputs.
static void initialize(float *kernel, int count, int inputs) {
  for (int i = 0; i < count; i++) kernel[i] = (float)(((random_bits() >> 8) * 0x1p-23 - 1.0) * sqrt(3.0 / inputs));
}

// Every fifth row is a test image.
static int load(const char *path) {
  FILE *file = fopen(path, "r");
  if (!file) return 0;
  int training = 0, test = 0, complete = 1;
  for (int row = 0; row < ROWS && complete; row++) {
    const int is_test = row % 5 == 0;
    float *image = is_test ? test_images[test] : training_images[training];
    int value;
    for (int pixel = 0; pixel < PIXELS && complete; pixel++) {
      complete = fscanf(file, "%d,", &value) == 1;
      image[pixel] = (float)value / 16;
    }
    complete = complete && fscanf(file, "%d", &value) == 1 && value >= 0 && value < 10;
    if (is_test) test_labels[test++] = value;
    else training_labels[training++] = value;
  }
  fclose(file);
  return complete;
}

static float train_step(void) {
  static const double learning_rate = 2e-3, beta1 = 0.9, beta2 = 0.999, epsilon = 1e-8;
  float loss;
  const digits_model_train_step_arguments arguments = {
      .hidden_bias = model.hidden_bias, .hidden_kernel = model.hidden_kernel,
      .output_bias = model.output_bias, .output_kernel = model.output_kernel,
      .learningRate = &learning_rate, .beta1 = &beta1, .beta2 = &beta2, .epsilon = &epsilon,
      .mu_hidden_bias = mu.hidden_bias, .mu_hidden_kernel = mu.hidden_kernel,
      .mu_output_bias = mu.output_bias, .mu_output_kernel = mu.output_kernel,
      .nu_hidden_bias = nu.hidden_bias, .nu_hidden_kernel = nu.hidden_kernel,
      .nu_output_bias = nu.output_bias, .nu_output_kernel = nu.output_kernel, .step = &step,
      .images = images[0], .labels = labels,
      // Updated in place.
      .new_hidden_bias = model.hidden_bias, .new_hidden_kernel = model.hidden_kernel,
      .new_output_bias = model.output_bias, .new_output_kernel = model.output_kernel,
      .new_mu_hidden_bias = mu.hidden_bias, .new_mu_hidden_kernel = mu.hidden_kernel,
      .new_mu_output_bias = mu.output_bias, .new_mu_output_kernel = mu.output_kernel,
      .new_nu_hidden_bias = nu.hidden_bias, .new_nu_hidden_kernel = nu.hidden_kernel,
      .new_nu_output_bias = nu.output_bias, .new_nu_output_kernel = nu.output_kernel, .new_step = &step,
      .loss = &loss};
  digits_model_train_step(&arguments, arena);
  return loss;
}

static double test_accuracy(void) {
  float loss;
  const digits_model_evaluate_split_360_arguments arguments = {
      .hidden_bias = model.hidden_bias, .hidden_kernel = model.hidden_kernel,
      .output_bias = model.output_bias, .output_kernel = model.output_kernel,
      .images = test_images[0], .labels = test_labels, .logits = logits[0], .loss = &loss};
  digits_model_evaluate_split_360(&arguments, arena);
  int right = 0;
  for (int row = 0; row < TEST; row++) {
    int best = 0;
    for (int digit = 1; digit < 10; digit++)
      if (logits[row][digit] > logits[row][best]) best = digit;
    right += best == test_labels[row];
  }
  return (double)right / TEST;
}

int main(int argc, char **argv) {
  if (argc < 2 || !load(argv[1])) {
    fprintf(stderr, "usage: digits digits.csv [epochs]\n");
    return 2;
  }
  const int epochs = argc > 2 ? atoi(argv[2]) : 30;
  initialize(model.hidden_kernel, PIXELS * 128, PIXELS);
  initialize(model.output_kernel, 128 * 10, 128);
  static int order[TRAINING];
  for (int i = 0; i < TRAINING; i++) order[i] = i;
  for (int epoch = 1; epoch <= epochs; epoch++) {
    for (int i = TRAINING - 1; i > 0; i--) {
      const int j = (int)(random_bits() % (uint32_t)(i + 1)), other = order[i];
      order[i] = order[j];
      order[j] = other;
    }
    float total = 0;
    for (int batch = 0; batch < TRAINING / BATCH; batch++) {
      for (int i = 0; i < BATCH; i++) {
        const int row = order[batch * BATCH + i];
        for (int pixel = 0; pixel < PIXELS; pixel++) images[i][pixel] = training_images[row][pixel];
        labels[i] = training_labels[row];
      }
      total += train_step();
    }
    printf("epoch %2d  loss %.6f  test accuracy %.4f\n", epoch, total / (TRAINING / BATCH), test_accuracy());
  }
  return 0;
}
