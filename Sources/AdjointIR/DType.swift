/// The type of a tensor's elements.
public enum DType: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case f32, f64, i32, i64, u32, bool

  /// Whether values are real numbers, which are the ones that have derivatives.
  public var isFloat: Bool { self == .f32 || self == .f64 }

  /// Whether values are integers (not booleans).
  public var isInteger: Bool { self == .i32 || self == .i64 || self == .u32 }

  /// Bytes per element in generated code.
  public var size: Int {
    switch self {
    case .f64, .i64: 8
    case .f32, .i32, .u32: 4
    case .bool: 1
    }
  }

  /// The Swift type of one element.
  public var swiftName: String {
    switch self {
    case .f32: "Float"
    case .f64: "Double"
    case .i32: "Int32"
    case .i64: "Int64"
    case .u32: "UInt32"
    case .bool: "Bool"
    }
  }

  public var description: String { rawValue }
}
