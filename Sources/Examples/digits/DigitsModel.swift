import Adjoint

/// A multilayer perceptron for 8×8 images of handwritten digits.
final class DigitsModel: Module {
  let hidden: Linear
  let output: Linear

  init(rngs: Rngs) {
    hidden = Linear(64, 128, rngs: rngs)
    output = Linear(128, 10, rngs: rngs)
  }

  func callAsFunction(_ images: Tensor<Float>) -> Tensor<Float> {
    let h = relu(hidden(images))
    return output(h)
  }
}

extension Dim {
  /// The sizes that prediction is specialised for: the training and the test split.
  static let split = Dim(1437, 360)
}

/// One step of Adam on a batch of 32 images, pixel values 0 to 1; returns the batch's mean cross-entropy.
func trainStep(
  _ model: DigitsModel, _ optimizer: Optimizer<DigitsModel, Adam>,
  @Shape(32, 64) images: Tensor<Float>, @Shape(32) labels: Tensor<Int32>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in
    let logits = model(images)
    return softmaxCrossEntropy(logits: logits, labels: labels).mean()
  }
  optimizer.update(model, grads)
  return loss
}

/// The logits of a whole split and their mean cross-entropy.
func evaluate(
  _ model: DigitsModel, @Shape(.split, 64) images: Tensor<Float>, @Shape(.split) labels: Tensor<Int32>
) -> (logits: Tensor<Float>, loss: Tensor<Float>) {
  let logits = model(images)
  let loss = softmaxCrossEntropy(logits: logits, labels: labels).mean()
  return (logits: logits, loss: loss)
}
