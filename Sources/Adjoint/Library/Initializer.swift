/// How a parameter gets its first value: a function of a key and a shape.
public struct Initializer {
  let draw: (Key, [Int]) -> Tensor<Float>

  /// An initialiser of one's own.
  public init(_ draw: @escaping (Key, [Int]) -> Tensor<Float>) {
    self.draw = draw
  }

  /// The first value of a parameter of this shape.
  public func callAsFunction(_ key: Key, _ shape: [Int]) -> Tensor<Float> {
    draw(key, shape)
  }

  /// All 0.
  public static var zeros: Initializer { constant(0) }
  /// All 1.
  public static var ones: Initializer { constant(1) }

  /// The same number everywhere.
  public static func constant(_ value: Float) -> Initializer {
    Initializer { _, shape in Tensor<Float>(repeating: value, shape: shape) }
  }

  /// Normal with mean 0.
  public static func normal(_ standardDeviation: Float = 0.01) -> Initializer {
    Initializer { key, shape in Adjoint.normal(key, shape) * standardDeviation }
  }

  /// Normal with mean 0, cut off at `lower` and `upper` before it is scaled by `standardDeviation`.
  public static func truncatedNormal(
    _ standardDeviation: Float = 0.01, lower: Float = -2, upper: Float = 2
  ) -> Initializer {
    Initializer { key, shape in Adjoint.truncatedNormal(key, lower, upper, shape) * standardDeviation }
  }

  /// Uniform in `0..<scale`.
  public static func uniform(_ scale: Float = 0.01) -> Initializer {
    Initializer { key, shape in Adjoint.uniform(key, shape) * scale }
  }

  /// Which number of connections of a unit the variance is divided by.
  public enum Fan {
    /// Those that come in.
    case fanIn
    /// Those that go out.
    case fanOut
    /// The mean of both.
    case fanAverage
    /// The geometric mean of both.
    case fanGeometric
  }

  /// The shape of the distribution.
  public enum Distribution {
    /// Normal.
    case normal
    /// Normal cut off at two standard deviations, then scaled so that the variance is right.
    case truncatedNormal
    /// Uniform around 0.
    case uniform
  }

  /// Mean 0 and variance `scale / fan`. The last two axes of the shape are a unit's inputs and outputs; those before
  /// (a convolution's window) count as further connections of each.
  public static func varianceScaling(_ scale: Double, _ fan: Fan, _ distribution: Distribution) -> Initializer {
    Initializer { key, shape in
      precondition(shape.count >= 2, "scaling by fan needs a shape of two axes or more, not \(shape)")
      var window = 1
      for axis in 0..<(shape.count - 2) {
        window *= shape[axis]
      }
      let inputs = Double(shape[shape.count - 2] * window)
      let outputs = Double(shape[shape.count - 1] * window)
      var connections = inputs
      switch fan {
      case .fanIn: connections = inputs
      case .fanOut: connections = outputs
      case .fanAverage: connections = (inputs + outputs) / 2
      case .fanGeometric: connections = (inputs * outputs).squareRoot()
      }
      let variance = Tensor<Float>(Float(scale / connections))
      switch distribution {
      case .normal:
        return Adjoint.normal(key, shape) * sqrt(variance)
      case .truncatedNormal:
        // The standard deviation of the standard normal restricted to (-2, 2).
        let deviation = sqrt(variance) / 0.87962566
        return Adjoint.truncatedNormal(key, -2, 2, shape) * deviation
      case .uniform:
        return Adjoint.uniform(key, shape, low: -1, high: 1) * sqrt(variance * 3)
      }
    }
  }

  /// Variance 1 / inputs: LeCun et al. (1998), Efficient BackProp, section 4.6.
  public static var lecunNormal: Initializer { varianceScaling(1, .fanIn, .truncatedNormal) }
  /// Variance 1 / inputs, uniform.
  public static var lecunUniform: Initializer { varianceScaling(1, .fanIn, .uniform) }
  /// Variance 2 / (inputs + outputs): Glorot and Bengio (2010), equation 12.
  public static var glorotNormal: Initializer { varianceScaling(1, .fanAverage, .truncatedNormal) }
  /// Variance 2 / (inputs + outputs), uniform: equation 16 there.
  public static var glorotUniform: Initializer { varianceScaling(1, .fanAverage, .uniform) }
  /// Variance 2 / inputs, for ReLU networks: He et al. (2015), section 2.2.
  public static var heNormal: Initializer { varianceScaling(2, .fanIn, .truncatedNormal) }
  /// Variance 2 / inputs, uniform.
  public static var heUniform: Initializer { varianceScaling(2, .fanIn, .uniform) }

  /// Variance 1 / features, for a table of shape `[count, features]`.
  public static var embedding: Initializer {
    Initializer { key, shape in
      let variance = Tensor<Float>(Float(1 / Double(shape[shape.count - 1])))
      return Adjoint.normal(key, shape) * sqrt(variance)
    }
  }
}
