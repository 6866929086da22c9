import Adjoint

// E5: the dense half of a GPT-2 block.

/// 768 to 3072 and back, gelu between.
final class FeedForward: Module {
  let expand: Linear
  let contract: Linear

  init(rngs: Rngs) {
    expand = Linear(768, 3072, rngs: rngs)
    contract = Linear(3072, 768, rngs: rngs)
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    contract(gelu(expand(x)))
  }
}

/// E5: the value, the input's gradient and the parameters' for a cotangent of the value.
func feedForwardStep(
  _ model: FeedForward, @Shape(256, 768) x: Tensor<Float>, @Shape(256, 768) upstream: Tensor<Float>
) -> (y: Tensor<Float>, x: Tensor<Float>, parameters: State<FeedForward>) {
  let (y, pullback) = vjp({ x in model(x) }, x)
  let (_, pullbackToModel) = vjp({ model in model(x) }, model)
  return (y: y, x: pullback(upstream), parameters: pullbackToModel(upstream))
}
