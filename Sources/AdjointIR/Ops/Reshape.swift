/// The same row-major sequence of elements in another shape.
public struct Reshape: Op {
  /// The shape of the result.
  public var shape: [Int]

  /// Makes the op.
  public init(shape: [Int]) { self.shape = shape }

  public static let name = "reshape"
  public static let summary = "The same row-major sequence of elements in another shape."
  public var attributes: String { "shape=\(shape)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    let result = operands[0].with(shape: shape)
    guard result.checkedCount == operands[0].count else {
      let count = result.checkedCount.map(String.init) ?? "so many"
      throw OpError(
        "shape.reshape", "cannot reshape \(operands[0]) to \(shape): \(operands[0].count) elements are not \(count)")
    }
    return [result]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    [Literal(operands[0].type.with(shape: shape), operands[0].elements)]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    [try tangents[0].map { t in try builder.reshape(t, shape) }]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    [try cotangents[0].map { ct in try builder.reshape(ct, operation.operands[0].type.shape) }]
  }

  public var lowering: Lowering { .view(.reshape) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 1...3)
      let merged = [shape.reduce(1, *), 1]
      return Probe.Case(op: Reshape(shape: merged), operands: [TensorType(shape)], domains: [.real(-3...3)])
    }
  ]
}

extension Builder {
  /// Appends a reshape, or returns `x` where it has that shape already.
  public func reshape(_ x: Value, _ shape: [Int], name: String? = nil) throws(OpError) -> Value {
    if x.type.shape == shape { return x }
    return try emit(Reshape(shape: shape), x, name: name)
  }
}
