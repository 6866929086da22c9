// Written by Adjoint 0.1 from ParameterUpdate.swift. Do not edit: change the model and regenerate.

// parameterUpdate(model, optimizer, gradients)
//
//   parameters   values [10000000] · mu.values [10000000] · nu.values [10000000] · step [] · values [10000000]
//   results      new_values [10000000] · new_mu_values [10000000] · new_nu_values [10000000] · new_step []
//   in place     every new_… may be given the memory of what it replaces
//   arena        128 bytes · smallest [] at 0 · scale [] at 64

// ParameterUpdate.swift:18   optimizer.update(model, gradients)
// new_step[] = step + 1
// correction[] = sqrt((1 − power(0.999, new_step)))
// smallest[] = correction · 1e-08
// factor[] = correction / (1 − power(0.9, new_step))
// scale[] = factor · -0.001
static void update_step(const int32_t *step, int32_t *new_step, float *restrict smallest, float *restrict scale) {
  const int32_t step_value = step[0];
  const int32_t count = adjoint_add_i32(step_value, 1);
  const double steps = (double)count;
  const double correction = adjoint_sqrt_f64(1.0 - adjoint_pow_f64(0.999, steps));
  const double factor = correction / (1.0 - adjoint_pow_f64(0.9, steps));
  new_step[0] = count;
  smallest[0] = (float)(correction * 1e-08);
  scale[0] = (float)(factor * -0.001);
}

// ParameterUpdate.swift:18   optimizer.update(model, gradients)
// new_mu_values[10000000] = values · 0.1 + (mu.values · 0.9)
// new_nu_values[10000000] = (values · values) · 0.001 + (nu.values · 0.999)
// new_values[10000000] = (new_mu_values / (sqrt(new_nu_values) + smallest)) · scale + (values · -1e-07 + values)
//   values [10000000]  mu_values [10000000]  nu_values [10000000]  values_2 [10000000]  new_mu_values [10000000]
//   new_nu_values [10000000]  new_values [10000000]
static void update_values(const float *values, const float *mu_values, const float *nu_values,
    const float *restrict values_2, const float *restrict smallest, const float *restrict scale, float *new_mu_values,
    float *new_nu_values, float *new_values, const int begin, const int end) {
  const float smallest_value = smallest[0];
  const float scale_value = scale[0];
  for (int i_block = begin; i_block < end; i_block += 16) {
    // Soon read, or written.
    const int i_soon = i_block < 9999488 ? i_block + 512 : i_block;
    __builtin_prefetch(&values_2[i_soon]);
    __builtin_prefetch(&mu_values[i_soon]);
    __builtin_prefetch(&nu_values[i_soon]);
    __builtin_prefetch(&values[i_soon]);
    __builtin_prefetch(&new_mu_values[i_soon], 1);
    __builtin_prefetch(&new_nu_values[i_soon], 1);
    __builtin_prefetch(&new_values[i_soon], 1);
#pragma clang loop vectorize(assume_safety)
    for (int i = i_block; i < i_block + 16; i++) {
      const float values_2_value = values_2[i];
      const float mu_values_value = mu_values[i];
      const float new_mu_values_value = MULTIPLY_ADD(values_2_value, 0.1f, mu_values_value * 0.9f);
      const float nu_values_value = nu_values[i];
      const float new_nu_values_value = MULTIPLY_ADD(values_2_value * values_2_value, 0.001f, nu_values_value * 0.999f);
      const float divide_value = new_mu_values_value / (adjoint_sqrt_f32(new_nu_values_value) + smallest_value);
      const float values_value = values[i];
      new_mu_values[i] = new_mu_values_value;
      new_nu_values[i] = new_nu_values_value;
      new_values[i] = MULTIPLY_ADD(divide_value, scale_value, MULTIPLY_ADD(values_value, -1e-07f, values_value));
    }
  }
}

// What the kernels of parameterUpdate work on. Large ones run in parts, on several threads: each
// part computes its elements in the order in which the whole kernel would.
typedef struct {
  const parameter_update_parameter_update_arguments *arguments;
  float *smallest;
  float *scale;
} parameter_update_parameter_update_arrays;

static void update_values_part(const void *arrays, const int part, const int parts, const int thread) {
  const parameter_update_parameter_update_arrays *const a = arrays;
  (void)thread;
  update_values(a->arguments->values, a->arguments->mu_values, a->arguments->nu_values, a->arguments->values_2,
      a->smallest, a->scale, a->arguments->new_mu_values, a->arguments->new_nu_values, a->arguments->new_values,
      adjoint_part_start(10000000, 16, part, parts), adjoint_part_start(10000000, 16, part + 1, parts));
}

// parameterUpdate(model, optimizer, gradients)
void VARIANT(parameter_update_parameter_update)(const parameter_update_parameter_update_arguments *arguments,
    void *arena) {
  const parameter_update_parameter_update_arrays arrays = {
    .arguments = arguments,
    .smallest = (float *)arena,
    .scale = (float *)((char *)arena + 64),
  };
  update_step(arguments->step, arguments->new_step, arrays.smallest, arrays.scale);
  adjoint_divide(update_values_part, &arrays, 16, 1);
}
