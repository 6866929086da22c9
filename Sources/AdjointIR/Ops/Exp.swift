/// e to the power of each element.
public struct Exp: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "exp"
  public static let summary = "e to the power of each element."
  public static let function = ScalarFunction.exp

  public static func reference(_ x: Double) -> Double { CMath.exponential(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    try builder.multiply(t, y)
  }

  public static let probes = [Probe.elementwise(Exp(), .real(-4...4), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `exp(x)`.
  public func exp(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Exp(), x, name: name) }
}
