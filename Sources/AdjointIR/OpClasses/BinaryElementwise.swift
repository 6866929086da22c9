/// An op that combines the elements of two real tensors of one type. What differs from op to op has no default.
public protocol BinaryElementwise: Op {
  /// The function in lowerings.
  static var function: ScalarFunction { get }

  /// The function itself.
  static func reference(_ x: Double, _ y: Double) -> Double

  /// The part of the result's tangent that comes from the left operand's tangent `t`.
  static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value

  /// The part of the result's tangent that comes from the right operand's tangent `t`.
  static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value
}

extension BinaryElementwise {
  /// None.
  public var attributes: String { "" }

  /// The operands' common type, which must be real.
  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(2, operands)
    try expectSameTypes(operands)
    try expect(.real, operands[0])
    return [operands[0]]
  }

  /// Combines element by element.
  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    [Literal(operands[0].type, .real(ReferenceLoops.map(operands[0].reals, operands[1].reals, Self.reference)))]
  }

  /// The sum of both operands' parts.
  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    try sumOfParts(operation, tangents: tangents, builder)
  }

  /// The sum of both operands' parts.
  func sumOfParts(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    let left = try tangents[0].map { t in try Self.tangent(left: t, operation, builder) }
    let right = try tangents[1].map { t in try Self.tangent(right: t, operation, builder) }
    guard let left else { return [right] }
    guard let right else { return [left] }
    return [try builder.add(left, right)]
  }

  /// A call of the function.
  public var lowering: Lowering { .elementwise([.call(Self.function, [.operand(0), .operand(1)])]) }
}

/// A binary element-wise op that integers have too.
public protocol NumericBinary: BinaryElementwise {
  /// The function on integers, before wrapping to the element type's width.
  static func reference(integer x: Int64, _ y: Int64) -> Int64
}

extension NumericBinary {
  /// The operands' common type, which must be a number's.
  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(2, operands)
    try expectSameTypes(operands)
    try expect(.number, operands[0])
    return [operands[0]]
  }

  /// Combines element by element.
  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    guard case .integer(let x) = operands[0].elements, case .integer(let y) = operands[1].elements else {
      let values = ReferenceLoops.map(operands[0].reals, operands[1].reals, Self.reference)
      return [Literal(operands[0].type, .real(values))]
    }
    return [Literal(operands[0].type, integers: zip(x, y).map(Self.reference(integer:_:)))]
  }
}
