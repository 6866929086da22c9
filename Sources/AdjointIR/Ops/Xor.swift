/// Bitwise exclusive or of integers, inequality of booleans.
public struct Xor: BitwiseBinary {
  /// Makes the op.
  public init() {}

  public static let name = "xor"
  public static let summary = "Bitwise exclusive or of integers, inequality of booleans."
  public static let function = ScalarFunction.xor
  public static let domain = ElementClass.bits

  public static func reference(_ x: Int64, _ y: Int64, width: Int) -> Int64 {
    x ^ y
  }

  public static let probes = bitProbes(Xor())
}

extension Builder {
  /// Appends `xor(x, y)`.
  public func xor(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(Xor(), x, y, name: name)
  }
}
