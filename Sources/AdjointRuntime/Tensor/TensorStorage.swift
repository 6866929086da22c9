/// Where the elements of a `TensorStorage` are.
public struct TensorPlace {
  @usableFromInline let bytes: UnsafeMutableRawPointer
  @usableFromInline let byteCount: Int

  init(_ bytes: UnsafeMutableRawPointer, _ byteCount: Int) {
    self.bytes = bytes
    self.byteCount = byteCount
  }
}

/// The memory of a tensor: raw, 64-byte aligned, owned; one allocation with the object itself.
///
/// Shared between tensors while it is only read, written only where its one owner has been checked
/// (`isKnownUniquelyReferenced`). That rule makes it safe to send in fact, which the compiler cannot see: who holds one
/// says so (`ManagedBuffer` rules out the conformance).
public final class TensorStorage: ManagedBuffer<TensorPlace, UInt8> {
  /// Allocates memory without setting it.
  static func make(byteCount: Int) -> TensorStorage {
    let alignment = 64
    let storage = create(minimumCapacity: byteCount + alignment - 1) { buffer in
      buffer.withUnsafeMutablePointerToElements {
        TensorPlace(UnsafeMutableRawPointer($0).alignedUp(toMultipleOf: alignment), byteCount)
      }
    }
    return unsafeDowncast(storage, to: TensorStorage.self)
  }

  /// Where the elements begin.
  ///
  /// Read by its address: access to `header` is checked for exclusivity at each call.
  @inlinable public var bytes: UnsafeMutableRawPointer { withUnsafeMutablePointerToHeader { $0.pointee.bytes } }
  /// How many bytes there are.
  @inlinable public var byteCount: Int { withUnsafeMutablePointerToHeader { $0.pointee.byteCount } }

  /// A copy of the same bytes.
  func copy() -> TensorStorage {
    let result = TensorStorage.make(byteCount: byteCount)
    result.bytes.copyMemory(from: bytes, byteCount: byteCount)
    return result
  }
}
