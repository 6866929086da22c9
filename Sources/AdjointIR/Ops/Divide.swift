/// Quotient of two tensors, element by element. Integers truncate toward 0; by 0 they give -1 (all bits set).
public struct Divide: NumericBinary {
  /// Makes the op.
  public init() {}

  public static let name = "divide"
  public static let summary =
    "Quotient of two tensors, element by element. Integers truncate toward 0; by 0 they give -1 (all bits set)."
  public static let function = ScalarFunction.divide

  public static func reference(_ x: Double, _ y: Double) -> Double { x / y }

  public static func reference(integer x: Int64, _ y: Int64) -> Int64 {
    y == 0 ? -1 : x.dividedReportingOverflow(by: y).partialValue
  }

  public static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    try builder.divide(t, operation.operands[1])
  }

  public static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    // -(x / y) / y
    let slope = try builder.divide(operation.results[0], operation.operands[1])
    return try builder.negate(builder.multiply(slope, t))
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil] }
    guard linear == [0] else { throw notLinear(in: linear) }
    return [try builder.divide(ct, operation.operands[1]), nil]
  }

  public static let probes = [
    Probe.elementwise(Divide(), .real(-3...3), .real(0.5...3)),
    Probe.elementwise(Divide(), .real(-3...3), .real(-3 ... -0.5)),
    Probe.integers(Divide(), -9...9, -3...3),
  ]
}

extension Builder {
  /// Appends `x / y`.
  public func divide(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Divide(), x, y, name: name)
  }
}
