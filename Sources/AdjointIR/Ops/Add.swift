/// Sum of two tensors, element by element.
public struct Add: NumericBinary {
  /// Makes the op.
  public init() {}

  public static let name = "add"
  public static let summary = "Sum of two tensors, element by element."
  public static let function = ScalarFunction.add

  public static func reference(_ x: Double, _ y: Double) -> Double { x + y }

  public static func reference(integer x: Int64, _ y: Int64) -> Int64 { x &+ y }

  public static func tangent(left t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    t
  }

  public static func tangent(right t: Value, _ operation: Operation, _ builder: Builder) throws(OpError) -> Value {
    t
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil] }
    return [linear.contains(0) ? ct : nil, linear.contains(1) ? ct : nil]
  }

  public static let probes = [
    Probe.elementwise(Add(), .real(-3...3), .real(-3...3)),
    Probe.integers(Add(), -9...9, -9...9),
  ]
}

extension Builder {
  /// Appends `x + y`.
  public func add(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Add(), x, y, name: name)
  }
}
