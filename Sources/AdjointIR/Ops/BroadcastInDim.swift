/// A tensor repeated along new dimensions: operand dimension `d` runs along result dimension `dimensions[d]` and has its
/// extent; the elements repeat along the other dimensions. (A dimension of extent 1 that should repeat is reshaped away
/// first; `Builder.broadcast` does it.)
public struct BroadcastInDim: Op {
  /// The shape of the result.
  public var shape: [Int]
  /// The result dimension of each operand dimension, ascending.
  public var dimensions: [Int]

  /// Makes the op.
  public init(shape: [Int], dimensions: [Int]) {
    self.shape = shape
    self.dimensions = dimensions
  }

  public static let name = "broadcastInDim"
  public static let summary = "A tensor repeated along new dimensions."
  public var attributes: String { "shape=\(shape), dimensions=\(dimensions)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    guard dimensions.count == operands[0].rank, Indexing.areAxes(dimensions, rank: shape.count),
      dimensions == dimensions.sorted(), dimensions.map({ shape[$0] }) == operands[0].shape
    else {
      throw OpError(
        "shape.broadcast",
        "cannot broadcast \(operands[0]) to \(shape): its axes would lie along \(dimensions), which must ascend and "
          + "have the same extents")
    }
    return [operands[0].with(shape: shape)]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let type = operands[0].type.with(shape: shape)
    if case .real(let values) = operands[0].elements, values.count == 1 {
      return [Literal(type, .real([Double](repeating: values[0], count: type.count)))]
    }
    var strides = [Int](repeating: 0, count: shape.count)
    for (dimension, stride) in zip(dimensions, Indexing.strides(operands[0].type.shape)) {
      strides[dimension] = stride
    }
    let positions = Indexing.offsets(shape, strides: strides)
    return [operands[0].picking(positions, as: type)]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    [try tangents[0].map { t in try builder.broadcastInDim(t, shape: shape, dimensions: dimensions) }]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    let axes = shape.indices.filter { !dimensions.contains($0) }
    return [try cotangents[0].map { ct in try builder.reduce(.sum, ct, axes: axes) }]
  }

  public var lowering: Lowering { .view(.broadcast(dimensions: dimensions)) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 0...4, limit: 4)
      let dimensions = shape.indices.filter { _ in Bool.random(using: &generator) }
      return Probe.Case(
        op: BroadcastInDim(shape: shape, dimensions: dimensions),
        operands: [TensorType(dimensions.map { shape[$0] })], domains: [.real(-3...3)])
    }
  ]
}

extension Builder {
  /// Appends a broadcast, or returns `x` where it has that shape already.
  public func broadcastInDim(
    _ x: Value, shape: [Int], dimensions: [Int], name: String? = nil
  ) throws(OpError) -> Value {
    if x.type.shape == shape, dimensions == Array(shape.indices) { return x }
    return try emit(BroadcastInDim(shape: shape, dimensions: dimensions), x, name: name)
  }

  /// Appends what brings `x` to `shape` by NumPy's rule: shapes are aligned at the end, and an extent of 1 repeats.
  public func broadcast(_ x: Value, to shape: [Int], name: String? = nil) throws(OpError) -> Value {
    let lead = shape.count - x.type.rank
    var kept: [Int] = []
    for (axis, extent) in x.type.shape.enumerated() {
      let isFine = lead >= 0 && (extent == shape[axis + lead] || extent == 1)
      guard isFine else { throw OpError("shape.broadcast", "cannot broadcast \(x.type) to shape \(shape)") }
      if extent == shape[axis + lead] { kept.append(axis) }
    }
    guard lead >= 0 else { throw OpError("shape.broadcast", "cannot broadcast \(x.type) to shape \(shape)") }
    let squeezed = try reshape(x, kept.map { x.type.shape[$0] })
    return try broadcastInDim(squeezed, shape: shape, dimensions: kept.map { $0 + lead }, name: name)
  }
}
