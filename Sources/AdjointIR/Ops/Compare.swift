/// Whether a relation holds between two tensors, element by element. With a NaN only `notEqual` holds.
public struct Compare: Op {
  /// The relation.
  public var comparison: Comparison

  /// Makes the op.
  public init(_ comparison: Comparison) { self.comparison = comparison }

  public static let name = "compare"
  public static let summary = "Whether a relation holds between two tensors, element by element."
  public var attributes: String { comparison.rawValue }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(2, operands)
    try expectSameTypes(operands)
    return [operands[0].with(dtype: .bool)]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let type = operands[0].type
    let holds =
      type.dtype.isFloat
      ? ReferenceLoops.compare(operands[0].reals, operands[1].reals) { comparison.holds($0, $1) }
      : zip(operands[0].integers, operands[1].integers).map { comparison.holds($0, $1) }
    return [Literal(type.with(dtype: .bool), .bool(holds))]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering { .elementwise([.compare(comparison, .operand(0), .operand(1))]) }

  public static let probes = [
    Probe { generator in
      let op = Compare(Comparison.allCases.randomElement(using: &generator)!)
      let type = TensorType(generator.shape(), DType.allCases.randomElement(using: &generator)!)
      let domain: Probe.Domain =
        type.dtype == .bool ? .bool : type.dtype.isFloat ? .distinct(-2...2) : .integer(0...3)
      return Probe.Case(op: op, operands: [type, type], domains: [domain, domain])
    }
  ]
}

extension Comparison {
  /// Whether the relation holds.
  public func holds<Number: Comparable>(_ x: Number, _ y: Number) -> Bool {
    switch self {
    case .equal: x == y
    case .notEqual: x != y
    case .less: x < y
    case .lessOrEqual: x <= y
    case .greater: x > y
    case .greaterOrEqual: x >= y
    }
  }
}

extension Builder {
  /// Appends a comparison of `x` and `y`.
  public func compare(
    _ comparison: Comparison, _ x: Value, _ y: Value, name: String? = nil
  ) throws(OpError) -> Value {
    try emit(Compare(comparison), x, y, name: name)
  }
}
