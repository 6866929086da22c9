/// Its operand, without a derivative.
public struct StopGradient: Op {
  /// Makes the op.
  public init() {}

  public static let name = "stopGradient"
  public static let summary = "Its operand, without a derivative."
  public var attributes: String { "" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    return operands
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] { operands }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering { .elementwise([.operand(0)]) }

  public static let probes = [
    Probe { generator in
      // Integers: the one op whose derivative is not that of its values.
      Probe.Case(op: StopGradient(), operands: [TensorType(generator.shape(), .i32)], domains: [.integer(-9...9)])
    }
  ]
}

extension Builder {
  /// Appends `stopGradient(x)`.
  public func stopGradient(_ x: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(StopGradient(), x, name: name)
  }
}
