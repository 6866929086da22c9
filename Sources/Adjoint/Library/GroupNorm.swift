/// Shifts and scales each group of features (parts of the last axis) of each example to mean 0 and variance 1, then
/// applies a learned scale and bias: Wu and He (2018), section 3.
public final class GroupNorm: Layer {
  /// Shape `[features]`; nil without scale.
  public let scale: Param?
  /// Shape `[features]`; nil without bias.
  public let bias: Param?
  /// The extent of the last axis.
  public let features: Int
  /// The number of groups.
  public let groups: Int
  /// Added to the variance, so that a constant group does not divide by 0.
  public let epsilon: Float

  /// Takes a key from `rngs.params` for each of scale and bias that there is.
  public init(
    _ features: Int, groups: Int = 32, epsilon: Float = 1e-6, useBias: Bool = true, useScale: Bool = true,
    biasInit: Initializer = .zeros, scaleInit: Initializer = .ones, rngs: Rngs
  ) {
    precondition(
      groups > 0 && features % groups == 0, "GroupNorm cannot divide \(features) features into \(groups) groups")
    self.features = features
    self.groups = groups
    self.epsilon = epsilon
    scale = useScale ? Param(scaleInit(rngs.params(), [features])) : nil
    bias = useBias ? Param(biasInit(rngs.params(), [features])) : nil
  }

  /// `[batch, …, features]` to the same shape.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    precondition(
      x.rank >= 2 && x.shape[x.rank - 1] == features,
      "GroupNorm(\(features)) needs a batch of examples whose last axis has \(features) elements, not \(x.shape)")
    let parts = x.reshaped(Array(x.shape.dropLast(1)) + [groups, features / groups])
    let axes = Array(1..<(x.rank - 1)) + [x.rank]
    let mean = parts.mean(axes: axes, keepDims: true)
    let spread = (parts * parts).mean(axes: axes, keepDims: true) - mean * mean
    let factor = rsqrt(maximum(spread, 0) + epsilon)
    var y = ((parts - mean) * factor).reshaped(x.shape)
    if let scale {
      y = y * scale.value
    }
    if let bias {
      y = y + bias.value
    }
    return y
  }
}
