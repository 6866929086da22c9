/// Left operand to the power of the right one, real numbers.
public struct Power: BinaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "power"
  public static let summary = "Left operand to the power of the right one, real numbers."
  public static let function = ScalarFunction.power

  public static func reference(_ x: Double, _ y: Double) -> Double { CMath.power(x, y) }

  public static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    // y · x^(y - 1)
    let (x, y) = (operation.operands[0], operation.operands[1])
    let power = try builder.power(x, builder.subtract(y, builder.constant(1, like: y)))
    return try builder.multiply(t, builder.multiply(y, power))
  }

  public static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    // log(x) · x^y, where log(0) counts as 0: the result does not depend on y there.
    let x = operation.operands[0]
    let one = try builder.constant(1, like: x)
    let isZero = try builder.compare(.equal, x, builder.zeros(x.type))
    let logarithm = try builder.log(builder.select(isZero, one, x))
    return try builder.multiply(t, builder.multiply(logarithm, operation.results[0]))
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public static let probes = [Probe.elementwise(Power(), .real(0.2...3), .real(-2...3), tolerance: 8e-6)]
}

extension Builder {
  /// Appends `power(x, y)`.
  public func power(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Power(), x, y, name: name)
  }
}
