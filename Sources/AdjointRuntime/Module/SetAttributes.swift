// Static attributes by name, wherever a model has them.

extension Module {
  /// Sets an attribute by name on this module and every one below it that has it, or of those the ones that a predicate
  /// means: `model.setAttribute("rate", to: 0.1) { $0 is Dropout }`.
  ///
  /// Stops where no module has such an attribute, or one that has it cannot take the value.
  public func setAttribute<Value>(_ name: String, to value: Value, where isMeant: (any Module) -> Bool = { _ in true })
  {
    let count = assign(name, value, where: isMeant)
    require(count > 0, "setAttribute: no module of \(type(of: self)) that is meant has an attribute '\(name)'")
  }

  /// Sets several flags; see `setAttribute`.
  public func setAttributes(_ flags: [String: Bool], where isMeant: (any Module) -> Bool = { _ in true }) {
    for (name, value) in flags { setAttribute(name, to: value, where: isMeant) }
  }

  /// Makes the model behave as in training: dropout drops, batch normalisation takes the batch's statistics.
  public func train() { setMode(isUse: false) }

  /// Makes the model behave as in use: dropout does nothing, batch normalisation takes the decaying means.
  public func eval() { setMode(isUse: true) }

  private func setMode(isUse: Bool) {
    for name in ["deterministic", "useRunningAverage"] { _ = assign(name, isUse) { _ in true } }
  }

  /// How many modules took the value.
  private func assign<Value>(_ name: String, _ value: Value, where isMeant: (any Module) -> Bool) -> Int {
    var places: [UnsafeMutableRawPointer] = []
    var optionalPlaces: [UnsafeMutableRawPointer] = []
    for object in Structure(of: self).objects where isMeant(object.module) {
      let type = type(of: object.module)
      guard let attribute = attributes(of: type).first(where: { $0.name == name }) else { continue }
      let property = attribute.property
      require(property.isVariable, "setAttribute: \(type).\(name) is a constant")
      let place = address(of: object.module) + property.offset
      if property.type == Value.self {
        places.append(place)
      } else if property.type == Value?.self {
        optionalPlaces.append(place)
      } else {
        stop("setAttribute: \(type).\(name) is a \(property.type) and cannot take a \(Value.self)")
      }
    }
    for place in places { place.assumingMemoryBound(to: Value.self).pointee = value }
    for place in optionalPlaces { place.assumingMemoryBound(to: Value?.self).pointee = value }
    return places.count + optionalPlaces.count
  }
}

/// A second model with the same variables as `model`, whose flags may differ: `view(model, ["deterministic": true])`.
///
/// What one of the two learns, the other knows. Stops where no module has a flag of a name.
public func view<Model: Module>(_ model: Model, _ flags: [String: Bool] = [:]) -> Model {
  let copy = Structure(of: model).clone { variable, _ in variable } as! Model
  copy.setAttributes(flags)
  return copy
}
