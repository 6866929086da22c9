import Adjoint

// E4: AdamW over ten million parameters.

/// Ten million parameters and nothing to do with them.
final class Weights: Module {
  @Param var values: Tensor<Float>

  init() { values = Tensor.zeros([10_000_000]) }
}

/// E4: one update.
func parameterUpdate(
  _ model: Weights,
  @Like(Optimizer(Weights(), AdamW(learningRate: 1e-3), wrt: Param.self)) _ optimizer: Optimizer<Weights, AdamW>,
  _ gradients: State<Weights>
) {
  optimizer.update(model, gradients)
}
