import AdjointIR

/// A stretch of memory that is needed from one kernel to another, both included.
struct Allocation: Hashable {
  /// A multiple of 64.
  var size: Int
  var first: Int
  var last: Int

  func overlaps(_ other: Allocation) -> Bool { first <= other.last && other.first <= last }
}

/// Offsets for allocations, and how much memory they take.
struct MemoryPlan {
  var offsets: [Int]
  var size: Int
  /// The most that is needed at once; no plan is smaller.
  var lowerBound: Int

  /// Places allocations so that those needed at the same time do not overlap: several orders and two ways of choosing
  /// a gap are tried, then the allocations on top are moved ahead, and the smallest plan wins.
  init(_ allocations: [Allocation]) {
    lowerBound = MemoryPlan.mostAtOnce(allocations)
    offsets = []
    size = Int.max
    let conflicts = allocations.indices.map { one in
      allocations.indices.filter { $0 != one && allocations[one].overlaps(allocations[$0]) }
    }
    func length(_ index: Int) -> Int { allocations[index].last - allocations[index].first + 1 }
    let keys: [(Int) -> (Int, Int)] = [
      { (-allocations[$0].size, -length($0)) },
      { (-length($0), -allocations[$0].size) },
      { (-allocations[$0].size * length($0), -allocations[$0].size) },
      { (allocations[$0].first, -allocations[$0].size) },
      { (-allocations[$0].last, -allocations[$0].size) },
    ]
    var best: [Int] = []
    func attempt(_ order: [Int]) {
      for picksTightGap in [false, true] where size > lowerBound {
        let offsets = MemoryPlan.place(allocations, order, conflicts, picksTightGap)
        let size = allocations.indices.map { offsets[$0] + allocations[$0].size }.max() ?? 0
        if size < self.size { (self.offsets, self.size, best) = (offsets, size, order) }
      }
    }
    for key in keys where size > lowerBound {
      attempt(
        allocations.indices.sorted {
          let (left, right) = (key($0), key($1))
          return left != right ? left < right : $0 < $1
        })
    }
    var rounds = 0
    while size > lowerBound, rounds < 32 {
      rounds += 1
      let before = size
      for top in allocations.indices where offsets[top] + allocations[top].size == before {
        attempt([top] + best.filter { $0 != top })
      }
      if size == before { break }
    }
    if allocations.isEmpty { size = 0 }
  }

  private static func mostAtOnce(_ allocations: [Allocation]) -> Int {
    var changes: [Int: Int] = [:]
    for allocation in allocations {
      changes[allocation.first, default: 0] += allocation.size
      changes[allocation.last + 1, default: 0] -= allocation.size
    }
    var now = 0
    var most = 0
    for moment in changes.keys.sorted() {
      now += changes[moment] ?? 0
      most = max(most, now)
    }
    return most
  }

  private static func place(
    _ allocations: [Allocation], _ order: [Int], _ conflicts: [[Int]], _ picksTightGap: Bool
  ) -> [Int] {
    var offsets = [Int](repeating: -1, count: allocations.count)
    for index in order {
      let size = allocations[index].size
      let taken = conflicts[index].filter { offsets[$0] >= 0 && allocations[$0].size > 0 }
        .map { (start: offsets[$0], end: offsets[$0] + allocations[$0].size) }
        .sorted { ($0.start, $0.end) < ($1.start, $1.end) }
      var end = 0
      var found: (offset: Int, gap: Int)?
      for block in taken {
        let gap = block.start - end
        if gap >= size, picksTightGap ? gap < (found?.gap ?? Int.max) : found == nil { found = (end, gap) }
        end = max(end, block.end)
      }
      offsets[index] = found?.offset ?? end
    }
    return offsets
  }
}

extension Schedule {
  /// Rounds up to the alignment of buffers in the arena.
  static func aligned(_ bytes: Int) -> Int { (bytes + 63) / 64 * 64 }

  /// Gives every buffer in the arena its offset. A buffer takes the place of one that its kernel reads for the last
  /// time, where that kernel reads each element before it overwrites it.
  mutating func planMemory() {
    var first: [Int: Int] = [:]
    var last: [Int: Int] = [:]
    for (number, kernel) in kernels.enumerated() {
      for buffer in kernel.writes where isInArena(buffer) {
        first[buffer] = first[buffer] ?? number
        last[buffer] = max(last[buffer] ?? 0, number)
      }
      for buffer in kernel.reads where isInArena(buffer) { last[buffer] = number }
    }
    var allocations: [Allocation] = []
    var allocationOf: [Int: Int] = [:]
    for (number, kernel) in kernels.enumerated() {
      let accesses = kernel.accesses
      var dying = kernel.reads.filter { last[$0] == number && first[$0] != number && isInArena($0) }
      for target in kernel.writes where first[target] == number {
        guard let end = last[target] else { continue }
        let type = buffers[target].type
        let place = dying.firstIndex {
          let source = buffers[$0].type
          return source.dtype.size == type.dtype.size && source.byteCount == type.byteCount
            && kernel.canShare(reading: $0, writing: target, accesses)
        }
        if let place, let allocation = allocationOf[dying[place]] {
          allocations[allocation].last = end
          allocationOf[target] = allocation
          dying.remove(at: place)
        } else {
          allocations.append(Allocation(size: Schedule.aligned(type.byteCount), first: number, last: end))
          allocationOf[target] = allocations.count - 1
        }
      }
    }
    let plan = MemoryPlan(allocations)
    for (buffer, allocation) in allocationOf { buffers[buffer].storage = .arena(offset: plan.offsets[allocation]) }
    arenaByteCount = plan.size
    liveByteCount = plan.lowerBound
  }

  func isInArena(_ buffer: Int) -> Bool {
    if case .arena = buffers[buffer].storage { return true }
    return false
  }
}
