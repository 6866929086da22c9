/// Product of two tensors, element by element.
public struct Multiply: NumericBinary {
  /// Makes the op.
  public init() {}

  public static let name = "multiply"
  public static let summary = "Product of two tensors, element by element."
  public static let function = ScalarFunction.multiply

  public static func reference(_ x: Double, _ y: Double) -> Double { x * y }

  public static func reference(integer x: Int64, _ y: Int64) -> Int64 { x &* y }

  public static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    try builder.multiply(t, operation.operands[1])
  }

  public static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    try builder.multiply(operation.operands[0], t)
  }

  /// The sum of both operands' parts; of a square, twice the one part, which is a factor of its cotangent alone.
  ///
  /// One value may stand for two arguments, of which each has its own tangent or none: the tangents are the same too.
  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard operation.operands[0] == operation.operands[1], let tangent = tangents[0], tangent == tangents[1] else {
      return try sumOfParts(operation, tangents: tangents, builder)
    }
    let part = try Self.tangent(left: tangent, operation, builder)
    return [try builder.multiply(part, builder.constant(2, like: part))]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil] }
    switch linear {
    case [0]: return [try builder.multiply(ct, operation.operands[1]), nil]
    case [1]: return [nil, try builder.multiply(operation.operands[0], ct)]
    default: throw notLinear(in: linear)
    }
  }

  public static let probes = [
    Probe.elementwise(Multiply(), .real(-3...3), .real(-3...3)),
    Probe.integers(Multiply(), -9...9, -9...9),
  ]
}

extension Builder {
  /// Appends `x * y`.
  public func multiply(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Multiply(), x, y, name: name)
  }
}
