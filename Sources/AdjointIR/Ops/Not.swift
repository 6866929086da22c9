/// Bitwise complement of integers, logical negation of booleans.
public struct Not: Op {
  /// Makes the op.
  public init() {}

  public static let name = "not"
  public static let summary = "Bitwise complement of integers, logical negation of booleans."
  public var attributes: String { "" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    try expect(.bits, operands[0])
    return operands
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    if case .bool(let values) = operands[0].elements { return [Literal(operands[0].type, .bool(values.map { !$0 }))] }
    return [Literal(operands[0].type, integers: operands[0].integers.map { ~$0 })]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering { .elementwise([.call(.not, [.operand(0)])]) }

  public static let probes = [
    Probe.integers(Not(), -9...9),
    Probe { generator in
      Probe.Case(op: Not(), operands: [TensorType(generator.shape(), .bool)], domains: [.bool])
    },
  ]
}

extension Builder {
  /// Appends `not(x)`.
  public func not(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Not(), x, name: name) }
}
