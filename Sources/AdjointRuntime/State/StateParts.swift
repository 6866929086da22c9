// Taking states apart and putting them together.

extension State {
  /// One state per filter: each variable goes to the first that means it.
  ///
  /// Throws where `.rest` is not last, or a variable is meant by none, unless those are to be left out.
  public func partitioned(_ filters: [Filter], isExhaustive: Bool = true) throws(AdjointError) -> [State] {
    var problems: [String] = []
    for (index, filter) in filters.enumerated() where filter.isRest && index < filters.count - 1 {
      problems.append(".rest must be the last filter, it is number \(index + 1) of \(filters.count)")
    }
    var groups = [[Int]](repeating: [], count: filters.count)
    var left: [String] = []
    for (index, entry) in layout.entries.enumerated() {
      if let group = filters.firstIndex(where: { entry.isMeant(by: $0) }) {
        groups[group].append(index)
      } else {
        left.append("\(entry.name) (\(entry.kind))")
      }
    }
    if isExhaustive && !left.isEmpty {
      problems.append(
        "the filters are not exhaustive: none means \(left.joined(separator: ", ")); end with .rest to take what is left"
      )
    }
    if !problems.isEmpty { throw AdjointError("split", problems) }
    return groups.map { selecting($0) }
  }

  /// This state with another's values where both have a variable; the other's further variables come from it too.
  ///
  /// Throws where a shared variable differs in type or shape, or the two are of models of different structure.
  public func merging(_ other: State) throws(AdjointError) -> State {
    if layout.hasSameNames(as: other.layout) { return try replacingAll(other) }
    let whole = StateLayout(of: Structure(of: layout.prototype))
    var values = [AnyTensor?](repeating: nil, count: whole.entries.count)
    var problems: [String] = []
    for state in [self, other] {
      for (entry, value) in zip(state.layout.entries, state.values) {
        guard let index = whole.index(named: entry.name) else {
          problems.append("\(entry.name): the other state's model has no such variable")
          continue
        }
        if let problem = mismatch(value, whole.entries[index]) { problems.append(problem) }
        values[index] = value
      }
    }
    if !problems.isEmpty { throw AdjointError("merging", problems) }
    let indices = values.indices.filter { values[$0] != nil }
    return State(layout: whole.selecting(indices), values: indices.map { values[$0]! })
  }

  private func replacingAll(_ other: State) throws(AdjointError) -> State {
    let problems = zip(layout.entries, other.values).compactMap { mismatch($1, $0) }
    if !problems.isEmpty { throw AdjointError("merging", problems) }
    return State(layout: layout, values: other.values)
  }
}
