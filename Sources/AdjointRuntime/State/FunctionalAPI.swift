// The functional API over models and states, by NNX's names.

/// A model's structure and the values of all its variables.
public func split<Model: Module>(_ model: Model) -> (GraphDef<Model>, State<Model>) {
  let (definition, state) = parts(of: model)
  return (definition, state)
}

/// A model's structure and its values in several states, one per filter: each variable goes to the first that means it.
/// Stops where a variable is meant by none, or `.rest` is not last.
public func split<Model: Module>(
  _ model: Model, filters: [Filter]
) -> (GraphDef<Model>, [State<Model>]) {
  let (definition, state) = parts(of: model)
  return (definition, orStop { () throws(AdjointError) in try state.partitioned(filters) })
}

/// A model's structure and its values, all of which the filter must mean.
public func split<Model: Module>(_ model: Model, _ filter: Filter) -> (GraphDef<Model>, State<Model>) {
  let (definition, states) = split(model, filters: [filter])
  return (definition, states[0])
}

/// A model's structure and its values in three states, one per kind.
public func split<Model: Module>(
  _ model: Model, _ first: any VariableType.Type, _ second: any VariableType.Type, _ third: any VariableType.Type
) -> (GraphDef<Model>, State<Model>, State<Model>, State<Model>) {
  split(model, .of(first), .of(second), .of(third))
}

/// A model's structure and its values in four states.
public func split<Model: Module>(
  _ model: Model, _ first: Filter, _ second: Filter, _ third: Filter, _ fourth: Filter
) -> (GraphDef<Model>, State<Model>, State<Model>, State<Model>, State<Model>) {
  let (definition, states) = split(model, filters: [first, second, third, fourth])
  return (definition, states[0], states[1], states[2], states[3])
}

/// A model's structure and its values in four states.
public func split<Model: Module>(
  _ model: Model, _ first: any VariableType.Type, _ second: any VariableType.Type, _ third: any VariableType.Type,
  _ fourth: Filter
) -> (GraphDef<Model>, State<Model>, State<Model>, State<Model>, State<Model>) {
  split(model, .of(first), .of(second), .of(third), fourth)
}

/// A model's structure, the values of one kind, and those of the filter after it.
public func split<Model: Module>(
  _ model: Model, _ first: any VariableType.Type, _ second: Filter
) -> (GraphDef<Model>, State<Model>, State<Model>) { split(model, .of(first), second) }

/// A model's structure and its values in two states.
public func split<Model: Module>(
  _ model: Model, _ first: Filter, _ second: Filter
) -> (GraphDef<Model>, State<Model>, State<Model>) {
  let (definition, states) = split(model, filters: [first, second])
  return (definition, states[0], states[1])
}

/// A model's structure and its values in two states, one per kind.
public func split<Model: Module>(
  _ model: Model, _ first: any VariableType.Type, _ second: any VariableType.Type
) -> (GraphDef<Model>, State<Model>, State<Model>) { split(model, .of(first), .of(second)) }

/// A model's structure and its values in three states.
public func split<Model: Module>(
  _ model: Model, _ first: any VariableType.Type, _ second: any VariableType.Type, _ third: Filter
) -> (GraphDef<Model>, State<Model>, State<Model>, State<Model>) {
  split(model, .of(first), .of(second), third)
}

/// A model's structure and its values in three states.
public func split<Model: Module>(
  _ model: Model, _ first: Filter, _ second: Filter, _ third: Filter
) -> (GraphDef<Model>, State<Model>, State<Model>, State<Model>) {
  let (definition, states) = split(model, filters: [first, second, third])
  return (definition, states[0], states[1], states[2])
}

/// The structure of a model.
public func graphdef<Model: Module>(_ model: Model) -> GraphDef<Model> { GraphDef(of: model) }

/// A new model of a structure with a state's values; with several states, together they must hold every variable once.
///
/// No initialiser runs. Stops where the values do not fit; `GraphDef.merged(with:)` throws instead.
public func merge<Model: Module>(_ graphdef: GraphDef<Model>, _ states: State<Model>...) -> Model {
  orStop { () throws(AdjointError) in try graphdef.merged(with: states) }
}

/// The values of all of a model's variables.
public func state<Model: Module>(_ model: Model) -> State<Model> { parts(of: model).1 }

/// The values of a model's variables of one kind.
public func state<Model: Module>(_ model: Model, _ type: any VariableType.Type) -> State<Model> {
  parts(of: model).1.filter(type)
}

/// The values of the variables that a filter means.
public func state<Model: Module>(_ model: Model, _ filter: Filter) -> State<Model> {
  parts(of: model).1.filter(filter)
}

/// A model's values in one state per filter: each variable goes to the first that means it, those that none means are
/// left out. Stops where `.rest` is not last.
public func state<Model: Module>(_ model: Model, filters: [Filter]) -> [State<Model>] {
  orStop { () throws(AdjointError) in try parts(of: model).1.partitioned(filters, isExhaustive: false) }
}

/// Puts a state's values into a model, in place.
///
/// Stops, before anything changes, where the model has no variable of a name or its shape differs; `State.apply(to:)`
/// throws instead.
public func update<Model: Module>(_ model: Model, _ state: State<Model>) {
  orStop { () throws(AdjointError) in try state.apply(to: model) }
}

/// A copy of a model: new objects and variables, equal values, sharing kept. No initialiser runs.
public func clone<Model: Module>(_ model: Model) -> Model {
  Structure(of: model).clone { variable, _ in
    Variable(kind: variable.kind, metadata: variable.metadata, variable.value)
  } as! Model
}

/// The bare values of a state. A `State` holds nothing else; NNX's programs say it, so it can be said.
public func pure<Model: Module>(_ state: State<Model>) -> State<Model> { state }

/// The state whose values are `transform` of this one's, which must be `Float`.
public func map<Model: Module>(
  _ state: State<Model>, _ transform: (Tensor<Float>) throws -> Tensor<Float>
) rethrows -> State<Model> {
  var result = state
  for index in state.values.indices { result.values[index] = try transform(float(state, index)).erased }
  return result
}

/// The state whose values are `transform` of two states' values of the same names, which must be `Float`.
public func map<Model: Module>(
  _ first: State<Model>, _ second: State<Model>,
  _ transform: (Tensor<Float>, Tensor<Float>) throws -> Tensor<Float>
) rethrows -> State<Model> {
  requireSameNames(first, second)
  var result = first
  for index in first.values.indices {
    result.values[index] = try transform(float(first, index), float(second, index)).erased
  }
  return result
}

/// The state whose values are `transform` of three states' values of the same names, which must be `Float`.
public func map<Model: Module>(
  _ first: State<Model>, _ second: State<Model>, _ third: State<Model>,
  _ transform: (Tensor<Float>, Tensor<Float>, Tensor<Float>) throws -> Tensor<Float>
) rethrows -> State<Model> {
  requireSameNames(first, second)
  requireSameNames(first, third)
  var result = first
  for index in first.values.indices {
    result.values[index] = try transform(float(first, index), float(second, index), float(third, index)).erased
  }
  return result
}

extension State {
  /// Puts the values into a model, in place; throws, before anything changes, where one does not fit.
  public func apply(to model: Model) throws(AdjointError) {
    let targets = Dictionary(uniqueKeysWithValues: Structure(of: model).leaves.map { ($0.path.dotted, $0.variable) })
    var problems: [String] = []
    for (entry, value) in zip(layout.entries, values) {
      guard let variable = targets[entry.name] else {
        problems.append("\(entry.name): \(Model.self) has no such variable")
        continue
      }
      if !variable.has(value.scalarType, value.shape) {
        problems.append(
          "\(entry.name): is \(value.typeText), \(variable.scalarType)\(variable.shape) was expected")
      }
    }
    if !problems.isEmpty { throw AdjointError("update", problems) }
    for (entry, value) in zip(layout.entries, values) { targets[entry.name]!.value = value.compact }
  }
}

extension Module {
  /// Every variable below this module once, with its dotted path, in sorted attribute order.
  public var variables: [(path: [PathComponent], variable: Variable)] {
    Structure(of: self).leaves.map { ($0.path, $0.variable) }
  }

  /// Every module below this one and itself, each once, with its path; the root first.
  public var modules: [(path: [PathComponent], module: any Module)] {
    Structure(of: self).objects.map { ($0.path, $0.module) }
  }
}

private func parts<Model: Module>(of model: Model) -> (GraphDef<Model>, State<Model>) {
  let structure = Structure(of: model)
  let definition = GraphDef<Model>(structure)
  return (definition, definition.state(structure.leaves.map(\.variable.value)))
}

private func float<Model>(_ state: State<Model>, _ index: Int) -> Tensor<Float> {
  let value = state.values[index].compact
  require(
    value.scalarType == .f32, "map: \(state.layout.entries[index].name) is \(value.typeText), Float was expected")
  return Tensor(value)
}

private func requireSameNames<Model>(_ first: State<Model>, _ second: State<Model>) {
  if first.layout.hasSameNames(as: second.layout) { return }
  let missing = Set(first.names).symmetricDifference(second.names).sorted()
  stop("map: the states hold different variables: \(missing.joined(separator: ", "))")
}
