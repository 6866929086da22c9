/// The memory of a tensor: raw, 64-byte aligned, owned.
///
/// Shared between tensors while it is only read, written only where its one owner has been checked
/// (`isKnownUniquelyReferenced`). That rule makes it `Sendable` in fact, which the compiler cannot see.
public final class TensorStorage: @unchecked Sendable {
  /// Where the elements begin.
  public let bytes: UnsafeMutableRawPointer
  /// How many bytes there are.
  public let byteCount: Int

  /// Allocates memory without setting it.
  public init(byteCount: Int) {
    self.byteCount = byteCount
    bytes = .allocate(byteCount: max(byteCount, 1), alignment: 64)
  }

  deinit { bytes.deallocate() }

  /// A copy of the same bytes.
  func copy() -> TensorStorage {
    let result = TensorStorage(byteCount: byteCount)
    result.bytes.copyMemory(from: bytes, byteCount: byteCount)
    return result
  }
}
