/// The static type of every value: a shape (row-major, empty for a scalar) and an element type.
public struct TensorType: Hashable, Sendable, CustomStringConvertible {
  public var shape: [Int]
  public var dtype: DType

  /// Makes a type. Every extent is at least 0.
  public init(_ shape: [Int], _ dtype: DType = .f32) {
    self.shape = shape
    self.dtype = dtype
  }

  /// The type of a scalar.
  public static func scalar(_ dtype: DType) -> TensorType { TensorType([], dtype) }

  public var rank: Int { shape.count }

  /// The number of elements.
  public var count: Int { shape.reduce(1, *) }

  /// Bytes in generated code.
  public var byteCount: Int { count * dtype.size }

  /// The same shape with other elements.
  public func with(dtype: DType) -> TensorType { TensorType(shape, dtype) }

  /// The same elements in another shape.
  public func with(shape: [Int]) -> TensorType { TensorType(shape, dtype) }

  /// For example `f32[32, 64]`.
  public var description: String { "\(dtype)[\(shape.map(String.init).joined(separator: ", "))]" }
}
