/// Every `strides`-th element from `starts` (inclusive) to `limits` (exclusive) in each dimension.
public struct Slice: Op {
  /// The first index in each dimension.
  public var starts: [Int]
  /// The end in each dimension, not included.
  public var limits: [Int]
  /// The step in each dimension, at least 1.
  public var strides: [Int]

  /// Makes the op; `strides` are 1 where left out.
  public init(starts: [Int], limits: [Int], strides: [Int]? = nil) {
    self.starts = starts
    self.limits = limits
    self.strides = strides ?? starts.map { _ in 1 }
  }

  public static let name = "slice"
  public static let summary = "Every so-manieth element from a start to a limit in each dimension."
  public var attributes: String {
    "starts=\(starts), limits=\(limits)" + (strides.allSatisfy { $0 == 1 } ? "" : ", strides=\(strides)")
  }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    let shape = operands[0].shape
    let ranks = [starts.count, limits.count, strides.count]
    let isInside =
      ranks.allSatisfy { $0 == shape.count }
      && shape.indices.allSatisfy {
        0 <= starts[$0] && starts[$0] <= limits[$0] && limits[$0] <= shape[$0] && strides[$0] >= 1
      }
    guard isInside else {
      throw OpError(
        "shape.slice",
        "cannot slice \(operands[0]) from \(starts) to \(limits) by \(strides): needs 0 <= start <= limit <= extent and "
          + "a stride of at least 1 in each dimension")
    }
    return [operands[0].with(shape: shape.indices.map { (limits[$0] - starts[$0] + strides[$0] - 1) / strides[$0] })]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let result = try resultTypes([operands[0].type], regions: [])[0]
    let steps = Indexing.strides(operands[0].type.shape)
    let base = zip(starts, steps).reduce(0) { $0 + $1.0 * $1.1 }
    let positions = Indexing.offsets(result.shape, strides: zip(strides, steps).map { $0 * $1 }, base: base)
    return [operands[0].picking(positions, as: result)]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    [try tangents[0].map { t in try builder.emit(self, t) }]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil] }
    let shape = operation.operands[0].type.shape
    let high = shape.indices.map { axis in
      let taken = ct.type.shape[axis] == 0 ? 0 : (ct.type.shape[axis] - 1) * strides[axis] + 1
      return shape[axis] - starts[axis] - taken
    }
    return [try builder.pad(ct, low: starts, high: high, interior: strides.map { $0 - 1 })]
  }

  public var lowering: Lowering { .view(.slice(starts: starts, strides: strides)) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 0...3, limit: 6)
      let starts = shape.map { Int.random(in: 0...$0, using: &generator) }
      let limits = zip(starts, shape).map { Int.random(in: $0...$1, using: &generator) }
      let strides = shape.map { _ in Int.random(in: 1...3, using: &generator) }
      return Probe.Case(
        op: Slice(starts: starts, limits: limits, strides: strides), operands: [TensorType(shape)],
        domains: [.real(-3...3)])
    }
  ]
}

extension Builder {
  /// Appends a slice, or returns `x` where it is all of it.
  public func slice(
    _ x: Value, starts: [Int], limits: [Int], strides: [Int]? = nil, name: String? = nil
  ) throws(OpError) -> Value {
    let op = Slice(starts: starts, limits: limits, strides: strides)
    if starts.allSatisfy({ $0 == 0 }), limits == x.type.shape, op.strides.allSatisfy({ $0 == 1 }) { return x }
    return try emit(op, x, name: name)
  }
}
