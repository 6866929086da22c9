/// e to the power of each element, minus 1, exact near 0.
public struct Expm1: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "expm1"
  public static let summary = "e to the power of each element, minus 1, exact near 0."
  public static let function = ScalarFunction.expm1

  public static func reference(_ x: Double) -> Double { CMath.exponentialMinusOne(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    try builder.multiply(t, builder.add(y, builder.constant(1, like: y)))
  }

  public static let probes = [
    Probe.elementwise(Expm1(), .real(-4...4), tolerance: 4e-6),
    Probe.elementwise(Expm1(), .real(-0.01...0.01), tolerance: 4e-6),
  ]
}

extension Builder {
  /// Appends `expm1(x)`.
  public func expm1(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Expm1(), x, name: name) }
}
