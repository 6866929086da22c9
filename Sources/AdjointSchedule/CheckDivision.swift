import AdjointIR

/// Finds out whether parts of a kernel may run side by side: whether every element that one part writes is touched by
/// that part alone.
struct DivisionCheck {
  let schedule: Schedule
  let kernel: Kernel

  /// Whether a kernel cut along `loops`, all of `extent` iterations, keeps its meaning.
  func holds(_ loops: Set<Int>, extent: Int) -> Bool {
    guard kernel.body.allSatisfy({ isPlain($0, loops) }) else { return false }
    let accesses = kernel.accesses
    let written = Set(accesses.filter(\.isWrite).map(\.buffer))
    for buffer in written {
      let isLocal = schedule.buffers[buffer].storage == .local
      let touching = accesses.filter { $0.buffer == buffer || schedule.mayShareMemory($0.buffer, buffer) }
      // Memory that overlaps otherwise than element by element has no owner that could be told.
      guard touching.allSatisfy({ $0.buffer == buffer || schedule.liesWith($0.buffer, buffer) }) else { return false }
      guard
        eachElementHasOnePart(touching, loops, extent)
          || isLocal && isWrittenAfresh(touching, loops, schedule.buffers[buffer].type.count)
      else { return false }
    }
    return true
  }

  /// Whether a statement of the kernel's body is cut, or only finds scalars that every part may find for itself.
  private func isPlain(_ statement: Statement, _ loops: Set<Int>) -> Bool {
    switch statement {
    case .define: true
    case .loop(let loop, let body): loops.contains(loop.variable) || body.allSatisfy { isPlain($0, loops) }
    case .when(_, let body): body.allSatisfy { isPlain($0, loops) }
    case .contract(let contraction):
      (contraction.batch + [contraction.rows, contraction.columns]).contains { loops.contains($0.variable) }
    case .store, .accumulate, .reduce: false
    }
  }

  /// The loop of an access that is cut; nil where there is not just one.
  private func cutLoop(_ access: MemoryAccess, _ loops: Set<Int>) -> Loop? {
    var found: Loop?
    for case .loop(let loop) in access.path where loops.contains(loop.variable) {
      if found != nil { return nil }
      found = loop
    }
    return found
  }

  /// Whether the iteration of the cut loop follows from an element's place, the same way for all accesses: the place
  /// modulo the stride of the loops further out, divided by that of the cut one.
  private func eachElementHasOnePart(_ accesses: [MemoryAccess], _ loops: Set<Int>, _ extent: Int) -> Bool {
    var stride: Int?
    var outer = 0
    var places: [(index: Index, extents: [Int: Int], cut: Int)] = []
    for access in accesses {
      guard let loop = cutLoop(access, loops), loop.extent == extent, let index = access.index else { return false }
      let extents = access.extents
      let coefficient = index.coefficient(of: loop.variable)
      guard coefficient > 0, coefficient == stride ?? coefficient,
        index.terms.allSatisfy({ $0.coefficient > 0 && extents[$0.variable] != nil })
      else { return false }
      stride = coefficient
      for term in index.terms where term.coefficient > coefficient {
        outer = outer == 0 ? term.coefficient : min(outer, term.coefficient)
      }
      places.append((index, extents, loop.variable))
    }
    guard let stride else { return false }
    if outer > 0, outer % stride != 0 || stride * extent > outer { return false }
    return places.allSatisfy { index, extents, cut in
      var low = index.constant
      if outer > 0 { low %= outer }
      var high = low
      for term in index.terms where term.variable != cut {
        if term.coefficient > stride {
          guard outer > 0, term.coefficient % outer == 0 else { return false }
        } else {
          high += term.coefficient * max(0, (extents[term.variable] ?? 1) - 1)
        }
      }
      return low >= 0 && high < stride
    }
  }

  /// Whether an array on the stack is filled and then read in each iteration of a loop that is cut.
  private func isWrittenAfresh(_ accesses: [MemoryAccess], _ loops: Set<Int>, _ count: Int) -> Bool {
    guard let first = accesses.first, let cut = cutLoop(first, loops) else { return false }
    guard let depth = first.path.firstIndex(of: .loop(cut)) else { return false }
    let prefix = first.path[...depth]
    guard accesses.allSatisfy({ $0.path.count > depth && $0.path[...depth] == prefix }) else { return false }
    // The first statement that touches the array writes all of it, once.
    let inside = accesses.map { Array($0.path[(depth + 1)...]) }
    guard first.isWrite, !isAccumulated(first.buffer, kernel.body), let index = first.index, index.constant == 0,
      index.terms.count == 1, index.terms[0].coefficient == 1
    else { return false }
    let around = inside[0].compactMap { step -> Loop? in if case .loop(let loop) = step { loop } else { nil } }
    guard around.count == 1, around[0].variable == index.terms[0].variable, around[0].extent == count else {
      return false
    }
    return zip(accesses, inside).dropFirst().allSatisfy { access, path in
      if access.isWrite { return access.index == index && path.first == inside[0].first }
      // Later statements, or later ones in the same run of the loop.
      guard case .position(let statement)? = path.first, case .position(let filling)? = inside[0].first else {
        return false
      }
      return statement > filling
    }
  }

  private func isAccumulated(_ buffer: Int, _ statements: [Statement]) -> Bool {
    statements.contains { statement in
      switch statement {
      case .accumulate(let target, _, _, _): target == buffer
      case .loop(_, let body), .when(_, let body): isAccumulated(buffer, body)
      case .reduce(let nest): isAccumulated(buffer, nest.body)
      case .contract(let contraction): isAccumulated(buffer, contraction.epilogue)
      case .define, .store: false
      }
    }
  }
}

extension Schedule {
  /// Whether two buffers can have bytes in common at a call.
  func mayShareMemory(_ first: Int, _ second: Int) -> Bool {
    let (one, other) = (buffers[first], buffers[second])
    switch (one.storage, other.storage) {
    case (.result(let result), .parameter(let parameter)), (.parameter(let parameter), .result(let result)):
      return results[result].reuses == parameter
    case (.arena(let start), .arena(let place)):
      return start < place + other.type.byteCount && place < start + one.type.byteCount
    default: return first == second
    }
  }

  /// Whether equal places in two buffers that share memory are the same bytes.
  func liesWith(_ first: Int, _ second: Int) -> Bool {
    let (one, other) = (buffers[first], buffers[second])
    guard one.type.dtype.size == other.type.dtype.size else { return false }
    if case .arena = one.storage { return one.storage == other.storage }
    return true
  }
}
