/// The mean of the squared differences of all elements, a scalar; stops unless both have one shape.
public func meanSquaredError(_ predictions: Tensor<Float>, _ targets: Tensor<Float>) -> Tensor<Float> {
  precondition(
    predictions.shape == targets.shape,
    "predictions of shape \(predictions.shape) cannot be compared with targets of shape \(targets.shape)")
  let difference = predictions - targets
  return (difference * difference).mean()
}

/// −log softmax(logits)[label] for each example. The last axis of `logits` has one element per class; `labels` has the
/// other axes. A label that is no class has no term of its own: the result is then the logarithm of the sum alone.
public func softmaxCrossEntropy(logits: Tensor<Float>, labels: Tensor<Int32>) -> Tensor<Float> {
  precondition(
    logits.rank == labels.rank + 1,
    "labels of shape \(labels.shape) do not fit logits of shape \(logits.shape): labels have all axes but the last")
  let last = logits.rank - 1
  let shifted = logits - stopGradient(logits.max(axis: last, keepDims: true))
  let isLabel = labels.expandedDims(axis: last) .== Tensor<Int32>.iota(logits.shape, axis: last)
  let chosen = select(isLabel, shifted, 0).sum(axis: last)
  return log(exp(shifted).sum(axis: last)) - chosen
}
