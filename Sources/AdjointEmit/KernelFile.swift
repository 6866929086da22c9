import AdjointIR
import AdjointSchedule
import AdjointTemplates

/// The file of all kernels of a model: gives kernels and tables their names, and writes kernels that are the same for
/// several sizes once.
struct KernelFile {
  /// File-scope names.
  private var names = Names(isFileScope: true)
  private(set) var tables: [(name: String, literal: Literal)] = []
  /// Whether the C is for any C11 compiler and stands alone.
  private let isPortable: Bool
  /// Whether some kernel runs in parts.
  private(set) var divides = false
  /// The C name of each function's each kernel.
  private(set) var kernelNames: [[String]] = []

  init(isPortable: Bool = false) { self.isPortable = isPortable }

  /// The functions of every entry point, one for each specialisation.
  mutating func makeFunctions(module: String, _ entryPoints: [ScheduledEntryPoint]) -> [[CFunction]] {
    var functionNames = Names()
    var functions: [[CFunction]] = []
    for scheduled in entryPoints {
      functions.append(
        zip(scheduled.entryPoint.specialisations, scheduled.schedules).map { specialisation, schedule in
          let base = Names.function(module: module, scheduled.entryPoint, sizes: specialisation.sizes)
          return makeFunction(
            schedule, scheduled.entryPoint, specialisation.sizes, function: functionNames.unique(base))
        })
    }
    return functions
  }

  /// Names a function's buffers and describes its interface.
  private mutating func makeFunction(
    _ schedule: Schedule, _ entryPoint: EntryPoint, _ sizes: [String: Int], function: String
  ) -> CFunction {
    var local = Names()
    var bufferNames: [Int: String] = [:]
    var fields: [KernelInterface.Field] = []
    for (number, buffer) in schedule.buffers.enumerated() {
      if case .parameter(let parameter) = buffer.storage {
        bufferNames[number] = local.unique(schedule.parameters[parameter].name)
      }
    }
    for (number, buffer) in schedule.buffers.enumerated() {
      switch buffer.storage {
      case .parameter: break
      case .constant(let literal): bufferNames[number] = table(literal, name: buffer.name, &local)
      case .result, .arena, .local: bufferNames[number] = local.unique(buffer.name)
      }
    }
    func add(_ number: Int?, _ role: KernelInterface.Field.Role) {
      guard let number else { return }
      fields.append(.init(name: bufferNames[number] ?? "", type: schedule.buffers[number].type, role: role))
    }
    let ends = BufferEnds(schedule.buffers)
    for number in schedule.parameters.indices { add(ends.parameters[number], .parameter(number)) }
    for number in schedule.results.indices { add(ends.results[number], .result(number)) }
    let interface = KernelInterface(
      functionName: function, structName: function + "_arguments", fields: fields,
      arenaByteCount: schedule.arenaByteCount, sizes: sizes)
    var result = CFunction(
      schedule: schedule, interface: interface, entryPoint: entryPoint, bufferNames: bufferNames, names: local.sealed,
      isPortable: isPortable)
    result.writeKernels()
    let scratch = zip(schedule.kernels, result.texts).map { kernel, text in
      text.needs.bytes(parts: result.parts(kernel))
    }
    result.interface.arenaByteCount = (schedule.arenaByteCount + 63) / 64 * 64 + (scratch.max() ?? 0)
    return result
  }

  /// The name of a table with these numbers; equal tables are one.
  private mutating func table(_ literal: Literal, name: String, _ local: inout Names) -> String {
    if let known = tables.first(where: { $0.literal == literal }) { return known.name }
    let unique = names.unique("table_" + name)
    tables.append((unique, literal))
    return unique
  }

  /// Chooses a name for every kernel: its own, or with its function's sizes where functions differ in it.
  mutating func nameKernels(_ functions: [CFunction]) {
    // Buffers are variables where kernels are called: no kernel may have the name of one.
    for name in functions.flatMap(\.bufferNames.values) + CFunction.namesOfParts { names.reserve(name) }
    var texts: [String: Set<String>] = [:]
    for function in functions {
      for (kernel, text) in zip(function.schedule.kernels, function.texts) {
        texts[kernel.name, default: []].insert(text.named(kernel.name))
      }
    }
    var chosen: [String: String] = [:]
    kernelNames = functions.map { function in
      zip(function.schedule.kernels, function.texts).map { kernel, text in
        let text = text.named(kernel.name)
        if let name = chosen[text] { return name }
        var base = kernel.name
        if texts[kernel.name, default: []].count > 1 {
          let others = functions.filter { $0.entryPoint.name == function.entryPoint.name }
          var parts = [kernel.name]
          if others.count < functions.count { parts.append(Names.snakeCase(function.entryPoint.name)) }
          base = (parts + Names.suffix(sizes: function.interface.sizes)).joined(separator: "_")
        }
        chosen[text] = names.unique(names.isTaken(base) ? "compute_" + base : base)
        return chosen[text] ?? base
      }
    }
  }

  /// The whole file.
  mutating func text(source: String, _ functions: [CFunction]) throws -> String {
    let mark =
      "// Written by Adjoint \(generatorVersion) from \(source). Do not edit: change the model and regenerate.\n"
    return mark + "\n" + (try body(functions))
  }

  /// The file without its first line.
  mutating func body(_ functions: [CFunction]) throws -> String {
    var sections: [String] = []
    sections += functions.map(\.memoryPlan)
    var kernels: [String] = []
    var written: Set<String> = []
    var (tiles, finishes): (Set<DType>, Set<DType>) = ([], [])
    var sumsInTurn = false
    for (function, names) in zip(functions, kernelNames) {
      var needs: [KernelNeeds] = []
      for (text, name) in zip(function.texts, names) {
        needs.append(text.needs)
        tiles.formUnion(text.needs.tiles)
        finishes.formUnion(text.needs.finishes)
        sumsInTurn = sumsInTurn || text.needs.sumsInTurn
        if written.insert(name).inserted { kernels.append(text.named(name)) }
      }
      let scratch = (function.schedule.arenaByteCount + 63) / 64 * 64
      if function.schedule.kernels.contains(where: { function.parts($0) > 1 }) {
        divides = true
        kernels.append(function.dividedBody(kernelNames: names, needs: needs, scratchOffset: scratch, &self.names))
      } else {
        kernels.append(function.body(kernelNames: names, needs: needs, scratchOffset: scratch))
      }
    }
    if !tiles.isEmpty {
      let sizes: [String: Any] = ["rowBlock": TilePlan.rowBlock]
      sections.append(try render(Templates.tiles, sizes))
      for type in [DType.f32, .f64] where tiles.contains(type) {
        sections.append(try render(Templates.matmul, KernelFile.tile(type)))
        if finishes.contains(type) { sections.append(try render(Templates.finish, KernelFile.tile(type))) }
      }
    }
    if sumsInTurn { sections.append(KernelFile.lanesAtOnce) }
    sections += tables.map { KernelFile.text(of: $0.literal, name: $0.name) }
    return (sections + kernels).joined(separator: "\n")
  }

  /// Half of the registers are left for what is summed.
  private static var lanesAtOnce: String {
    let lanes = ReductionNest.mostLanes
    func fits(_ lanes: Int) -> String { "(sums) * \(lanes) <= REGISTERS / 2 * LANES ? \(lanes)" }
    return """
      // How many of the \(lanes) lanes of a row's sums are computed at a time: as many as half of the registers hold of each sum.
      #define LANES_AT_ONCE(sums) \\
        (\(fits(lanes)) : \(fits(lanes / 2)) : \(lanes / 4))

      """
  }

  private static func tile(_ type: DType) -> [String: Any] {
    let halved = type == .f64
    return [
      "type": type.cType, "suffix": type.rawValue, "size": type.size, "lanes": halved ? "(LANES / 2)" : "LANES",
      "columns": halved ? "(TILE_COLUMNS / 2)" : "TILE_COLUMNS",
    ]
  }

  private static func text(of literal: Literal, name: String) -> String {
    let type = literal.type.dtype
    let values: [String] =
      switch literal.elements {
      case .real(let values): values.map { CExpressions.literal($0, type) }
      case .integer(let values): values.map { CExpressions.integerLiteral($0, type) }
      case .bool(let values): values.map { $0 ? "1" : "0" }
      }
    var text = CText()
    text.line("// \(literal.type.shape)")
    text.line("static const \(type.cType) \(name)[\(max(1, values.count))] = {")
    text.nested { $0.line(values.joined(separator: ", ")) }
    text.line("};")
    return text.text
  }
}
