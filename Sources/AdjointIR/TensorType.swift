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

  /// The number of elements; nil where an extent is negative or the number does not fit.
  public var checkedCount: Int? {
    var count = 1
    for extent in shape {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent >= 0, !overflow else { return nil }
      count = product
    }
    return count
  }

  /// The most bytes that one tensor may have: 1 TiB, which leaves room for sums of sizes.
  public static let maximumByteCount = 1 << 40

  /// Refuses a tensor that no machine could hold.
  public func checkSize() throws(OpError) {
    guard let count = checkedCount, count <= Self.maximumByteCount / dtype.size else {
      throw OpError("limit.tensor", "a tensor of type \(self) has more than \(Self.maximumByteCount) bytes")
    }
  }

  /// Bytes in generated code.
  public var byteCount: Int { count * dtype.size }

  /// The same shape with other elements.
  public func with(dtype: DType) -> TensorType { TensorType(shape, dtype) }

  /// The same elements in another shape.
  public func with(shape: [Int]) -> TensorType { TensorType(shape, dtype) }

  /// For example `f32[32, 64]`.
  public var description: String { "\(dtype)[\(shape.map(String.init).joined(separator: ", "))]" }
}
