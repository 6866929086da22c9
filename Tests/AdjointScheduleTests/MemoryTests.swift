import AdjointIR
import Testing

@testable import AdjointSchedule

/// Memory plans against every order of placement, and schedules that break the rules.
@Suite struct MemoryTests {
  /// The smallest size over all orders: some order of placing each at the lowest gap is an optimal plan.
  private func bestSize(_ allocations: [Allocation]) -> Int {
    var best = Int.max
    func extend(_ offsets: [Int: Int], _ size: Int) {
      if size >= best { return }
      if offsets.count == allocations.count {
        best = size
        return
      }
      for next in allocations.indices where offsets[next] == nil {
        let taken = offsets.filter { allocations[$0.key].overlaps(allocations[next]) }
          .map { ($0.value, $0.value + allocations[$0.key].size) }.sorted { $0 < $1 }
        var place = 0
        for (start, end) in taken where start < place + allocations[next].size { place = max(place, end) }
        extend(
          offsets.merging([next: place]) { $1 }, max(size, place + allocations[next].size))
      }
    }
    extend([:], 0)
    return best
  }

  @Test(arguments: 0..<60)
  func nearTheBest(seed: Int) {
    var generator = ProbeGenerator(seed: UInt64(seed))
    let allocations = (0..<Int.random(in: 1...6, using: &generator)).map { _ in
      let first = Int.random(in: 0...6, using: &generator)
      return Allocation(
        size: 64 * Int.random(in: 1...9, using: &generator), first: first,
        last: first + Int.random(in: 0...4, using: &generator))
    }
    let plan = MemoryPlan(allocations)
    for (one, other) in zip(allocations.indices, allocations.indices.dropFirst()) {
      for later in other..<allocations.count where allocations[one].overlaps(allocations[later]) {
        let isApart =
          plan.offsets[one] + allocations[one].size <= plan.offsets[later]
          || plan.offsets[later] + allocations[later].size <= plan.offsets[one]
        #expect(isApart, "seed \(seed)")
      }
    }
    #expect(plan.size >= plan.lowerBound)
    #expect(plan.size == bestSize(allocations), "seed \(seed)")
  }

  private func chain() throws -> Schedule {
    let program = try makeProgram([TensorType([4, 4]), TensorType([4, 4])], reuses: [0]) { b, x in
      let product = try b.matmul(x[0], x[1], name: "product")
      let again = try b.matmul(product, x[1], name: "again")
      return [try b.matmul(again, product)]
    }
    return try makeSchedule(program)
  }

  @Test func overlapIsRefused() throws {
    var schedule = try chain()
    try verifySchedule(schedule)
    let first = schedule.buffers.firstIndex { $0.name == "product" }!
    let second = schedule.buffers.firstIndex { $0.name == "again" }!
    schedule.buffers[second].storage = schedule.buffers[first].storage
    #expect(throws: ScheduleError.self) { try verifySchedule(schedule) }
  }

  @Test func wrongOrderIsRefused() throws {
    var schedule = try chain()
    schedule.kernels.swapAt(0, 1)
    #expect(throws: ScheduleError.self) { try verifySchedule(schedule) }
  }

  @Test func readingARowBeforeItIsWrittenIsRefused() throws {
    let program = try makeProgram([TensorType([3, 50])]) { b, x in
      let exponentials = try b.exp(b.sin(x[0]))
      let total = try b.reduce(.sum, exponentials, axes: [1])
      return [try b.divide(exponentials, b.broadcastInDim(total, shape: [3, 50], dimensions: [0]))]
    }
    var schedule = try makeSchedule(program)
    try verifySchedule(schedule)
    #expect(schedule.kernels.count == 1 && schedule.kernels[0].locals.count == 1)
    guard case .loop(let rows, var body) = schedule.kernels[0].body[0] else { throw ScheduleError("test", "no loop") }
    body.insert(body.removeLast(), at: 0)
    schedule.kernels[0].body[0] = .loop(rows, body)
    let error = #expect(throws: ScheduleError.self) { try verifySchedule(schedule) }
    #expect(error?.id == "schedule.local")
  }

  @Test func readingAfterReuseIsRefused() throws {
    let program = try makeProgram([TensorType([4]), TensorType([4, 4])], reuses: [0, nil]) { b, x in
      [try b.exp(x[0]), try b.matmul(x[0], x[1])]
    }
    var schedule = try makeSchedule(program)
    try verifySchedule(schedule)
    #expect(schedule.kernels.count == 2)
    schedule.kernels.swapAt(0, 1)
    #expect(throws: ScheduleError.self) { try verifySchedule(schedule) }
  }

  @Test func unexpandedIsRefused() throws {
    let program = try makeProgram([.scalar(.f32)]) { b, x in
      let region = try b.region(parameters: [.scalar(.f32)]) { [try b.exp($0[0])] }
      return try b.append(Differentiate(.gradient), x, regions: [region])
    }
    #expect(throws: ScheduleError.self) { try makeSchedule(program) }
  }

  @Test func lanesDependOnTheExtentAlone() {
    #expect([1, 10, 15, 16, 31, 32, 64, 127, 128, 1000].map(reductionLanes) == [1, 1, 1, 8, 8, 16, 32, 32, 32, 32])
  }
}
