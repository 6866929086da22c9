import AdjointIR

/// Writes the function that runs one specialisation: checks, pointers, the call, the returned value.
struct SpecialisationWriter {
  let glue: GlueWriter
  let specialisation: EntryPoint.Specialisation
  let interface: KernelInterface
  var entry: EntryPoint { glue.entry }
  var program: Program { specialisation.program }

  init(_ glue: GlueWriter, _ specialisation: EntryPoint.Specialisation, _ interface: KernelInterface) {
    self.glue = glue
    self.specialisation = specialisation
    self.interface = interface
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
      writePointers(&text)
      text.line("\(interface.functionName)(&arguments, arena)")
      text.line("withExtendedLifetime((\(lifetimes.joined(separator: ", ")))) {}")
      if entry.returns != .void { text.line("return \(try ReturnWriter(self).expression(entry.returns))") }
    }
  }

  // MARK: Checks

  private func writeChecks(_ text: inout SwiftText) {
    for (index, argument) in entry.arguments.enumerated() {
      let name = local(argument)
      let label = SwiftSpelling.string(argument.name)
      switch argument.kind {
      case .tensor: text.line("try call.check(\(name), \(shape(type(ofArgument: index).shape)), \(label))")
      case .scalar: break
      case .graphDefinition(let graph):
        text.line("try call.check(\(name), is: \(glue.constants.outline(graph)), \(label))")
      case .state(let graph):
        text.line("try call.check(\(name), holds: \(glue.constants.outline(graph)), \(label))")
        for (place, variable) in graph.variables.enumerated() {
          let label = SwiftSpelling.string("\(argument.name).\(variable.name)")
          let type = variable.type
          text.line("try call.check(\(name), \(place), \(label), .\(type.dtype), \(shape(type.shape)))")
        }
      case .object(let graph):
        StructureWriter(root: name, graph: graph).write(to: &text)
        for (place, variable) in graph.variables.enumerated() {
          let box = self.box(index, place)
          text.line("let \(box) = \(SwiftSpelling.access(variable.access[0], from: name))")
          let label = SwiftSpelling.string("\(argument.name).\(variable.name)")
          text.line("try call.check(\(box), .\(variable.type.dtype), \(shape(variable.type.shape)), \(label))")
        }
      }
    }
  }

  private func shape(_ shape: [Int]) -> String { glue.constants.shape(shape) }

  // MARK: Pointers

  private func writePointers(_ text: inout SwiftText) {
    for argument in entry.arguments where glue.isConsumed(argument) {
      text.line("var \(local(argument))Values = \(local(argument))")
    }
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
      let typed = "\(pointer(of: field)).assumingMemoryBound(to: \(cScalar(field.type.dtype)).self)"
      guard case .parameter(let index) = field.role else {
        text.line("arguments.\(field.name) = \(typed)")
        continue
      }
      text.line("arguments.\(field.name) = UnsafePointer(\(typed))")
      if let offset = scratch[.parameter(index)] {
        let type = SwiftSpelling.scalar(field.type.dtype)
        text.line("arena.storeBytes(of: \(scalarSource(index)), toByteOffset: \(offset), as: \(type).self)")
      }
    }
  }

  /// Booleans are bytes in C.
  private func cScalar(_ dtype: DType) -> String { dtype == .bool ? "UInt8" : SwiftSpelling.scalar(dtype) }

  private func pointer(of field: KernelInterface.Field) -> String {
    switch field.role {
    case .parameter(let index):
      if let offset = scratch[.parameter(index)] { return "(arena + \(offset))" }
      switch program.parameters[index].source {
      case .argument(let argument): return "\(local(entry.arguments[argument])).borrowedPointer"
      case .property: preconditionFailure("a property is a scalar")
      case .variable(let argument, let variable):
        let isWritten = interface.fields.contains { other in
          guard case .result(let result) = other.role else { return false }
          return place(ofResult: result) == .variable(argument: argument, variable: variable)
        }
        return variablePointer(argument, variable, write: isWritten)
      }
    case .result(let index):
      if let offset = scratch[.result(index)] { return "(arena + \(offset))" }
      switch place(ofResult: index) {
      case .variable(let argument, let variable): return variablePointer(argument, variable, write: true)
      case .fresh, .scratch: return "\(fresh(index)).writableBytes()"
      }
    }
  }

  private func variablePointer(_ argument: Int, _ variable: Int, write: Bool) -> String {
    let method = write ? "writePointer" : "readPointer"
    if glue.isConsumed(entry.arguments[argument]) {
      return "\(local(entry.arguments[argument]))Values.\(method)(\(variable))"
    }
    return "\(box(argument, variable)).\(method)()"
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

  /// The byte offsets, behind the kernel's arena, of scalars that go in and out by value.
  var scratch: [KernelInterface.Field.Role: Int] {
    var offsets: [KernelInterface.Field.Role: Int] = [:]
    var next = (interface.arenaByteCount + 63) / 64 * 64
    for field in interface.fields where isScratch(field) {
      offsets[field.role] = next
      next += 8
    }
    return offsets
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

  func local(_ argument: EntryPoint.Argument) -> String {
    argument.name == "self" ? "model" : SwiftSpelling.identifier(argument.name)
  }

  func fresh(_ result: Int) -> String { "result\(result)" }

  private func box(_ argument: Int, _ variable: Int) -> String {
    guard case .object(let graph) = entry.arguments[argument].kind else {
      preconditionFailure("boxes belong to objects")
    }
    let path = graph.variables[variable].path.map(\.description).joined(separator: "_")
    let safe = String(path.map { $0.isLetter || $0.isNumber ? $0 : "_" })
    return "\(entry.arguments[argument].name)_\(safe)"
  }

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
