import AdjointIR

/// Writes the twin of one entry point.
struct GlueWriter {
  let entry: EntryPoint
  let interfaces: [KernelInterface]
  /// The name that the twin's helpers are made from.
  let name: String
  let constants: GlueConstants

  init(_ compiled: CompiledEntry, _ name: String, _ constants: GlueConstants) {
    entry = compiled.entry
    interfaces = compiled.interfaces
    self.name = name
    self.constants = constants
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
  }

  // MARK: The twin

  private func writeTwin(_ text: inout SwiftText) {
    text.documentation(documentation)
    let effect = entry.isThrowing ? " throws" : ""
    let result = entry.returnTypeText.map { " -> \($0)" } ?? ""
    let prefix = accessPrefix + (entry.enclosingType == nil ? "static " : "")
    let header = "\(prefix)func \(SwiftSpelling.identifier(entry.name))"
    text.function(header, parameterList, "\(effect)\(result)") { text in
      let give = result.isEmpty ? "try " : "return try "
      func run(_ specialisation: EntryPoint.Specialisation) -> String {
        let call = give + self.call(specialisation)
        return entry.isThrowing ? call : "do { \(call) } catch { stop(refusing: error) }"
      }
      if entry.specialisations.count == 1 {
        text.line(run(entry.specialisations[0]))
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
          text.line("case (\(values)): \(run(specialisation))")
        }
        let (argument, expected) = firstSizedArgument
        let error =
          "CompiledCall(\(SwiftSpelling.string(signature))).unsupportedSize("
          + "\(argument.name).shape, \(SwiftSpelling.string(expected)), \(SwiftSpelling.string(argument.name)))"
        text.line("default: \(entry.isThrowing ? "throw \(error)" : "stop(refusing: \(error))")")
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
    let model = entry.arguments.contains { $0.name == "model" } ? "self.model" : "model"
    let arguments = entry.arguments.map { $0.name == "self" ? model : SwiftSpelling.identifier($0.name) }
    return "\(functionName(specialisation))(\(arguments.joined(separator: ", ")))"
  }

  func functionName(_ specialisation: EntryPoint.Specialisation) -> String {
    "run\(name.capitalisedFirst)\(suffix(specialisation))"
  }

  /// Whether the entry point takes a state, whose buffers a call may reuse.
  func isConsumed(_ argument: EntryPoint.Argument) -> Bool {
    if case .state = argument.kind { return true }
    return false
  }

  private var parameterList: [String] {
    entry.arguments.filter { $0.name != "self" }.map { argument in
      let name = SwiftSpelling.identifier(argument.name)
      let label = argument.label == argument.name ? "" : (argument.label ?? "_") + " "
      return "\(label)\(name): \(isConsumed(argument) ? "consuming " : "")\(argument.typeText)"
    }
  }

  /// The name with its labels.
  var signature: String {
    let labels = entry.arguments.filter { $0.name != "self" }.map { ($0.label ?? "_") + ":" }
    return "\(entry.name)(\(labels.joined()))"
  }

  private var accessPrefix: String { entry.access == "internal" ? "" : entry.access + " " }

  // MARK: Named sizes

  private var sizeNames: [String] { (entry.specialisations.first?.sizes.keys).map { $0.sorted() } ?? [] }

  private func sizeVariable(_ name: String) -> String {
    let variable = name + "Size"
    return entry.arguments.contains { $0.name == variable } ? variable + "_" : variable
  }

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

  func suffix(_ specialisation: EntryPoint.Specialisation) -> String {
    specialisation.sizes.sorted { $0.key < $1.key }.map { "_\($0.key)\($0.value)" }.joined()
  }
}
