// Written by Adjoint 0.1 from ParameterUpdate.swift. Do not edit: change the model and regenerate.

// parameterUpdate(model, optimizer, gradients)
//
//   parameters   values [10000000] · mu.values [10000000] · nu.values [10000000] · step [] · values [10000000]
//   results      new_values [10000000] · new_mu_values [10000000] · new_nu_values [10000000] · new_step []
//   in place     every new_… may be given the memory of what it replaces
//   arena        128 bytes · correction1 [] at 0 · correction2 [] at 64

// ParameterUpdate.swift:18   optimizer.update(model, gradients)
// new_step[] = step + 1
// correction1[] = 1 / (1 − power(0.9, new_step))
// correction2[] = 1 / (1 − power(0.999, new_step))
static void update_step(const int32_t *step, int32_t *new_step, float *restrict correction1,
    float *restrict correction2) {
  const int32_t step_value = step[0];
  const int32_t count = adjoint_add_i32(step_value, 1);
  const double steps = (double)count;
  new_step[0] = count;
  correction1[0] = (float)(1.0 / (1.0 - adjoint_pow_f64(0.9, steps)));
  correction2[0] = (float)(1.0 / (1.0 - adjoint_pow_f64(0.999, steps)));
}

// ParameterUpdate.swift:18   optimizer.update(model, gradients)
// new_mu_values[10000000] = (values · 0.1) + (mu.values · 0.9)
//   mu_values [10000000]  values_2 [10000000]  new_mu_values [10000000]
static void update_mu_values(const float *mu_values, const float *restrict values_2, float *new_mu_values) {
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 10000000; i++)
    new_mu_values[i] = values_2[i] * 0.1f + mu_values[i] * 0.9f;
}

// ParameterUpdate.swift:18   optimizer.update(model, gradients)
// new_nu_values[10000000] = ((values · values) · 0.001) + (nu.values · 0.999)
//   nu_values [10000000]  values_2 [10000000]  new_nu_values [10000000]
static void update_nu_values(const float *nu_values, const float *restrict values_2, float *new_nu_values) {
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 10000000; i++) {
    const float values_2_value = values_2[i];
    new_nu_values[i] = values_2_value * values_2_value * 0.001f + nu_values[i] * 0.999f;
  }
}

// ParameterUpdate.swift:18   optimizer.update(model, gradients)
// new_values[10000000] = values + ((((new_mu_values · correction1) / (… + 1e-08)) + (values · 0.0001)) · -0.001)
//   values [10000000]  new_mu_values [10000000]  new_nu_values [10000000]  new_values [10000000]
static void update_values(const float *values, const float *restrict new_mu_values, const float *restrict new_nu_values,
    const float *restrict correction1, const float *restrict correction2, float *new_values) {
  const float correction1_value = correction1[0];
  const float correction2_value = correction2[0];
#pragma clang loop vectorize(assume_safety)
  for (int i = 0; i < 10000000; i++) {
    const float values_value = values[i];
    const float add_value = new_mu_values[i] * correction1_value / (adjoint_sqrt_f32(new_nu_values[i] *
        correction2_value) + 1e-08f) + values_value * 0.0001f;
    new_values[i] = values_value + add_value * -0.001f;
  }
}

// parameterUpdate(model, optimizer, gradients)
void VARIANT(parameter_update_parameter_update)(const parameter_update_parameter_update_arguments *arguments,
    void *arena) {
  float *const correction1 = (float *)arena;
  float *const correction2 = (float *)((char *)arena + 64);
  update_step(arguments->step, arguments->new_step, correction1, correction2);
  update_mu_values(arguments->mu_values, arguments->values_2, arguments->new_mu_values);
  update_nu_values(arguments->nu_values, arguments->values_2, arguments->new_nu_values);
  update_values(arguments->values, arguments->new_mu_values, arguments->new_nu_values, correction1, correction2,
      arguments->new_values);
}
