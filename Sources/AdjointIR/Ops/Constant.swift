/// A tensor known when the code is generated.
public struct Constant: Op {
  /// The tensor.
  public var literal: Literal

  /// Makes the op.
  public init(_ literal: Literal) { self.literal = literal }

  public static let name = "constant"
  public static let summary = "A tensor known when the code is generated."

  public var attributes: String {
    let shown = 8
    let elements =
      switch literal.elements {
      case .real(let values): values.prefix(shown).map { literal.type.dtype == .f32 ? "\(Float($0))" : "\($0)" }
      case .integer(let values): values.prefix(shown).map { "\($0)" }
      case .bool(let values): values.prefix(shown).map { "\($0)" }
      }
    if literal.type.shape.isEmpty { return elements[0] }
    let more = literal.type.count > shown ? ", … \(literal.type.count - shown) more" : ""
    return "[\(elements.joined(separator: ", "))\(more)]"
  }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(0, operands)
    return [literal.type]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] { [literal] }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering { .constant(literal) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape()
      let values = (0..<TensorType(shape).count).map { Double($0) * 0.5 }
      return Probe.Case(op: Constant(Literal(shape, values)), operands: [], domains: [])
    }
  ]
}

extension Builder {
  /// Appends a tensor.
  public func constant(_ literal: Literal, name: String? = nil) throws(OpError) -> Value {
    try emit(Constant(literal), name: name)
  }

  /// Appends a number as a scalar.
  public func scalar(_ value: Double, _ dtype: DType) throws(OpError) -> Value {
    try constant(Literal(scalar: value, dtype))
  }

  /// Appends a tensor of the given type whose elements are all `value`.
  public func filled(_ value: Double, _ type: TensorType) throws(OpError) -> Value {
    try broadcast(scalar(value, type.dtype), to: type.shape)
  }

  /// Appends a tensor of the type of `other` whose elements are all `value`.
  public func constant(_ value: Double, like other: Value) throws(OpError) -> Value {
    try filled(value, other.type)
  }

  /// Appends zeros (false for booleans).
  public func zeros(_ type: TensorType) throws(OpError) -> Value { try filled(0, type) }
}
