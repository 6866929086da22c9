/// Difference of two tensors, element by element.
public struct Subtract: NumericBinary {
  /// Makes the op.
  public init() {}

  public static let name = "subtract"
  public static let summary = "Difference of two tensors, element by element."
  public static let function = ScalarFunction.subtract

  public static func reference(_ x: Double, _ y: Double) -> Double { x - y }

  public static func reference(integer x: Int64, _ y: Int64) -> Int64 { x &- y }

  public static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    t
  }

  public static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    try builder.negate(t)
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    switch (tangents[0], tangents[1]) {
    case (let left?, let right?): [try builder.subtract(left, right)]
    case (let left, nil): [left]
    case (nil, let right?): [try builder.negate(right)]
    }
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil] }
    return [linear.contains(0) ? ct : nil, linear.contains(1) ? try builder.negate(ct) : nil]
  }

  public static let probes = [
    Probe.elementwise(Subtract(), .real(-3...3), .real(-3...3)),
    Probe.integers(Subtract(), 0...9, -9...0),
  ]
}

extension Builder {
  /// Appends `x - y`.
  public func subtract(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Subtract(), x, y, name: name)
  }
}
