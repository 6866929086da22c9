import AdjointDiagnostics
import AdjointIR

/// `State<M>`: tensors by path, in graph order.
struct StateValue: NativeValue {
  /// The model's structure; `variables` lists what this state holds, which may be a part.
  var graph: ModelGraph
  /// One tensor for each of `graph.variables`.
  var values: [Value]
  /// The path below which this is a view (`state.hidden`); empty for a whole state.
  var prefix: [PathComponent] = []
  /// The variables of the whole model, of which this state may be a part.
  var whole: [ModelGraph.Variable]

  init(
    graph: ModelGraph, values: [Value], prefix: [PathComponent] = [], whole: [ModelGraph.Variable]? = nil
  ) {
    self.graph = graph
    self.values = values
    self.prefix = prefix
    self.whole = whole ?? graph.variables
  }

  var typeName: String { "State" }
  var symbolicValues: [Value] { values }

  func replacingSymbolicValues(_ values: [Value]) -> any NativeValue {
    StateValue(graph: graph, values: values, prefix: prefix, whole: whole)
  }

  func member(_ name: String, _ elaborator: Elaborator, at span: SourceSpan) throws -> AbstractValue? {
    element(.name(name))
  }

  /// What is one step below: a variable's tensor (an optional where the model has an optional), or a part of the state. A shared object is found by any of its paths.
  func element(_ component: PathComponent) -> AbstractValue? {
    let path = canonicalPath(component)
    for (variable, value) in zip(graph.variables, values) {
      guard let place = ([variable.path] + variable.aliases).firstIndex(of: path) else { continue }
      // `let bias: Param?` is an optional in a state too.
      let access = variable.access.indices.contains(place) ? variable.access[place] : []
      let isOptional = access.last == .heldVariable && access.dropLast().last == .unwrapped
      return isOptional ? .optional(.tensor(value)) : .tensor(value)
    }
    let isNil = graph.objects.contains { object in
      ([object.path] + object.aliases).contains(prefix)
        && object.statics.contains { $0.path == component.description && $0.text == "nil" }
    }
    if isNil { return .optional(nil) }
    let isPrefix = graph.variables.contains { variable in
      ([variable.path] + variable.aliases).contains { $0.starts(with: path) }
    }
    return isPrefix ? .native(StateValue(graph: graph, values: values, prefix: path, whole: whole)) : nil
  }
}

extension StateValue {
  /// The first path to what is one step below.
  private func canonicalPath(_ component: PathComponent) -> [PathComponent] {
    let written = prefix + [component]
    return graph.objects.first { $0.aliases.contains(written) }?.path ?? written
  }

  /// The state with another tensor for a variable, or another part for a sub-model.
  func setting(_ component: PathComponent, to value: AbstractValue) throws -> (any NativeValue)? {
    let path = canonicalPath(component)
    var changed = self
    if let index = graph.variables.firstIndex(where: { $0.path == path || $0.aliases.contains(path) }) {
      guard case .tensor(let tensor) = value, tensor.type == values[index].type else {
        throw OpError(
          "state.shape",
          "state.\(graph.variables[index].name) is \(values[index].type) and cannot take \(value.summary)")
      }
      changed.values[index] = tensor.value
      return changed
    }
    guard case .native(let part as StateValue) = value else { return nil }
    let rooted = part.rooted
    for (variable, tensor) in zip(rooted.graph.variables, rooted.values) {
      guard let index = graph.variables.firstIndex(where: { $0.path == path + variable.path }) else {
        throw OpError("state.unknown", "this state has no variable \((path + variable.path).map(\.description))")
      }
      guard tensor.type == values[index].type else {
        throw OpError(
          "state.shape", "state.\(graph.variables[index].name) is \(values[index].type) and cannot take \(tensor.type)")
      }
      changed.values[index] = tensor
    }
    return changed
  }
}

/// `GraphDef<M>`: an object's structure without its tensors.
struct GraphDefValue: NativeValue {
  /// A copy of the object that nothing else refers to. Its cells' values mean nothing.
  var template: HeapObject
  var graph: ModelGraph

  var typeName: String { "GraphDef" }

  /// What was found when the graph was walked that a call cannot compare.
  var problems: [Finding] = []

  /// Whether two structures are the same; refuses to compare one of which a part is known only at run time, or not at all.
  func isEqual(to other: GraphDefValue) throws(OpError) -> Bool {
    if let problem = problems.first ?? other.problems.first { throw OpError("state.structure", problem.message) }
    return graph == other.graph
  }
}
