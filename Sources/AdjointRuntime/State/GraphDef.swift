/// The structure of a model without its numbers: classes, static attributes, variables with their kinds and shapes, and
/// what is shared. With a `State` it makes a model again.
///
/// Two models of one configuration have equal graph definitions.
public struct GraphDef<Model: Module>: Hashable, Sendable {
  struct Node: Hashable {
    let path: [PathComponent]
    let aliases: [[PathComponent]]
    let type: String
    let statics: [StaticValue.Part]
  }

  /// The layout of the states that fit.
  public let layout: StateLayout
  // Values of static attributes are compared and never changed.
  nonisolated(unsafe) let nodes: [Node]

  /// The structure of a model.
  public init(of model: Model) { self.init(Structure(of: model)) }

  init(_ structure: Structure) {
    layout = StateLayout(of: structure)
    nodes = structure.objects.map {
      Node(path: $0.path, aliases: $0.aliases, type: String(reflecting: type(of: $0.module)), statics: $0.statics)
    }
  }

  /// Whether structure, static attributes, variables and sharing agree.
  public static func == (left: GraphDef, right: GraphDef) -> Bool {
    left.layout === right.layout || left.nodes == right.nodes && left.layout.entries == right.layout.entries
  }

  public func hash(into hasher: inout Hasher) {
    hasher.combine(nodes)
    hasher.combine(layout.entries)
  }

  /// The state of this structure with the given values, in the layout's order.
  public func state(_ values: [AnyTensor]) -> State<Model> { State(layout: layout, values: values) }

  /// A model of this structure with a state's values (several states together).
  ///
  /// Throws where a variable is missing, is given twice, is not the structure's, or has another type or shape.
  public func merged(with states: [State<Model>]) throws(AdjointError) -> Model {
    var values = [AnyTensor?](repeating: nil, count: layout.entries.count)
    var problems: [String] = []
    for state in states {
      for (entry, value) in zip(state.layout.entries, state.values) {
        guard let index = layout.index(named: entry.name) else {
          problems.append("\(entry.name): \(Model.self) has no such variable")
          continue
        }
        let expected = layout.entries[index]
        if values[index] != nil { problems.append("\(entry.name): given twice") }
        if let problem = mismatch(value, expected) { problems.append(problem) }
        values[index] = value
      }
    }
    for (entry, value) in zip(layout.entries, values) where value == nil {
      problems.append("\(entry.name): missing")
    }
    if !problems.isEmpty { throw AdjointError("merge", problems) }
    let model = Structure(of: layout.prototype).clone { placeholder, _ in
      Variable(
        kind: placeholder.kind, metadata: placeholder.metadata, values[layout.index(of: placeholder)!]!.compact)
    }
    return model as! Model
  }
}

/// What is wrong with a value for a place, nil where it fits.
func mismatch(_ value: AnyTensor, _ entry: StateLayout.Entry) -> String? {
  value.scalarType == entry.scalarType && value.shape == entry.shape
    ? nil : "\(entry.name): is \(value.typeText), \(entry.scalarType)\(entry.shape) was expected"
}

extension GraphDef: CustomStringConvertible {
  /// One line for each object with its static attributes, and for each variable with its kind, type and shape.
  public var description: String { lines.joined(separator: "\n") }

  private var lines: [String] {
    let objects = nodes.map { node in
      let statics = node.statics.map { "\($0.label): \($0.value)" }.joined(separator: ", ")
      let aliases = node.aliases.isEmpty ? "" : " also at " + node.aliases.map(\.dotted).joined(separator: ", ")
      return "\(node.path.isEmpty ? "" : node.path.dotted + ": ")\(node.type)(\(statics))\(aliases)"
    }
    let variables = layout.entries.map { entry in
      let aliases = entry.aliases.isEmpty ? "" : " also at " + entry.aliases.map(\.dotted).joined(separator: ", ")
      return "\(entry.name): \(entry.kind) \(entry.scalarType)\(entry.shape)\(aliases)"
    }
    return objects + variables
  }

  /// What this structure has that another lacks, and the other way round, a line each.
  func differences(from other: GraphDef) -> [String] {
    let (own, theirs) = (lines, other.lines)
    return own.filter { !theirs.contains($0) }.map { "is \($0)" }
      + theirs.filter { !own.contains($0) }.map { "expected \($0)" }
  }
}
