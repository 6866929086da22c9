/// Shifts and scales the last axis to mean 0 and variance 1, then applies a learned scale and bias: Ba et al. (2016).
public final class LayerNorm: Layer {
  /// Shape `[features]`; nil without scale.
  public let scale: Param?
  /// Shape `[features]`; nil without bias.
  public let bias: Param?
  /// The extent of the last axis.
  public let features: Int
  /// Added to the variance, so that a constant row does not divide by 0.
  public let epsilon: Float

  /// Takes a key from `rngs.params` for each of scale and bias that there is.
  public init(
    _ features: Int, epsilon: Float = 1e-6, useBias: Bool = true, useScale: Bool = true,
    biasInit: Initializer = .zeros, scaleInit: Initializer = .ones, rngs: Rngs
  ) {
    self.features = features
    self.epsilon = epsilon
    scale = useScale ? Param(scaleInit(rngs.params(), [features])) : nil
    bias = useBias ? Param(biasInit(rngs.params(), [features])) : nil
  }

  /// `[…, features]` to the same shape.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    precondition(
      x.rank >= 1 && x.shape[x.rank - 1] == features,
      "LayerNorm(\(features)) needs an input whose last axis has \(features) elements, not \(x.shape)")
    let mean = x.mean(axis: -1, keepDims: true)
    // The mean of the squares less the square of the mean: one pass, and at worst slightly below 0.
    let spread = (x * x).mean(axis: -1, keepDims: true) - mean * mean
    let variance = maximum(spread, 0)
    var factor = rsqrt(variance + epsilon)
    if let scale {
      factor = factor * scale.value
    }
    let y = (x - mean) * factor
    if let bias {
      return y + bias.value
    }
    return y
  }
}

/// Scales the last axis to mean square 1, then by a learned scale: Zhang and Sennrich (2019), equation 4.
public final class RMSNorm: Layer {
  /// Shape `[features]`; nil without scale.
  public let scale: Param?
  /// The extent of the last axis.
  public let features: Int
  /// Added to the mean square, so that a row of zeros does not divide by 0.
  public let epsilon: Float

  /// Takes a key from `rngs.params` for the scale if there is one.
  public init(
    _ features: Int, epsilon: Float = 1e-6, useScale: Bool = true, scaleInit: Initializer = .ones, rngs: Rngs
  ) {
    self.features = features
    self.epsilon = epsilon
    scale = useScale ? Param(scaleInit(rngs.params(), [features])) : nil
  }

  /// `[…, features]` to the same shape.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    precondition(
      x.rank >= 1 && x.shape[x.rank - 1] == features,
      "RMSNorm(\(features)) needs an input whose last axis has \(features) elements, not \(x.shape)")
    let square = (x * x).mean(axis: -1, keepDims: true)
    var factor = rsqrt(square + epsilon)
    if let scale {
      factor = factor * scale.value
    }
    return x * factor
  }
}
