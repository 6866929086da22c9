/// Each element's index along one axis.
public struct Iota: Op {
  /// The shape of the result.
  public var shape: [Int]
  /// The axis that is counted.
  public var axis: Int
  /// The element type of the result.
  public var dtype: DType

  /// Makes the op.
  public init(shape: [Int], axis: Int, dtype: DType) {
    self.shape = shape
    self.axis = axis
    self.dtype = dtype
  }

  public static let name = "iota"
  public static let summary = "Each element's index along one axis."
  public var attributes: String { "axis=\(axis)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(0, operands)
    guard shape.indices ~= axis, shape.allSatisfy({ $0 >= 0 }) else {
      throw OpError("shape.iota", "iota has no axis \(axis) in shape \(shape)")
    }
    let type = TensorType(shape, dtype)
    try expect(.number, type)
    return [type]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    var strides = [Int](repeating: 0, count: shape.count)
    strides[axis] = 1
    return [
      Literal(TensorType(shape, dtype), integers: Indexing.offsets(shape, strides: strides).map(Int64.init))
    ]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering { .iota(axis: axis) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 1...3)
      let axis = Int.random(in: shape.indices, using: &generator)
      let dtype = [DType.f32, .f64, .i32, .i64, .u32].randomElement(using: &generator)!
      return Probe.Case(op: Iota(shape: shape, axis: axis, dtype: dtype), operands: [], domains: [])
    }
  ]
}

extension Builder {
  /// Appends each element's index along `axis`.
  public func iota(
    shape: [Int], axis: Int, dtype: DType = .i32, name: String? = nil
  ) throws(OpError) -> Value {
    try emit(Iota(shape: shape, axis: axis, dtype: dtype), name: name)
  }
}
