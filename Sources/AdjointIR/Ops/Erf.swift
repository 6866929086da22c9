/// Error function, 2/√π times the integral of exp(-s²) from 0 to x.
public struct Erf: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "erf"
  public static let summary = "Error function, 2/√π times the integral of exp(-s²) from 0 to x."
  public static let function = ScalarFunction.erf

  public static func reference(_ x: Double) -> Double { CMath.errorFunction(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    // 2/√π · exp(-x²)
    let gauss = try builder.exp(builder.negate(builder.multiply(x, x)))
    let scale = try builder.constant(2 / Double.pi.squareRoot(), like: x)
    return try builder.multiply(t, builder.multiply(scale, gauss))
  }

  public static let probes = [Probe.elementwise(Erf(), .real(-3...3), tolerance: 4e-6)]
}

extension Builder {
  /// Appends `erf(x)`.
  public func erf(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Erf(), x, name: name) }
}
