/// Natural logarithm of 1 plus each element, exact near 0.
public struct Log1p: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "log1p"
  public static let summary = "Natural logarithm of 1 plus each element, exact near 0."
  public static let function = ScalarFunction.log1p

  public static func reference(_ x: Double) -> Double { CMath.logarithmOfOnePlus(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    try builder.divide(t, builder.add(x, builder.constant(1, like: x)))
  }

  public static let probes = [
    Probe.elementwise(Log1p(), .real(-0.9...9), tolerance: 4e-6),
    Probe.elementwise(Log1p(), .real(-0.01...0.01), tolerance: 4e-6),
  ]
}

extension Builder {
  /// Appends `log1p(x)`.
  public func log1p(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Log1p(), x, name: name) }
}
