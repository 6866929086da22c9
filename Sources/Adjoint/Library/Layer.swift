/// A module that takes a tensor and gives one, so that it can stand in a `Sequential`.
public protocol Layer: Module {
  /// Applies the layer.
  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float>
}

/// A function as a layer: `Activation(relu)`.
public final class Activation: Layer {
  let function: (Tensor<Float>) -> Tensor<Float>

  /// A layer without variables.
  public init(_ function: @escaping (Tensor<Float>) -> Tensor<Float>) {
    self.function = function
  }

  /// Applies the function.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    function(x)
  }
}

/// Layers one after the other.
public final class Sequential: Layer {
  /// The layers, first to last.
  public let layers: [any Layer]

  /// `Sequential(Linear(64, 32, rngs: rngs), Activation(relu), Linear(32, 10, rngs: rngs))`.
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
