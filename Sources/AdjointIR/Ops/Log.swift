/// Natural logarithm: negative infinity at 0, NaN below.
public struct Log: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "log"
  public static let summary = "Natural logarithm: negative infinity at 0, NaN below."
  public static let function = ScalarFunction.log

  public static func reference(_ x: Double) -> Double { CMath.logarithm(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    try builder.divide(t, x)
  }

  public static let probes = [Probe.elementwise(Log(), .real(0.1...10), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `log(x)`.
  public func log(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Log(), x, name: name) }
}
