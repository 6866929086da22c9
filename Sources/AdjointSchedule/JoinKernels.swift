import AdjointIR

/// Appends a small kernel to the one that accumulates what it reads: a bias's update to its gradient.
///
/// The kernels must be in an order in which they could run.
func joinKernels(_ kernels: [Kernel], _ table: inout BufferTable, _ results: [Program.Result]) -> [Kernel] {
  var kernels: [Kernel?] = kernels
  var writer: [Int: Int] = [:]
  var readers: [Int: [Int]] = [:]
  for (number, kernel) in kernels.enumerated() {
    for buffer in kernel?.writes ?? [] { writer[buffer] = number }
    for buffer in kernel?.reads ?? [] { readers[buffer, default: []].append(number) }
  }
  var parameters: [Int: Int] = [:]
  for (number, buffer) in table.buffers.enumerated() {
    if case .parameter(let parameter) = buffer.storage { parameters[parameter] = number }
  }
  for number in kernels.indices {
    guard let kernel = kernels[number], isSmall(kernel, table) else { continue }
    let producers = Set(kernel.reads.compactMap { writer[$0] }).subtracting([number])
    guard let last = producers.max(), let target = kernels[last],
      kernel.reads.contains(where: { writer[$0] == last && accumulates(target.body, into: $0) }),
      !hasContraction(target.body)
    else { continue }
    // What the kernel overwrites must not be read by kernels that have yet to run.
    let isSafe = kernel.writes.allSatisfy { buffer in
      guard case .result(let result) = table.buffers[buffer].storage, let parameter = results[result].reuses,
        let source = parameters[parameter]
      else { return true }
      return (readers[source] ?? []).allSatisfy { $0 <= last || $0 == number }
    }
    guard isSafe else { continue }
    kernels[last] = joined(target, kernel)
    kernels[number] = nil
    for buffer in kernel.writes { writer[buffer] = last }
    for buffer in kernel.reads {
      readers[buffer] = readers[buffer]?.map { $0 == number ? last : $0 }
    }
  }
  return kernels.enumerated().compactMap { number, kernel in
    kernel.map { keepingLocals($0, number, writer, readers, &table) }
  }
}

private func isSmall(_ kernel: Kernel, _ table: BufferTable) -> Bool {
  !hasContraction(kernel.body) && kernel.locals.isEmpty
    && kernel.writes.map { table.buffers[$0].type.count }.reduce(0, +) <= 16_384
}

private func hasContraction(_ statements: [Statement]) -> Bool {
  statements.contains {
    if case .contract = $0 { return true }
    return false
  }
}

private func accumulates(_ statements: [Statement], into buffer: Int) -> Bool {
  statements.contains { statement in
    switch statement {
    case .accumulate(let target, _, _, _): target == buffer
    case .loop(_, let body), .when(_, let body): accumulates(body, into: buffer)
    case .reduce(let nest): accumulates(nest.body, into: buffer)
    case .define, .store, .contract: false
    }
  }
}

/// One kernel that does what two do.
private func joined(_ first: Kernel, _ second: Kernel) -> Kernel {
  var result = first
  var names = NameTable()
  for variable in first.variables { _ = names.unique(variable.name) }
  let offset = first.variables.count
  let loops = Set(definedVariables(second.body).filter(\.isLoop).map(\.variable))
  for (number, variable) in second.variables.enumerated() {
    let name = loops.contains(number) ? names.loop() : names.unique(variable.name)
    result.variables.append(Kernel.Variable(name: name, dtype: variable.dtype))
  }
  result.body += second.body.map { mapVariables($0) { $0 + offset } }
  result.reads = Set(first.reads + second.reads).sorted()
  result.writes = Set(first.writes + second.writes).sorted()
  result.locals = Set(first.locals + second.locals).sorted()
  result.formulas += second.formulas
  for source in second.sources where !result.sources.contains(source) { result.sources.append(source) }
  for source in second.inlined where !result.inlined.contains(source) { result.inlined.append(source) }
  // A kernel that only finds a gradient is named after what is done with it.
  if first.name.hasPrefix("d_") { result.name = second.name }
  return result
}

/// What only this kernel knows, and is small, is an array of its own.
private func keepingLocals(
  _ kernel: Kernel, _ number: Int, _ writer: [Int: Int], _ readers: [Int: [Int]], _ table: inout BufferTable
) -> Kernel {
  var kernel = kernel
  for buffer in kernel.writes where kernel.reads.contains(buffer) {
    guard case .arena = table.buffers[buffer].storage, readers[buffer]?.allSatisfy({ $0 == number }) ?? true,
      table.buffers[buffer].type.byteCount <= Phases.longestRow
    else { continue }
    table.buffers[buffer].storage = .local
    kernel.reads.removeAll { $0 == buffer }
    kernel.writes.removeAll { $0 == buffer }
    kernel.locals = (kernel.locals + [buffer]).sorted()
  }
  return kernel
}
