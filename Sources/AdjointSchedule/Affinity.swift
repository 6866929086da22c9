import AdjointIR

/// In whose cache the elements of buffers lie between kernels, where several threads work on them.
///
/// A thread has the same part of every kernel. Where all of a step's memory stays in caches, what a part wrote is in
/// its own core's: kernels that cut a buffer alike leave it there, also from one step to the next, and others have it
/// moved. So do arrays of the arena that a core's second cache has room for, from one kernel to the next. Where memory
/// is larger, elements come from further away anyhow; there a part had better read and write long pieces, since the
/// processor fetches ahead what the gaps between short ones hold too.
struct Affinity {
  private let schedule: Schedule
  /// Whether all of a step's memory stays in caches.
  let isNear: Bool
  /// How the kernels that are divided so far cut each piece of memory, by its first buffer.
  private var cuts: [Int: Set<Cut>] = [:]
  /// The cuts by which memory is written.
  private var writers: [Int: Set<Cut>] = [:]

  /// A loop of `extent` iterations whose next one touches elements `stride` further on.
  private struct Cut: Hashable {
    var stride: Int
    var extent: Int
  }

  /// Nanoseconds to move a byte to another core and back, a step later.
  private static let moved = 0.2
  /// Nanoseconds that a byte of memory takes longer where a part has short pieces.
  private static let inPieces = 0.02
  /// The processor looks no further ahead than to the end of a page.
  private static let page = 4096
  /// What stays in caches.
  private static let nearBytes = 1 << 21
  /// What of the arena stays in a core's second cache from one kernel to the next, beside all else that they touch.
  private static let nearArrayBytes = 1 << 19

  init(_ schedule: Schedule) {
    self.schedule = schedule
    var memory: [Int: Int] = [:]
    for (number, buffer) in schedule.buffers.enumerated() where buffer.storage != .local {
      if case .arena = buffer.storage { continue }
      memory[Affinity.root(number, schedule)] = buffer.type.byteCount
    }
    isNear = memory.values.reduce(schedule.arenaByteCount, +) <= Affinity.nearBytes
  }

  /// A result's memory is that of the parameter that it replaces.
  private static func root(_ buffer: Int, _ schedule: Schedule) -> Int {
    guard case .result(let result) = schedule.buffers[buffer].storage, let parameter = schedule.results[result].reuses
    else { return buffer }
    return schedule.buffers.firstIndex { $0.storage == .parameter(parameter) } ?? buffer
  }

  /// The nanoseconds by which memory makes a part of `parts` of a kernel slower, where `loops` are cut.
  func nanoseconds(_ kernel: Kernel, _ loops: Set<Int>, extent: Int, parts: Int) -> Double {
    guard parts > 1 else { return 0 }
    var (movedBytes, bytesInPieces) = (0.0, 0.0)
    for (buffer, stride, isOperand) in strides(kernel, loops) {
      let (own, size) = (Cut(stride: stride, extent: extent), Double(schedule.buffers[buffer].type.byteCount))
      if staysNear(buffer) {
        let others = cuts[Affinity.root(buffer, schedule), default: []]
        // Each part has a part of its elements already.
        if !others.isEmpty, !others.contains(own) { movedBytes += size * Double(parts - 1) / Double(parts) }
      } else if !isOperand, hasGaps(buffer, own),
        stride * extent / parts * schedule.buffers[buffer].type.dtype.size < Affinity.page
      {
        bytesInPieces += size
      }
    }
    return (movedBytes * Affinity.moved + bytesInPieces * Affinity.inPieces) / Double(parts)
  }

  /// The nanoseconds that it takes to bring what two parts of other kernels wrote to the core of one that is not
  /// divided: half of it, one way.
  func nanosecondsToGather(_ kernel: Kernel) -> Double {
    let gathered = kernel.reads.filter { buffer in
      staysNear(buffer) && !writers[Affinity.root(buffer, schedule), default: []].isEmpty
    }
    let bytes = gathered.map { schedule.buffers[$0].type.byteCount }.reduce(0, +)
    return Double(bytes) / 2 * Affinity.moved / 2
  }

  /// Whether what a part wrote of a buffer is in its core's cache until another kernel reads it.
  private func staysNear(_ buffer: Int) -> Bool {
    if isNear { return true }
    guard case .arena = schedule.buffers[buffer].storage else { return false }
    return schedule.buffers[buffer].type.byteCount <= Affinity.nearArrayBytes
  }

  /// Whether other parts' elements lie between those of one part.
  private func hasGaps(_ buffer: Int, _ cut: Cut) -> Bool {
    schedule.buffers[buffer].type.count > cut.stride * cut.extent
  }

  /// Takes note of how a kernel is divided.
  mutating func add(_ kernel: Kernel) {
    guard let division = kernel.division else { return }
    for (buffer, stride, _) in strides(kernel, Set(division.loops)) {
      let cut = Cut(stride: stride, extent: division.extent)
      let root = Affinity.root(buffer, schedule)
      cuts[root, default: []].insert(cut)
      if kernel.writes.contains(buffer) { writers[root, default: []].insert(cut) }
    }
  }

  /// The buffers of which a part finds its elements in its own cache, between those of other parts.
  func held(_ kernel: Kernel) -> [Int] {
    guard isNear, let division = kernel.division else { return [] }
    let found = strides(kernel, Set(division.loops)).filter { buffer, stride, _ in
      let cut = Cut(stride: stride, extent: division.extent)
      return kernel.reads.contains(buffer) && hasGaps(buffer, cut)
        && writers[Affinity.root(buffer, schedule), default: []].contains(cut)
    }
    return Set(found.map(\.buffer)).sorted()
  }

  /// The buffers that a kernel's cut loops run through, how far apart their iterations are there, and whether a product
  /// reads them.
  private func strides(_ kernel: Kernel, _ loops: Set<Int>) -> [(buffer: Int, stride: Int, isOperand: Bool)] {
    var found: [(buffer: Int, stride: Int, isOperand: Bool)] = []
    func add(_ buffer: Int, _ stride: Int, isOperand: Bool) {
      switch schedule.buffers[buffer].storage {
      case .local, .constant: return
      case .parameter, .result, .arena: break
      }
      guard stride > 0, !found.contains(where: { $0.buffer == buffer && $0.stride == stride }) else { return }
      found.append((buffer, stride, isOperand))
    }
    for access in kernel.accesses {
      guard let index = access.index else { continue }
      for term in index.terms where loops.contains(term.variable) {
        add(access.buffer, term.coefficient, isOperand: false)
      }
    }
    for contraction in contractions(kernel.body) {
      for (operand, free) in [(contraction.left, contraction.rows), (contraction.right, contraction.columns)] {
        let variables = contraction.batch.map(\.variable) + [free.variable]
        for (variable, stride) in zip(variables, operand.batchStrides + [operand.freeStride])
        where loops.contains(variable) {
          add(operand.buffer, stride, isOperand: true)
        }
      }
    }
    return found
  }

  private func contractions(_ statements: [Statement]) -> [Contraction] {
    statements.flatMap { statement -> [Contraction] in
      switch statement {
      case .contract(let contraction): [contraction]
      case .loop(_, let body), .when(_, let body): contractions(body)
      case .define, .store, .accumulate, .reduce: []
      }
    }
  }
}
