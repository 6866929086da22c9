import AdjointIR

/// What may be left out of a schedule, for tests and for finding defects.
public struct ScheduleOptions: Hashable, Sendable {
  /// Whether operations share kernels. Without, each has its own; the numbers are the same to the bit.
  public var fuse: Bool

  /// The least work of a part that a kernel is cut into for several threads, in nanoseconds as `KernelCost` counts
  /// them; with 0 every kernel is cut that can be, with infinity none.
  public var leastPart: Double

  /// Chooses.
  public init(fuse: Bool = true, leastPart: Double = KernelCost.leastPart) {
    self.fuse = fuse
    self.leastPart = leastPart
  }
}

/// Turns a program into loops over memory: fuses operations into kernels, orders them and plans the arena.
///
/// The program must be straight-line: every operation's lowering is something that loops compute.
public func makeSchedule(
  _ program: Program, options: ScheduleOptions = ScheduleOptions()
) throws(ScheduleError) -> Schedule {
  var graph = try Graph(program)
  if options.fuse { graph.readMasksFromResults() }
  var fusion = Fusion(graph, fuses: options.fuse)
  fusion.giveMemoryToWhatIsLoaded()
  let phases = fusion.groups.indices.map { Phases(fusion, $0) }
  for phase in phases { for node in phase.needsBuffer { fusion.graph.nodes[node].needsBuffer = true } }

  var names = NameTable()
  var table = BufferTable()
  makeBuffers(fusion, program, &table, &names)
  var kernels: [Kernel] = []
  for number in fusion.groups.indices.sorted(by: { fusion.rank($0) < fusion.rank($1) }) {
    guard fusion.groups[number].members.contains(where: { table.ofNode[$0] != nil }) else { continue }
    var writer = KernelWriter(fusion, number, table, phases[number])
    switch writer.group.kind {
    case .loops: writer.formLoops()
    case .contraction(let dot): writer.formContraction(dot)
    case .movement(let node): writer.formMovement(node)
    }
    table = writer.table
    kernels.append(try finish(writer))
  }
  nameLocals(&table, &names)
  if options.fuse { kernels = joinKernels(kernels, &table, program.results) }
  kernels = splitRowSums(kernels, &table, &names, leastPart: options.leastPart)
  let order = KernelOrder(kernels, table.buffers, program.results)
  kernels = order.order.map { kernels[$0] }
  for result in order.copiedResults { kernels.append(try copyKernel(result, program, &table, &names)) }

  var kernelNames = NameTable()
  for number in kernels.indices { kernels[number].name = kernelNames.unique(kernels[number].name) }

  var schedule = Schedule(
    name: program.name, parameters: program.parameters, results: program.results, buffers: table.buffers,
    kernels: kernels, arenaByteCount: 0, liveByteCount: 0)
  schedule.planMemory()
  schedule.divideKernels(leastPart: options.leastPart)
  return schedule
}

/// Gives each node that is read from memory, or is a result, its buffer.
private func makeBuffers(_ fusion: Fusion, _ program: Program, _ table: inout BufferTable, _ names: inout NameTable) {
  let graph = fusion.graph
  for (number, node) in graph.nodes.enumerated() {
    let storage: Buffer.Storage
    let name: String
    switch node.kind {
    case .parameter(let parameter):
      storage = .parameter(parameter)
      name = identifier(program.parameters[parameter].name)
    case .table(let literal):
      storage = .constant(literal)
      name = identifier(node.name ?? "table")
    default:
      guard fusion.placement[number] != nil, node.needsBuffer else { continue }
      if let result = node.result {
        storage = .result(result)
        name = resultName(program.results[result])
      } else {
        storage = .arena(offset: 0)
        name = graph.readableName(number)
      }
    }
    let buffer = Buffer(name: names.unique(name), type: node.type, storage: storage)
    table.ofNode[number] = table.append(buffer)
  }
}

/// A kernel from what was written: loops merged, variables renumbered and named.
private func finish(_ writer: KernelWriter) throws(ScheduleError) -> Kernel {
  if let missing = writer.missing { throw ScheduleError("schedule.buffer", missing) }
  var writer = writer
  let separate = separateLoops(writer.scalars.statements[0]) { variable in
    writer.scalars.makeVariable(
      writer.scalars.variables[variable].name, .i64, level: 2, extent: writer.scalars.extents[variable])
  }
  let body = LoopMerger().merged(separate)
  let defined = definedVariables(body)
  var numbers: [Int: Int] = [:]
  var names = NameTable()
  var variables: [Kernel.Variable] = []
  // No scalar is called like a buffer.
  let accesses = Kernel(
    name: "", sources: [], formulas: [], reads: [], writes: [], locals: [], variables: [], body: body
  ).accesses
  let taken = Set(accesses.map { writer.table.buffers[$0.buffer].name })
  for (variable, isLoop) in defined where numbers[variable] == nil {
    numbers[variable] = variables.count
    var result = writer.scalars.variables[variable]
    if taken.contains(result.name) { result.name += "_value" }
    result.name = isLoop ? names.loop() : names.unique(result.name)
    variables.append(result)
  }
  var undefined: Int?
  func renumbered(_ variable: Int) -> Int {
    if let number = numbers[variable] { return number }
    undefined = variable
    return variable
  }
  let renumberedBody = body.map { mapVariables($0, renumbered) }
  if let undefined {
    throw ScheduleError("schedule.variable", "nothing defines \(writer.scalars.variables[undefined].name)")
  }
  var kernel = Kernel(
    name: "", sources: [], formulas: [], reads: [], writes: [], locals: [], variables: variables, body: renumberedBody)
  kernel.listBuffers(writer.table.buffers)
  describe(&kernel, writer)
  return kernel
}

/// Moves a result into its place when all else is done.
private func copyKernel(
  _ result: Int, _ program: Program, _ table: inout BufferTable, _ names: inout NameTable
) throws(ScheduleError) -> Kernel {
  guard let source = table.buffers.firstIndex(where: { $0.storage == .result(result) }) else {
    throw ScheduleError("schedule.result", "nothing computes \(program.results[result].name)")
  }
  let target = table.append(table.buffers[source])
  let name = table.buffers[source].name
  table.buffers[source].name = names.unique("computed_\(name)")
  table.buffers[source].storage = .arena(offset: 0)
  let count = table.buffers[source].type.count
  let copy = Statement.store(
    buffer: target, at: Index(variable: 0), .load(buffer: source, at: Index(variable: 0)))
  return Kernel(
    name: names.unique("write_\(name)"), sources: [],
    formulas: ["\(program.results[result].name) = \(table.buffers[source].name)"], reads: [source], writes: [target],
    locals: [], variables: [.init(name: "i", dtype: .i64)],
    body: [.loop(Loop(variable: 0, extent: count), [copy])])
}

/// Gives the arrays that kernels have made for themselves names of their own.
private func nameLocals(_ table: inout BufferTable, _ names: inout NameTable) {
  for buffer in table.buffers.indices where table.buffers[buffer].storage == .local {
    table.buffers[buffer].name = names.unique(table.buffers[buffer].name)
  }
}

/// A result that is written back into a variable is the variable's new value.
func resultName(_ result: Program.Result) -> String {
  if case .variable = result.destination { return "new_\(identifier(result.name))" }
  return identifier(result.name)
}
