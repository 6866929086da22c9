/// Takes the variables that a filter means out of a model, and gives their values.
///
/// Variables that are held in a `var` as an optional (`var h: Intermediate?`), in an array or in a dictionary can be taken
/// out. Stops, before anything changes, where one is part of its object for good (`@BatchStat var mean`).
public func pop<Model: Module>(_ model: Model, _ filter: Filter) -> State<Model> {
  let popped = state(model, filter)
  let structure = Structure(of: model)
  let meant = Set(structure.leaves.filter { $0.isMeant(by: filter) }.map { ObjectIdentifier($0.variable) })
  if meant.isEmpty { return popped }
  var changes: [() -> Void] = []
  var problems: [String] = []
  for object in structure.objects {
    let type = type(of: object.module)
    for attribute in attributes(of: type) {
      let base = address(of: object.module)
      let value = load(attribute.property, from: base)
      let place = (object.path + [.name(attribute.name)]).dotted
      guard let (rest, changed) = removing(meant, from: value), changed else { continue }
      guard let rest, attribute.property.isVariable else {
        problems.append(
          "\(place) is part of every \(type); what is to be popped is held in a var, as an optional, in an array or in a "
            + "dictionary")
        continue
      }
      changes.append { assign(rest, to: attribute.property, of: base) }
    }
  }
  if !problems.isEmpty { stop(AdjointError("pop", problems).description) }
  for change in changes { change() }
  return popped
}

/// Takes the variables of one kind out of a model, and gives their values.
public func pop<Model: Module>(_ model: Model, _ type: any VariableType.Type) -> State<Model> { pop(model, .of(type)) }

/// What is left of an attribute without some variables, and whether that is a change; nil of what cannot go.
private func removing(_ variables: Set<ObjectIdentifier>, from value: Any) -> (Any?, Bool)? {
  if let optional = value as? any AttributeOptional {
    guard let wrapped = optional.erasedWrapped, let (rest, changed) = removing(variables, from: wrapped) else {
      return nil
    }
    if !changed { return (value, false) }
    return (rest ?? type(of: optional).erasedNone, true)
  }
  switch AttributeContent(value) {
  case .variable(let variable):
    return variables.contains(ObjectIdentifier(variable)) ? (nil, true) : (value, false)
  case .list(let elements):
    let parts = elements.map { removing(variables, from: $0) ?? ($0, false) }
    guard parts.contains(where: \.1), let list = value as? any AttributeList else { return (value, false) }
    return (type(of: list).rebuilt(from: parts.compactMap(\.0)), true)
  case .dictionary(let entries):
    let parts = entries.map { ($0.0, removing(variables, from: $0.1) ?? ($0.1, false)) }
    guard parts.contains(where: \.1.1), let dictionary = value as? any AttributeDictionary else {
      return (value, false)
    }
    return (
      type(of: dictionary).rebuilt(from: parts.compactMap { key, part in part.0.map { (key, $0) } }), true
    )
  case .module, .table, .fixed: return nil
  }
}
