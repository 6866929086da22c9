import AdjointIR
import AdjointSchedule

/// Which of a kernel's buffers may be the same memory at a call, and which loops are nevertheless free to run their
/// iterations side by side.
struct Aliasing {
  /// Buffers that share memory with another one of the kernel, which is written: these pointers are not `restrict`.
  private(set) var shared: Set<Int> = []
  private let partners: [Int: Set<Int>]

  init(_ kernel: Kernel, _ schedule: Schedule) {
    let used = Array(Set(kernel.reads).union(kernel.writes)).sorted()
    let written = Set(kernel.writes)
    var partners: [Int: Set<Int>] = [:]
    for (place, a) in used.enumerated() {
      for b in used[(place + 1)...] where written.contains(a) || written.contains(b) {
        guard Aliasing.overlap(schedule.buffers[a], schedule.buffers[b], schedule) else { continue }
        partners[a, default: []].insert(b)
        partners[b, default: []].insert(a)
      }
    }
    self.partners = partners
    shared = Set(partners.keys)
  }

  /// Whether two of the kernel's buffers can be the same memory at a call.
  func mayBeSame(_ a: Int, _ b: Int) -> Bool { partners[a, default: []].contains(b) }

  /// Whether two buffers can have bytes in common.
  private static func overlap(_ a: Buffer, _ b: Buffer, _ schedule: Schedule) -> Bool {
    switch (a.storage, b.storage) {
    case (.result(let result), .parameter(let parameter)), (.parameter(let parameter), .result(let result)):
      return schedule.results[result].reuses == parameter
    case (.arena(let first), .arena(let second)):
      return first < second + b.type.byteCount && second < first + a.type.byteCount
    default:
      return a.storage == b.storage
    }
  }

  /// Whether a loop over `statements` touches shared memory, and every iteration reads of it only what it writes
  /// itself: then the compiler may be told that its iterations are independent.
  func allowsVectors(_ statements: [Statement], over variable: Int) -> Bool {
    var loads: [(Int, Index)] = []
    var stores: [(Int, Index)] = []
    for statement in statements {
      switch statement {
      case .define(_, let value): loads += AdjointSchedule.loads(value).map { ($0.buffer, $0.index) }
      case .store(let buffer, let at, let value):
        loads += AdjointSchedule.loads(value).map { ($0.buffer, $0.index) }
        stores.append((buffer, at))
      default: return false
      }
    }
    guard stores.contains(where: { shared.contains($0.0) }) else { return false }
    for (buffer, at) in stores {
      guard at.coefficient(of: variable) != 0 else { return false }
      for (other, from) in loads where other == buffer || partners[buffer, default: []].contains(other) {
        guard from == at else { return false }
      }
      for (other, to) in stores where partners[buffer, default: []].contains(other) && to != at { return false }
    }
    return true
  }
}
