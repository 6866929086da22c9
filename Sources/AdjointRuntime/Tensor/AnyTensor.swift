/// A tensor whose element type is a value: what variables, states, checkpoints and the tape hold.
///
/// A rank-0 tensor keeps its value inline; every other one shares a `TensorStorage`.
public struct AnyTensor: Sendable {
  /// The type of the elements.
  public let scalarType: ScalarType
  /// The extent of each axis.
  public let shape: [Int]
  /// The elements in row-major order; nil where the one value is in `inlineBits`.
  @usableFromInline nonisolated(unsafe) var storage: TensorStorage?
  /// The value of a rank-0 tensor without storage, in the low bytes.
  @usableFromInline var inlineBits: UInt64
  /// How the value depends on what a transform differentiates; nil for a constant.
  package var node: TapeNode?

  @usableFromInline
  init(scalarType: ScalarType, shape: [Int], storage: TensorStorage?, inlineBits: UInt64 = 0) {
    self.scalarType = scalarType
    self.shape = shape
    self.storage = storage
    self.inlineBits = inlineBits
  }

  /// A tensor over memory that is not set yet; the caller writes every element before anything reads them.
  public init(uninitialized shape: [Int], _ scalarType: ScalarType) {
    require(shape.allSatisfy { $0 >= 0 }, "a shape has no negative extent: \(shape)")
    let count = elementCount(of: shape)
    self.init(
      scalarType: scalarType, shape: shape, storage: TensorStorage.make(byteCount: count * scalarType.byteCount))
  }

  /// All zeros (`false` for Bool).
  public init(zeros shape: [Int], _ scalarType: ScalarType) {
    if shape.isEmpty {
      self.init(scalarType: scalarType, shape: [], storage: nil)
    } else {
      self.init(uninitialized: shape, scalarType)
      if let storage { storage.bytes.initializeMemory(as: UInt8.self, repeating: 0, count: storage.byteCount) }
    }
  }

  /// The number of elements.
  public var count: Int { elementCount(of: shape) }

  /// The number of bytes the elements take.
  public var byteCount: Int { count * scalarType.byteCount }

  /// The elements' bytes in row-major order.
  public func withUnsafeBytes<Result>(_ body: (UnsafeRawBufferPointer) throws -> Result) rethrows -> Result {
    guard let storage else {
      return try Swift.withUnsafeBytes(of: inlineBits) { bits in
        try body(UnsafeRawBufferPointer(rebasing: bits[..<scalarType.byteCount]))
      }
    }
    return try withExtendedLifetime(storage) {
      try body(UnsafeRawBufferPointer(start: storage.bytes, count: byteCount))
    }
  }

  /// The elements' bytes for writing; the tensor gets memory of its own first if it shares it.
  public mutating func withUnsafeMutableBytes<Result>(
    _ body: (UnsafeMutableRawBufferPointer) throws -> Result
  ) rethrows -> Result {
    let count = byteCount
    let bytes = writableBytes()
    return try withExtendedLifetime(storage) {
      try body(UnsafeMutableRawBufferPointer(start: bytes, count: count))
    }
  }

  /// The elements for writing in place, in storage that this tensor alone owns (copied first if it is shared; a value
  /// held inline moves to storage).
  ///
  /// The pointer holds as long as this tensor lives and is not assigned. Allocates nothing where the storage is
  /// already this tensor's own.
  public mutating func writableBytes() -> UnsafeMutableRawPointer {
    if node != nil {
      require(!isDifferentiated, "a tensor that is being differentiated cannot be written in place")
      node = nil
    }
    if storage == nil {
      let own = TensorStorage.make(byteCount: scalarType.byteCount)
      own.bytes.storeBytes(of: inlineBits, count: scalarType.byteCount)
      storage = own
    } else if !isKnownUniquelyReferenced(&storage) {
      storage = storage!.copy()
    }
    return storage!.bytes
  }

  /// Whether a transform that is still running may ask for its derivative.
  package var isDifferentiated: Bool { node?.recordingTape != nil }

  /// The same value as a constant.
  package var untaped: AnyTensor {
    var result = self
    result.node = nil
    return result
  }

  /// The same value held inline where its rank is 0, so that it shares no storage.
  var compact: AnyTensor {
    guard shape.isEmpty, let storage else { return self }
    var bits: UInt64 = 0
    Swift.withUnsafeMutableBytes(of: &bits) { target in
      target.copyMemory(from: UnsafeRawBufferPointer(start: storage.bytes, count: scalarType.byteCount))
    }
    var result = AnyTensor(scalarType: scalarType, shape: [], storage: nil, inlineBits: bits)
    result.node = node
    return result
  }

  /// The same elements under another shape of the same count, as a constant.
  package func reshaped(_ shape: [Int]) -> AnyTensor {
    if let storage {
      return AnyTensor(scalarType: scalarType, shape: shape, storage: storage).compact
    }
    let result = AnyTensor(scalarType: scalarType, shape: shape, storage: nil, inlineBits: inlineBits)
    if shape.isEmpty { return result }
    let storage = TensorStorage.make(byteCount: scalarType.byteCount)
    storage.bytes.storeBytes(of: inlineBits, count: scalarType.byteCount)
    return AnyTensor(scalarType: scalarType, shape: shape, storage: storage)
  }

  /// The type and shape, such as `f32[2, 3]`.
  public var typeText: String { "\(scalarType)\(shape)" }
}

extension AnyTensor: Equatable {
  /// Whether type, shape and every element agree (as numbers: 0 equals −0, NaN equals nothing).
  public static func == (left: AnyTensor, right: AnyTensor) -> Bool {
    guard left.scalarType == right.scalarType, left.shape == right.shape else { return false }
    switch left.scalarType {
    case .f32: return Tensor<Float>(left).elementsEqual(Tensor(right))
    case .f64: return Tensor<Double>(left).elementsEqual(Tensor(right))
    case .i32: return Tensor<Int32>(left).elementsEqual(Tensor(right))
    case .i64: return Tensor<Int64>(left).elementsEqual(Tensor(right))
    case .u32: return Tensor<UInt32>(left).elementsEqual(Tensor(right))
    case .bool: return Tensor<Bool>(left).elementsEqual(Tensor(right))
    }
  }
}

extension AnyTensor: CustomStringConvertible {
  public var description: String {
    switch scalarType {
    case .f32: Tensor<Float>(self).description
    case .f64: Tensor<Double>(self).description
    case .i32: Tensor<Int32>(self).description
    case .i64: Tensor<Int64>(self).description
    case .u32: Tensor<UInt32>(self).description
    case .bool: Tensor<Bool>(self).description
    }
  }
}

/// The product of the extents.
@inlinable package func elementCount(of shape: [Int]) -> Int {
  var count = 1
  for extent in shape { count *= extent }
  return count
}

extension UnsafeMutableRawPointer {
  /// Stores the low `count` bytes of a little-endian value.
  func storeBytes(of bits: UInt64, count: Int) {
    withUnsafeBytes(of: bits) { copyMemory(from: $0.baseAddress!, byteCount: count) }
  }
}
