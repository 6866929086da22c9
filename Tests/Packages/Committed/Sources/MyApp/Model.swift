import Adjoint

func sgd(
  @Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear, @Shape(4, 2) x: Tensor<Float>, @Shape(4, 3) y: Tensor<Float>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
  let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
  return loss
}
