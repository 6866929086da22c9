/// Elements of the second operand where the first, a boolean, is true, and of the third elsewhere.
public struct Select: Op {
  /// Makes the op.
  public init() {}

  public static let name = "select"
  public static let summary = "Elements of operand 1 where the boolean operand 0 is true, of operand 2 elsewhere."
  public var attributes: String { "" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(3, operands)
    guard operands[0].dtype == .bool else {
      throw OpError("dtype.operand", "select needs a boolean condition, got \(operands[0])")
    }
    try expectSameTypes(Array(operands[1...]))
    guard operands[0].shape == operands[1].shape else {
      throw OpError(
        "shape.elementwise",
        "select needs a condition of its operands' shape, got \(operands[0]) for \(operands[1])")
    }
    return [operands[1]]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let isTrue = operands[0].bools
    if case .real(let x) = operands[1].elements, case .real(let y) = operands[2].elements {
      return [Literal(operands[1].type, .real(ReferenceLoops.select(isTrue, x, y)))]
    }
    let positions = isTrue.indices.filter { isTrue[$0] }
    let picked = operands[1].picking(positions, as: TensorType([positions.count], operands[1].type.dtype))
    return [operands[2].replacing(positions, with: picked)]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard tangents[1] != nil || tangents[2] != nil else { return [nil] }
    let type = operation.results[0].type
    let onTrue = try tangents[1] ?? builder.zeros(type)
    let onFalse = try tangents[2] ?? builder.zeros(type)
    return [try builder.select(operation.operands[0], onTrue, onFalse)]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil, nil] }
    guard linear.isSubset(of: [1, 2]) else { throw notLinear(in: linear) }
    let zero = try builder.zeros(ct.type)
    return [
      nil,
      linear.contains(1) ? try builder.select(operation.operands[0], ct, zero) : nil,
      linear.contains(2) ? try builder.select(operation.operands[0], zero, ct) : nil,
    ]
  }

  public var lowering: Lowering { .elementwise([.select(.operand(0), .operand(1), .operand(2))]) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape()
      return Probe.Case(
        op: Select(), operands: [TensorType(shape, .bool), TensorType(shape), TensorType(shape)],
        domains: [.bool, .real(-3...3), .real(-3...3)])
    }
  ]
}

extension Builder {
  /// Appends `condition ? onTrue : onFalse`, element by element.
  public func select(
    _ condition: Value, _ onTrue: Value, _ onFalse: Value, name: String? = nil
  ) throws(OpError) -> Value {
    try emit(Select(), condition, onTrue, onFalse, name: name)
  }
}
