import AdjointDiagnostics
import AdjointIR

/// split, merge, state, update, clone, pure: NNX's functional API on the abstract heap.
extension BuiltinTable {
  mutating func addFunctionalAPI() {
    types.formUnion(["State", "GraphDef"])
    function("split") { elaborator, call in try elaborator.split(call) }
    function("merge") { elaborator, call in try elaborator.merge(call) }
    function("graphdef") { elaborator, call in
      try call.expect("_", in: "graphdef")
      return .native(elaborator.graphDefinition(of: try call.object(position: 0)))
    }
    function("state") { elaborator, call in
      try call.expect("_", "_?", "filters?", in: "state")
      let all = elaborator.state(of: try call.object(position: 0))
      if let filters = call.argument("filters")?.value {
        let parts = try all.partitioned(try filters.asFilters(), isExhaustive: false, in: "state")
        return .array(parts.map { .native($0) })
      }
      guard let filter = call.argument(nil, position: 1)?.value else { return .native(all) }
      let chosen = try FilterValue(filter)
      return .native(try all.filtered { try chosen.matches($0) })
    }
    function("update") { elaborator, call in
      try call.expect("_", "_", "_*", in: "update")
      let object = try call.object(position: 0)
      for argument in call.arguments.dropFirst() { try elaborator.update(object, argument.value.asState("update")) }
      return .void
    }
    function("clone") { elaborator, call in
      try call.expect("_", in: "clone")
      let copy = elaborator.clone(try call.object(position: 0)) { cell in
        elaborator.heap.makeVariable(like: cell, cell.value)
      }
      return .object(copy)
    }
    function("pure") { _, call in
      try call.expect("_", in: "pure")
      return .native(try call.required(nil).asState("pure"))
    }
    function("map") { elaborator, call in try elaborator.mapLeaves(call) }
    addStateMembers()
  }

  private mutating func addStateMembers() {
    property("State", "count") { _, call in .int(try call.state().values.count) }
    property("State", "names") { _, call in .array(try call.state().names.map { .string($0) }) }
    method("State", "filter") { _, call in
      try call.expect("_", in: "filter")
      let filter = try FilterValue(call.required(nil))
      return .native(try call.state().filtered { try filter.matches($0) })
    }
    method("State", "replacingValues") { _, call in
      try call.expect("with", in: "replacingValues")
      var state = try call.state()
      guard case .native(let tree as TreeValue) = try call.required("with") else {
        throw OpError("type.argument", "replacingValues(with:) needs a Tree")
      }
      try requireSameNames(state.names, tree.names, "replacingValues")
      state.values = tree.values
      state.retype()
      return .native(state)
    }
    subscriptSetters["State"] = { _, receiver, call in
      let state = try receiver.asView()
      let index = try call.required(nil).asInteger("an index")
      guard let changed = try state.setting(.index(index), to: call.required("newValue")) else {
        throw OpError("state.unknown", "this state has nothing at index \(index)")
      }
      receiver = .native(changed)
      return .void
    }
    subscripts["State"] = { _, call in
      let state = try call.state()
      if case .string(let name) = try call.required(nil) {
        let rooted = state.rooted
        return .optional(rooted.names.firstIndex(of: name).map { .tensor(rooted.values[$0]) })
      }
      guard case .integer(let index, _) = try call.required(nil) else {
        throw OpError(
          "type.argument",
          "a State is indexed by the dotted name of a variable, or by a whole number where its model has an array")
      }
      guard let element = state.element(.index(index)) else {
        throw OpError("state.unknown", "this state has nothing at index \(index)")
      }
      return element
    }
  }
}

/// Refuses two lists of names that differ, saying where.
func requireSameNames(_ first: [String], _ second: [String], _ what: String) throws(OpError) {
  if first == second { return }
  let missing = Set(first).symmetricDifference(second).sorted()
  throw OpError(
    "state.unknown",
    "\(what): the variables differ\(missing.isEmpty ? " in order" : ": \(missing.joined(separator: ", "))")")
}

extension StateValue {
  /// The dotted names of what this state holds.
  var names: [String] { graph.variables.map(\.name) }

  /// Brings the graph's types in line with the values.
  mutating func retype() {
    for index in values.indices { graph.variables[index].type = values[index].type }
  }
}

extension AbstractValue {
  /// A whole state, or the part below a view as a state of its own names.
  func asState(_ what: String) throws(OpError) -> StateValue {
    guard case .native(let state as StateValue) = self else { throw mismatch(what, wanted: "a State") }
    return state.rooted
  }
}

extension AbstractValue {
  /// A state or a view of a part.
  fileprivate func asView() throws(OpError) -> StateValue {
    guard case .native(let state as StateValue) = self else { throw mismatch("this", wanted: "a State") }
    return state
  }
}

extension StateValue {
  /// A view (`state.hidden`) as a state of the sub-module: names start below it.
  var rooted: StateValue {
    guard !prefix.isEmpty else { return self }
    /// The variable as the part names it; nil where it lies elsewhere.
    func below(_ variable: ModelGraph.Variable) -> ModelGraph.Variable? {
      let paths = ([variable.path] + variable.aliases).filter { $0.starts(with: prefix) }
        .map { Array($0.dropFirst(prefix.count)) }
      guard let first = paths.first else { return nil }
      var own = variable
      own.path = first
      own.aliases = Array(paths.dropFirst())
      return own
    }
    var part = StateValue(graph: graph, values: [])
    part.graph.variables = []
    part.whole = whole.compactMap(below)
    for (variable, value) in zip(graph.variables, values) {
      guard let own = below(variable) else { continue }
      part.graph.variables.append(own)
      part.values.append(value)
    }
    part.graph.objects = graph.objects.compactMap { object in
      guard object.path.starts(with: prefix) else { return nil }
      var own = object
      own.path = Array(object.path.dropFirst(prefix.count))
      own.aliases = object.aliases.filter { $0.starts(with: prefix) }.map { Array($0.dropFirst(prefix.count)) }
      return own
    }
    part.graph.typeName = part.graph.objects.first?.typeName ?? graph.typeName
    return part
  }
}

extension BuiltinCall {
  /// The object given as unlabelled argument number `position`.
  func object(position: Int) throws(OpError) -> HeapObject {
    let value = try required(nil, position: position)
    guard case .object(let object) = value else { throw value.mismatch("the argument", wanted: "a model") }
    return object
  }

  /// The state, or the view of a part, that a member is looked up on.
  func state() throws(OpError) -> StateValue {
    guard let receiver else { throw OpError("type.argument", "this is not a State") }
    return try receiver.asView()
  }
}

extension Elaborator {
  /// All variables of an object with what is in them now.
  func state(of object: HeapObject) -> StateValue {
    let walk = graph(of: object)
    return StateValue(graph: walk.graph, values: walk.cells.map(\.value))
  }

  /// An object's structure, apart from it: later changes of the object do not show in it.
  func graphDefinition(of object: HeapObject) -> GraphDefValue {
    let template = clone(object) { cell in heap.makeVariable(like: cell, cell.value) }
    let walk = graph(of: object)
    let runTime = zip(walk.graph.objects, walk.objects).flatMap { entry, object in
      object.fields.compactMap { name, field -> Finding? in
        guard case .stored(let storage) = field, let value = storage.value, !value.symbolicValues.isEmpty else {
          return nil
        }
        let path = (entry.path + [.name(name)]).dotted
        return Finding(
          "state.structure",
          "\(path) holds a number that only a call knows, so whether two structures are equal is not known when code is "
            + "generated", at: object.declaration.span)
      }
    }
    return GraphDefValue(template: template, graph: walk.graph, problems: walk.problems + runTime)
  }

  fileprivate func split(_ call: BuiltinCall) throws -> AbstractValue {
    try call.expect("_", "_*", "filters?", in: "split")
    let object = try call.object(position: 0)
    let definition = TupleElement(.native(graphDefinition(of: object)))
    let all = state(of: object)
    var given = call.arguments.filter { $0.label == nil }.dropFirst().map(\.value)
    let isList = call.argument("filters") != nil
    if let list = call.argument("filters")?.value { given = try list.asElements("filters") }
    if given.isEmpty, !isList { return .tuple([definition, TupleElement(.native(all))]) }
    let filters = try given.map { try FilterValue($0) }
    let states = try all.partitioned(filters, isExhaustive: true, in: "split").map { AbstractValue.native($0) }
    return .tuple([definition] + (isList ? [TupleElement(.array(states))] : states.map { TupleElement($0) }))
  }

  fileprivate func merge(_ call: BuiltinCall) throws -> AbstractValue {
    try call.expect("_", "_", "_*", in: "merge")
    let first = try call.required(nil)
    guard case .native(let definition as GraphDefValue) = first else {
      throw first.mismatch("merge", wanted: "a GraphDef, then its State")
    }
    var values: [String: Value] = [:]
    for argument in call.arguments.dropFirst() {
      let state = try argument.value.asState("merge")
      for (name, value) in zip(state.names, state.values) {
        guard values.updateValue(value, forKey: name) == nil else {
          throw OpError("state.unknown", "merge: \(name) is given twice")
        }
      }
    }
    let walk = graph(of: definition.template)
    var contents: [ObjectIdentifier: Value] = [:]
    for (variable, cell) in zip(walk.graph.variables, walk.cells) {
      guard let value = values.removeValue(forKey: variable.name) else {
        throw OpError("state.unknown", "merge: \(variable.name) is missing")
      }
      guard value.type == cell.type else {
        throw OpError("state.shape", "merge: \(variable.name) is \(value.type), \(cell.type) was expected")
      }
      contents[ObjectIdentifier(cell)] = value
    }
    guard values.isEmpty else {
      throw OpError(
        "state.unknown",
        "merge: \(walk.graph.typeName) has no variable \(values.keys.sorted().joined(separator: ", "))")
    }
    let copy = clone(definition.template) { cell in
      heap.makeVariable(like: cell, contents[ObjectIdentifier(cell)] ?? cell.value)
    }
    return .object(copy)
  }

  /// Puts a state's values into an object's variables; refuses before anything changes.
  fileprivate func update(_ object: HeapObject, _ state: StateValue) throws {
    let walk = graph(of: object)
    var cells: [String: VariableCell] = [:]
    for (variable, cell) in zip(walk.graph.variables, walk.cells) {
      for path in [variable.path] + variable.aliases { cells[path.map(\.description).joined(separator: ".")] = cell }
    }
    for (name, value) in zip(state.names, state.values) {
      guard let cell = cells[name] else {
        throw OpError("state.unknown", "update: \(walk.graph.typeName) has no variable \(name)")
      }
      guard cell.type == value.type else {
        throw OpError("state.shape", "update: \(name) is \(value.type), \(cell.type) was expected")
      }
    }
    for (name, value) in zip(state.names, state.values) {
      if let cell = cells[name] { try heap.write(value, to: cell) }
    }
  }

  /// `map(first, …) { … }` over states or trees of the same names.
  fileprivate func mapLeaves(_ call: BuiltinCall) throws -> AbstractValue {
    guard let body = call.arguments.last?.value, case .function = body, call.arguments.count > 1 else {
      throw OpError("call.arguments", "map needs states or trees, and a closure")
    }
    let sources = call.arguments.dropLast().map(\.value)
    var columns: [(names: [String], values: [Value])] = []
    for source in sources {
      if case .native(let tree as TreeValue) = source {
        columns.append((tree.names, tree.values))
      } else {
        let state = try source.asState("map")
        columns.append((state.names, state.values))
      }
    }
    for column in columns.dropFirst() { try requireSameNames(columns[0].names, column.names, "map") }
    var results: [Value] = []
    for index in columns[0].values.indices {
      let name = columns[0].names[index]
      let arguments = columns.map { column in
        Argument(.tensor(column.values[index]), span: call.span)
      }
      for column in columns where column.values[index].type.dtype != .f32 {
        throw OpError("state.dtype", "map: \(name) is \(column.values[index].type), Float was expected")
      }
      let result = try self.call(body, arguments, at: call.span)
      guard case .tensor(let tensor) = result, tensor.type.dtype == .f32 else {
        throw result.mismatch("the closure's result", wanted: "a Tensor<Float>")
      }
      results.append(tensor.value)
    }
    if case .native(let tree as TreeValue) = sources[0] {
      return .native(TreeValue(names: tree.names, values: results))
    }
    var state = try sources[0].asState("map")
    state.values = results
    state.retype()
    return .native(state)
  }
}
