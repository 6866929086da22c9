import Adjoint

// One train step, written in the four ways that mix freely: the step is stateful (it changes the caller's model) or pure
// (it returns a new state), and so is the gradient inside it.

/// A stateful step around a stateful gradient.
func statefulStep(
  @Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear,
  @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>
) {
  func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
  let grads = grad(loss)(model)
  let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
}

/// A pure step around a pure gradient.
func pureStep(
  @Like(Linear(2, 3, rngs: Rngs(0))) _ graphdef: GraphDef<Linear>, _ state: State<Linear>,
  @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>
) -> (GraphDef<Linear>, State<Linear>) {
  func loss(_ graphdef: GraphDef<Linear>, _ state: State<Linear>) -> Tensor<Float> {
    let model = merge(graphdef, state)
    return ((model(x) - y) ** 2).mean()
  }
  let grads = grad(loss, argnums: .second)(graphdef, state)
  let model = merge(graphdef, state)
  let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
  return split(model)
}

/// A stateful step around a pure gradient.
func statefulStepPureGrad(
  @Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear,
  @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>
) {
  func loss(_ graphdef: GraphDef<Linear>, _ state: State<Linear>) -> Tensor<Float> {
    let model = merge(graphdef, state)
    return ((model(x) - y) ** 2).mean()
  }
  let (graphdef, current) = split(model)
  let grads = grad(loss, argnums: .second)(graphdef, current)
  let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
}

/// A pure step around a stateful gradient.
func pureStepStatefulGrad(
  @Like(Linear(2, 3, rngs: Rngs(0))) _ graphdef: GraphDef<Linear>, _ state: State<Linear>,
  @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>
) -> (GraphDef<Linear>, State<Linear>) {
  func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
  let model = merge(graphdef, state)
  let grads = grad(loss)(model)
  let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
  return split(model)
}

/// The loss alone, to watch it fall.
func seedLoss(
  @Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear,
  @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>
) -> Tensor<Float> {
  ((model(x) - y) ** 2).mean()
}
