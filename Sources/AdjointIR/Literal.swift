/// A tensor of plain numbers, for constants and for the reference evaluation. Row-major.
public struct Literal: Hashable, Sendable {
  /// The elements, in one of three representations fixed by the element type.
  public enum Elements: Hashable, Sendable {
    /// f32 and f64. An f32 element is a Float32 number, except in a Float64 evaluation.
    case real([Double])
    /// i32, i64 and u32.
    case integer([Int64])
    case bool([Bool])
  }

  public var type: TensorType
  public var elements: Elements

  /// Makes a literal; the number of elements must be the type's.
  public init(_ type: TensorType, _ elements: Elements) {
    self.type = type
    self.elements = elements
    precondition(count == type.count, "a literal of \(type) needs \(type.count) elements, got \(count)")
  }

  /// A real tensor, f32 unless said otherwise.
  public init(_ shape: [Int], _ values: [Double], dtype: DType = .f32) {
    self.init(TensorType(shape, dtype), .real(values))
  }

  /// A scalar of any type.
  public init(scalar value: Double, _ dtype: DType = .f32) {
    switch dtype {
    case .f32: self.init(.scalar(dtype), .real([Double(Float(value))]))
    case .f64: self.init(.scalar(dtype), .real([value]))
    case .i32, .i64, .u32: self.init(.scalar(dtype), .integer([Int64(value)]))
    case .bool: self.init(.scalar(dtype), .bool([value != 0]))
    }
  }

  private var count: Int {
    switch elements {
    case .real(let values): values.count
    case .integer(let values): values.count
    case .bool(let values): values.count
    }
  }

  /// The elements as real numbers; 0 and 1 for booleans.
  public var reals: [Double] {
    switch elements {
    case .real(let values): values
    case .integer(let values): values.map(Double.init)
    case .bool(let values): values.map { $0 ? 1 : 0 }
    }
  }

  /// The elements as integers; reals are truncated, booleans are 0 and 1.
  public var integers: [Int64] {
    switch elements {
    case .real(let values): values.map { Int64($0) }
    case .integer(let values): values
    case .bool(let values): values.map { $0 ? 1 : 0 }
    }
  }

  /// The elements as booleans: whether each differs from 0.
  public var bools: [Bool] {
    switch elements {
    case .real(let values): values.map { $0 != 0 }
    case .integer(let values): values.map { $0 != 0 }
    case .bool(let values): values
    }
  }
}
