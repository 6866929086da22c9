/// The larger of two numbers, element by element; NaN if either is. At a tie each side has half the derivative.
public struct Maximum: NumericBinary {
  /// Makes the op.
  public init() {}

  public static let name = "maximum"
  public static let summary =
    "The larger of two numbers, element by element; NaN if either is. At a tie each side has half the derivative."
  public static let function = ScalarFunction.maximum

  public static func reference(_ x: Double, _ y: Double) -> Double { x.isNaN || y.isNaN ? .nan : x > y ? x : y }

  public static func reference(integer x: Int64, _ y: Int64) -> Int64 { x > y ? x : y }

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
    Probe.elementwise(Maximum(), .distinct(-3...3), .distinct(-3...3)),
    Probe.integers(Maximum(), -3...3, -3...3),
  ]
}

extension Builder {
  /// Appends `maximum(x, y)`.
  public func maximum(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Maximum(), x, y, name: name)
  }
}

extension Builder {
  /// How much of `result`, the larger or smaller of `x` and `other`, is `x`: 1, 0, or 1/2 at a tie.
  func share(of x: Value, against other: Value, _ result: Value) throws(OpError) -> Value {
    let zero = try zeros(x.type)
    let one = try constant(1, like: x)
    let isX = try select(compare(.equal, x, result), one, zero)
    let isTied = try compare(.equal, x, other)
    return try select(isTied, constant(0.5, like: x), isX)
  }
}
