import AdjointIR

/// Walks over what a model holds, and ways to single parts: iterModules, iterVariables, findDuplicates, paths.
extension BuiltinTable {
  mutating func addIteration() {
    function("iterModules") { elaborator, call in
      try call.expect("_", in: "iterModules")
      return .array(elaborator.modulesUpwards(of: try call.object(position: 0)).map { Self.pair($0, "module", $1) })
    }
    function("iterVariables") { elaborator, call in
      try call.expect("_", in: "iterVariables")
      return elaborator.variables(of: try call.object(position: 0))
    }
    function("findDuplicates") { elaborator, call in
      try call.expect("_", in: "findDuplicates")
      let graph = elaborator.graph(of: try call.object(position: 0)).graph
      let ways = graph.objects.map { [$0.path] + $0.aliases } + graph.variables.map { [$0.path] + $0.aliases }
      return .array(ways.filter { $0.count > 1 }.map { paths in .array(paths.map(\.asValue)) })
    }
    property("Module", "variables") { elaborator, call in elaborator.variables(of: try call.module()) }
    property("Module", "modules") { elaborator, call in
      let walk = elaborator.graph(of: try call.module())
      return .array(zip(walk.graph.objects, walk.objects).map { Self.pair($0.path, "module", .object($1)) })
    }
    method("Module", "variable", ["at": .string]) { elaborator, call in
      try call.expect("at", in: "variable")
      let walk = elaborator.graph(of: try call.module())
      let wanted = walk.graph.firstPath(try call.dottedPath())
      let place = walk.graph.variables.firstIndex { ([$0.path] + $0.aliases).contains { $0.dotted == wanted } }
      return .optional(place.map { .variable(walk.cells[$0]) })
    }
    method("Module", "module", ["at": .string]) { elaborator, call in
      try call.expect("at", in: "module")
      let walk = elaborator.graph(of: try call.module())
      let wanted = walk.graph.firstPath(try call.dottedPath())
      let place = walk.graph.objects.firstIndex { $0.path.dotted == wanted }
      return .optional(place.map { .object(walk.objects[$0]) })
    }
    addVariableProperties()
  }

  private mutating func addVariableProperties() {
    types.formUnion(["Variable", "AnyTensor"])
    property("Variable", "shape") { _, call in .array(try call.variable().type.shape.map { .int($0) }) }
    property("Variable", "kind") { _, call in .string(try call.variable().kind) }
    property("Variable", "variable") { _, call in .variable(try call.variable()) }
    property("Variable", "metadata") { elaborator, call in
      elaborator.readsMetadata = true
      return .dictionary(
        try call.variable().metadata.sorted { $0.key < $1.key }.map { (.string($0.key), .string($0.value)) })
    }
    // A tensor is what an `AnyTensor` is too: its element type is known.
    property("Tensor", "erased") { _, call in .tensor(try call.receiverTensor()) }
  }

  fileprivate static func pair(_ path: [PathComponent], _ label: String, _ value: AbstractValue) -> AbstractValue {
    .tuple([TupleElement(path.asValue, label: "path"), TupleElement(value, label: label)])
  }
}

extension BuiltinCall {
  fileprivate func variable() throws(OpError) -> VariableCell {
    guard case .variable(let cell)? = receiver else { throw OpError("type.argument", "this is no variable") }
    return cell
  }

  fileprivate func dottedPath() throws(OpError) -> String {
    let given = try required("at")
    guard case .string(let path) = given else { throw given.mismatch("a path", wanted: "a String") }
    return path
  }
}

extension ModelGraph {
  /// The dotted path by which what lies below a shared object is known: that of the object's first place.
  fileprivate func firstPath(_ dotted: String) -> String {
    for object in objects {
      for alias in object.aliases.map(\.dotted) where dotted == alias || dotted.hasPrefix(alias + ".") {
        let rest = dotted.dropFirst(alias.count)
        return firstPath(object.path.isEmpty ? String(rest.dropFirst()) : object.path.dotted + rest)
      }
    }
    return dotted
  }
}

extension Elaborator {
  /// Every module once, children before their parents.
  fileprivate func modulesUpwards(of root: HeapObject) -> [(path: [PathComponent], object: AbstractValue)] {
    let walk = graph(of: root)
    var result: [(path: [PathComponent], object: AbstractValue)] = []
    var open: [(path: [PathComponent], object: AbstractValue)] = []
    for (entry, object) in zip(walk.graph.objects, walk.objects) {
      while let parent = open.last, !entry.path.starts(with: parent.path) { result.append(open.removeLast()) }
      open.append((entry.path, .object(object)))
    }
    return result + open.reversed()
  }

  fileprivate func variables(of root: HeapObject) -> AbstractValue {
    let walk = graph(of: root)
    return .array(
      zip(walk.graph.variables, walk.cells).map { BuiltinTable.pair($0.path, "variable", .variable($1)) })
  }
}
