import AdjointRuntime

/// The kind of an optimiser's number of updates: it is state of the optimiser, but no real number.
public typealias OptCount = VariableOf<OptStateKind, Int32>

extension VariableTable {
  /// A variable of kind `OptState` for each tensor of each slot, labelled `slot.parameter`, slots sorted by name.
  public init(slots: [String: Tree]) {
    var entries: [Entry] = []
    for (slot, tree) in slots.sorted(by: { $0.key < $1.key }) {
      for (name, value) in zip(tree.names, tree.values) {
        let variable = Variable(kind: OptStateKind.kindName, value.erased)
        entries.append(Entry("\(slot).\(name)", variable))
      }
    }
    self.init(entries)
  }

  /// The slots that the table was made from, with the values that its variables have now.
  public var trees: [String: Tree] {
    var result: [String: Tree] = [:]
    for (slot, name, variable) in parts {
      let tree = result[slot] ?? Tree(names: [], values: [])
      result[slot] = Tree(names: tree.names + [name], values: tree.values + [Tensor(variable.value)])
    }
    return result
  }

  /// Puts new values into the variables; stops where the slots are not those that the table was made from.
  public func assign(_ slots: [String: Tree]) {
    let values = slots.sorted { $0.key < $1.key }.flatMap { slot, tree in
      zip(tree.names, tree.values).map { (label: "\(slot).\($0)", value: $1) }
    }
    precondition(
      values.map(\.label) == entries.map(\.label),
      "an update rule must keep its slots: it began with \(entries.map(\.label)), it returned \(values.map(\.label))")
    for (entry, value) in zip(entries, values) {
      precondition(
        entry.variable.shape == value.value.shape,
        "slot \(entry.label) has shape \(entry.variable.shape), an update rule gave \(value.value.shape)")
      entry.variable.value = value.value.erased
    }
  }

  /// Slot, parameter and variable of each entry.
  private var parts: [(slot: String, name: String, variable: Variable)] {
    entries.map { entry in
      let pieces = entry.label.split(separator: ".", maxSplits: 1)
      return (String(pieces[0]), pieces.count > 1 ? String(pieces[1]) : "", entry.variable)
    }
  }
}

extension State {
  /// The same variables with other values, which must be all of them, in order.
  public func replacingValues(with tree: Tree) -> State {
    precondition(
      names == tree.names, "replacingValues: the state has \(names), the tree has \(tree.names)")
    return State(layout: layout, values: tree.values.map(\.erased))
  }
}
