/// The dimensions in another order: result dimension `d` is operand dimension `permutation[d]`.
public struct Transpose: Op {
  /// The operand's dimensions in the result's order.
  public var permutation: [Int]

  /// Makes the op.
  public init(permutation: [Int]) { self.permutation = permutation }

  public static let name = "transpose"
  public static let summary = "The dimensions in another order."
  public var attributes: String { "permutation=\(permutation)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    let rank = operands[0].rank
    guard permutation.count == rank, Indexing.areAxes(permutation, rank: rank) else {
      throw OpError(
        "shape.transpose",
        "transpose of \(operands[0]) needs each of its axes once, got \(permutation)")
    }
    return [operands[0].with(shape: permutation.map { operands[0].shape[$0] })]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    if permutation == Array(permutation.indices) { return operands }
    let shape = operands[0].type.shape
    let strides = Indexing.strides(shape)
    let result = permutation.map { shape[$0] }
    let positions = Indexing.offsets(result, strides: permutation.map { strides[$0] })
    return [operands[0].picking(positions, as: operands[0].type.with(shape: result))]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    [try tangents[0].map { t in try builder.transpose(t, permutation) }]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    [try cotangents[0].map { ct in try builder.transpose(ct, Self.inverse(permutation)) }]
  }

  /// The permutation that undoes `permutation`.
  public static func inverse(_ permutation: [Int]) -> [Int] {
    var inverse = permutation
    for (position, axis) in permutation.enumerated() { inverse[axis] = position }
    return inverse
  }

  public var lowering: Lowering { .view(.transpose(permutation: permutation)) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 0...4)
      let permutation = Array(shape.indices).shuffled(using: &generator)
      return Probe.Case(
        op: Transpose(permutation: permutation), operands: [TensorType(shape)], domains: [.real(-3...3)])
    }
  ]
}

extension Builder {
  /// Appends a transposition, or returns `x` where the order is the old one.
  public func transpose(_ x: Value, _ permutation: [Int], name: String? = nil) throws(OpError) -> Value {
    if permutation == Array(0..<x.type.rank) { return x }
    return try emit(Transpose(permutation: permutation), x, name: name)
  }
}
