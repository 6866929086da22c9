import CAdjoint

/// The scratch memory of one compiled function: blocks of one size, 64-byte aligned, kept for the next call.
///
/// A call checks a block out and back in. The first use of each concurrent caller allocates; from then on nothing does.
public final class ArenaPool: @unchecked Sendable {
  /// The size of a block.
  public let byteCount: Int
  // The block that the next call most likely takes; its address must not change, so it is allocated apart.
  private let slot: UnsafeMutablePointer<UnsafeMutableRawPointer?>
  // Both guarded by `lock`. Each further free block's first bytes hold the address of the next one.
  private var free: UnsafeMutableRawPointer?
  private var made = 0
  private let lock = Lock()

  /// A pool of blocks of a size.
  public init(byteCount: Int) {
    self.byteCount = max(byteCount, MemoryLayout<UnsafeMutableRawPointer?>.size)
    slot = .allocate(capacity: 1)
    slot.initialize(to: nil)
  }

  deinit {
    slot.pointee?.deallocate()
    slot.deallocate()
    while let block = free {
      free = block.load(as: UnsafeMutableRawPointer?.self)
      block.deallocate()
    }
  }

  /// How many blocks have been allocated so far: the most that were ever out at a time.
  public var allocatedBlocks: Int { lock.withLock { made } }

  /// Takes a block, which must be checked in again. Its bytes are not set.
  public func checkout() -> UnsafeMutableRawPointer {
    if let block = adjoint_slot_take(slot) { return block }
    return lock.withLock {
      if let block = free {
        free = block.load(as: UnsafeMutableRawPointer?.self)
        return block
      }
      // One may have been given back since; with the lock held and none in either place, all are really out.
      if let block = adjoint_slot_take(slot) { return block }
      made += 1
      return .allocate(byteCount: byteCount, alignment: 64)
    }
  }

  /// Gives a block back.
  public func checkin(_ block: UnsafeMutableRawPointer) {
    if adjoint_slot_put(slot, block) != 0 { return }
    lock.withLock {
      block.storeBytes(of: free, as: UnsafeMutableRawPointer?.self)
      free = block
    }
  }

  /// Runs `body` with a block that is given back afterwards.
  @inlinable
  public func withArena<Result>(_ body: (UnsafeMutableRawPointer) throws -> Result) rethrows -> Result {
    let block = checkout()
    defer { checkin(block) }
    return try body(block)
  }
}
