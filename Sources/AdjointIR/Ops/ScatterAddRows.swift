/// A table with updates added to its rows (dimension 0): table [n, rest…], integer indices [i…] and updates [i…, rest…].
/// Indices out of range are dropped; updates of one row are added in row-major order.
public struct ScatterAddRows: Op {
  /// Makes the op.
  public init() {}

  public static let name = "scatterAddRows"
  public static let summary = "A table with updates added to the rows that an integer tensor names."
  public var attributes: String { "" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(3, operands)
    let (table, indices, updates) = (operands[0], operands[1], operands[2])
    guard table.rank > 0 else {
      throw OpError("shape.scatter", "scatterAddRows needs a table with rows, got \(table)")
    }
    try expect(.number, table)
    guard indices.dtype.isInteger else {
      throw OpError("dtype.operand", "scatterAddRows needs integer indices (i32, i64, u32), got \(indices)")
    }
    let expected = table.with(shape: indices.shape + table.shape.dropFirst())
    guard updates == expected else {
      throw OpError(
        "shape.scatter",
        "scatterAddRows into \(table) at \(indices) needs updates of type \(expected), got \(updates)")
    }
    return [table]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let table = operands[0].type
    let width = table.shape.dropFirst().reduce(1, *)
    let rows = operands[1].integers.map { 0..<Int64(table.shape[0]) ~= $0 ? Int($0) : nil }
    func added<Number>(_ table: [Number], _ updates: [Number], _ add: (Number, Number) -> Number) -> [Number] {
      var result = table
      for (number, row) in rows.enumerated() {
        guard let row else { continue }
        for i in 0..<width { result[row * width + i] = add(result[row * width + i], updates[number * width + i]) }
      }
      return result
    }
    if case .real(let values) = operands[0].elements, case .real(let updates) = operands[2].elements {
      return [Literal(table, .real(added(values, updates, +)))]
    }
    return [Literal(table, integers: added(operands[0].integers, operands[2].integers, &+))]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard let updates = tangents[2] else { return [tangents[0]] }
    let table = try tangents[0] ?? builder.zeros(operation.operands[0].type)
    return [try builder.scatterAddRows(table, operation.operands[1], updates)]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard linear.isSubset(of: [0, 2]) else { throw notLinear(in: linear) }
    guard let ct = cotangents[0] else { return [nil, nil, nil] }
    var updates: Value?
    if linear.contains(2) {
      let indices = operation.operands[1]
      let rows = ct.type.shape[0]
      let type = operation.operands[2].type
      guard rows > 0 else { return [linear.contains(0) ? ct : nil, nil, try builder.zeros(type)] }
      let gathered = try builder.gatherRows(ct, indices)
      let isBelow = try builder.compare(.less, indices, builder.constant(Double(rows), like: indices))
      let isNatural = try builder.compare(.greaterOrEqual, indices, builder.zeros(indices.type))
      let isInRange = try builder.broadcastInDim(
        builder.and(isBelow, isNatural), shape: type.shape, dimensions: Array(0..<indices.type.rank))
      updates = try builder.select(isInRange, gathered, builder.zeros(type))
    }
    return [linear.contains(0) ? ct : nil, nil, updates]
  }

  public var lowering: Lowering { .scatterAddRows }

  public static let probes = [
    Probe { generator in
      let table = generator.shape(rank: 1...3)
      let indices = generator.shape(rank: 0...2)
      return Probe.Case(
        op: ScatterAddRows(),
        operands: [TensorType(table), TensorType(indices, .i32), TensorType(indices + table.dropFirst())],
        domains: [.real(-3...3), .integer(-1...table[0]), .real(-3...3)])
    }
  ]
}

extension Builder {
  /// Appends `table` with `updates` added to its rows at `indices`.
  public func scatterAddRows(
    _ table: Value, _ indices: Value, _ updates: Value, name: String? = nil
  ) throws(OpError) -> Value {
    try emit(ScatterAddRows(), table, indices, updates, name: name)
  }
}
