/// Bits of the left operand moved up by the right one; 0 where that is not below the width.
public struct ShiftLeft: BitwiseBinary {
  /// Makes the op.
  public init() {}

  public static let name = "shiftLeft"
  public static let summary = "Bits of the left operand moved up by the right one; 0 where that is not below the width."
  public static let function = ScalarFunction.shiftLeft
  public static let domain = ElementClass.integer

  public static func reference(_ x: Int64, _ y: Int64, width: Int) -> Int64 {
    0..<Int64(width) ~= y ? x << y : 0
  }

  public static let probes = bitProbes(ShiftLeft(), right: 0...31)
}

extension Builder {
  /// Appends `shiftLeft(x, y)`.
  public func shiftLeft(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(ShiftLeft(), x, y, name: name)
  }
}
