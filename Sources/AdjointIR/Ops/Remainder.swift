/// Remainder of truncating division; it has the sign of the dividend. An integer modulo 0 is itself.
public struct Remainder: NumericBinary {
  /// Makes the op.
  public init() {}

  public static let name = "remainder"
  public static let summary =
    "Remainder of truncating division; it has the sign of the dividend. An integer modulo 0 is itself."
  public static let function = ScalarFunction.remainder

  public static func reference(_ x: Double, _ y: Double) -> Double { x.truncatingRemainder(dividingBy: y) }

  public static func reference(integer x: Int64, _ y: Int64) -> Int64 {
    x.remainderReportingOverflow(dividingBy: y).partialValue
  }

  public static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    t
  }

  public static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    // -trunc(x / y)
    let quotient = try builder.divide(operation.operands[0], operation.operands[1])
    let whole = try builder.multiply(builder.sign(quotient), builder.floor(builder.abs(quotient)))
    return try builder.negate(builder.multiply(whole, t))
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public static let probes = [
    Probe.elementwise(Remainder(), .real(4.1...4.9), .real(0.8...0.81)),
    Probe.elementwise(Remainder(), .real(-4.7 ... -4.1), .real(1.9...2)),
    Probe.integers(Remainder(), -9...9, -3...3),
  ]
}

extension Builder {
  /// Appends `remainder(x, y)`.
  public func remainder(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Remainder(), x, y, name: name)
  }
}
