/// Bits of the left operand moved down by the right one, filled with 0; 0 where that is not below the width.
public struct ShiftRightLogical: BitwiseBinary {
  /// Makes the op.
  public init() {}

  public static let name = "shiftRightLogical"
  public static let summary =
    "Bits of the left operand moved down by the right one, filled with 0; 0 where that is not below the width."
  public static let function = ScalarFunction.shiftRightLogical
  public static let domain = ElementClass.integer

  public static func reference(_ x: Int64, _ y: Int64, width: Int) -> Int64 {
    guard 0..<Int64(width) ~= y else { return 0 }
    let bits = width == 64 ? UInt64(bitPattern: x) : UInt64(UInt32(truncatingIfNeeded: x))
    return Int64(bitPattern: bits >> UInt64(y))
  }

  public static let probes = bitProbes(ShiftRightLogical(), right: 0...31)
}

extension Builder {
  /// Appends `shiftRightLogical(x, y)`.
  public func shiftRightLogical(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    try emit(ShiftRightLogical(), x, y, name: name)
  }
}
