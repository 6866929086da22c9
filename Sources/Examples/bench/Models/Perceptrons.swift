import Adjoint

// W2a: 784-128-10, rectified, batch 32, gradient descent. W2b: 784-512-512-10, batch 128, Adam. W2c: the digits
// example's 64-128-10, batch 32, Adam.

/// Two layers.
final class SmallPerceptron: Module {
  let hidden: Linear
  let output: Linear

  init(_ inputs: Int, rngs: Rngs) {
    hidden = Linear(inputs, 128, rngs: rngs)
    output = Linear(128, 10, rngs: rngs)
  }

  func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
    output(relu(hidden(images)))
  }
}

/// Three layers.
final class WidePerceptron: Module {
  let first: Linear
  let second: Linear
  let output: Linear

  init(rngs: Rngs) {
    first = Linear(784, 512, rngs: rngs)
    second = Linear(512, 512, rngs: rngs)
    output = Linear(512, 10, rngs: rngs)
  }

  func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
    output(relu(second(relu(first(images)))))
  }
}

/// W2a; returns the loss before the step.
func descentStep(
  @Like(SmallPerceptron(784, rngs: Rngs(0))) _ model: SmallPerceptron,
  @Shape(32, 784) images: Tensor<Float>, @Shape(32) labels: Tensor<Int32>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in
    softmaxCrossEntropy(logits: model(images), labels: labels).mean()
  }
  let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
  return loss
}

/// W2b; returns the loss before the step.
func wideStep(
  _ model: WidePerceptron,
  @Like(Optimizer(WidePerceptron(rngs: Rngs(0)), Adam(learningRate: 1e-3), wrt: Param.self))
  _ optimizer: Optimizer<WidePerceptron, Adam>,
  @Shape(128, 784) images: Tensor<Float>, @Shape(128) labels: Tensor<Int32>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in
    softmaxCrossEntropy(logits: model(images), labels: labels).mean()
  }
  optimizer.update(model, grads)
  return loss
}

/// W2c; returns the loss before the step.
func digitsStep(
  @Like(SmallPerceptron(64, rngs: Rngs(0))) _ model: SmallPerceptron,
  @Like(Optimizer(SmallPerceptron(64, rngs: Rngs(0)), Adam(learningRate: 2e-3), wrt: Param.self))
  _ optimizer: Optimizer<SmallPerceptron, Adam>,
  @Shape(32, 64) images: Tensor<Float>, @Shape(32) labels: Tensor<Int32>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in
    softmaxCrossEntropy(logits: model(images), labels: labels).mean()
  }
  optimizer.update(model, grads)
  return loss
}
