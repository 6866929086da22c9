import AdjointDiagnostics
import AdjointIR

/// Writes the expression that builds what an entry point returns from the results of its program.
struct ReturnWriter {
  let writer: SpecialisationWriter
  private var entry: EntryPoint { writer.entry }

  init(_ writer: SpecialisationWriter) { self.writer = writer }

  func expression(_ returns: EntryPoint.Returns) throws -> String {
    switch returns {
    case .void: return "()"
    case .tensor(let type, let leaf):
      let scalar = type.dtype.swiftName
      let result = try result(ofLeaf: leaf)
      if let offset = writer.scratch[.result(result)] {
        return "Tensor<\(scalar)>(arena.load(fromByteOffset: \(offset), as: \(scalar).self))"
      }
      return "Tensor<\(scalar)>(\(try value(ofLeaf: leaf)))"
    case .tuple(let elements):
      let texts = try elements.map { element in
        (element.label.map { "\(SwiftSpelling.identifier($0)): " } ?? "") + (try expression(element.value))
      }
      return "(\(texts.joined(separator: ", ")))"
    case .state(let graph, _, let leaves):
      if let whole = try wholeState(leaves) { return whole }
      let values = try leaves.map(value(ofLeaf:))
      return "State(layout: \(try layout(of: graph)), values: [\(values.joined(separator: ", "))])"
    case .graphDefinition(let graph, let typeText): return try graphDefinition(graph, typeText)
    case .argument(let index): return writer.local(entry.arguments[index])
    }
  }

  private func result(ofLeaf leaf: Int) throws -> Int {
    guard let index = writer.program.results.firstIndex(where: { $0.destination == .returned(leaf: leaf) }) else {
      throw Finding("internal.leaf", "no result of \(entry.name) is leaf \(leaf) of what it returns", at: entry.span)
    }
    return index
  }

  /// The `AnyTensor` of one leaf.
  private func value(ofLeaf leaf: Int) throws -> String {
    let result = try result(ofLeaf: leaf)
    switch writer.place(ofResult: result) {
    case .variable(let argument, let variable):
      return "\(writer.local(entry.arguments[argument]))Values.values[\(variable)]"
    case .fresh: return writer.fresh(result)
    case .scratch:
      let scalar = writer.program.body.results[result].type.dtype.swiftName
      let offset = writer.scratch[.result(result)]!
      return "Tensor<\(scalar)>(arena.load(fromByteOffset: \(offset), as: \(scalar).self)).erased"
    }
  }

  /// The state argument itself, where every leaf went into its buffers in order.
  private func wholeState(_ leaves: [Int]) throws -> String? {
    for (index, argument) in entry.arguments.enumerated() {
      guard case .state(let graph) = argument.kind, graph.variables.count == leaves.count else { continue }
      let places = try leaves.map { writer.place(ofResult: try result(ofLeaf: $0)) }
      if places == leaves.indices.map({ .variable(argument: index, variable: $0) }) {
        return writer.local(argument) + "Values"
      }
    }
    return nil
  }

  private func layout(of graph: ModelGraph) throws -> String {
    for argument in entry.arguments {
      let name = writer.local(argument)
      let (known, layout): (ModelGraph, String)
      switch argument.kind {
      case .graphDefinition(let graph): (known, layout) = (graph, "\(name).layout")
      case .state(let graph): (known, layout) = (graph, "\(name)Values.layout")
      case .object(let own):
        if let layout = keptLayout(of: graph, in: own, name) { return layout }
        continue
      case .tensor, .scalar: continue
      }
      guard isPart(graph, of: known) else { continue }
      if known.variables.map(\.path) == graph.variables.map(\.path) { return layout }
      let places = graph.variables.map { variable in known.variables.firstIndex { $0.path == variable.path } }
      if places.allSatisfy({ $0 != nil }) {
        return "\(layout).selecting([\(places.map { String($0!) }.joined(separator: ", "))])"
      }
    }
    throw unreachable("a State<\(graph.typeName)>")
  }

  /// The layout of a part of an object's variables, which the file keeps from call to call.
  private func keptLayout(of graph: ModelGraph, in known: ModelGraph, _ name: String) -> String? {
    guard isPart(graph, of: known) else { return nil }
    let places = graph.variables.map { variable in known.variables.firstIndex { $0.path == variable.path } }
    guard places.allSatisfy({ $0 != nil }) else { return nil }
    let cache = writer.glue.constants.layout(writer.glue.name + writer.glue.suffix(writer.specialisation))
    if known.variables.map(\.path) == graph.variables.map(\.path) { return "\(cache).layout(of: \(name))" }
    return "\(cache).layout(of: \(name), selecting: [\(places.map { String($0!) }.joined(separator: ", "))])"
  }

  /// Whether a state of one graph can be told by the other's layout: the same objects in the same places, shared alike.
  private func isPart(_ graph: ModelGraph, of known: ModelGraph) -> Bool {
    graph.typeName == known.typeName
      && graph.objects.map(\.path) == known.objects.map(\.path)
      && graph.objects.map(\.aliases) == known.objects.map(\.aliases)
      && graph.variables.allSatisfy { variable in
        known.variables.contains { $0.path == variable.path && $0.aliases == variable.aliases }
      }
  }

  private func graphDefinition(_ graph: ModelGraph, _ typeText: String) throws -> String {
    for argument in entry.arguments {
      switch argument.kind {
      case .graphDefinition(graph): return writer.local(argument)
      case .object(graph): return "GraphDef(of: \(writer.local(argument)))"
      default: continue
      }
    }
    throw unreachable("a \(typeText)")
  }

  private func unreachable(_ what: String) -> Finding {
    Finding(
      "return.structure",
      "\(entry.name) returns \(what) whose structure is none of its arguments'; pass the graph definition or the model "
        + "in, so that the call has one to return", at: entry.span)
  }
}
