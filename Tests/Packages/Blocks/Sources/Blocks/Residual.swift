import Adjoint

// How much wider the hidden layer is.
let width = 2

/// A hidden layer around which the input is added: x + linear(relu(linear(x))).
public final class Residual: Module {
  public let inner: Linear
  public let outer: Linear

  public init(_ features: Int, rngs: Rngs) {
    inner = Linear(features, width * features, rngs: rngs)
    outer = Linear(width * features, features, rngs: rngs)
  }

  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    x + outer(squashed(inner(x)))
  }
}

func squashed(_ x: Tensor<Float>) -> Tensor<Float> { relu(x) }
