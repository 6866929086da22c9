/// An op that combines the bits of two tensors of one type and has no derivative.
public protocol BitwiseBinary: Op {
  /// The function in lowerings.
  static var function: ScalarFunction { get }

  /// Integers, or booleans too (which count as 0 and 1).
  static var domain: ElementClass { get }

  /// The function on integers of the given width in bits, before wrapping to it.
  static func reference(_ x: Int64, _ y: Int64, width: Int) -> Int64
}

extension BitwiseBinary {
  /// None.
  public var attributes: String { "" }

  /// The operands' common type.
  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(2, operands)
    try expectSameTypes(operands)
    try expect(Self.domain, operands[0])
    return [operands[0]]
  }

  /// Combines element by element.
  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let type = operands[0].type
    let width = type.dtype.size * 8
    let pairs = zip(operands[0].integers, operands[1].integers)
    return [Literal(type, integers: pairs.map { Self.reference($0, $1, width: width) })]
  }

  /// No tangent: bits do not vary smoothly.
  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  /// Refused: bits do not vary linearly.
  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  /// A call of the function.
  public var lowering: Lowering { .elementwise([.call(Self.function, [.operand(0), .operand(1)])]) }
}

extension BitwiseBinary {
  /// Random bits of the types that the op takes.
  static func bitProbes(_ op: Self, right: ClosedRange<Int>? = nil) -> [Probe] {
    let integers = Probe { generator in
      let dtype = [DType.i32, .i64, .u32].randomElement(using: &generator)!
      let type = TensorType(generator.shape(), dtype)
      let range = dtype == .u32 ? 0...0xFFFF_FFFF : -0x8000_0000...0x7FFF_FFFF
      return Probe.Case(op: op, operands: [type, type], domains: [.integer(range), .integer(right ?? range)])
    }
    guard domain == .bits else { return [integers] }
    return [
      integers,
      Probe { generator in
        let type = TensorType(generator.shape(), .bool)
        return Probe.Case(op: op, operands: [type, type], domains: [.bool, .bool])
      },
    ]
  }
}
