/// The type of a tensor's elements, as a value.
public enum ScalarType: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  /// `Float`, IEEE 754 binary32.
  case f32
  /// `Double`, IEEE 754 binary64.
  case f64
  /// `Int32`.
  case i32
  /// `Int64`.
  case i64
  /// `UInt32`.
  case u32
  /// `Bool`, a byte of 0 or 1.
  case bool

  /// Bytes per element.
  public var byteCount: Int {
    switch self {
    case .f64, .i64: 8
    case .f32, .i32, .u32: 4
    case .bool: 1
    }
  }

  /// Whether values are real numbers, which are the ones that have derivatives.
  public var isFloat: Bool { self == .f32 || self == .f64 }

  public var description: String { rawValue }
}

/// What a tensor can hold: `Float`, `Double`, `Int32`, `Int64`, `UInt32`, `Bool`.
///
/// The set is closed: kernels know these six and no other type may conform.
public protocol TensorScalar: Hashable, Sendable {
  /// The type as a value.
  static var scalarType: ScalarType { get }
}

/// A scalar with arithmetic: every `TensorScalar` but `Bool`.
public protocol TensorNumber: TensorScalar, Numeric, Comparable {
  /// The number that a Swift number in an expression becomes; stops where it has none in this type.
  init(adopting value: Double)
  /// The number that a Swift integer in an expression becomes; stops where it has none in this type.
  init(adopting value: Int64)

  /// The sum of two elements; integers wrap.
  static func tensorSum(_ left: Self, _ right: Self) -> Self
  /// The difference of two elements; integers wrap.
  static func tensorDifference(_ left: Self, _ right: Self) -> Self
  /// The product of two elements; integers wrap.
  static func tensorProduct(_ left: Self, _ right: Self) -> Self
  /// The quotient of two elements; integers truncate toward 0, and by 0 give all bits set.
  static func tensorQuotient(_ left: Self, _ right: Self) -> Self
  /// The remainder of truncating division, with the sign of the dividend; an integer modulo 0 is itself.
  static func tensorRemainder(_ left: Self, _ right: Self) -> Self
}

extension TensorFloat {
  /// The rounded sum.
  public static func tensorSum(_ left: Self, _ right: Self) -> Self { left + right }
  /// The rounded difference.
  public static func tensorDifference(_ left: Self, _ right: Self) -> Self { left - right }
  /// The rounded product.
  public static func tensorProduct(_ left: Self, _ right: Self) -> Self { left * right }
  /// The rounded quotient.
  public static func tensorQuotient(_ left: Self, _ right: Self) -> Self { left / right }
  /// The remainder of truncating division, exact.
  public static func tensorRemainder(_ left: Self, _ right: Self) -> Self {
    left.truncatingRemainder(dividingBy: right)
  }
}

extension TensorInteger {
  /// The sum, wrapped.
  public static func tensorSum(_ left: Self, _ right: Self) -> Self { left &+ right }
  /// The difference, wrapped.
  public static func tensorDifference(_ left: Self, _ right: Self) -> Self { left &- right }
  /// The product, wrapped.
  public static func tensorProduct(_ left: Self, _ right: Self) -> Self { left &* right }
  /// The quotient toward 0; by 0 it is all bits set, and the least number by −1 is itself.
  public static func tensorQuotient(_ left: Self, _ right: Self) -> Self {
    right == 0 ? ~0 : left.dividedReportingOverflow(by: right).partialValue
  }
  /// The remainder; modulo 0 it is the dividend, and the least number modulo −1 is 0.
  public static func tensorRemainder(_ left: Self, _ right: Self) -> Self {
    right == 0 ? left : left.remainderReportingOverflow(dividingBy: right).partialValue
  }
}

/// A scalar that has derivatives: `Float` and `Double`.
public protocol TensorFloat: TensorNumber, BinaryFloatingPoint {}

/// An integer scalar: `Int32`, `Int64`, `UInt32`.
public protocol TensorInteger: TensorNumber, FixedWidthInteger {}

extension Float: TensorFloat {
  /// `ScalarType.f32`.
  @inlinable public static var scalarType: ScalarType { .f32 }
  /// The nearest value.
  public init(adopting value: Double) { self = Float(value) }
  /// The nearest value.
  public init(adopting value: Int64) { self = Float(value) }
}

extension Double: TensorFloat {
  /// `ScalarType.f64`.
  @inlinable public static var scalarType: ScalarType { .f64 }
  /// The value itself.
  public init(adopting value: Double) { self = value }
  /// The nearest value.
  public init(adopting value: Int64) { self = Double(value) }
}

extension Int32: TensorInteger {
  /// `ScalarType.i32`.
  @inlinable public static var scalarType: ScalarType { .i32 }
}

extension Int64: TensorInteger {
  /// `ScalarType.i64`.
  @inlinable public static var scalarType: ScalarType { .i64 }
}

extension UInt32: TensorInteger {
  /// `ScalarType.u32`.
  @inlinable public static var scalarType: ScalarType { .u32 }
}

extension Bool: TensorScalar {
  /// `ScalarType.bool`.
  @inlinable public static var scalarType: ScalarType { .bool }
}

extension TensorInteger {
  /// The value, which must be whole and in range.
  public init(adopting value: Double) {
    guard let exact = Self(exactly: value) else {
      stop("a tensor of \(Self.scalarType) cannot take the number \(value)")
    }
    self = exact
  }

  /// The value, which must be in range.
  public init(adopting value: Int64) {
    guard let exact = Self(exactly: value) else {
      stop("a tensor of \(Self.scalarType) cannot take the number \(value)")
    }
    self = exact
  }
}

/// A Swift number that may stand beside a tensor in an expression and takes the tensor's type: `2 * x`, `x + rate`.
public protocol ScalarOperand {
  /// The number in a tensor's type.
  func adopted<Scalar: TensorNumber>(as type: Scalar.Type) -> Scalar
}

extension ScalarOperand where Self: BinaryFloatingPoint {
  /// The nearest value of a floating-point type; an integer type takes whole numbers only.
  public func adopted<Scalar: TensorNumber>(as type: Scalar.Type) -> Scalar { Scalar(adopting: Double(self)) }
}

extension ScalarOperand where Self: BinaryInteger {
  /// The nearest value of a floating-point type; an integer type takes what it can represent.
  public func adopted<Scalar: TensorNumber>(as type: Scalar.Type) -> Scalar { Scalar(adopting: Int64(self)) }
}

extension Float: ScalarOperand {}
extension Double: ScalarOperand {}
extension Int: ScalarOperand {}
extension Int32: ScalarOperand {}
extension Int64: ScalarOperand {}
extension UInt32: ScalarOperand {}
