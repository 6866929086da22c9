/// A value of which a filter can mean some leaves.
protocol FilteredLeaves {
  /// The part that a filter means.
  func leaves(_ filter: Filter) -> Self
  /// The value with another such part.
  func replacing(leaves: Any) -> Self
}

extension State: FilteredLeaves {
  func leaves(_ filter: Filter) -> State { self.filter(filter) }

  func replacing(leaves: Any) -> State {
    var values = self.values
    let part = leaves as! State
    for (entry, value) in zip(part.layout.entries, part.values) { values[layout.index(named: entry.name)!] = value }
    return withTransformLeaves(values)
  }
}

/// The part of an argument that is differentiated: all of it, or the leaves of a state that a filter means.
struct ChosenLeaves<Value: TransformValue> {
  let part: Value
  /// The whole argument around another such part.
  let whole: (Value) -> Value

  /// Stops where a filter is given for an argument that has no variables.
  init(of value: Value, _ filter: Filter?, in operation: String) {
    guard let filter else {
      part = value
      whole = { $0 }
      return
    }
    guard let state = value as? any FilteredLeaves else {
      stop(
        "\(operation): a filter singles out variables of a model or a state, and this argument is a \(Value.self)")
    }
    part = state.leaves(filter) as! Value
    whole = { state.replacing(leaves: $0) as! Value }
  }
}
