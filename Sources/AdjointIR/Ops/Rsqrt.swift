/// 1 over the square root: infinite at 0, NaN below.
public struct Rsqrt: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "rsqrt"
  public static let summary = "1 over the square root: infinite at 0, NaN below."
  public static let function = ScalarFunction.rsqrt

  public static func reference(_ x: Double) -> Double { 1 / x.squareRoot() }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    // -y/2x, which is -1/2 x^(-3/2) without another root.
    let slope = try builder.multiply(builder.constant(-0.5, like: y), builder.divide(y, x))
    return try builder.multiply(t, slope)
  }

  public static let probes = [Probe.elementwise(Rsqrt(), .real(0.1...9), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `rsqrt(x)`.
  public func rsqrt(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Rsqrt(), x, name: name) }
}
