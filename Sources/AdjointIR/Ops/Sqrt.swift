/// Square root; NaN below 0.
public struct Sqrt: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "sqrt"
  public static let summary = "Square root; NaN below 0."
  public static let function = ScalarFunction.sqrt

  public static func reference(_ x: Double) -> Double { x.squareRoot() }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    // 1/2y: infinite at 0.
    try builder.multiply(t, builder.divide(builder.constant(0.5, like: y), y))
  }

  public static let probes = [Probe.elementwise(Sqrt(), .real(0.1...9))]
}

extension Builder {
  /// Appends `sqrt(x)`.
  public func sqrt(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Sqrt(), x, name: name) }
}
