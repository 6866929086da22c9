// Draws from a source of randomness itself: each takes a key first.

extension RngStream {
  /// 32 random bits for each element, with a new key.
  public func bits(_ shape: [Int]) -> Tensor<UInt32> { Adjoint.randomBits(callAsFunction(), shape) }

  /// Uniform in `low..<high`, with a new key.
  public func uniform(_ shape: [Int], low: Float = 0, high: Float = 1) -> Tensor<Float> {
    Adjoint.uniform(callAsFunction(), shape, low: low, high: high)
  }

  /// Normal with mean 0 and standard deviation 1, with a new key.
  public func normal(_ shape: [Int]) -> Tensor<Float> { Adjoint.normal(callAsFunction(), shape) }

  /// Normal, restricted to the open interval from `lower` to `upper`, with a new key.
  public func truncatedNormal(_ lower: Float, _ upper: Float, _ shape: [Int]) -> Tensor<Float> {
    Adjoint.truncatedNormal(callAsFunction(), lower, upper, shape)
  }

  /// True with this probability, with a new key.
  public func bernoulli(_ probability: Float, _ shape: [Int]) -> Tensor<Bool> {
    Adjoint.bernoulli(callAsFunction(), probability, shape)
  }

  /// Uniform integers in `low..<high`, with a new key.
  public func randint(_ shape: [Int], low: Int, high: Int) -> Tensor<Int32> {
    Adjoint.randint(callAsFunction(), shape, low: low, high: high)
  }

  /// Standard Gumbel, with a new key.
  public func gumbel(_ shape: [Int]) -> Tensor<Float> { Adjoint.gumbel(callAsFunction(), shape) }

  /// Exponential with mean 1, with a new key.
  public func exponential(_ shape: [Int]) -> Tensor<Float> { Adjoint.exponential(callAsFunction(), shape) }

  /// 1 or -1, with a new key.
  public func rademacher(_ shape: [Int]) -> Tensor<Int32> { Adjoint.rademacher(callAsFunction(), shape) }

  /// An index of the last axis with the probabilities that softmax gives `logits`, with a new key.
  public func categorical(_ logits: Tensor<Float>) -> Tensor<Int32> {
    Adjoint.categorical(callAsFunction(), logits)
  }
}

extension Rngs {
  /// 32 random bits for each element, with a new key.
  public func bits(_ shape: [Int]) -> Tensor<UInt32> { Adjoint.randomBits(callAsFunction(), shape) }

  /// Uniform in `low..<high`, with a new key.
  public func uniform(_ shape: [Int], low: Float = 0, high: Float = 1) -> Tensor<Float> {
    Adjoint.uniform(callAsFunction(), shape, low: low, high: high)
  }

  /// Normal with mean 0 and standard deviation 1, with a new key.
  public func normal(_ shape: [Int]) -> Tensor<Float> { Adjoint.normal(callAsFunction(), shape) }

  /// Normal, restricted to the open interval from `lower` to `upper`, with a new key.
  public func truncatedNormal(_ lower: Float, _ upper: Float, _ shape: [Int]) -> Tensor<Float> {
    Adjoint.truncatedNormal(callAsFunction(), lower, upper, shape)
  }

  /// True with this probability, with a new key.
  public func bernoulli(_ probability: Float, _ shape: [Int]) -> Tensor<Bool> {
    Adjoint.bernoulli(callAsFunction(), probability, shape)
  }

  /// Uniform integers in `low..<high`, with a new key.
  public func randint(_ shape: [Int], low: Int, high: Int) -> Tensor<Int32> {
    Adjoint.randint(callAsFunction(), shape, low: low, high: high)
  }

  /// Standard Gumbel, with a new key.
  public func gumbel(_ shape: [Int]) -> Tensor<Float> { Adjoint.gumbel(callAsFunction(), shape) }

  /// Exponential with mean 1, with a new key.
  public func exponential(_ shape: [Int]) -> Tensor<Float> { Adjoint.exponential(callAsFunction(), shape) }

  /// 1 or -1, with a new key.
  public func rademacher(_ shape: [Int]) -> Tensor<Int32> { Adjoint.rademacher(callAsFunction(), shape) }

  /// An index of the last axis with the probabilities that softmax gives `logits`, with a new key.
  public func categorical(_ logits: Tensor<Float>) -> Tensor<Int32> {
    Adjoint.categorical(callAsFunction(), logits)
  }
}
