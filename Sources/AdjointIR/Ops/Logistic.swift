/// 1 / (1 + exp(-x)), the sigmoid.
public struct Logistic: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "logistic"
  public static let summary = "1 / (1 + exp(-x)), the sigmoid."
  public static let function = ScalarFunction.logistic

  public static func reference(_ x: Double) -> Double { 1 / (1 + CMath.exponential(-x)) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    let one = try builder.constant(1, like: y)
    return try builder.multiply(t, builder.multiply(y, builder.subtract(one, y)))
  }

  public static let probes = [Probe.elementwise(Logistic(), .real(-5...5), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `logistic(x)`.
  public func logistic(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Logistic(), x, name: name) }
}
