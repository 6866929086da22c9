/// Cosine of an angle in radians.
public struct Cos: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "cos"
  public static let summary = "Cosine of an angle in radians."
  public static let function = ScalarFunction.cos

  public static func reference(_ x: Double) -> Double { CMath.cosine(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    try builder.negate(builder.multiply(t, builder.sin(x)))
  }

  public static let probes = [Probe.elementwise(Cos(), .real(-6...6), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `cos(x)`.
  public func cos(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Cos(), x, name: name) }
}
