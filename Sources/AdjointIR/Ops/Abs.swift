/// Absolute value. Its derivative is -1 below 0 and +1 from 0 on, as in JAX 0.10.
public struct Abs: NumericUnary {
  /// Makes the op.
  public init() {}

  public static let name = "abs"
  public static let summary = "Absolute value. Its derivative is -1 below 0 and +1 from 0 on, as in JAX 0.10."
  public static let function = ScalarFunction.abs

  public static func reference(_ x: Double) -> Double { x.magnitude }

  public static func reference(integer x: Int64) -> Int64 { x < 0 ? 0 &- x : x }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    let zero = try builder.zeros(x.type)
    let one = try builder.constant(1, like: x)
    let isPositive = try builder.compare(.greaterOrEqual, x, zero)
    return try builder.multiply(t, builder.select(isPositive, one, builder.negate(one)))
  }

  public static let probes = [
    Probe.elementwise(Abs(), .real(0.1...3)),
    Probe.elementwise(Abs(), .real(-3 ... -0.1)),
    Probe.integers(Abs(), -9...9),
  ]
}

extension Builder {
  /// Appends `abs(x)`.
  public func abs(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Abs(), x, name: name) }
}
