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

  var typeName: String { "State" }
  var symbolicValues: [Value] { values }

  func replacingSymbolicValues(_ values: [Value]) -> any NativeValue {
    StateValue(graph: graph, values: values, prefix: prefix)
  }

  func member(_ name: String, _ elaborator: Elaborator, at span: SourceSpan) throws -> AbstractValue? {
    element(.name(name))
  }

  /// What is one step below: a variable's tensor, or a part of the state. A shared object is found by any of its paths.
  func element(_ component: PathComponent) -> AbstractValue? {
    let written = prefix + [component]
    let path = graph.objects.first { $0.aliases.contains(written) }?.path ?? written
    for (variable, value) in zip(graph.variables, values) {
      if variable.path == path || variable.aliases.contains(path) { return .tensor(value) }
    }
    let isPrefix = graph.variables.contains { variable in
      ([variable.path] + variable.aliases).contains { $0.starts(with: path) }
    }
    return isPrefix ? .native(StateValue(graph: graph, values: values, prefix: path)) : nil
  }
}

/// `GraphDef<M>`: an object's structure without its tensors.
struct GraphDefValue: NativeValue {
  /// A copy of the object that nothing else refers to. Its cells' values mean nothing.
  var template: HeapObject
  var graph: ModelGraph

  var typeName: String { "GraphDef" }
}
