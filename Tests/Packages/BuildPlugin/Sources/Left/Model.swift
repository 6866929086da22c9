import Adjoint
import Blocks

// Blocks has one of this name for itself.
let width = 8

public final class Model: Module {
  public let block: Residual
  public let head: Linear

  public init(rngs: Rngs) {
    block = Residual(width, rngs: rngs)
    head = Linear(width, 3, rngs: rngs)
  }

  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    head(squashed(block(x)))
  }
}

// Blocks has one of this name too.
func squashed(_ x: Tensor<Float>) -> Tensor<Float> { tanh(x) }

func trainStep(
  _ model: Model, _ optimizer: Optimizer<Model, Adam>, @Shape(16, 8) x: Tensor<Float>, @Shape(16) y: Tensor<Int32>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in
    softmaxCrossEntropy(logits: model(x), labels: y).mean()
  }
  optimizer.update(model, grads)
  return loss
}
