import AdjointIR

/// Checks that a schedule keeps its promises: buffers that are needed at the same time do not overlap, everything is
/// written before it is read, indices stay inside their buffers, a parameter is read no more once the result that may
/// share its memory is written, and parts of a kernel leave each other's elements alone.
public func verifySchedule(_ schedule: Schedule) throws(ScheduleError) {
  let checker = ScheduleChecker(schedule: schedule)
  try checker.checkBuffers()
  for kernel in schedule.kernels { try checker.check(kernel) }
  try checker.checkOrder()
  try checker.checkArena()
  try checker.checkReuse()
}

private struct ScheduleChecker {
  let schedule: Schedule

  private func refuse(_ id: String, _ message: String) -> ScheduleError { ScheduleError("schedule.\(id)", message) }

  private func name(_ buffer: Int) -> String { schedule.buffers[buffer].name }

  func checkBuffers() throws(ScheduleError) {
    var names: Set<String> = []
    var results: Set<Int> = []
    for (number, buffer) in schedule.buffers.enumerated() {
      guard names.insert(buffer.name).inserted else { throw refuse("name", "two buffers are called \(buffer.name)") }
      switch buffer.storage {
      case .arena(let offset):
        guard offset % 64 == 0, offset + buffer.type.byteCount <= schedule.arenaByteCount else {
          throw refuse("arena", "\(buffer.name) is not inside the arena")
        }
      case .result(let result):
        guard results.insert(result).inserted else { throw refuse("result", "result \(result) has two buffers") }
        guard schedule.kernels.contains(where: { $0.writes.contains(number) }) else {
          throw refuse("result", "\(buffer.name) is never written")
        }
      case .parameter, .local, .constant: break
      }
    }
    guard results.count == schedule.results.count else { throw refuse("result", "a result has no buffer") }
  }

  func check(_ kernel: Kernel) throws(ScheduleError) {
    var listed = Set(kernel.reads + kernel.writes + kernel.locals)
    var unwritten = Set(kernel.writes + kernel.locals)
    for access in kernel.accesses {
      let storage = schedule.buffers[access.buffer].storage
      if case .parameter = storage, access.isWrite {
        throw refuse("parameter", "\(kernel.name) writes the parameter \(name(access.buffer))")
      }
      if case .constant = storage {
        if access.isWrite { throw refuse("constant", "\(kernel.name) writes a constant") }
        listed.insert(access.buffer)
      }
      guard listed.contains(access.buffer) else {
        throw refuse("list", "\(kernel.name) does not list \(name(access.buffer))")
      }
      try checkBounds(access, kernel)
      if access.isWrite {
        unwritten.remove(access.buffer)
      } else if unwritten.contains(access.buffer) {
        throw refuse("local", "\(kernel.name) reads \(name(access.buffer)) before it writes it")
      }
    }
    for local in kernel.locals where unwritten.contains(local) {
      throw refuse("local", "\(kernel.name) has \(name(local)), which it never writes")
    }
    var defined: Set<Int> = []
    for (variable, _) in definedVariables(kernel.body) {
      guard defined.insert(variable).inserted else {
        throw refuse("variable", "\(kernel.name) defines \(kernel.variables[variable].name) twice")
      }
    }
    guard defined.count == kernel.variables.count else {
      throw refuse("variable", "\(kernel.name) has a variable that nothing defines")
    }
    _ = try checkUses(kernel.body, [], kernel)
    try checkDivision(kernel)
  }

  private func checkDivision(_ kernel: Kernel) throws(ScheduleError) {
    guard let division = kernel.division else { return }
    guard division.extent > 0, division.unit > 0, (1...Division.mostParts).contains(division.parts),
      (1...Division.mostParts).contains(division.pieces),
      DivisionCheck(schedule: schedule, kernel: kernel).holds(Set(division.loops), extent: division.extent)
    else { throw refuse("division", "\(kernel.name) cannot be cut into parts as it says") }
  }

  private func checkBounds(_ access: MemoryAccess, _ kernel: Kernel) throws(ScheduleError) {
    guard let index = access.index else { return }
    var extents: [Int: Int] = [:]
    for case .loop(let loop) in access.path {
      if loop.extent == 0 { return }
      extents[loop.variable] = loop.extent
    }
    var high = index.constant
    var low = index.constant
    for term in index.terms {
      // A row number from memory has been clamped, or is behind a condition.
      guard let extent = extents[term.variable] else { return }
      let end = term.coefficient * (extent - 1)
      if end < 0 { low += end } else { high += end }
    }
    guard low >= 0, high < schedule.buffers[access.buffer].type.count else {
      throw refuse("bounds", "\(kernel.name) reaches \(name(access.buffer))[\(low)…\(high)]")
    }
  }

  /// Checks that variables are used where they are defined; returns what is defined afterwards.
  private func checkUses(
    _ statements: [Statement], _ outer: Set<Int>, _ kernel: Kernel
  ) throws(ScheduleError) -> Set<Int> {
    var known = outer
    for statement in statements {
      switch statement {
      case .loop(let loop, let body): _ = try checkUses(body, known.union([loop.variable]), kernel)
      case .define(let variable, let value):
        try checkUses(value, known, kernel)
        known.insert(variable)
      case .store(_, let index, let value), .accumulate(_, let index, _, let value):
        try checkUses(.index(index), known, kernel)
        try checkUses(value, known, kernel)
      case .when(let condition, let body):
        try checkUses(condition, known, kernel)
        _ = try checkUses(body, known, kernel)
      case .reduce(let nest):
        let inside = try checkUses(nest.body, known.union(nest.loops.map(\.variable)), kernel)
        for accumulator in nest.accumulators { try checkUses(accumulator.value, inside, kernel) }
        known.formUnion(nest.accumulators.map(\.variable))
      case .contract(let contraction):
        let loops = contraction.batch + [contraction.rows, contraction.columns]
        _ = try checkUses(
          contraction.epilogue, known.union(loops.map(\.variable) + [contraction.accumulator]), kernel)
      }
    }
    return known
  }

  private func checkUses(_ expression: Expression, _ known: Set<Int>, _ kernel: Kernel) throws(ScheduleError) {
    var used: Set<Int> = []
    _ = rewrite(
      expression,
      index: {
        used.formUnion($0.terms.map(\.variable))
        return $0
      },
      variable: {
        used.insert($0)
        return $0
      })
    if let unknown = used.subtracting(known).min() {
      throw refuse("variable", "\(kernel.name) uses \(kernel.variables[unknown].name) before it is defined")
    }
  }

  func checkOrder() throws(ScheduleError) {
    var written: Set<Int> = []
    for kernel in schedule.kernels {
      for buffer in kernel.reads where !written.contains(buffer) && !kernel.writes.contains(buffer) {
        if case .parameter = schedule.buffers[buffer].storage { continue }
        throw refuse("order", "\(kernel.name) reads \(name(buffer)) before it is written")
      }
      for buffer in kernel.writes where !written.insert(buffer).inserted {
        throw refuse("order", "\(kernel.name) writes \(name(buffer)) a second time")
      }
    }
  }

  func checkArena() throws(ScheduleError) {
    var spans: [Int: ClosedRange<Int>] = [:]
    for (number, kernel) in schedule.kernels.enumerated() {
      for buffer in kernel.writes + kernel.reads where schedule.isInArena(buffer) {
        spans[buffer] = (spans[buffer]?.lowerBound ?? number)...number
      }
    }
    let buffers = spans.keys.sorted()
    for (position, first) in buffers.enumerated() {
      for second in buffers[(position + 1)...] {
        guard let (one, other) = earlier(first, second, spans), overlaps(first, second) else { continue }
        let moment = other.span.lowerBound
        let kernel = schedule.kernels[moment]
        let mayShare =
          one.span.upperBound == moment && one.span.lowerBound < moment
          && schedule.buffers[first].storage == schedule.buffers[second].storage
          && schedule.buffers[first].type.dtype.size == schedule.buffers[second].type.dtype.size
          && kernel.canShare(reading: one.buffer, writing: other.buffer, kernel.accesses)
        guard mayShare else {
          throw refuse("overlap", "\(name(first)) and \(name(second)) overlap in \(kernel.name)")
        }
      }
    }
  }

  private func earlier(
    _ first: Int, _ second: Int, _ spans: [Int: ClosedRange<Int>]
  ) -> ((buffer: Int, span: ClosedRange<Int>), (buffer: Int, span: ClosedRange<Int>))? {
    guard let one = spans[first], let other = spans[second], one.overlaps(other) else { return nil }
    return one.lowerBound <= other.lowerBound ? ((first, one), (second, other)) : ((second, other), (first, one))
  }

  private func overlaps(_ first: Int, _ second: Int) -> Bool {
    guard case .arena(let one) = schedule.buffers[first].storage,
      case .arena(let other) = schedule.buffers[second].storage
    else { return false }
    return one < other + schedule.buffers[second].type.byteCount && other < one + schedule.buffers[first].type.byteCount
  }

  func checkReuse() throws(ScheduleError) {
    for (result, description) in schedule.results.enumerated() {
      guard let parameter = description.reuses,
        let source = schedule.buffers.firstIndex(where: { $0.storage == .parameter(parameter) }),
        let target = schedule.buffers.firstIndex(where: { $0.storage == .result(result) }),
        let writer = schedule.kernels.firstIndex(where: { $0.writes.contains(target) })
      else { continue }
      let kernel = schedule.kernels[writer]
      if kernel.reads.contains(source), !kernel.canShare(reading: source, writing: target, kernel.accesses) {
        throw refuse("reuse", "\(kernel.name) overwrites elements of \(name(source)) that it still reads")
      }
      if let late = schedule.kernels[(writer + 1)...].first(where: { $0.reads.contains(source) }) {
        throw refuse("reuse", "\(late.name) reads \(name(source)) after it may have been overwritten")
      }
    }
  }
}
