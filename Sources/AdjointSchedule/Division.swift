/// How a kernel may be cut into parts that run side by side.
///
/// Part `p` of `n` runs every loop of `loops` from `start(p, of: n)` to `start(p + 1, of: n)`, and everything else of
/// the kernel as it is. No part touches what another one writes, and each computes its elements in the order in which
/// the whole kernel would: every number of parts gives the same bits.
public struct Division: Hashable, Sendable {
  /// The variables of the loops that are cut, ascending: loops of statements, or one of a contraction's own.
  public var loops: [Int]
  /// The number of iterations that each of them has.
  public var extent: Int
  /// Parts begin at multiples of this. A printer may cut at other places, where its tiles begin.
  public var unit: Int
  /// The most parts that pay, each on a thread of its own.
  public var parts: Int
  /// The most parts that threads may take over from each other, which need not be equally large; 1 where that would
  /// cost more than it gains, since each thread's elements are in its own core's cache.
  public var pieces: Int
  /// The buffers, ascending, of which a part finds its elements in its own core's cache, where it left them a kernel or
  /// a step before, with those of other parts between them: nothing should be fetched ahead but what it asks for.
  public var held: [Int]

  /// Makes a division.
  public init(loops: [Int], extent: Int, unit: Int, parts: Int, pieces: Int = 1, held: [Int] = []) {
    self.loops = loops
    self.extent = extent
    self.unit = unit
    self.parts = parts
    self.pieces = pieces
    self.held = held
  }

  /// The most parts of any kernel: each may need scratch memory of its own, which the arena has room for.
  public static let mostParts = 16

  /// Where a part of several begins; the end for `part == parts`.
  public func start(_ part: Int, of parts: Int) -> Int {
    let units = (extent + unit - 1) / unit
    return min(extent, units * part / parts * unit)
  }
}
