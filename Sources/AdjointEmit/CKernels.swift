import AdjointDiagnostics
import AdjointIR
import AdjointSchedule

/// One compiled function: its schedule with the C names of its buffers.
struct CFunction {
  let schedule: Schedule
  var interface: KernelInterface
  let entryPoint: EntryPoint
  /// C names of buffers, one namespace for all kernels of the function.
  let bufferNames: [Int: String]
  let names: Names
  /// Whether the C is for any C11 compiler and stands alone, instead of for clang beside CAdjoint.
  var isPortable = false
  /// The text of every kernel, which is written once and named later.
  private(set) var texts: [KernelText] = []

  /// Writes every kernel.
  mutating func writeKernels() {
    // What is called once clang would make one function with its caller, whatever its size, and then take more than
    // twice as long over twice as many. Where kernels are few and small their calls count.
    let areApart = !isPortable && schedule.kernels.count > 16
    texts = schedule.kernels.map { kernel in
      var text = text(kernel)
      text.isApart = areApart
      return text
    }
  }

  private func text(_ kernel: Kernel) -> KernelText {
    let (variableNames, loopIndices, names) = variableNames(kernel)
    let aliasing = Aliasing(kernel, schedule)
    let expressions = CExpressions(
      kernel: kernel, buffers: schedule.buffers, bufferNames: bufferNames, variableNames: variableNames,
      loopIndices: loopIndices, signs: Signs(kernel, shared: aliasing.shared), isPortable: isPortable)
    var statements = CStatements(
      kernel: kernel, schedule: schedule, expressions: expressions, aliasing: aliasing, names: names,
      isPortable: isPortable)
    var body = CText()
    body.nested { inner in
      for local in kernel.locals {
        let buffer = schedule.buffers[local]
        let name = bufferNames[local] ?? ""
        inner.line("_Alignas(64) \(buffer.type.dtype.cType) \(name)[\(max(1, buffer.type.count))];")
      }
      statements.write(kernel.body, to: &inner)
    }
    var comment = CText()
    for line in self.comment(kernel) { comment.line("// \(line)") }
    var parameters = pointers(kernel, statements.needs).map { buffer in
      let constant = kernel.writes.contains(buffer) ? "" : "const "
      let restrict = aliasing.shared.contains(buffer) ? "" : "restrict "
      return "\(constant)\(schedule.buffers[buffer].type.dtype.cType) *\(restrict)\(bufferNames[buffer] ?? "")"
    }
    if statements.needs.sharedBytes > 0 { parameters.append("void *restrict scratch") }
    if statements.needs.scratchBytes > 0 { parameters.append("void *restrict \(statements.needs.ownScratch)") }
    if let (begin, end) = statements.partLimits { parameters += ["const int \(begin)", "const int \(end)"] }
    return KernelText(comment: comment.text, parameters: parameters, body: body.text, needs: statements.needs)
  }

  /// A name for every loop index and scalar of a kernel, which variables are loop indices, and what names are left.
  func variableNames(_ kernel: Kernel) -> (variables: [String], loops: Set<Int>, names: Names) {
    var names = names
    let loops = LoopIndices.of(kernel.body)
    // Loops are called i, j, k … by how deep they are; those side by side share a name.
    let letters = (["i", "j", "k", "l", "m", "n"] + (6..<12).map { "i\($0)" }).map { names.unique($0) }
    var variableNames = kernel.variables.enumerated().map { number, variable -> String in
      if loops[number] != nil { return "" }
      // A scalar named after the buffer that it is an element of.
      let isElement = names.isTaken(variable.name) && !variable.name.hasSuffix("_value")
      return names.unique(isElement ? variable.name + "_value" : variable.name)
    }
    for (number, depth) in loops.sorted(by: { $0.key < $1.key }) {
      variableNames[number] = depth < letters.count ? letters[depth] : names.unique("i")
    }
    return (variableNames, Set(loops.keys), names)
  }

  /// The buffers that a kernel's function takes: what it reads, then what it only writes.
  func pointers(_ kernel: Kernel) -> [Int] {
    let all = kernel.reads + kernel.writes.filter { !kernel.reads.contains($0) }
    return all.filter {
      if case .constant = schedule.buffers[$0].storage { false } else { true }
    }
  }

  /// Those without what is only packed before.
  func pointers(_ kernel: Kernel, _ needs: KernelNeeds) -> [Int] {
    guard let packing = needs.packing, packing.isOnlyReader else { return pointers(kernel) }
    return pointers(kernel).filter { $0 != packing.buffer }
  }

  /// The source lines that a kernel comes from, quoted where there are few.
  private func sources(of kernel: Kernel) -> [String] {
    var places: [(head: String, place: SourceSpan)] = []
    for source in kernel.sources where source.span != .none {
      let mark = source.role == .adjoint ? "∂ " : source.role == .tangent ? "tangent of " : ""
      let place = SourceSpan(file: source.span.file, line: source.span.line, column: 0)
      let head = mark + source.span.fileName
      if !places.contains(where: { $0 == (head, place) }) { places.append((head, place)) }
    }
    if places.count <= 4 {
      return places.map { head, place in
        // A backslash at the end would join the comment with the next line.
        let excerpt = entryPoint.excerpts[place].map { "   " + ($0.hasSuffix("\\") ? $0 + " …" : $0) } ?? ""
        return "\(head):\(place.line)" + (excerpt.count > 90 ? excerpt.prefix(88) + " …" : excerpt)
      }
    }
    var groups: [(head: String, lines: [String])] = []
    for (head, place) in places {
      if groups.last?.head == head {
        groups[groups.count - 1].lines.append("\(place.line)")
      } else {
        groups.append((head, ["\(place.line)"]))
      }
    }
    return groups.map { $0.head + ":" + $0.lines.joined(separator: ", ") }
  }

  /// Where a kernel comes from, what it computes and the shapes it works on.
  func comment(_ kernel: Kernel) -> [String] {
    var lines = sources(of: kernel)
    lines += kernel.formulas
    let shapes = pointers(kernel).filter { !schedule.buffers[$0].type.shape.isEmpty }.map {
      "\(bufferNames[$0] ?? "") \(schedule.buffers[$0].type.shape)"
    }
    // A shape stays in one piece.
    var line = ""
    for shape in shapes {
      if !line.isEmpty, line.count + shape.count > 110 {
        lines.append(line)
        line = ""
      }
      line += "  " + shape
    }
    if !line.isEmpty { lines.append(line) }
    return lines
  }

  /// The buffers that any kernel reads or writes.
  var usedBuffers: Set<Int> { Set(schedule.kernels.flatMap { $0.reads + $0.writes }) }

  /// The arrays of the function's arena that some kernel uses, with their places.
  var arenaArrays: [(buffer: Int, offset: Int)] {
    let used = usedBuffers
    return schedule.buffers.indices.compactMap { number in
      guard case .arena(let offset) = schedule.buffers[number].storage, used.contains(number) else { return nil }
      return (number, offset)
    }
  }

  /// The function that runs the kernels in order.
  func body(kernelNames: [String], needs: [KernelNeeds], scratchOffset: Int) -> String {
    var text = CText()
    let name = isPortable ? interface.functionName : "VARIANT(\(interface.functionName))"
    text.line("// \(signature)")
    text.line("void \(name)(const \(interface.structName) *arguments, void *arena) {")
    text.nested { inner in
      var usesArena = false
      let used = usedBuffers
      for (number, buffer) in schedule.buffers.enumerated() {
        guard case .arena(let offset) = buffer.storage, used.contains(number) else { continue }
        let type = buffer.type.dtype.cType
        let place = offset == 0 ? "arena" : "((char *)arena + \(offset))"
        inner.line("\(type) *const \(bufferNames[number] ?? "") = (\(type) *)\(place);")
        usesArena = true
      }
      if needs.contains(where: { $0.scratchBytes > 0 }) {
        inner.line("void *const scratch = \(scratchOffset == 0 ? "arena" : "(char *)arena + \(scratchOffset)");")
        usesArena = true
      }
      if !usesArena { inner.line("(void)arena;") }
      if interface.fields.isEmpty { inner.line("(void)arguments;") }
      for (number, kernel) in schedule.kernels.enumerated() {
        var values = pointers(kernel).map { buffer -> String in
          let name = bufferNames[buffer] ?? ""
          if case .arena = schedule.buffers[buffer].storage { return name }
          return "arguments->\(name)"
        }
        if needs[number].scratchBytes > 0 { values.append("scratch") }
        inner.line("\(kernelNames[number])(\(values.joined(separator: ", ")));")
      }
    }
    return text.text + "}\n"
  }
}

/// A kernel whose function has no name yet.
struct KernelText {
  var comment: String
  var parameters: [String]
  var body: String
  var needs: KernelNeeds
  /// Whether the function is compiled by itself.
  var isApart = false

  /// Stands for the function's name in what belongs to it.
  static let ownName = "@"

  /// The whole function, after what stands before it.
  func named(_ name: String) -> String {
    var head = CText()
    let attribute = isApart ? "__attribute__((noinline)) " : ""
    head.line("static \(attribute)void \(name)(\(parameters.isEmpty ? "void" : parameters.joined(separator: ", "))) {")
    guard !needs.helpers.isEmpty else { return comment + head.text + body + "}\n" }
    func named(_ text: String) -> String {
      text.replacing(KernelText.ownName, with: name).split(separator: "\n", omittingEmptySubsequences: false)
        .flatMap { CText.wrapped(String($0)) }.joined(separator: "\n")
    }
    return needs.helpers.map { named($0) + "\n" }.joined() + comment + head.text + named(body) + "}\n"
  }
}

/// The variables that loops define.
private enum LoopIndices {
  /// How many loops are around each loop's variable.
  static func of(_ statements: [Statement], depth: Int = 0) -> [Int: Int] {
    var result: [Int: Int] = [:]
    func add(_ body: [Statement], _ depth: Int) { result.merge(of(body, depth: depth)) { $1 } }
    func add(_ loops: [Loop]) { for (place, loop) in loops.enumerated() { result[loop.variable] = depth + place } }
    for statement in statements {
      switch statement {
      case .loop(let loop, let body):
        add([loop])
        add(body, depth + 1)
      case .when(_, let body): add(body, depth)
      case .reduce(let nest):
        add(nest.loops)
        add(nest.body, depth + nest.loops.count)
      case .contract(let contraction):
        let loops = contraction.batch + [contraction.rows, contraction.columns]
        add(loops)
        add(contraction.epilogue, depth + loops.count)
      case .define, .store, .accumulate: break
      }
    }
    return result
  }
}
