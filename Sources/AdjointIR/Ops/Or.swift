/// Bitwise or of integers, logical or of booleans.
public struct Or: BitwiseBinary {
  /// Makes the op.
  public init() {}

  public static let name = "or"
  public static let summary = "Bitwise or of integers, logical or of booleans."
  public static let function = ScalarFunction.or
  public static let domain = ElementClass.bits

  public static func reference(_ x: Int64, _ y: Int64, width: Int) -> Int64 {
    x | y
  }

  public static let probes = bitProbes(Or())
}

extension Builder {
  /// Appends `or(x, y)`.
  public func or(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Or(), x, y, name: name)
  }
}
