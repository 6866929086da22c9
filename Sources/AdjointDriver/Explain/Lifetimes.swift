import AdjointIR
import AdjointSchedule

/// A buffer of the arena, and the kernels between which it is live.
struct Lifetime {
  var buffer: Buffer
  var offset: Int
  /// The kernel that writes it first.
  var first: Int
  /// The kernel that reads it last.
  var last: Int

  /// The buffers of a schedule's arena, by offset and time.
  static func all(of schedule: Schedule) -> [Lifetime] {
    var result: [Lifetime] = []
    for (number, buffer) in schedule.buffers.enumerated() {
      guard case .arena(let offset) = buffer.storage else { continue }
      let uses = schedule.kernels.indices.filter {
        schedule.kernels[$0].reads.contains(number) || schedule.kernels[$0].writes.contains(number)
      }
      guard let first = uses.first, let last = uses.last else { continue }
      result.append(Lifetime(buffer: buffer, offset: offset, first: first, last: last))
    }
    return result.sorted { ($0.offset, $0.first) < ($1.offset, $1.first) }
  }
}

extension Kernel {
  var hasAdjoint: Bool { sources.contains { $0.role == .adjoint } }

  /// The numbers of the source lines of a role.
  func lineNumbers(_ role: Role) -> Set<Int> { Set(sources.filter { $0.role == role }.map(\.span.line)) }

  /// The source lines of a role, in order: `14, 15`.
  func lines(_ role: Role) -> String {
    var lines: [Int] = []
    for source in sources where source.role == role && !lines.contains(source.span.line) {
      lines.append(source.span.line)
    }
    return lines.map(String.init).joined(separator: ", ")
  }
}
