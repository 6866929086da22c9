/// A tensor surrounded and interleaved with a scalar: `low` elements before, `high` after and `interior` between
/// neighbours, in each dimension.
public struct Pad: Op {
  /// How many elements come before, in each dimension.
  public var low: [Int]
  /// How many elements come after.
  public var high: [Int]
  /// How many elements come between neighbours.
  public var interior: [Int]

  /// Makes the op; there is nothing between neighbours where `interior` is left out.
  public init(low: [Int], high: [Int], interior: [Int]? = nil) {
    self.low = low
    self.high = high
    self.interior = interior ?? low.map { _ in 0 }
  }

  public static let name = "pad"
  public static let summary = "A tensor surrounded and interleaved with the scalar operand 1."
  public var attributes: String {
    "low=\(low), high=\(high)" + (interior.allSatisfy { $0 == 0 } ? "" : ", interior=\(interior)")
  }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(2, operands)
    let shape = operands[0].shape
    guard [low, high, interior].allSatisfy({ $0.count == shape.count && $0.allSatisfy { $0 >= 0 } }) else {
      throw OpError(
        "shape.pad",
        "pad of \(operands[0]) needs low, high and interior >= 0 for each dimension, got \(low), \(high), \(interior)")
    }
    // Sums of extents up to this one do not overflow.
    let limit = TensorType.maximumByteCount
    guard (low + high + interior).allSatisfy({ $0 <= limit }),
      zip(shape, interior).allSatisfy({ !$0.multipliedReportingOverflow(by: $1).overflow })
    else {
      throw OpError("limit.tensor", "pad of \(operands[0]) by \(low), \(high), \(interior) is too large for a tensor")
    }
    guard operands[1] == .scalar(operands[0].dtype) else {
      throw OpError(
        "shape.pad",
        "pad of \(operands[0]) needs a fill of type \(TensorType.scalar(operands[0].dtype)), got \(operands[1])")
    }
    return [
      operands[0].with(
        shape: shape.indices.map { low[$0] + shape[$0] + max(0, shape[$0] - 1) * interior[$0] + high[$0] })
    ]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let result = try resultTypes(operands.map(\.type), regions: [])[0]
    let steps = Indexing.strides(result.shape)
    let base = zip(low, steps).reduce(0) { $0 + $1.0 * $1.1 }
    let positions = Indexing.offsets(
      operands[0].type.shape, strides: zip(interior, steps).map { ($0 + 1) * $1 }, base: base)
    let fill = operands[1].picking([Int](repeating: 0, count: result.count), as: result)
    return [fill.replacing(positions, with: operands[0])]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard tangents[0] != nil || tangents[1] != nil else { return [nil] }
    let t = try tangents[0] ?? builder.zeros(operation.operands[0].type)
    let fill = try tangents[1] ?? builder.zeros(operation.operands[1].type)
    return [try builder.emit(self, t, fill)]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil] }
    let shape = operation.operands[0].type.shape
    var result: [Value?] = [nil, nil]
    if linear.contains(0) {
      let limits = shape.indices.map { low[$0] + (shape[$0] == 0 ? 0 : (shape[$0] - 1) * (interior[$0] + 1) + 1) }
      result[0] = try builder.slice(ct, starts: low, limits: limits, strides: interior.map { $0 + 1 })
    }
    if linear.contains(1) {
      // The sum of the cotangent where the fill went.
      let inside = try builder.filled(1, TensorType(shape, .bool))
      let isInside = try builder.emit(self, inside, builder.zeros(.scalar(.bool)))
      let outside = try builder.select(isInside, builder.zeros(ct.type), ct)
      result[1] = try builder.reduce(.sum, outside, axes: Array(shape.indices))
    }
    return result
  }

  public var lowering: Lowering { .pad(low: low, high: high, interior: interior) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 0...3, limit: 4)
      let amounts = (0..<3).map { _ in shape.map { _ in Int.random(in: 0...2, using: &generator) } }
      return Probe.Case(
        op: Pad(low: amounts[0], high: amounts[1], interior: amounts[2]),
        operands: [TensorType(shape), .scalar(.f32)], domains: [.real(-3...3), .real(-3...3)])
    }
  ]
}

extension Builder {
  /// Appends a padding with zeros (or `fill`), or returns `x` where nothing is added.
  public func pad(
    _ x: Value, low: [Int], high: [Int], interior: [Int]? = nil, fill: Value? = nil, name: String? = nil
  ) throws(OpError) -> Value {
    let op = Pad(low: low, high: high, interior: interior)
    if (low + high + op.interior).allSatisfy({ $0 == 0 }), low.count == x.type.rank { return x }
    let zero: Value
    if let fill { zero = fill } else { zero = try zeros(.scalar(x.type.dtype)) }
    return try emit(op, x, zero, name: name)
  }
}
