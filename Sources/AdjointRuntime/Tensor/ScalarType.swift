/// The type of a tensor's elements, as a value.
public enum ScalarType: String, Hashable, Sendable, CaseIterable, CustomStringConvertible {
  case f32, f64, i32, i64, u32, bool

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
}

/// A scalar that has derivatives: `Float` and `Double`.
public protocol TensorFloat: TensorNumber, BinaryFloatingPoint {}

/// An integer scalar: `Int32`, `Int64`, `UInt32`.
public protocol TensorInteger: TensorNumber, FixedWidthInteger {}

extension Float: TensorFloat {
  /// `ScalarType.f32`.
  public static var scalarType: ScalarType { .f32 }
  /// The nearest value.
  public init(adopting value: Double) { self = Float(value) }
  /// The nearest value.
  public init(adopting value: Int64) { self = Float(value) }
}

extension Double: TensorFloat {
  /// `ScalarType.f64`.
  public static var scalarType: ScalarType { .f64 }
  /// The value itself.
  public init(adopting value: Double) { self = value }
  /// The nearest value.
  public init(adopting value: Int64) { self = Double(value) }
}

extension Int32: TensorInteger {
  /// `ScalarType.i32`.
  public static var scalarType: ScalarType { .i32 }
}

extension Int64: TensorInteger {
  /// `ScalarType.i64`.
  public static var scalarType: ScalarType { .i64 }
}

extension UInt32: TensorInteger {
  /// `ScalarType.u32`.
  public static var scalarType: ScalarType { .u32 }
}

extension Bool: TensorScalar {
  /// `ScalarType.bool`.
  public static var scalarType: ScalarType { .bool }
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
