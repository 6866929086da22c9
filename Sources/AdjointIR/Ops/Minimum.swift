/// The smaller of two numbers, element by element; NaN if either is. At a tie each side has half the derivative.
public struct Minimum: NumericBinary {
  /// Makes the op.
  public init() {}

  public static let name = "minimum"
  public static let summary =
    "The smaller of two numbers, element by element; NaN if either is. At a tie each side has half the derivative."
  public static let function = ScalarFunction.minimum

  public static func reference(_ x: Double, _ y: Double) -> Double { x.isNaN || y.isNaN ? .nan : x < y ? x : y }

  public static func reference(integer x: Int64, _ y: Int64) -> Int64 { x < y ? x : y }

  public static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    try builder.multiply(
      t, builder.share(of: operation.operands[0], against: operation.operands[1], operation.results[0]))
  }

  public static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    try builder.multiply(
      t, builder.share(of: operation.operands[1], against: operation.operands[0], operation.results[0]))
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public static let probes = [
    Probe.elementwise(Minimum(), .distinct(-3...3), .distinct(-3...3)),
    Probe.integers(Minimum(), -3...3, -3...3),
  ]
}

extension Builder {
  /// Appends `minimum(x, y)`.
  public func minimum(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Minimum(), x, y, name: name)
  }
}
