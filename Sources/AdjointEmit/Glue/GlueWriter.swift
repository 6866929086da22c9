import AdjointIR

/// Writes the twin of one entry point.
struct GlueWriter {
  let entry: EntryPoint
  let interfaces: [KernelInterface]
  /// The name of the private enum with the twin's constants.
  let parts: String

  init(_ compiled: CompiledEntry, names parts: String) {
    entry = compiled.entry
    interfaces = compiled.interfaces
    self.parts = parts
  }

  func write(to text: inout SwiftText) throws {
    let container =
      entry.enclosingType.map { "extension CompiledModule where Model == \($0)" } ?? "extension Compiled"
    try text.block(container) { text in
      writeTwin(&text)
      for (index, specialisation) in entry.specialisations.enumerated() {
        text.line()
        try SpecialisationWriter(self, specialisation, interfaces[index]).write(to: &text)
      }
    }
    text.line()
    writeParts(&text)
  }

  // MARK: The twin

  private func writeTwin(_ text: inout SwiftText) {
    text.documentation(documentation)
    let effect = entry.isThrowing ? " throws" : ""
    let result = entry.returnTypeText.map { " -> \($0)" } ?? ""
    let prefix = accessPrefix + (entry.enclosingType == nil ? "static " : "")
    text.block("\(prefix)func \(SwiftSpelling.identifier(entry.name))(\(parameterList))\(effect)\(result)") { text in
      let run =
        entry.isThrowing ? "try " : "stoppingOnRefusal { () throws(AdjointError)\(result.isEmpty ? "" : result) in try "
      let close = entry.isThrowing ? "" : " }"
      let give = result.isEmpty ? "" : "return "
      if entry.specialisations.count == 1 {
        text.line(give + run + call(entry.specialisations[0]) + close)
        return
      }
      for name in sizeNames {
        let (argument, axis) = place(ofSize: name)
        let shape = "\(argument.name).shape"
        text.line("let \(sizeVariable(name)) = \(shape).count > \(axis) ? \(shape)[\(axis)] : -1")
      }
      text.block("switch (\(sizeNames.map(sizeVariable).joined(separator: ", ")))") { text in
        for specialisation in entry.specialisations {
          let values = sizeNames.map { String(specialisation.sizes[$0]!) }.joined(separator: ", ")
          text.line("case (\(values)): \(give)\(run)\(call(specialisation))\(close)")
        }
        let (argument, expected) = firstSizedArgument
        let error =
          "CompiledCall(\(SwiftSpelling.string(signature))).unsupportedSize("
          + "\(argument.name).shape, \(SwiftSpelling.string(expected)), \(SwiftSpelling.string(argument.name)))"
        text.line(
          entry.isThrowing
            ? "default: throw \(error)"
            : "default: stoppingOnRefusal { () throws(AdjointError) -> Never in throw \(error) }")
      }
    }
  }

  private var documentation: [String] {
    var paragraphs = ["``\(signature)`` of \(entry.span.fileName):\(entry.span.line) as compiled code."]
    let changed = changedVariables
    if !changed.isEmpty { paragraphs.append("Changes \(changed.joined(separator: "; ")) in place.") }
    if !sizeNames.isEmpty {
      let sizes = sizeNames.map { name in
        "\(name) = \(Set(entry.specialisations.map { $0.sizes[name]! }).sorted().map(String.init).joined(separator: " or "))"
      }
      paragraphs.append("Specialised for \(sizes.joined(separator: ", ")).")
    }
    return paragraphs
  }

  private var changedVariables: [String] {
    let results = entry.specialisations.first?.program.results ?? []
    return entry.arguments.indices.compactMap { index in
      guard case .object(let graph) = entry.arguments[index].kind else { return nil }
      let names = results.compactMap { result -> String? in
        guard case .variable(index, let variable) = result.destination else { return nil }
        return graph.variables[variable].name
      }
      return names.isEmpty ? nil : "`\(entry.arguments[index].name)` (\(names.joined(separator: ", ")))"
    }
  }

  private func call(_ specialisation: EntryPoint.Specialisation) -> String {
    let arguments = entry.arguments.map { $0.name == "self" ? "model" : SwiftSpelling.identifier($0.name) }
    return "\(functionName(specialisation))(\(arguments.joined(separator: ", ")))"
  }

  func functionName(_ specialisation: EntryPoint.Specialisation) -> String {
    let suffix = specialisation.sizes.sorted { $0.key < $1.key }.map { "_\($0.key)\($0.value)" }.joined()
    return "run\(parts.dropLast("Parts".count))\(suffix)"
  }

  /// Whether the entry point takes a state, whose buffers a call may reuse.
  func isConsumed(_ argument: EntryPoint.Argument) -> Bool {
    if case .state = argument.kind { return true }
    return false
  }

  private var parameterList: String {
    entry.arguments.filter { $0.name != "self" }.map { argument in
      let name = SwiftSpelling.identifier(argument.name)
      let label = argument.label == argument.name ? "" : (argument.label ?? "_") + " "
      return "\(label)\(name): \(isConsumed(argument) ? "consuming " : "")\(argument.typeText)"
    }.joined(separator: ", ")
  }

  /// The name with its labels.
  var signature: String {
    let labels = entry.arguments.filter { $0.name != "self" }.map { ($0.label ?? "_") + ":" }
    return "\(entry.name)(\(labels.joined()))"
  }

  private var accessPrefix: String { entry.access == "internal" ? "" : entry.access + " " }

  // MARK: Named sizes

  private var sizeNames: [String] { (entry.specialisations.first?.sizes.keys).map { $0.sorted() } ?? [] }

  private func sizeVariable(_ name: String) -> String { name + "Size" }

  private func place(ofSize name: String) -> (argument: EntryPoint.Argument, axis: Int) {
    for argument in entry.arguments {
      guard case .tensor(_, let dimensions) = argument.kind, let axis = dimensions.firstIndex(of: .named(name)) else {
        continue
      }
      return (argument, axis)
    }
    preconditionFailure("no argument has the dimension \(name)")
  }

  private var firstSizedArgument: (EntryPoint.Argument, expected: String) {
    let argument = place(ofSize: sizeNames[0]).argument
    guard case .tensor(_, let dimensions) = argument.kind else { preconditionFailure("sizes belong to tensors") }
    let texts = dimensions.map { dimension -> String in
      switch dimension {
      case .fixed(let extent): return String(extent)
      case .named(let name):
        return Set(entry.specialisations.map { $0.sizes[name]! }).sorted().map(String.init).joined(separator: " or ")
      }
    }
    return (argument, "[\(texts.joined(separator: ", "))]")
  }

  // MARK: Constants

  private func writeParts(_ text: inout SwiftText) {
    text.line("/// The constants of ``\(signature)``.")
    text.block("private enum \(parts)") { text in
      var shapes: Set<[Int]> = []
      for (specialisation, interface) in zip(entry.specialisations, interfaces) {
        let scratch = SpecialisationWriter(self, specialisation, interface).scratchByteCount
        text.line(
          "static let arena\(suffix(specialisation)) = ArenaPool(byteCount: \(interface.arenaByteCount + scratch))")
        shapes.formUnion(SpecialisationWriter(self, specialisation, interface).checkedShapes)
      }
      for shape in shapes.sorted(by: { ($0.count, "\($0)") < ($1.count, "\($1)") }) {
        text.line("static let \(Self.shapeName(shape)): [Int] = \(SwiftSpelling.shape(shape))")
      }
      for argument in entry.arguments {
        switch argument.kind {
        case .graphDefinition(let graph), .state(let graph): writeOutline(of: graph, for: argument, &text)
        default: break
        }
      }
    }
  }

  func suffix(_ specialisation: EntryPoint.Specialisation) -> String {
    specialisation.sizes.sorted { $0.key < $1.key }.map { "_\($0.key)\($0.value)" }.joined()
  }

  static func shapeName(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : "shape" + shape.map(String.init).joined(separator: "x")
  }

  func outlineName(_ argument: EntryPoint.Argument) -> String { "\(argument.name)Outline" }

  private func writeOutline(of graph: ModelGraph, for argument: EntryPoint.Argument, _ text: inout SwiftText) {
    text.line("/// The structure of `\(argument.name)`.")
    let statics = graph.objects.flatMap { object in
      object.statics.sorted { $0.key < $1.key }.map { name, value in
        let path = (object.path + [.name(name)]).map(\.description).joined(separator: ".")
        return "\(SwiftSpelling.string(path)): \(SwiftSpelling.string(value))"
      }
    }
    let closing = statics.isEmpty ? "])" : "], statics: [\(statics.joined(separator: ", "))])"
    text.list("static let \(outlineName(argument)) = ModelOutline([", closing: closing) { text in
      for variable in graph.variables {
        let aliases = variable.aliases.map { SwiftSpelling.string($0.map(\.description).joined(separator: ".")) }
        let shared = aliases.isEmpty ? "" : ", aliases: [\(aliases.joined(separator: ", "))]"
        text.line(
          ".init(\(SwiftSpelling.string(variable.name)), \(SwiftSpelling.string(variable.kind)), "
            + ".\(variable.type.dtype), \(SwiftSpelling.shape(variable.type.shape))\(shared)),")
      }
    }
  }
}
