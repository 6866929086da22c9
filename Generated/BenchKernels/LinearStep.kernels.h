// Written by Adjoint 0.1 from LinearStep.swift. Do not edit: change the model and regenerate.

// linearStep(model, x: [1, 2], y: [1, 3]) -> loss
//
//   parameters   bias [3] · kernel [2, 3] · x [1, 2] · y [1, 3]
//   results      new_bias [3] · new_kernel [2, 3] · loss []
//   in place     every new_… may be given the memory of what it replaces
//   arena        128 bytes · d_model [1, 3] at 0 · multiply_model [1, 3] at 64

// LinearStep.swift:10   let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
// ∂ LinearStep.swift:10   let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
// LinearStep.swift:11   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// product[1, 3] = x · kernel
// model[1, 3] = product + bias
// multiply_model[1, 3] = (model − y) · (model − y)
// d_model[1, 3] = (model − y) · 0.6666667
// new_bias[3] = bias − (d_model · 0.1)
//   bias [3]  kernel [2, 3]  x [1, 2]  y [1, 3]  multiply_model [1, 3]  d_model [1, 3]  new_bias [3]
static void update_bias(const float *bias, const float *restrict kernel, const float *restrict x,
    const float *restrict y, float *restrict multiply_model, float *restrict d_model, float *new_bias) {
  for (int i = 0; i < 1; i++) {
    for (int j = 0; j < 3; j++) {
      float product = 0.0f;
      for (int depth = 0; depth < 2; depth++)
        product = MULTIPLY_ADD(x[depth], kernel[j + depth * 3], product);
      const float bias_value = bias[j];
      const float y_value = y[j];
      const float subtract_value = product + bias_value - y_value;
      const float d_model_value = subtract_value * 0.6666667f;
      multiply_model[j] = subtract_value * subtract_value;
      d_model[j] = d_model_value;
      new_bias[j] = bias_value - d_model_value * 0.1f;
    }
  }
}

// LinearStep.swift:10   let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
// loss[] = sum(multiply_model) · 0.33333334
//   multiply_model [1, 3]
static void compute_loss(const float *restrict multiply_model, float *restrict loss) {
  float total = 0.0f;
  for (int i = 0; i < 3; i++)
    total += multiply_model[i];
  loss[0] = total * 0.33333334f;
}

// ∂ LinearStep.swift:10   let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
// LinearStep.swift:11   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_kernel[2, 3] = xᵀ · d_model
// new_kernel[2, 3] = kernel − (d_kernel · 0.1)
//   kernel [2, 3]  x [1, 2]  d_model [1, 3]  new_kernel [2, 3]
static void update_kernel(const float *kernel, const float *restrict x, const float *restrict d_model,
    float *new_kernel) {
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 3; j++) {
      float d_kernel = 0.0f;
      for (int depth = 0; depth < 1; depth++)
        d_kernel = MULTIPLY_ADD(x[i], d_model[j], d_kernel);
      new_kernel[i * 3 + j] = kernel[i * 3 + j] - d_kernel * 0.1f;
    }
  }
}

// linearStep(model, x: [1, 2], y: [1, 3]) -> loss
void VARIANT(linear_step_linear_step)(const linear_step_linear_step_arguments *arguments, void *arena) {
  float *const multiply_model = (float *)((char *)arena + 64);
  float *const d_model = (float *)arena;
  update_bias(arguments->bias, arguments->kernel, arguments->x, arguments->y, multiply_model, d_model,
      arguments->new_bias);
  compute_loss(multiply_model, arguments->loss);
  update_kernel(arguments->kernel, arguments->x, d_model, arguments->new_kernel);
}
