/// A module that takes a tensor and gives one, so that it can stand in a `Sequential`.
public protocol Layer: Module {
  /// Applies the layer.
  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float>
}

/// A function as a layer: `Activation(.relu)`.
public final class Activation: Layer {
  /// The functions to choose from. They are named, so that compiled code can tell which one a model has.
  public enum Function: Sendable {
    case relu, relu6, leakyRelu, elu, gelu, silu, softplus, sigmoid, tanh, softmax
  }

  /// Which function it is.
  public let function: Function

  /// A layer without variables.
  public init(_ function: Function) {
    self.function = function
  }

  /// Applies the function.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    switch function {
    case .relu: return relu(x)
    case .relu6: return relu6(x)
    case .leakyRelu: return leakyRelu(x)
    case .elu: return elu(x)
    case .gelu: return gelu(x)
    case .silu: return silu(x)
    case .softplus: return softplus(x)
    case .sigmoid: return sigmoid(x)
    case .tanh: return tanh(x)
    case .softmax: return softmax(x)
    }
  }
}

/// Layers one after the other.
public final class Sequential: Layer {
  /// The layers, first to last.
  public let layers: [any Layer]

  /// `Sequential(Linear(64, 32, rngs: rngs), Activation(.relu), Linear(32, 10, rngs: rngs))`.
  public init(_ layers: any Layer...) {
    self.layers = layers
  }

  /// Layers from an array.
  public init(layers: [any Layer]) {
    self.layers = layers
  }

  /// Applies the layers in order.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    var y = x
    for layer in layers {
      y = layer(y)
    }
    return y
  }
}
