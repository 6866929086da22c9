/// -1, 0 or 1 as each element is negative, zero or positive; NaN stays. Its derivative is 0 everywhere.
public struct Sign: NumericUnary {
  /// Makes the op.
  public init() {}

  public static let name = "sign"
  public static let summary =
    "-1, 0 or 1 as each element is negative, zero or positive; NaN stays. Its derivative is 0 everywhere."
  public static let function = ScalarFunction.sign

  public static func reference(_ x: Double) -> Double { x > 0 ? 1 : x < 0 ? -1 : x }

  public static func reference(integer x: Int64) -> Int64 { x.signum() }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    nil
  }

  public static let probes = [
    Probe.elementwise(Sign(), .real(0.1...3)),
    Probe.elementwise(Sign(), .real(-3 ... -0.1)),
    Probe.integers(Sign(), -2...2),
  ]
}

extension Builder {
  /// Appends `sign(x)`.
  public func sign(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Sign(), x, name: name) }
}
