import AdjointIR

/// Takes large kernels apart that combine a scalar over rows while they do other work on each row, a loss beside its
/// gradient: the first part keeps each row's value, a small second one combines them as the whole did. Then the rows
/// can be divided among threads.
func splitRowSums(
  _ kernels: [Kernel], _ table: inout BufferTable, _ names: inout NameTable, leastPart: Double
) -> [Kernel] {
  var result: [Kernel] = []
  for kernel in kernels {
    if let nest = RowSums(kernel, table.buffers, leastPart: leastPart) {
      result += nest.split(&table, &names)
    } else {
      result.append(kernel)
    }
  }
  return result
}

/// A kernel whose body is scalars, one nest over rows, and what becomes of its sums.
private struct RowSums {
  let kernel: Kernel
  let before: [Statement]
  let nest: ReductionNest
  let after: [Statement]
  let loop: Loop

  init?(_ kernel: Kernel, _ buffers: [Buffer], leastPart: Double) {
    let place = kernel.body.firstIndex { statement in
      if case .define = statement { return false }
      return true
    }
    guard let place, case .reduce(let nest) = kernel.body[place], nest.loops.count == 1, let loop = nest.loops.first,
      loop.extent > 1, !nest.body.isEmpty, leastPart < .infinity
    else { return nil }
    for accumulator in nest.accumulators { guard case .reduce = accumulator.combine else { return nil } }
    self.kernel = kernel
    self.nest = nest
    self.loop = loop
    (before, after) = (Array(kernel.body[..<place]), Array(kernel.body[(place + 1)...]))
    var whole = kernel
    whole.body = [.reduce(nest)]
    // Each row must write elements of its own.
    var writes = 0
    for access in whole.accesses where access.isWrite && buffers[access.buffer].storage != .local {
      writes += 1
      guard let index = access.index, index.coefficient(of: loop.variable) > 0 else { return nil }
    }
    // What one of the two kernels keeps on its stack, the other does not have.
    let kept = Set(whole.accesses.map(\.buffer).filter { buffers[$0].storage == .local })
    whole.body = after
    guard kept.isDisjoint(with: whole.accesses.map(\.buffer)) else { return nil }
    whole.body = [.reduce(nest)]
    guard writes > 0, KernelCost(kernel: whole, buffers: buffers).nanoseconds >= 2 * leastPart else { return nil }
  }

  func split(_ table: inout BufferTable, _ names: inout NameTable) -> [Kernel] {
    var rows = nest.body
    var sums = nest
    sums.body = []
    for (number, accumulator) in nest.accumulators.enumerated() {
      let variable = kernel.variables[accumulator.variable]
      let buffer = table.append(
        Buffer(
          name: names.unique("rows_of_\(variable.name)"), type: TensorType([loop.extent], variable.dtype),
          storage: .arena(offset: 0)))
      rows.append(.store(buffer: buffer, at: Index(variable: loop.variable), accumulator.value))
      sums.accumulators[number].value = .load(buffer: buffer, at: Index(variable: loop.variable))
    }
    var first = part([.loop(loop, rows)], table)
    var second = part([.reduce(sums)] + after, table)
    second.name = kernel.name + "_sums"
    let finished = Set(second.writes.map { table.buffers[$0].name })
    second.formulas = kernel.formulas.filter { finished.contains(String($0.prefix { $0 != "[" })) }
    first.formulas = kernel.formulas.filter { !second.formulas.contains($0) }
    return [first, second]
  }

  /// A kernel of some of the statements and of those scalars before them that they use.
  private func part(_ statements: [Statement], _ table: BufferTable) -> Kernel {
    var body = statements
    for case .define(let variable, let value) in before.reversed()
    where body.contains(where: { uses(variable, $0) }) {
      body.insert(.define(variable, value), at: 0)
    }
    var numbers: [Int: Int] = [:]
    var result = kernel
    result.variables = []
    for (variable, _) in definedVariables(body) where numbers[variable] == nil {
      numbers[variable] = result.variables.count
      result.variables.append(kernel.variables[variable])
    }
    result.body = body.map { mapVariables($0) { numbers[$0] ?? 0 } }
    result.listBuffers(table.buffers)
    return result
  }
}

extension Kernel {
  /// Lists what the body reads, writes and keeps for itself.
  mutating func listBuffers(_ buffers: [Buffer]) {
    var sets: (reads: Set<Int>, writes: Set<Int>, locals: Set<Int>) = ([], [], [])
    for access in accesses {
      switch buffers[access.buffer].storage {
      case .local: sets.locals.insert(access.buffer)
      case .constant: break
      default:
        if access.isWrite { sets.writes.insert(access.buffer) } else { sets.reads.insert(access.buffer) }
      }
    }
    (reads, writes, locals) = (sets.reads.sorted(), sets.writes.sorted(), sets.locals.sorted())
  }
}
