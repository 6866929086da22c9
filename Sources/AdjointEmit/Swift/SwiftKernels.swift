import AdjointIR
import AdjointSchedule

extension CFunction {
  /// The Swift of a kernel, and the scratch memory and product functions it needs.
  func swiftKernel(_ kernel: Kernel, name: String) -> (text: String, scratchBytes: Int, products: Set<DType>) {
    let expressions = swiftExpressions(kernel)
    var statements = SwiftStatements(
      kernel: kernel, schedule: schedule, expressions: expressions.text, names: expressions.names)
    var body = CText(keepsBraces: true)
    body.nested { inner in
      for table in Set(tables(in: kernel).map(swiftName)).sorted() {
        inner.line("let \(table) = Tables.\(table).elements")
      }
      for local in kernel.locals {
        let type = schedule.buffers[local].type
        let offset = statements.takeScratch(type.byteCount)
        let pointer = "(scratch + \(offset)).assumingMemoryBound(to: \(type.dtype.swiftElement).self)"
        inner.line("let \(swiftName(local)) = \(pointer)")
      }
      statements.write(kernel.body, to: &inner)
    }
    var text = CText(keepsBraces: true)
    for line in comment(kernel) { text.line("// \(line)") }
    var parameters = pointers(kernel).map { buffer in
      let kind = kernel.writes.contains(buffer) ? "UnsafeMutablePointer" : "UnsafePointer"
      return "_ \(swiftName(buffer)): \(kind)<\(schedule.buffers[buffer].type.dtype.swiftElement)>"
    }
    if statements.scratchBytes > 0 { parameters.append("_ scratch: UnsafeMutableRawPointer") }
    text.line("private func \(SwiftSpelling.identifier(name))(\(parameters.joined(separator: ", "))) {")
    return (text.text + body.text + "}\n", statements.scratchBytes, statements.products)
  }

  private func swiftExpressions(_ kernel: Kernel) -> (text: SwiftExpressions, names: Names) {
    let named = variableNames(kernel)
    let buffers = bufferNames.mapValues { SwiftSpelling.identifier($0) }
    let text = SwiftExpressions(
      kernel: kernel, buffers: schedule.buffers, bufferNames: buffers,
      variableNames: named.variables.map { SwiftSpelling.identifier($0) }, loopIndices: named.loops)
    return (text, named.names)
  }

  private func swiftName(_ buffer: Int) -> String { SwiftSpelling.identifier(bufferNames[buffer] ?? "") }

  /// The tables that a kernel's statements name.
  private func tables(in kernel: Kernel) -> [Int] {
    let constants = schedule.buffers.indices.filter {
      if case .constant = schedule.buffers[$0].storage { true } else { false }
    }
    guard !constants.isEmpty else { return [] }
    var body = CText()
    let expressions = swiftExpressions(kernel)
    var statements = SwiftStatements(
      kernel: kernel, schedule: schedule, expressions: expressions.text, names: expressions.names)
    statements.write(kernel.body, to: &body)
    let words = Set(body.lines.flatMap { $0.split { !($0.isLetter || $0.isNumber || $0 == "_") } }.map(String.init))
    return constants.filter { words.contains(bufferNames[$0] ?? "") }
  }

  /// The argument structure.
  var swiftArguments: String {
    var text = CText(keepsBraces: true)
    text.line("/// What `\(interface.functionName)` reads and writes.")
    text.block("struct \(interface.structName)") { inner in
      for field in interface.fields {
        let kind = field.isConstant ? "UnsafePointer" : "UnsafeMutablePointer"
        let type = "\(kind)<\(field.type.dtype.swiftElement)>!"
        inner.line("/// \(note(field))")
        inner.line("var \(SwiftSpelling.identifier(field.name)): \(type)")
      }
    }
    return text.text
  }

  /// The function that runs the kernels in order.
  func swiftBody(kernelNames: [String], scratchBytes: [Int], scratchOffset: Int) -> String {
    var text = CText(keepsBraces: true)
    text.line("/// \(signature)")
    text.line("///")
    text.line("/// The arena has \(grouped(interface.arenaByteCount)) bytes; its content does not matter.")
    let kind = "UnsafePointer<\(interface.structName)>"
    text.block("func \(interface.functionName)(_ arguments: \(kind), _ arena: UnsafeMutableRawPointer)") { inner in
      if !interface.fields.isEmpty { inner.line("let arguments = arguments.pointee") }
      let used = usedBuffers
      for (number, buffer) in schedule.buffers.enumerated() {
        guard case .arena(let offset) = buffer.storage, used.contains(number) else { continue }
        let place = offset == 0 ? "arena" : "(arena + \(offset))"
        let type = buffer.type.dtype.swiftElement
        inner.line("let \(swiftName(number)) = \(place).assumingMemoryBound(to: \(type).self)")
      }
      if scratchBytes.contains(where: { $0 > 0 }) {
        inner.line("let scratch = arena\(scratchOffset == 0 ? "" : " + \(scratchOffset)")")
      }
      for (number, kernel) in schedule.kernels.enumerated() {
        var values = pointers(kernel).map { buffer -> String in
          let name = swiftName(buffer)
          if case .arena = schedule.buffers[buffer].storage { return name }
          return "arguments.\(name)"
        }
        if scratchBytes[number] > 0 { values.append("scratch") }
        inner.line("\(SwiftSpelling.identifier(kernelNames[number]))(\(values.joined(separator: ", ")))")
      }
    }
    return text.text
  }
}
