// Written by Adjoint 0.1 from SeedModel.swift. Do not edit: change the model and regenerate.

// statefulStep(model, x: [1, 2], y: [1, 3])
//
//   parameters   bias [3] · kernel [2, 3] · x [1, 2] · y [1, 3]
//   results      new_bias [3] · new_kernel [2, 3]
//   in place     every new_… may be given the memory of what it replaces
//   arena        64 bytes · d_model [1, 3] at 0

// pureStep(graphdef, state, x: [1, 2], y: [1, 3]) -> bias, kernel
//
//   parameters   bias [3] · kernel [2, 3] · x [1, 2] · y [1, 3]
//   results      bias_2 [3] (may be the memory of bias) · kernel_2 [2, 3] (may be the memory of kernel)
//   arena        64 bytes · d_model [1, 3] at 0

// statefulStepPureGrad(model, x: [1, 2], y: [1, 3])
//
//   parameters   bias [3] · kernel [2, 3] · x [1, 2] · y [1, 3]
//   results      new_bias [3] · new_kernel [2, 3]
//   in place     every new_… may be given the memory of what it replaces
//   arena        64 bytes · d_model [1, 3] at 0

// pureStepStatefulGrad(graphdef, state, x: [1, 2], y: [1, 3]) -> bias, kernel
//
//   parameters   bias [3] · kernel [2, 3] · x [1, 2] · y [1, 3]
//   results      bias_2 [3] (may be the memory of bias) · kernel_2 [2, 3] (may be the memory of kernel)
//   arena        64 bytes · d_model [1, 3] at 0

// seedLoss(model, x: [1, 2], y: [1, 3]) -> result
//
//   parameters   bias [3] · kernel [2, 3] · x [1, 2] · y [1, 3]
//   results      result []
//   arena        64 bytes · multiply_model [1, 3] at 0

// SeedModel.swift:11   func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
// ∂ SeedModel.swift:11   func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
// SeedModel.swift:13   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// product[1, 3] = x · kernel
// model[1, 3] = product + bias
// d_model[1, 3] = (model − y) · 0.6666667
// new_bias[3] = bias − (d_model · 0.1)
//   bias [3]  kernel [2, 3]  x [1, 2]  y [1, 3]  d_model [1, 3]  new_bias [3]
static void update_bias_stateful_step(const float *bias, const float *restrict kernel, const float *restrict x,
    const float *restrict y, float *restrict d_model, float *new_bias) {
  for (int i = 0; i < 1; i++) {
    for (int j = 0; j < 3; j++) {
      float product = 0.0f;
      for (int depth = 0; depth < 2; depth++)
        product = MULTIPLY_ADD(x[depth], kernel[j + depth * 3], product);
      const float bias_value = bias[j];
      const float y_value = y[j];
      const float d_model_value = (product + bias_value - y_value) * 0.6666667f;
      d_model[j] = d_model_value;
      new_bias[j] = bias_value - d_model_value * 0.1f;
    }
  }
}

// ∂ SeedModel.swift:11   func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
// SeedModel.swift:13   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_kernel[2, 3] = xᵀ · d_model
// new_kernel[2, 3] = kernel − (d_kernel · 0.1)
//   kernel [2, 3]  x [1, 2]  d_model [1, 3]  new_kernel [2, 3]
static void update_kernel_stateful_step(const float *kernel, const float *restrict x, const float *restrict d_model,
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

// statefulStep(model, x: [1, 2], y: [1, 3])
void VARIANT(seed_model_stateful_step)(const seed_model_stateful_step_arguments *arguments, void *arena) {
  float *const d_model = (float *)arena;
  update_bias_stateful_step(arguments->bias, arguments->kernel, arguments->x, arguments->y, d_model,
      arguments->new_bias);
  update_kernel_stateful_step(arguments->kernel, arguments->x, d_model, arguments->new_kernel);
}

// SeedModel.swift:24   return ((model(x) - y) ** 2).mean()
// ∂ SeedModel.swift:24   return ((model(x) - y) ** 2).mean()
// SeedModel.swift:28   let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// product[1, 3] = x · kernel
// model[1, 3] = product + bias
// d_model[1, 3] = (model − y) · 0.6666667
// bias_2[3] = bias − (d_model · 0.1)
//   bias [3]  kernel [2, 3]  x [1, 2]  y [1, 3]  d_model [1, 3]  bias_2 [3]
static void d_model_and_bias_2_pure_step(const float *bias, const float *restrict kernel, const float *restrict x,
    const float *restrict y, float *restrict d_model, float *bias_2) {
  for (int i = 0; i < 1; i++) {
    for (int j = 0; j < 3; j++) {
      float product = 0.0f;
      for (int depth = 0; depth < 2; depth++)
        product = MULTIPLY_ADD(x[depth], kernel[j + depth * 3], product);
      const float bias_value = bias[j];
      const float y_value = y[j];
      const float d_model_value = (product + bias_value - y_value) * 0.6666667f;
      d_model[j] = d_model_value;
      bias_2[j] = bias_value - d_model_value * 0.1f;
    }
  }
}

// ∂ SeedModel.swift:24   return ((model(x) - y) ** 2).mean()
// SeedModel.swift:28   let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_kernel[2, 3] = xᵀ · d_model
// kernel_2[2, 3] = kernel − (d_kernel · 0.1)
//   kernel [2, 3]  x [1, 2]  d_model [1, 3]  kernel_2 [2, 3]
static void kernel_2_adjoint_pure_step(const float *kernel, const float *restrict x, const float *restrict d_model,
    float *kernel_2) {
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 3; j++) {
      float d_kernel = 0.0f;
      for (int depth = 0; depth < 1; depth++)
        d_kernel = MULTIPLY_ADD(x[i], d_model[j], d_kernel);
      kernel_2[i * 3 + j] = kernel[i * 3 + j] - d_kernel * 0.1f;
    }
  }
}

// pureStep(graphdef, state, x: [1, 2], y: [1, 3]) -> bias, kernel
void VARIANT(seed_model_pure_step)(const seed_model_pure_step_arguments *arguments, void *arena) {
  float *const d_model = (float *)arena;
  d_model_and_bias_2_pure_step(arguments->bias, arguments->kernel, arguments->x, arguments->y, d_model,
      arguments->bias_2);
  kernel_2_adjoint_pure_step(arguments->kernel, arguments->x, d_model, arguments->kernel_2);
}

// SeedModel.swift:40   return ((model(x) - y) ** 2).mean()
// ∂ SeedModel.swift:40   return ((model(x) - y) ** 2).mean()
// SeedModel.swift:44   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// product[1, 3] = x · kernel
// model[1, 3] = product + bias
// d_model[1, 3] = (model − y) · 0.6666667
// new_bias[3] = bias − (d_model · 0.1)
//   bias [3]  kernel [2, 3]  x [1, 2]  y [1, 3]  d_model [1, 3]  new_bias [3]
static void update_bias_stateful_step_pure_grad(const float *bias, const float *restrict kernel,
    const float *restrict x, const float *restrict y, float *restrict d_model, float *new_bias) {
  for (int i = 0; i < 1; i++) {
    for (int j = 0; j < 3; j++) {
      float product = 0.0f;
      for (int depth = 0; depth < 2; depth++)
        product = MULTIPLY_ADD(x[depth], kernel[j + depth * 3], product);
      const float bias_value = bias[j];
      const float y_value = y[j];
      const float d_model_value = (product + bias_value - y_value) * 0.6666667f;
      d_model[j] = d_model_value;
      new_bias[j] = bias_value - d_model_value * 0.1f;
    }
  }
}

// ∂ SeedModel.swift:40   return ((model(x) - y) ** 2).mean()
// SeedModel.swift:44   let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_kernel[2, 3] = xᵀ · d_model
// new_kernel[2, 3] = kernel − (d_kernel · 0.1)
//   kernel [2, 3]  x [1, 2]  d_model [1, 3]  new_kernel [2, 3]
static void update_kernel_stateful_step_pure_grad(const float *kernel, const float *restrict x,
    const float *restrict d_model, float *new_kernel) {
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 3; j++) {
      float d_kernel = 0.0f;
      for (int depth = 0; depth < 1; depth++)
        d_kernel = MULTIPLY_ADD(x[i], d_model[j], d_kernel);
      new_kernel[i * 3 + j] = kernel[i * 3 + j] - d_kernel * 0.1f;
    }
  }
}

// statefulStepPureGrad(model, x: [1, 2], y: [1, 3])
void VARIANT(seed_model_stateful_step_pure_grad)(const seed_model_stateful_step_pure_grad_arguments *arguments,
    void *arena) {
  float *const d_model = (float *)arena;
  update_bias_stateful_step_pure_grad(arguments->bias, arguments->kernel, arguments->x, arguments->y, d_model,
      arguments->new_bias);
  update_kernel_stateful_step_pure_grad(arguments->kernel, arguments->x, d_model, arguments->new_kernel);
}

// SeedModel.swift:53   func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
// ∂ SeedModel.swift:53   func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
// SeedModel.swift:56   let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// product[1, 3] = x · kernel
// model[1, 3] = product + bias
// d_model[1, 3] = (model − y) · 0.6666667
// bias_2[3] = bias − (d_model · 0.1)
//   bias [3]  kernel [2, 3]  x [1, 2]  y [1, 3]  d_model [1, 3]  bias_2 [3]
static void d_model_and_bias_2_pure_step_stateful_grad(const float *bias, const float *restrict kernel,
    const float *restrict x, const float *restrict y, float *restrict d_model, float *bias_2) {
  for (int i = 0; i < 1; i++) {
    for (int j = 0; j < 3; j++) {
      float product = 0.0f;
      for (int depth = 0; depth < 2; depth++)
        product = MULTIPLY_ADD(x[depth], kernel[j + depth * 3], product);
      const float bias_value = bias[j];
      const float y_value = y[j];
      const float d_model_value = (product + bias_value - y_value) * 0.6666667f;
      d_model[j] = d_model_value;
      bias_2[j] = bias_value - d_model_value * 0.1f;
    }
  }
}

// ∂ SeedModel.swift:53   func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
// SeedModel.swift:56   let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
// d_kernel[2, 3] = xᵀ · d_model
// kernel_2[2, 3] = kernel − (d_kernel · 0.1)
//   kernel [2, 3]  x [1, 2]  d_model [1, 3]  kernel_2 [2, 3]
static void kernel_2_adjoint_pure_step_stateful_grad(const float *kernel, const float *restrict x,
    const float *restrict d_model, float *kernel_2) {
  for (int i = 0; i < 2; i++) {
    for (int j = 0; j < 3; j++) {
      float d_kernel = 0.0f;
      for (int depth = 0; depth < 1; depth++)
        d_kernel = MULTIPLY_ADD(x[i], d_model[j], d_kernel);
      kernel_2[i * 3 + j] = kernel[i * 3 + j] - d_kernel * 0.1f;
    }
  }
}

// pureStepStatefulGrad(graphdef, state, x: [1, 2], y: [1, 3]) -> bias, kernel
void VARIANT(seed_model_pure_step_stateful_grad)(const seed_model_pure_step_stateful_grad_arguments *arguments,
    void *arena) {
  float *const d_model = (float *)arena;
  d_model_and_bias_2_pure_step_stateful_grad(arguments->bias, arguments->kernel, arguments->x, arguments->y, d_model,
      arguments->bias_2);
  kernel_2_adjoint_pure_step_stateful_grad(arguments->kernel, arguments->x, d_model, arguments->kernel_2);
}

// SeedModel.swift:66   ((model(x) - y) ** 2).mean()
// product[1, 3] = x · kernel
// model[1, 3] = product + bias
// multiply_model[1, 3] = (model − y) · (model − y)
//   bias [3]  kernel [2, 3]  x [1, 2]  y [1, 3]  multiply_model [1, 3]
static void compute_multiply_model(const float *restrict bias, const float *restrict kernel, const float *restrict x,
    const float *restrict y, float *restrict multiply_model) {
  for (int i = 0; i < 1; i++) {
    for (int j = 0; j < 3; j++) {
      float product = 0.0f;
      for (int depth = 0; depth < 2; depth++)
        product = MULTIPLY_ADD(x[depth], kernel[j + depth * 3], product);
      const float subtract_value = product + bias[j] - y[j];
      multiply_model[j] = subtract_value * subtract_value;
    }
  }
}

// SeedModel.swift:66   ((model(x) - y) ** 2).mean()
// result[] = sum(multiply_model) · 0.33333334
//   multiply_model [1, 3]
static void compute_result(const float *restrict multiply_model, float *restrict result) {
  float total = 0.0f;
  for (int i = 0; i < 3; i++)
    total += multiply_model[i];
  result[0] = total * 0.33333334f;
}

// seedLoss(model, x: [1, 2], y: [1, 3]) -> result
void VARIANT(seed_model_seed_loss)(const seed_model_seed_loss_arguments *arguments, void *arena) {
  float *const multiply_model = (float *)arena;
  compute_multiply_model(arguments->bias, arguments->kernel, arguments->x, arguments->y, multiply_model);
  compute_result(multiply_model, arguments->result);
}
