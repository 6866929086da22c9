/// Sets each element to 0 with probability `rate` and scales the others by `1 / (1 - rate)`: Srivastava et al. (2014).
public final class Dropout: Layer {
  /// The probability of an element to be dropped.
  public let rate: Double
  /// Whether the input passes unchanged, as when a model is used rather than trained.
  public var deterministic: Bool
  /// Where the keys come from; nil if nothing is ever dropped.
  public let rngs: RngStream?

  /// Takes a fork of `rngs.dropout`.
  public init(_ rate: Double, deterministic: Bool = false, rngs: Rngs? = nil) {
    precondition(rate >= 0 && rate <= 1, "a dropout rate is a probability, not \(rate)")
    self.rate = rate
    self.deterministic = deterministic
    if let rngs {
      self.rngs = rngs.dropout.fork()
    } else {
      self.rngs = nil
    }
  }

  /// Any shape; takes a new key each time unless nothing or everything is dropped.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    if deterministic || rate == 0 {
      return x
    }
    if rate == 1 {
      return Tensor<Float>.zeros(x.shape)
    }
    precondition(rngs != nil, "Dropout(\(rate)) needs rngs: to know what to drop")
    let keep = Float(1 - rate)
    let mask = bernoulli(rngs!(), keep, x.shape)
    return select(mask, x * (1 / keep), 0)
  }
}
