/// Shifts and scales each feature (the last axis) to mean 0 and variance 1 over the batch, then applies a learned scale
/// and bias: Ioffe and Szegedy (2015), algorithms 1 and 2.
///
/// Training normalises by the batch's own statistics and keeps decaying means of them; `useRunningAverage` (which
/// `eval()` sets) normalises by those.
public final class BatchNorm: Layer {
  /// The decaying mean of the batches' means, shape `[features]`.
  @BatchStat public var mean: Tensor<Float>
  /// The decaying mean of the batches' variances, shape `[features]`.
  @BatchStat public var variance: Tensor<Float>
  /// Shape `[features]`; nil without scale.
  public let scale: Param?
  /// Shape `[features]`; nil without bias.
  public let bias: Param?
  /// The extent of the last axis.
  public let features: Int
  /// How much of the decaying means stays at a batch.
  public let momentum: Float
  /// Added to the variance, so that a constant feature does not divide by 0.
  public let epsilon: Float
  /// Whether the variance is the mean of squares less the square of the mean: one pass, but less exact.
  public let useFastVariance: Bool
  /// Whether to normalise by the decaying means, as when a model is used rather than trained.
  public var useRunningAverage: Bool

  /// Takes a key from `rngs.params` for each of scale and bias that there is.
  public init(
    _ features: Int, useRunningAverage: Bool = false, momentum: Float = 0.99, epsilon: Float = 1e-5,
    useBias: Bool = true, useScale: Bool = true, biasInit: Initializer = .zeros, scaleInit: Initializer = .ones,
    useFastVariance: Bool = true, rngs: Rngs
  ) {
    self.features = features
    self.useRunningAverage = useRunningAverage
    self.momentum = momentum
    self.epsilon = epsilon
    self.useFastVariance = useFastVariance
    mean = Tensor<Float>.zeros([features])
    variance = Tensor<Float>.ones([features])
    scale = useScale ? Param(scaleInit(rngs.params(), [features])) : nil
    bias = useBias ? Param(biasInit(rngs.params(), [features])) : nil
  }

  /// `[…, features]` to the same shape; all other axes belong to the batch. Changes the decaying means unless it uses
  /// them.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    precondition(
      x.rank >= 1 && x.shape[x.rank - 1] == features,
      "BatchNorm(\(features)) needs an input whose last axis has \(features) elements, not \(x.shape)")
    if useRunningAverage {
      return normalized(x, mean, variance)
    }
    let axes = Array(0..<(x.rank - 1))
    let center = x.mean(axes: axes)
    var spread = maximum((x * x).mean(axes: axes) - center * center, 0)
    if !useFastVariance {
      spread = ((x - center) * (x - center)).mean(axes: axes)
    }
    mean = mean * momentum + center * (1 - momentum)
    variance = variance * momentum + spread * (1 - momentum)
    return normalized(x, center, spread)
  }

  func normalized(_ x: Tensor<Float>, _ center: Tensor<Float>, _ spread: Tensor<Float>) -> Tensor<Float> {
    var factor = rsqrt(spread + epsilon)
    if let scale {
      factor = factor * scale.value
    }
    let y = (x - center) * factor
    if let bias {
      return y + bias.value
    }
    return y
  }
}
