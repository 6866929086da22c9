/// A dense array of numbers: a value, in row-major order, whose shape is known when it runs.
///
/// Copies share their memory until one of them is written. A rank-0 tensor keeps its value inline and allocates
/// nothing. Under a transform (`grad`, `vjp`, …) a tensor also remembers how it came about.
public struct Tensor<Scalar: TensorScalar>: Sendable {
  /// The same tensor with its element type as a value.
  public var erased: AnyTensor

  /// Takes a tensor whose elements are of this type; stops otherwise.
  public init(_ erased: AnyTensor) {
    require(
      erased.scalarType == Scalar.scalarType,
      "a tensor of \(Scalar.scalarType) was expected, this one is \(erased.typeText)")
    self.erased = erased
  }

  /// A rank-0 tensor.
  @inlinable
  public init(_ value: Scalar) {
    var bits: UInt64 = 0
    withUnsafeMutableBytes(of: &bits) { $0.storeBytes(of: value, as: Scalar.self) }
    erased = AnyTensor(scalarType: Scalar.scalarType, shape: [], storage: nil, inlineBits: bits)
  }

  /// A rank-1 tensor.
  public init(_ values: [Scalar]) {
    self.init(shape: [values.count], values)
  }

  /// A rank-2 tensor from its rows, which must have one length.
  public init(_ rows: [[Scalar]]) {
    let columns = rows.first?.count ?? 0
    require(rows.allSatisfy { $0.count == columns }, "the rows of a tensor must have one length")
    self.init(shape: [rows.count, columns], rows.flatMap { $0 })
  }

  /// A tensor from its elements in row-major order.
  public init(shape: [Int], _ values: [Scalar]) {
    require(
      values.count == elementCount(of: shape),
      "shape \(shape) takes \(elementCount(of: shape)) values, \(values.count) were given")
    self.init(shape: shape) { target in
      values.withUnsafeBufferPointer { source in
        if source.count > 0 { target.baseAddress!.initialize(from: source.baseAddress!, count: source.count) }
      }
    }
  }

  /// A tensor of one value.
  public init(repeating value: Scalar, shape: [Int]) {
    self.init(shape: shape) { $0.initialize(repeating: value) }
  }

  /// A tensor whose elements `fill` writes, every one of them.
  public init(shape: [Int], fill: (UnsafeMutableBufferPointer<Scalar>) throws -> Void) rethrows {
    if shape.isEmpty {
      var bits: UInt64 = 0
      try withUnsafeMutableBytes(of: &bits) { raw in
        let typed = raw.baseAddress!.bindMemory(to: Scalar.self, capacity: 1)
        try fill(UnsafeMutableBufferPointer(start: typed, count: 1))
      }
      erased = AnyTensor(scalarType: Scalar.scalarType, shape: [], storage: nil, inlineBits: bits)
    } else {
      let result = AnyTensor(uninitialized: shape, Scalar.scalarType)
      let count = elementCount(of: shape)
      let typed = result.storage!.bytes.bindMemory(to: Scalar.self, capacity: count)
      try fill(UnsafeMutableBufferPointer(start: typed, count: count))
      erased = result
    }
  }

  /// The extent of each axis.
  public var shape: [Int] { erased.shape }

  /// The number of axes.
  public var rank: Int { erased.shape.count }

  /// The number of elements.
  public var count: Int { elementCount(of: erased.shape) }

  /// The elements in row-major order.
  public func withUnsafeBufferPointer<Result>(
    _ body: (UnsafeBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    try erased.withUnsafeBytes { try body($0.bindMemory(to: Scalar.self)) }
  }

  /// The elements in row-major order, for writing; the tensor gets memory of its own first if it shares it.
  public mutating func withUnsafeMutableBufferPointer<Result>(
    _ body: (UnsafeMutableBufferPointer<Scalar>) throws -> Result
  ) rethrows -> Result {
    try erased.withUnsafeMutableBytes { try body($0.bindMemory(to: Scalar.self)) }
  }

  /// The elements in row-major order.
  public var scalars: [Scalar] { withUnsafeBufferPointer { Array($0) } }

  /// The one element of a tensor that has exactly one; stops for any other.
  public var scalar: Scalar {
    withUnsafeBufferPointer { elements in
      require(elements.count == 1, "scalar: one element was expected, the shape is \(shape)")
      return elements[0]
    }
  }

  /// The one element of a tensor that has exactly one; stops for any other.
  public func item() -> Scalar { scalar }

  /// The element at an index, one number per axis.
  public subscript(index: Int...) -> Scalar {
    require(index.count == rank, "subscript: \(rank) indices were expected for shape \(shape), got \(index)")
    var offset = 0
    for (axis, position) in index.enumerated() {
      require(position >= 0 && position < shape[axis], "subscript: \(index) is outside of shape \(shape)")
      offset = offset * shape[axis] + position
    }
    return withUnsafeBufferPointer { $0[offset] }
  }

  func elementsEqual(_ other: Tensor) -> Bool {
    withUnsafeBufferPointer { left in other.withUnsafeBufferPointer { right in left.elementsEqual(right) } }
  }
}

extension Tensor: Hashable {
  /// Whether shape and every element agree.
  public static func == (left: Tensor, right: Tensor) -> Bool {
    left.shape == right.shape && left.elementsEqual(right)
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(shape)
    withUnsafeBufferPointer { for element in $0 { hasher.combine(element) } }
  }
}

extension Tensor: CustomStringConvertible {
  /// Nested brackets, such as `[[1.0, 2.0], [3.0, 4.0]]`; axes longer than eight are shown by their ends.
  public var description: String {
    withUnsafeBufferPointer { elements in
      func text(_ axis: Int, _ offset: Int, _ stride: Int) -> String {
        if axis == rank { return "\(elements[offset])" }
        let extent = shape[axis]
        let inner = extent == 0 ? 0 : stride / extent
        let shown = extent <= 8 ? Array(0..<extent) : [0, 1, 2, -1, extent - 3, extent - 2, extent - 1]
        let items = shown.map { $0 < 0 ? "…" : text(axis + 1, offset + $0 * inner, inner) }
        return "[" + items.joined(separator: ", ") + "]"
      }
      return text(0, 0, elements.count)
    }
  }
}
