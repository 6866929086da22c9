/// Each element times -1.
public struct Negate: NumericUnary {
  /// Makes the op.
  public init() {}

  public static let name = "negate"
  public static let summary = "Each element times -1."
  public static let function = ScalarFunction.negate

  public static func reference(_ x: Double) -> Double { -x }

  public static func reference(integer x: Int64) -> Int64 { 0 &- x }

  public static func tangent(_ t: Value, at x: Value, result y: Value, _ builder: Builder) throws(OpError) -> Value? {
    try builder.negate(t)
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    [try cotangents[0].map { ct in try builder.negate(ct) }]
  }

  public static let probes = [
    Probe.elementwise(Negate(), .real(-3...3)),
    Probe.integers(Negate(), -9...9),
  ]
}

extension Builder {
  /// Appends `-x`.
  public func negate(_ x: Value, name: String? = nil) throws(OpError) -> Value { try emit(Negate(), x, name: name) }
}
