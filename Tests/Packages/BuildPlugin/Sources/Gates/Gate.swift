import Adjoint

/// x · σ(linear(x)).
public final class Gate: Module {
  public let linear: Linear

  public init(_ features: Int, rngs: Rngs) {
    linear = Linear(features, features, rngs: rngs)
  }

  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    x * sigmoid(linear(x))
  }
}
