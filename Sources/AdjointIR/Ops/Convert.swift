/// Conversion by value. Real to integer truncates toward 0, saturates, and maps NaN to 0; to a boolean is `!= 0`;
/// between integers the bits wrap.
public struct Convert: Op {
  /// The element type of the result.
  public var dtype: DType

  /// Makes the op.
  public init(to dtype: DType) { self.dtype = dtype }

  public static let name = "convert"
  public static let summary = "Conversion by value; real to integer truncates and saturates, NaN becomes 0."
  public var attributes: String { "to=\(dtype)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    return [operands[0].with(dtype: dtype)]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let type = operands[0].type.with(dtype: dtype)
    switch (operands[0].elements, dtype) {
    case (_, .bool): return [Literal(type, .bool(operands[0].bools))]
    case (.real(let values), .i32), (.real(let values), .i64), (.real(let values), .u32):
      return [Literal(type, .integer(values.map { Self.saturate($0, to: dtype) }))]
    case (.real(let values), _): return [Literal(type, .real(values))]
    default: return [Literal(type, integers: operands[0].integers)]
    }
  }

  /// The nearest integer toward 0 that the type can hold.
  static func saturate(_ value: Double, to dtype: DType) -> Int64 {
    if value.isNaN { return 0 }
    let (low, high): (Int64, Int64) =
      switch dtype {
      case .i32: (Int64(Int32.min), Int64(Int32.max))
      case .u32: (0, Int64(UInt32.max))
      default: (.min, .max)
      }
    if value <= Double(low) { return low }
    if value >= Double(high) { return high }
    return Int64(value)
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard let t = tangents[0], dtype.isFloat else { return [nil] }
    return [try builder.convert(t, to: dtype)]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    let source = operation.operands[0].type.dtype
    guard dtype.isFloat, source.isFloat else { throw notLinear(in: linear) }
    return [try cotangents[0].map { ct in try builder.convert(ct, to: source) }]
  }

  public var lowering: Lowering { .elementwise([.convert(.operand(0), to: dtype)]) }

  public static let probes = [
    Probe { generator in
      let types = [DType.f32, .f64]
      let op = Convert(to: types.randomElement(using: &generator)!)
      let type = TensorType(generator.shape(), types.randomElement(using: &generator)!)
      return Probe.Case(op: op, operands: [type], domains: [.real(-3...3)])
    },
    Probe { generator in
      let op = Convert(to: DType.allCases.randomElement(using: &generator)!)
      let type = TensorType(generator.shape(), DType.allCases.randomElement(using: &generator)!)
      let domain: Probe.Domain =
        type.dtype == .bool ? .bool : type.dtype.isFloat ? .distinct(0.03...9) : .integer(0...9)
      return Probe.Case(op: op, operands: [type], domains: [domain])
    },
  ]
}

extension Builder {
  /// Appends a conversion, or returns `x` where it has that element type already.
  public func convert(_ x: Value, to dtype: DType, name: String? = nil) throws(OpError) -> Value {
    if x.type.dtype == dtype { return x }
    return try emit(Convert(to: dtype), x, name: name)
  }
}
