import Adjoint
import Gates

final class Model: Module {
  let gate: Gate
  let head: Linear

  init(rngs: Rngs) {
    gate = Gate(4, rngs: rngs)
    head = Linear(4, 2, rngs: rngs)
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    head(gate(x))
  }
}

func trainStep(
  _ model: Model, _ optimizer: Optimizer<Model, SGD>, @Shape(16, 4) x: Tensor<Float>, @Shape(16, 2) y: Tensor<Float>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
  optimizer.update(model, grads)
  return loss
}
