/// The same 32 (or 64) bits read as another type.
public struct Bitcast: Op {
  /// The element type of the result.
  public var dtype: DType

  /// Makes the op.
  public init(to dtype: DType) { self.dtype = dtype }

  public static let name = "bitcast"
  public static let summary = "The same bits read as another type of the same size."
  public var attributes: String { "to=\(dtype)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    let from = operands[0].dtype
    guard from != .bool, dtype != .bool, from.size == dtype.size, !(from.isFloat && dtype.isFloat) else {
      throw OpError(
        "dtype.bitcast",
        "bitcast needs two types of one size, of which one is an integer, got \(operands[0]) to \(dtype)")
    }
    return [operands[0].with(dtype: dtype)]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let type = operands[0].type.with(dtype: dtype)
    let bits: [Int64] =
      switch operands[0].type.dtype {
      case .f32: operands[0].reals.map { Int64(Float($0).bitPattern) }
      case .f64: operands[0].reals.map { Int64(bitPattern: $0.bitPattern) }
      default: operands[0].integers
      }
    switch dtype {
    case .f32: return [Literal(type, .real(bits.map { Double(Float(bitPattern: UInt32(truncatingIfNeeded: $0))) }))]
    case .f64: return [Literal(type, .real(bits.map { Double(bitPattern: UInt64(bitPattern: $0)) }))]
    default: return [Literal(type, integers: bits)]
    }
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering { .elementwise([.bitcast(.operand(0), to: dtype)]) }

  public static let probes = [
    Probe { generator in
      let types: [DType] = [.i32, .u32, .f32]
      let type = TensorType(generator.shape(), types.randomElement(using: &generator)!)
      // From the bits of 1 to those of 8, so that no result is a NaN.
      let domain: Probe.Domain = type.dtype.isFloat ? .real(1...8) : .integer(0x3F80_0000...0x4100_0000)
      // A real to itself would have a derivative.
      let targets = types.filter { $0 != .f32 || type.dtype != .f32 }
      return Probe.Case(
        op: Bitcast(to: targets.randomElement(using: &generator)!), operands: [type], domains: [domain])
    }
  ]
}

extension Builder {
  /// Appends a reinterpretation of bits.
  public func bitcast(_ x: Value, to dtype: DType, name: String? = nil) throws(OpError) -> Value {
    try emit(Bitcast(to: dtype), x, name: name)
  }
}
