import AdjointIR

/// Writes the function that runs one specialisation: checks, pointers, the call, the returned value.
struct SpecialisationWriter {
  let glue: GlueWriter
  let specialisation: EntryPoint.Specialisation
  let interface: KernelInterface
  var entry: EntryPoint { glue.entry }
  var program: Program { specialisation.program }
  /// The parameters and results that the function has fields for.
  private var used: Set<ParameterSource> = []
  private var written: Set<VariablePlace> = []
  /// The byte offsets, behind the kernel's arena, of scalars that go in and out by value.
  private(set) var scratch: [KernelInterface.Field.Role: Int] = [:]

  private struct VariablePlace: Hashable {
    var argument: Int
    var variable: Int
  }

  init(_ glue: GlueWriter, _ specialisation: EntryPoint.Specialisation, _ interface: KernelInterface) {
    self.glue = glue
    self.specialisation = specialisation
    self.interface = interface
    var next = (interface.arenaByteCount + 63) / 64 * 64
    for field in interface.fields {
      switch field.role {
      case .parameter(let index): used.insert(program.parameters[index].source)
      case .result(let index):
        if case .variable(let argument, let variable) = place(ofResult: index) {
          written.insert(VariablePlace(argument: argument, variable: variable))
        }
      }
      if isScratch(field) {
        scratch[field.role] = next
        next += 8
      }
    }
  }

  func write(to text: inout SwiftText) throws {
    let result = entry.returnTypeText.map { " -> \($0)" } ?? ""
    let parameters = entry.arguments.map { argument in
      "_ \(local(argument)): \(glue.isConsumed(argument) ? "consuming " : "")\(argument.typeText)"
    }
    let prefix = entry.enclosingType == nil ? "private static func" : "private func"
    let header = "\(prefix) \(glue.functionName(specialisation))"
    try text.function(header, parameters, " throws(AdjointError)\(result)") { text in
      text.line("let call = CompiledCall(\(SwiftSpelling.string(glue.signature)))")
      writeChecks(&text)
      writeStructure(&text)
      text.line("\(interface.functionName)(&arguments, arena)")
      text.line("withExtendedLifetime((\(lifetimes.joined(separator: ", ")))) {}")
      if entry.returns != .void { text.line("return \(try ReturnWriter(self).expression(entry.returns))") }
    }
  }

  // MARK: Checked pointers

  /// Checks every argument and takes the pointers of those that the function reads or writes.
  private func writeChecks(_ text: inout SwiftText) {
    for (index, argument) in entry.arguments.enumerated() {
      let name = local(argument)
      switch argument.kind {
      case .tensor:
        let type = type(ofArgument: index)
        let check = "(\(name), \(shape(type.shape)), \(SwiftSpelling.string(argument.name)))"
        let isRead = !type.shape.isEmpty && isUsed(.argument(index))
        text.line(isRead ? "let \(elements(argument)) = try call.pointer\(check)" : "try call.check\(check)")
      case .scalar: break
      case .graphDefinition(let graph):
        let label = SwiftSpelling.string(argument.name)
        text.line("try call.check(\(name), is: \(glue.constants.outline(graph)), \(label))")
      case .state(let graph):
        let label = SwiftSpelling.string(argument.name)
        text.line("try call.check(\(name), holds: \(glue.constants.outline(graph)), \(label))")
        text.line("var \(name)Values = \(name)")
        for place in graph.variables.indices { writeCheck(ofVariable: place, graph, index, &text) }
      case .object(let graph):
        StructureWriter(root: name, graph: graph).write(to: &text)
        if entry.readsMetadata { writeMetadata(of: graph, index, &text) }
        for place in graph.variables.indices { writeCheck(ofVariable: place, graph, index, &text) }
      }
    }
  }

  /// The checks that variables' makers say of them what the code was made with.
  private func writeMetadata(of graph: ModelGraph, _ argument: Int, _ text: inout SwiftText) {
    for variable in graph.variables {
      let box = SwiftSpelling.access(variable.access[0], from: local(entry.arguments[argument]))
      let label = SwiftSpelling.string("the metadata of \(entry.arguments[argument].name).\(variable.name)")
      let expected = SwiftSpelling.string(SwiftSpelling.dictionary(variable.metadata))
      text.line("try call.check(")
      text.line("  \(box).metadata == \(glue.constants.metadata(variable.metadata)), \(label),")
      text.line("  \(box).metadata, \(expected))")
    }
  }

  private func writeCheck(ofVariable place: Int, _ graph: ModelGraph, _ argument: Int, _ text: inout SwiftText) {
    let variable = graph.variables[place]
    let name = local(entry.arguments[argument])
    let isState = glue.isConsumed(entry.arguments[argument])
    let source =
      isState ? "&\(name)Values, \(place)" : SwiftSpelling.access(variable.access[0], from: name)
    let label = SwiftSpelling.string("\(entry.arguments[argument].name).\(variable.name)")
    let type = variable.type
    let isWritten = self.isWritten(argument, place)
    guard isWritten || isUsed(.variable(argument: argument, variable: place)) else {
      let source = isState ? "\(name)Values, \(place)" : source
      let tail =
        isState ? "\(label), .\(type.dtype), \(shape(type.shape))" : ".\(type.dtype), \(shape(type.shape)), \(label)"
      return text.line("try call.check(\(source), \(tail))")
    }
    let method = isState && !isWritten ? "readPointer" : "pointer"
    let scalar = type.dtype.swiftName
    text.line("let \(slot(argument, place)) = try call.\(method)(")
    text.line("  \(source), \(scalar).self, \(shape(type.shape)), \(label))")
  }

  private func isUsed(_ source: ParameterSource) -> Bool { used.contains(source) }

  private func isWritten(_ argument: Int, _ variable: Int) -> Bool {
    written.contains(VariablePlace(argument: argument, variable: variable))
  }

  private func shape(_ shape: [Int]) -> String { glue.constants.shape(shape) }

  // MARK: The argument structure

  private func writeStructure(_ text: inout SwiftText) {
    for case .result(let result) in interface.fields.map(\.role) where place(ofResult: result) == .fresh {
      let type = program.body.results[result].type
      text.line("var \(fresh(result)) = AnyTensor(uninitialized: \(shape(type.shape)), .\(type.dtype))")
    }
    let pool = glue.constants.arena(
      glue.name + glue.suffix(specialisation), byteCount: interface.arenaByteCount + scratchByteCount)
    text.line("let arena = \(pool).checkout()")
    text.line("defer { \(pool).checkin(arena) }")
    text.line("var arguments = \(interface.structName)()")
    for field in interface.fields {
      text.line("arguments.\(field.name) = \(pointer(of: field))")
      if case .parameter(let index) = field.role, let offset = scratch[.parameter(index)] {
        let type = field.type.dtype.swiftName
        text.line("arena.storeBytes(of: \(scalarSource(index)), toByteOffset: \(offset), as: \(type).self)")
      }
    }
  }

  /// The expression of a field's pointer, of the type that C has.
  private func pointer(of field: KernelInterface.Field) -> String {
    // Booleans are bytes in C.
    let scalar = field.type.dtype == .bool ? "UInt8" : field.type.dtype.swiftName
    func raw(_ expression: String, constant: Bool) -> String {
      let typed = "\(expression).assumingMemoryBound(to: \(scalar).self)"
      return constant ? "UnsafePointer(\(typed))" : typed
    }
    func typed(_ name: String, constant: Bool) -> String {
      if field.type.dtype == .bool {
        return raw(
          "\(constant ? "UnsafeMutableRawPointer(mutating: \(name))" : "UnsafeMutableRawPointer(\(name))")",
          constant: constant)
      }
      return constant ? "UnsafePointer(\(name))" : name
    }
    switch field.role {
    case .parameter(let index):
      if let offset = scratch[.parameter(index)] { return raw("(arena + \(offset))", constant: true) }
      switch program.parameters[index].source {
      case .argument(let argument): return typed(elements(entry.arguments[argument]), constant: true)
      case .variable(let argument, let variable): return typed(slot(argument, variable), constant: true)
      case .property: preconditionFailure("a property is a scalar")
      }
    case .result(let index):
      if let offset = scratch[.result(index)] { return raw("(arena + \(offset))", constant: false) }
      switch place(ofResult: index) {
      case .variable(let argument, let variable): return typed(slot(argument, variable), constant: false)
      case .fresh, .scratch: return raw("\(fresh(index)).writableBytes()", constant: false)
      }
    }
  }

  private func scalarSource(_ parameter: Int) -> String {
    switch program.parameters[parameter].source {
    case .property(let argument, let path):
      return local(entry.arguments[argument]) + path.map { ".\($0)" }.joined()
    case .argument(let argument):
      let name = local(entry.arguments[argument])
      if case .scalar = entry.arguments[argument].kind { return name }
      return "\(name).item()"
    case .variable: preconditionFailure("variables have storage of their own")
    }
  }

  // MARK: Where results go

  enum ResultPlace: Equatable {
    /// The storage of a variable of an object, or of a value of a state that the caller gave up.
    case variable(argument: Int, variable: Int)
    /// A tensor made for it.
    case fresh
    /// The end of the arena: a returned scalar.
    case scratch
  }

  func place(ofResult index: Int) -> ResultPlace {
    let result = program.results[index]
    if case .variable(let argument, let variable) = result.destination {
      return .variable(argument: argument, variable: variable)
    }
    if let parameter = result.reuses, case .variable(let argument, let variable) = program.parameters[parameter].source
    {
      return .variable(argument: argument, variable: variable)
    }
    return program.body.results[index].type.shape.isEmpty ? .scratch : .fresh
  }

  /// The bytes that the scalars take behind the kernel's arena, padding included.
  private var scratchByteCount: Int {
    scratch.isEmpty ? 0 : (interface.arenaByteCount + 63) / 64 * 64 - interface.arenaByteCount + 8 * scratch.count
  }

  private func isScratch(_ field: KernelInterface.Field) -> Bool {
    switch field.role {
    case .result(let index): return place(ofResult: index) == .scratch
    case .parameter(let index):
      switch program.parameters[index].source {
      case .variable: return false
      case .property: return true
      case .argument: return field.type.shape.isEmpty
      }
    }
  }

  // MARK: Names

  func local(_ argument: EntryPoint.Argument, quoted: Bool = true) -> String {
    if argument.name == "self" { return "model" }
    let isTaken =
      ["call", "arena", "arguments"].contains(argument.name) || argument.name.hasPrefix("result")
      || argument.name == "model" && entry.enclosingType != nil
    let name = isTaken ? argument.name + "_" : argument.name
    return quoted ? SwiftSpelling.identifier(name) : name
  }

  func fresh(_ result: Int) -> String { "result\(result)" }

  /// The name of the pointer to a variable: `model_hidden_kernel`.
  private func slot(_ argument: Int, _ variable: Int) -> String {
    let graph: ModelGraph
    switch entry.arguments[argument].kind {
    case .object(let object): graph = object
    case .state(let state): graph = state
    default: preconditionFailure("only objects and states have variables")
    }
    let path = graph.variables[variable].path.map(\.description).joined(separator: "_")
    return
      "\(local(entry.arguments[argument], quoted: false))_\(String(path.map { $0.isLetter || $0.isNumber ? $0 : "_" }))"
  }

  /// The name of the pointer to a tensor argument's elements.
  private func elements(_ argument: EntryPoint.Argument) -> String { local(argument, quoted: false) + "Elements" }

  private func type(ofArgument index: Int) -> TensorType {
    guard case .tensor(let dtype, let dimensions) = entry.arguments[index].kind else {
      preconditionFailure("only tensors have shapes")
    }
    return TensorType(
      dimensions.map { dimension in
        switch dimension {
        case .fixed(let extent): extent
        case .named(let name): specialisation.sizes[name]!
        }
      }, dtype)
  }

  /// What must live until the kernel has run: boxes would go with their models.
  private var lifetimes: [String] {
    entry.arguments.compactMap { argument in
      switch argument.kind {
      case .object, .tensor: local(argument)
      case .state: local(argument) + "Values"
      case .graphDefinition, .scalar: nil
      }
    }
  }
}
