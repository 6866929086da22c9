/// Inverse of the error function: infinite at ±1, NaN outside.
public struct ErfInv: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "erfInv"
  public static let summary = "Inverse of the error function: infinite at ±1, NaN outside."
  public static let function = ScalarFunction.erfInv

  public static func reference(_ x: Double) -> Double { inverseErrorFunction(x) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    // √π/2 · exp(y²)
    let growth = try builder.exp(builder.multiply(y, y))
    let scale = try builder.constant(Double.pi.squareRoot() / 2, like: y)
    return try builder.multiply(t, builder.multiply(scale, growth))
  }

  public static let probes = [Probe.elementwise(ErfInv(), .real(-0.95...0.95), tolerance: 8e-6)]
}

extension Builder {
  /// Appends `erfInv(x)`.
  public func erfInv(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(ErfInv(), x, name: name) }
}
