import AdjointIR

/// Taking states apart and putting them together.
extension BuiltinTable {
  mutating func addStateParts() {
    property("State", "leaves") { _, call in
      let state = try call.state().rooted
      return .array(
        zip(state.names, state.values).map { name, value in
          .tuple([TupleElement(.string(name), label: "name"), TupleElement(.tensor(value), label: "value")])
        })
    }
    method("State", "partitioned") { _, call in
      try call.expect("_", "isExhaustive?", in: "partitioned")
      let isExhaustive = call.argument("isExhaustive") == nil ? true : try call.flag("isExhaustive")
      let filters = try call.required(nil).asFilters()
      let parts = try call.state().rooted.partitioned(filters, isExhaustive: isExhaustive, in: "partitioned")
      return .array(parts.map { .native($0) })
    }
    method("State", "merging") { _, call in
      try call.expect("_", in: "merging")
      return .native(try call.state().rooted.merging(call.required(nil).asState("merging")))
    }
  }
}

extension AbstractValue {
  /// A list of filters.
  func asFilters() throws(OpError) -> [FilterValue] {
    var filters: [FilterValue] = []
    for value in try asElements("filters") { filters.append(try FilterValue(value)) }
    return filters
  }
}

extension StateValue {
  /// One state per filter: each variable goes to the first that means it. Refuses a rest that is not last, and, where
  /// all must be meant, variables that none means.
  func partitioned(_ filters: [FilterValue], isExhaustive: Bool, in operation: String) throws -> [StateValue] {
    for (index, filter) in filters.enumerated() {
      if case .rest = filter, index != filters.count - 1 {
        throw OpError("state.filter", "\(operation): .rest must be the last filter")
      }
    }
    var groups = [[Int]](repeating: [], count: filters.count)
    var left: [String] = []
    for (place, variable) in graph.variables.enumerated() {
      if let group = try filters.firstIndex(where: { try $0.matches(variable) }) {
        groups[group].append(place)
      } else {
        left.append("\(variable.name) (\(variable.kind))")
      }
    }
    guard left.isEmpty || !isExhaustive else {
      throw OpError(
        "state.filter", "\(operation): no filter means \(left.joined(separator: ", ")); end with .rest to take them")
    }
    return groups.map { selecting($0) }
  }

  /// The part at these places.
  func selecting(_ places: [Int]) -> StateValue {
    var part = self
    part.graph.variables = places.map { graph.variables[$0] }
    part.values = places.map { values[$0] }
    return part
  }

  /// The part whose variables are meant.
  func filtered(_ isMeant: (ModelGraph.Variable) throws -> Bool) rethrows -> StateValue {
    selecting(try graph.variables.indices.filter { try isMeant(graph.variables[$0]) })
  }

  /// This state with another's values where both have a variable; the other's further variables come from it too.
  func merging(_ other: StateValue) throws(OpError) -> StateValue {
    let variables = names == other.names ? graph.variables : whole
    var found: [Value?] = variables.map { _ in nil }
    for (name, value) in Array(zip(names, values)) + Array(zip(other.names, other.values)) {
      guard let place = variables.firstIndex(where: { $0.name == name }) else {
        throw OpError("state.unknown", "merging: \(name): the other state's model has no such variable")
      }
      guard value.type == variables[place].type else {
        throw OpError("state.shape", "merging: \(name) is \(value.type), \(variables[place].type) was expected")
      }
      found[place] = value
    }
    var result = self
    result.graph.variables = zip(variables, found).compactMap { $1 == nil ? nil : $0 }
    result.values = found.compactMap { $0 }
    return result
  }
}
