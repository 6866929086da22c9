/// The memory of a tensor: raw, 64-byte aligned, owned; one allocation with the object itself.
///
/// Shared between tensors while it is only read, written only where its one owner has been checked
/// (`isKnownUniquelyReferenced`). That rule makes it safe to send in fact, which the compiler cannot see: who holds one
/// says so (`ManagedBuffer` rules out the conformance).
public final class TensorStorage: ManagedBuffer<Int, UInt8> {
  /// Allocates memory without setting it.
  static func make(byteCount: Int) -> TensorStorage {
    // From where the object begins to where the elements may, and from there to the next multiple of 64.
    let storage = create(minimumCapacity: byteCount + 32 + 63) { _ in byteCount }
    return unsafeDowncast(storage, to: TensorStorage.self)
  }

  /// Where the elements begin: the first multiple of 64 behind the object's own words. Found without reading memory.
  @inlinable public var bytes: UnsafeMutableRawPointer {
    (Unmanaged.passUnretained(self).toOpaque() + 32).alignedUp(toMultipleOf: 64)
  }
  /// How many bytes there are.
  ///
  /// Read by its address: access to `header` is checked for exclusivity at each call.
  public var byteCount: Int { withUnsafeMutablePointerToHeader { $0.pointee } }

  /// A copy of the same bytes.
  func copy() -> TensorStorage {
    let result = TensorStorage.make(byteCount: byteCount)
    result.bytes.copyMemory(from: bytes, byteCount: byteCount)
    return result
  }
}
