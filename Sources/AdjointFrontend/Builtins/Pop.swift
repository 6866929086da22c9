import AdjointDiagnostics
import AdjointIR

/// `pop`: takes variables out of an object. Of an argument of an entry point it is refused at the end, as every change
/// of structure is.
extension BuiltinTable {
  mutating func addPop() {
    function("pop") { elaborator, call in
      try call.expect("_", "_", in: "pop")
      let object = try call.object(position: 0)
      let filter = try FilterValue(call.required(nil, position: 1))
      return .native(try elaborator.pop(object, filter, call))
    }
  }
}

extension Elaborator {
  fileprivate func pop(_ root: HeapObject, _ filter: FilterValue, _ call: BuiltinCall) throws -> StateValue {
    let popped = try state(of: root).filtered { try filter.matches($0) }
    let walk = graph(of: root)
    var meant: Set<ObjectIdentifier> = []
    for (variable, cell) in zip(walk.graph.variables, walk.cells) where try filter.matches(variable) {
      meant.insert(ObjectIdentifier(cell))
    }
    var changes: [(Storage, AbstractValue)] = []
    for object in walk.objects {
      for (name, field) in object.fields {
        let place = "\(object.declaration.name).\(name)"
        switch field {
        case .variable(let cell) where meant.contains(ObjectIdentifier(cell)): throw cannotPop(place)
        case .container(let entries) where entries.contains { meant.contains(ObjectIdentifier($0.cell)) }:
          throw cannotPop(place)
        case .stored(let storage):
          guard let value = storage.value else { continue }
          if case .native(let table as VariableTableValue) = value,
            table.entries.contains(where: { meant.contains(ObjectIdentifier($0.cell)) })
          {
            throw cannotPop(place)
          }
          let (rest, isChanged) = remove(meant, from: value)
          guard isChanged else { continue }
          guard let rest, !storage.isLet else { throw cannotPop(place) }
          changes.append((storage, rest))
          structureWrites["\(object.serial).\(name)"] = userSpan(call.span)
        default: break
        }
      }
    }
    for (storage, value) in changes { heap.write(value, to: storage) }
    return popped
  }

  private func cannotPop(_ place: String) -> OpError {
    OpError(
      "state.structure",
      "pop: \(place) is part of every object of its class; what is to be popped is held in a var, as an optional, in an "
        + "array or in a dictionary")
  }

  /// What is left of a value without some variables, and whether that is a change; nil of what cannot go.
  private func remove(
    _ cells: Set<ObjectIdentifier>, from value: AbstractValue
  ) -> (rest: AbstractValue?, isChanged: Bool) {
    switch value {
    case .variable(let cell): return cells.contains(ObjectIdentifier(cell)) ? (nil, true) : (value, false)
    case .optional(let wrapped?):
      let (rest, isChanged) = remove(cells, from: wrapped)
      return isChanged ? (.optional(rest), true) : (value, false)
    case .array(let elements):
      let parts = elements.map { remove(cells, from: $0) }
      return parts.contains { $0.isChanged } ? (.array(parts.compactMap(\.rest)), true) : (value, false)
    case .dictionary(let entries):
      let parts = entries.map { (key: $0.key, part: remove(cells, from: $0.value)) }
      guard parts.contains(where: { $0.part.isChanged }) else { return (value, false) }
      return (.dictionary(parts.compactMap { item in item.part.rest.map { (item.key, $0) } }), true)
    default: return (value, false)
    }
  }
}
