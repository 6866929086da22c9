import Adjoint

/// Layers in a row.
final class Stack: Module {
  let layers: [Linear]

  init(depth: Int, rngs: Rngs) {
    var made: [Linear] = []
    for _ in 0..<depth { made.append(Linear(2, 2, rngs: rngs)) }
    layers = made
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    var h = x
    for layer in layers { h = layer(h) }
    return h
  }
}

private func train(_ model: Stack, _ x: Tensor<Float>) {
  let grads = grad(model) { model in model(x).sum() }
  update(model, map(state(model, Param.self), grads) { p, g in p - 0.001 * g })
}

func smallPure(
  @Like(Stack(depth: 2, rngs: Rngs(0))) _ graphdef: GraphDef<Stack>, _ state: State<Stack>,
  @Shape(1, 2) x: Tensor<Float>
) -> (GraphDef<Stack>, State<Stack>) {
  let model = merge(graphdef, state)
  train(model, x)
  return split(model)
}

func largePure(
  @Like(Stack(depth: 48, rngs: Rngs(0))) _ graphdef: GraphDef<Stack>, _ state: State<Stack>,
  @Shape(1, 2) x: Tensor<Float>
) -> (GraphDef<Stack>, State<Stack>) {
  let model = merge(graphdef, state)
  train(model, x)
  return split(model)
}

func smallStateful(@Like(Stack(depth: 2, rngs: Rngs(0))) _ model: Stack, @Shape(1, 2) x: Tensor<Float>) {
  train(model, x)
}

func largeStateful(@Like(Stack(depth: 48, rngs: Rngs(0))) _ model: Stack, @Shape(1, 2) x: Tensor<Float>) {
  train(model, x)
}
