/// Hyperbolic tangent.
public struct Tanh: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "tanh"
  public static let summary = "Hyperbolic tangent."
  public static let function = ScalarFunction.tanh

  public static func reference(_ x: Double) -> Double { CMath.hyperbolicTangent(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    // (1 + y)(1 - y) keeps the digits that 1 - y² would lose near ±1.
    let one = try builder.constant(1, like: y)
    let slope = try builder.multiply(builder.add(one, y), builder.subtract(one, y))
    return try builder.multiply(t, slope)
  }

  public static let probes = [Probe.elementwise(Tanh(), .real(-3...3), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `tanh(x)`.
  public func tanh(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Tanh(), x, name: name) }
}
