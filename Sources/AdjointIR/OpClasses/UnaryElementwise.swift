/// An op that maps each element of one real tensor by a smooth function. What differs from op to op (the function, its
/// derivative, where it is tested) has no default.
public protocol UnaryElementwise: Op {
  /// The function in lowerings.
  static var function: ScalarFunction { get }

  /// The function itself.
  static func reference(_ x: Double) -> Double

  /// The derivative times `t`, at `x` where the function is `y`; nil where it is zero everywhere.
  static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value?
}

extension UnaryElementwise {
  /// None.
  public var attributes: String { "" }

  /// The operand's type, which must be real.
  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    try expect(.real, operands[0])
    return operands
  }

  /// Applies the function to each element.
  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    [Literal(operands[0].type, .real(ReferenceLoops.map(operands[0].reals, Self.reference)))]
  }

  /// The chain rule.
  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard let t = tangents[0] else { return [nil] }
    return [try Self.tangent(t, at: operation.operands[0], result: operation.results[0], builder)]
  }

  /// Refused: such a function is not linear.
  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  /// A call of the function.
  public var lowering: Lowering { .elementwise([.call(Self.function, [.operand(0)])]) }
}

/// A unary element-wise op that integers have too.
public protocol NumericUnary: UnaryElementwise {
  /// The function on integers, before wrapping to the element type's width.
  static func reference(integer x: Int64) -> Int64
}

extension NumericUnary {
  /// The operand's type, which must be a number's.
  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(1, operands)
    try expect(.number, operands[0])
    return operands
  }

  /// Applies the function to each element.
  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    guard case .integer(let values) = operands[0].elements else {
      return [Literal(operands[0].type, .real(ReferenceLoops.map(operands[0].reals, Self.reference)))]
    }
    return [Literal(operands[0].type, integers: values.map(Self.reference(integer:)))]
  }
}
