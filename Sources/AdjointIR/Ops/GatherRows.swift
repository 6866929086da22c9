/// Rows (dimension 0) of a table, picked by an integer tensor of any shape: table [n, rest…] and indices [i…] give
/// [i…, rest…]. An index out of range is clamped; its derivative is dropped, as in JAX.
public struct GatherRows: Op {
  /// Makes the op.
  public init() {}

  public static let name = "gatherRows"
  public static let summary = "Rows of a table picked by an integer tensor; indices out of range are clamped."
  public var attributes: String { "" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(2, operands)
    let (table, indices) = (operands[0], operands[1])
    guard let rows = table.shape.first, rows > 0 else {
      throw OpError("shape.gather", "gatherRows needs a table with at least one row, got \(table)")
    }
    guard indices.dtype.isInteger else {
      throw OpError("dtype.operand", "gatherRows needs integer indices (i32, i64, u32), got \(indices)")
    }
    return [table.with(shape: indices.shape + table.shape.dropFirst())]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let table = operands[0].type
    let result = try resultTypes(operands.map(\.type), regions: [])[0]
    let width = table.shape.dropFirst().reduce(1, *)
    let last = Int64(table.shape[0] - 1)
    let positions = operands[1].integers.flatMap { index in
      let start = Int(min(max(index, 0), last)) * width
      return start..<start + width
    }
    return [operands[0].picking(positions, as: result)]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    [try tangents[0].map { t in try builder.gatherRows(t, operation.operands[1]) }]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard linear == [0] else { throw notLinear(in: linear) }
    guard let ct = cotangents[0] else { return [nil, nil] }
    let (table, indices) = (operation.operands[0], operation.operands[1])
    return [try builder.scatterAddRows(builder.zeros(table.type), indices, ct), nil]
  }

  public var lowering: Lowering { .gatherRows }

  public static let probes = [
    Probe { generator in
      let table = generator.shape(rank: 1...3)
      let dtype = [DType.i32, .i64, .u32].randomElement(using: &generator)!
      return Probe.Case(
        op: GatherRows(), operands: [TensorType(table), TensorType(generator.shape(rank: 0...2), dtype)],
        domains: [.real(-3...3), .integer(0...table[0] - 1)])
    }
  ]
}

extension Builder {
  /// Appends the rows of `table` at `indices`.
  public func gatherRows(_ table: Value, _ indices: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(GatherRows(), table, indices, name: name)
  }
}
