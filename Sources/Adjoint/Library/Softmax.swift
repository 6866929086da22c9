// Functions of whole axes. The largest element is subtracted first, so that exp does not overflow; it cancels, so no
// derivative passes through it.

/// exp(x) divided by its sum along `axis`, in the shape of `x`; shifted by the maximum, so that it does not overflow.
public func softmax(_ x: Tensor<Float>, axis: Int = -1) -> Tensor<Float> {
  let largest = stopGradient(x.max(axis: axis, keepDims: true))
  let exponentials = exp(x - largest)
  return exponentials / exponentials.sum(axis: axis, keepDims: true)
}

/// The logarithm of `softmax(x, axis:)`, in the shape of `x`, from differences rather than from quotients.
public func logSoftmax(_ x: Tensor<Float>, axis: Int = -1) -> Tensor<Float> {
  let shifted = x - stopGradient(x.max(axis: axis, keepDims: true))
  return shifted - log(exp(shifted).sum(axis: axis, keepDims: true))
}

/// The logarithm of the sum of exp(x) along `axis`, shifted by the maximum; without that axis unless `keepDims`.
public func logSumExp(_ x: Tensor<Float>, axis: Int = -1, keepDims: Bool = false) -> Tensor<Float> {
  let largest = stopGradient(x.max(axis: axis, keepDims: true))
  // An infinite one is not subtracted: ∞ − ∞ has no value, while exp(∞) has.
  let shift = select((largest - largest) .== 0, largest, 0)
  let result = log(exp(x - shift).sum(axis: axis, keepDims: true)) + shift
  return keepDims ? result : result.squeezed(axis: axis)
}
