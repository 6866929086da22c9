/// The i32 index of the first largest (or smallest) element along an axis, which disappears. A NaN wins.
public struct ArgReduce: Op {
  /// Whether the largest element is sought, else the smallest.
  public var largest: Bool
  /// The axis that disappears.
  public var axis: Int

  /// Makes the op.
  public init(largest: Bool, axis: Int) {
    self.largest = largest
    self.axis = axis
  }

  public static let name = "argReduce"
  public static let summary = "The i32 index of the first largest (or smallest) element along an axis; a NaN wins."
  public var attributes: String { "\(largest ? "largest" : "smallest"), axis=\(axis)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    try expect(.number, operands[0])
    var shape = operands[0].shape
    guard shape.indices ~= axis else {
      throw OpError("shape.reduce", "argReduce has no axis \(axis) in \(operands[0])")
    }
    guard shape.remove(at: axis) > 0 else {
      throw OpError("shape.reduce", "argReduce needs at least one element along axis \(axis), got \(operands[0])")
    }
    return [TensorType(shape, .i32)]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let result = try resultTypes([operands[0].type], regions: [])[0]
    var outer = Indexing.strides(operands[0].type.shape)
    let step = outer.remove(at: axis)
    let bases = Indexing.offsets(result.shape, strides: outer)
    let length = operands[0].type.shape[axis]
    func first<Number: Comparable>(_ values: [Number], _ base: Int) -> Int64 {
      var best = 0
      for index in 0..<length {
        let (value, champion) = (values[base + index * step], values[base + best * step])
        // Only a NaN differs from itself.
        if champion != champion { break }
        if value != value || (largest ? value > champion : value < champion) { best = index }
      }
      return Int64(best)
    }
    if case .real(let values) = operands[0].elements {
      return [Literal(result, .integer(bases.map { first(values, $0) }))]
    }
    let values = operands[0].integers
    return [Literal(result, .integer(bases.map { first(values, $0) }))]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering { .argReduce(largest: largest, axis: axis) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 1...3)
      let axis = Int.random(in: shape.indices, using: &generator)
      return Probe.Case(
        op: ArgReduce(largest: Bool.random(using: &generator), axis: axis), operands: [TensorType(shape)],
        domains: [.distinct(-3...3)])
    },
    Probe { generator in
      let shape = generator.shape(rank: 1...3)
      let axis = Int.random(in: shape.indices, using: &generator)
      return Probe.Case(
        op: ArgReduce(largest: Bool.random(using: &generator), axis: axis), operands: [TensorType(shape, .i32)],
        domains: [.integer(0...3)])
    },
  ]
}

extension Builder {
  /// Appends the index of the first largest (or smallest) element along `axis`.
  public func argReduce(
    _ x: Value, largest: Bool = true, axis: Int, name: String? = nil
  ) throws(OpError) -> Value {
    try emit(ArgReduce(largest: largest, axis: axis), x, name: name)
  }
}
