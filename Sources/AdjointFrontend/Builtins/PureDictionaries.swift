import AdjointIR

/// States as plain nested dictionaries, and back.
extension BuiltinTable {
  mutating func addPureDictionaries() {
    types.insert("PureValue")
    staticMethod("PureValue", "tensor") { _, call in
      try call.expect("_", in: "tensor")
      return .native(PureValueValue(content: .tensor(try call.tensor(nil))))
    }
    staticMethod("PureValue", "dictionary", ["_0": .pureDictionary]) { _, call in
      try call.expect("_", in: "dictionary")
      return .native(PureValueValue(content: try call.required(nil).asPureEntries().asValue))
    }
    property("PureValue", "tensor") { _, call in
      guard case .native(let value as PureValueValue)? = call.receiver, case .tensor = value.content else {
        return .optional(nil)
      }
      return .optional(value.content)
    }
    subscripts["PureValue"] = { _, call in
      guard case .native(let value as PureValueValue)? = call.receiver, case .dictionary = value.content else {
        return .optional(nil)
      }
      let key = try call.required(nil).asPureKey()
      return .optional(try value.content.asPureEntries().first { $0.key == key }?.value)
    }
    property("Dictionary", "restoringIndices") { _, call in try call.pureEntries().restoringIndices.asValue }
    property("Dictionary", "leaves") { _, call in
      .array(
        try call.pureEntries().leaves.map { path, value in
          .tuple([
            TupleElement(.array(path.map { .native(PureKeyValue(key: $0)) }), label: "path"),
            TupleElement(.tensor(value), label: "value"),
          ])
        })
    }
    property("State", "pureDictionary") { _, call in
      let state = try call.state().rooted
      var entries: [PureEntry] = []
      for (variable, value) in zip(state.graph.variables, state.values) {
        entries.insert(.tensor(value), at: variable.path.pureKeys[...])
      }
      return entries.asValue
    }
    method("State", "replacing", ["with": .pureDictionary]) { _, call in
      try call.expect("with", in: "replacing")
      return .native(try call.state().rooted.replacing(call.required("with").asPureEntries()))
    }
  }
}

extension StateValue {
  fileprivate func replacing(_ entries: [PureEntry]) throws(OpError) -> StateValue {
    var result = self
    var problems: [String] = []
    for (path, value) in entries.leaves {
      let name = path.map(\.description).joined(separator: ".")
      guard let place = graph.variables.firstIndex(where: { $0.path.pureKeys == path }) else {
        problems.append("\(name): the state has no such variable")
        continue
      }
      let expected = graph.variables[place].type
      if value.type != expected { problems.append("\(name): is \(value.type), \(expected) was expected") }
      result.values[place] = value
    }
    guard problems.isEmpty else {
      throw OpError("state.unknown", "replacing: \(problems.joined(separator: "; "))")
    }
    return result
  }
}

extension SwiftType {
  /// `PureDictionary`.
  static let pureDictionary = SwiftType.dictionary(.nominal("PureKey", []), .nominal("PureValue", []))
}

/// A key of a plain dictionary with the `PureValue` it stands for.
typealias PureEntry = (key: PureKeyValue.Key, value: AbstractValue)

extension [PureEntry] {
  /// The dictionary as code sees it.
  var asValue: AbstractValue {
    .dictionary(sorted { $0.key < $1.key }.map { (.native(PureKeyValue(key: $0.key)), $0.value) })
  }

  /// Every tensor with the steps to it, sorted.
  var leaves: [(path: [PureKeyValue.Key], value: Value)] {
    sorted { $0.key < $1.key }.flatMap { key, value -> [(path: [PureKeyValue.Key], value: Value)] in
      guard case .native(let value as PureValueValue) = value else { return [] }
      if case .tensor(let tensor) = value.content { return [([key], tensor.value)] }
      let below = (try? value.content.asPureEntries()) ?? []
      return below.leaves.map { ([key] + $0.path, $0.value) }
    }
  }

  /// The same with numbers again where names are numbers.
  var restoringIndices: [PureEntry] {
    map { key, value in
      var place = key
      if case .name(let name) = key, let index = Int(name), String(index) == name { place = .index(index) }
      guard case .native(let pure as PureValueValue) = value, case .dictionary = pure.content,
        let below = try? pure.content.asPureEntries()
      else { return (place, value) }
      return (place, .native(PureValueValue(content: below.restoringIndices.asValue)))
    }
  }

  fileprivate mutating func insert(_ value: AbstractValue, at path: ArraySlice<PureKeyValue.Key>) {
    guard let key = path.first else { return }
    let place = firstIndex { $0.key == key }
    var content = value
    if path.count > 1 {
      var below: [PureEntry] = []
      if let place, case .native(let known as PureValueValue) = self[place].value {
        below = (try? known.content.asPureEntries()) ?? []
      }
      below.insert(value, at: path.dropFirst())
      content = below.asValue
    }
    let entry = AbstractValue.native(PureValueValue(content: content))
    if let place { self[place].value = entry } else { append((key, entry)) }
  }
}

extension AbstractValue {
  /// The entries of a plain dictionary, as it is or as literals spell it.
  func asPureEntries() throws(OpError) -> [PureEntry] {
    guard case .dictionary(let entries) = self else { throw mismatch("this", wanted: "a PureDictionary") }
    var result: [PureEntry] = []
    for entry in entries { result.append((try entry.key.asPureKey(), try entry.value.asPureValue())) }
    return result
  }

  private func asPureValue() throws(OpError) -> AbstractValue {
    switch self {
    case .native(_ as PureValueValue): return self
    case .implicitMember("tensor", let arguments?) where arguments.count == 1:
      guard case .tensor = arguments[0].value else { break }
      return .native(PureValueValue(content: arguments[0].value))
    case .implicitMember("dictionary", let arguments?) where arguments.count == 1:
      return .native(PureValueValue(content: try arguments[0].value.asPureEntries().asValue))
    default: break
    }
    throw mismatch("a value of a plain dictionary", wanted: ".tensor(…) or .dictionary(…)")
  }
}

extension BuiltinCall {
  fileprivate func pureEntries() throws(OpError) -> [PureEntry] {
    guard let receiver else { throw OpError("type.argument", "there is no dictionary here") }
    return try receiver.asPureEntries()
  }
}

extension [PathComponent] {
  /// The path in a plain dictionary; a label of several parts is several steps.
  fileprivate var pureKeys: [PureKeyValue.Key] {
    flatMap { component -> [PureKeyValue.Key] in
      switch component {
      case .name(let name): [.name(name)]
      case .index(let index): [.index(index)]
      case .entry(_, let label):
        label.split(separator: ".").map { piece in Int(piece).map { .index($0) } ?? .name(String(piece)) }
      }
    }
  }
}
