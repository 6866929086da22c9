/// The elements along some axes combined into one; the axes disappear. A NaN makes a max or min NaN.
public struct Reduce: Op {
  /// How elements are combined.
  public var reduction: Reduction
  /// The axes that disappear.
  public var axes: [Int]

  /// Makes the op.
  public init(_ reduction: Reduction, axes: [Int]) {
    self.reduction = reduction
    self.axes = axes
  }

  public static let name = "reduce"
  public static let summary = "The elements along some axes combined: sum, max, min or product."
  public var attributes: String { "\(reduction.rawValue), axes=\(axes)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    let type = operands[0]
    guard Indexing.areAxes(axes, rank: type.rank) else {
      throw OpError("shape.reduce", "cannot reduce \(type) along axes \(axes): needs distinct axes of its \(type.rank)")
    }
    if reduction == .sum || reduction == .product { try expect(.number, type) }
    return [type.with(shape: keptAxes(type.rank).map { type.shape[$0] })]
  }

  /// The axes that stay, for an operand of the given rank.
  func keptAxes(_ rank: Int) -> [Int] { (0..<rank).filter { !axes.contains($0) } }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let type = operands[0].type
    let result = try resultTypes([type], regions: [])[0]
    var strides = [Int](repeating: 0, count: type.rank)
    for (axis, stride) in zip(keptAxes(type.rank), Indexing.strides(result.shape)) { strides[axis] = stride }
    let targets = Indexing.offsets(type.shape, strides: strides)
    if case .real(let values) = operands[0].elements {
      return [Literal(result, .real(ReferenceLoops.reduce(values, targets, result.count, reduction)))]
    }
    var sums = [Int64](repeating: reduction.identity(type.dtype), count: result.count)
    for (target, value) in zip(targets, operands[0].integers) { sums[target] = reduction.combine(sums[target], value) }
    return [Literal(result, integers: sums)]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard let t = tangents[0] else { return [nil] }
    let (x, y) = (operation.operands[0], operation.results[0])
    switch reduction {
    case .sum: return [try builder.reduce(.sum, t, axes: axes)]
    case .max, .min:
      // The mean tangent of the elements that attain the result.
      let spread = try builder.broadcastInDim(y, shape: x.type.shape, dimensions: keptAxes(x.type.rank))
      let attains = try builder.convert(builder.compare(.equal, x, spread), to: x.type.dtype)
      let count = try builder.reduce(.sum, attains, axes: axes)
      return [try builder.divide(builder.reduce(.sum, builder.multiply(t, attains), axes: axes), count)]
    case .product:
      let others = try builder.exclusiveProducts(x, axes: axes)
      return [try builder.reduce(.sum, builder.multiply(t, others), axes: axes)]
    }
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard reduction == .sum else { throw notLinear(in: linear) }
    let type = operation.operands[0].type
    return [
      try cotangents[0].map { ct in
        try builder.broadcastInDim(ct, shape: type.shape, dimensions: keptAxes(type.rank))
      }
    ]
  }

  public var lowering: Lowering { .reduce(reduction, axes: axes) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 0...4, limit: 4)
      let axes = shape.indices.filter { _ in Bool.random(using: &generator) }
      let reduction = Reduction.allCases.randomElement(using: &generator)!
      let isOrder = reduction == .max || reduction == .min
      return Probe.Case(
        op: Reduce(reduction, axes: axes), operands: [TensorType(shape)],
        domains: [isOrder ? .distinct(-3...3) : .real(-1.5...1.5)])
    },
    Probe { generator in
      let shape = generator.shape(rank: 0...3, limit: 4)
      let axes = shape.indices.filter { _ in Bool.random(using: &generator) }
      let type = TensorType(shape, [DType.i32, .i64, .u32].randomElement(using: &generator)!)
      let op = Reduce(Reduction.allCases.randomElement(using: &generator)!, axes: axes)
      return Probe.Case(op: op, operands: [type], domains: [.integer(0...9)])
    },
  ]
}

extension Builder {
  /// Appends a reduction, or returns `x` where there is no axis.
  public func reduce(
    _ reduction: Reduction, _ x: Value, axes: [Int], name: String? = nil
  ) throws(OpError) -> Value {
    if axes.isEmpty { return x }
    return try emit(Reduce(reduction, axes: axes), x, name: name)
  }
}
