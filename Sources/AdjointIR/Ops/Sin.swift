/// Sine of an angle in radians.
public struct Sin: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "sin"
  public static let summary = "Sine of an angle in radians."
  public static let function = ScalarFunction.sin

  public static func reference(_ x: Double) -> Double { CMath.sine(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    try builder.multiply(t, builder.cos(x))
  }

  public static let probes = [Probe.elementwise(Sin(), .real(-6...6), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `sin(x)`.
  public func sin(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Sin(), x, name: name) }
}
