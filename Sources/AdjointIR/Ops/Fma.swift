/// Product of two tensors plus a third, element by element, rounded once.
public struct Fma: Op {
  /// Makes the op.
  public init() {}

  public static let name = "fma"
  public static let summary =
    "Product of two tensors plus a third, element by element, rounded once (on x86-64 without AVX2, the product too)."
  public var attributes: String { "" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(3, operands)
    try expectSameTypes(operands)
    try expect(.real, operands[0])
    return [operands[0]]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let (x, y, z) = (operands[0].reals, operands[1].reals, operands[2].reals)
    // A result in Float64 that is rounded to Float32 later would be rounded twice.
    let isSingle = operands[0].type.dtype == .f32 && context.precision == .asTyped
    let function = isSingle ? Fma.single : Fma.reference
    return [Literal(operands[0].type, .real(ReferenceLoops.map(x, y, z, function)))]
  }

  /// `x * y + z`, rounded to Float64 once.
  public static func reference(_ x: Double, _ y: Double, _ z: Double) -> Double { z.addingProduct(x, y) }

  /// The same of Float32 numbers, rounded to Float32 once.
  public static func single(_ x: Double, _ y: Double, _ z: Double) -> Double {
    Double(Float(z).addingProduct(Float(x), Float(y)))
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    let (x, y) = (operation.operands[0], operation.operands[1])
    var sum = tangents[2]
    if let dx = tangents[0] { sum = try sum.map { try builder.fma(dx, y, $0) } ?? builder.multiply(dx, y) }
    if let dy = tangents[1] { sum = try sum.map { try builder.fma(x, dy, $0) } ?? builder.multiply(x, dy) }
    return [sum]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil, nil] }
    // Linear in a factor only where what is added is linear too: else it stays when the factor is 0.
    switch linear {
    case [0, 2]: return [try builder.multiply(ct, operation.operands[1]), nil, ct]
    case [1, 2]: return [nil, try builder.multiply(operation.operands[0], ct), ct]
    default: throw notLinear(in: linear)
    }
  }

  public var lowering: Lowering { .elementwise([.call(.fma, [.operand(0), .operand(1), .operand(2)])]) }

  public static let probes = [Probe.elementwise(Fma(), .real(-3...3), .real(-3...3), .real(-3...3))]
}

extension Builder {
  /// Appends `x * y + z`, rounded once.
  public func fma(_ x: Value, _ y: Value, _ z: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Fma(), x, y, z, name: name)
  }
}
