import AdjointRuntime
import CAdjoint
import Foundation
import Testing

/// Divided work on the pool and on executors of a program's own.
@Suite(.serialized) struct ThreadsTests {
  /// What `countUp` adds to.
  private final class Counts: @unchecked Sendable {
    let values: UnsafeMutablePointer<Int32>
    static let count: Int32 = 4096

    init() {
      values = .allocate(capacity: Int(Self.count))
      values.initialize(repeating: 0, count: Int(Self.count))
    }

    deinit { values.deallocate() }

    /// Adds 1 to every value, in parts.
    func countUp(mostParts: Int32) {
      adjoint_divide(
        { task, part, parts, _ in
          let values = task!.assumingMemoryBound(to: Int32.self)
          let start = adjoint_part_start(Counts.count, 16, part, parts)
          for index in start..<adjoint_part_start(Counts.count, 16, part + 1, parts) {
            UnsafeMutablePointer(mutating: values)[Int(index)] += 1
          }
        }, values, mostParts, mostParts * 2)
    }

    func all(_ expected: Int32) -> Bool { (0..<Int(Self.count)).allSatisfy { values[$0] == expected } }
  }

  @Test func theLimitIsWhatWasSet() {
    let before = Threads.limit
    #expect(before >= 1)
    Threads.limit = 3
    #expect(Threads.limit == 3)
    Threads.limit = 1
    #expect(Threads.limit == 1)
    Threads.limit = 0
    #expect(Threads.limit == before)
  }

  @Test(arguments: [1, 2, 3, 8])
  func everyPartRunsOnce(limit: Int) async {
    Threads.limit = limit
    defer { Threads.limit = 0 }
    await withTaskGroup(of: Bool.self) { group in
      for _ in 0..<6 {
        group.addTask {
          let counts = Counts()
          for round in 0..<300 { counts.countUp(mostParts: Int32(1 + round % 9)) }
          return counts.all(300)
        }
      }
      for await isRight in group { #expect(isRight) }
    }
  }

  @Test func anExecutorOfOnesOwnDoesTheWork() {
    let lock = NSLock()
    nonisolated(unsafe) var calls: [Int] = []
    Threads.use(parts: 4) { parts, work in
      lock.withLock { calls.append(parts) }
      for part in (0..<parts).reversed() { work(part) }
    }
    defer { Threads.usePool() }
    let counts = Counts()
    for parts in [1, 3, 4, 16] { counts.countUp(mostParts: Int32(parts)) }
    // A single part stays with the caller.
    #expect(calls == [3, 4, 4])
    #expect(counts.all(4))
  }

  @Test func anExecutorMayBeWrittenInC() {
    let calls = UnsafeMutablePointer<Int32>.allocate(capacity: 1)
    calls.initialize(to: 0)
    defer { calls.deallocate() }
    Threads.use(
      { context, work, task, parts in
        context!.assumingMemoryBound(to: Int32.self).pointee += parts
        for part in 0..<parts { work!(task, part, parts) }
      }, context: calls, parts: 2)
    let counts = Counts()
    counts.countUp(mostParts: 4)
    counts.countUp(mostParts: 1)
    Threads.usePool()
    counts.countUp(mostParts: 4)
    #expect(counts.all(3))
    #expect(calls.pointee == 2)
  }

  @Test func anExecutorMayUseSeveralThreads() {
    Threads.use(parts: 5) { parts, work in DispatchQueue.concurrentPerform(iterations: parts, execute: work) }
    defer { Threads.usePool() }
    let counts = Counts()
    for _ in 0..<100 { counts.countUp(mostParts: 16) }
    #expect(counts.all(100))
  }
}
