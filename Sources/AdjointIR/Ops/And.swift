/// Bitwise and of integers, logical and of booleans.
public struct And: BitwiseBinary {
  /// Makes the op.
  public init() {}

  public static let name = "and"
  public static let summary = "Bitwise and of integers, logical and of booleans."
  public static let function = ScalarFunction.and
  public static let domain = ElementClass.bits

  public static func reference(_ x: Int64, _ y: Int64, width: Int) -> Int64 {
    x & y
  }

  public static let probes = bitProbes(And())
}

extension Builder {
  /// Appends `and(x, y)`.
  public func and(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(And(), x, y, name: name)
  }
}
