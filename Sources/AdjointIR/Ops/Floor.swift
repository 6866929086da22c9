/// Largest integer not above each element. Its derivative is 0 everywhere.
public struct Floor: UnaryElementwise {
  /// Makes the op.
  public init() {}

  public static let name = "floor"
  public static let summary = "Largest integer not above each element. Its derivative is 0 everywhere."
  public static let function = ScalarFunction.floor

  public static func reference(_ x: Double) -> Double { x.rounded(.down) }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    nil
  }

  public static let probes = [
    Probe.elementwise(Floor(), .real(0.1...0.9)),
    Probe.elementwise(Floor(), .real(-1.9 ... -1.1)),
  ]
}

extension Builder {
  /// Appends `floor(x)`.
  public func floor(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Floor(), x, name: name) }
}
