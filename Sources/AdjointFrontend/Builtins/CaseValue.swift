import AdjointIR

/// A value of one of the run time's own enums: it can be compared and matched by its cases, and made by their names.
protocol CaseValue: NativeValue {
  /// The case and what it holds.
  var caseAndPayload: (name: String, payload: [AbstractValue]) { get }
}

/// `PathComponent`: a step of a path.
struct PathComponentValue: CaseValue {
  var component: PathComponent

  var typeName: String { "PathComponent" }

  var caseAndPayload: (name: String, payload: [AbstractValue]) {
    switch component {
    case .name(let name): ("name", [.string(name)])
    case .index(let index): ("index", [.int(index)])
    case .entry(let index, let label): ("entry", [.int(index), .string(label)])
    }
  }
}

/// `PureKey`: a step of a path in a plain dictionary.
struct PureKeyValue: CaseValue {
  /// Places come before names.
  enum Key: Hashable, Comparable {
    case index(Int)
    case name(String)

    var description: String {
      switch self {
      case .name(let name): name
      case .index(let index): String(index)
      }
    }
  }

  var key: Key

  var typeName: String { "PureKey" }

  var caseAndPayload: (name: String, payload: [AbstractValue]) {
    switch key {
    case .name(let name): ("name", [.string(name)])
    case .index(let index): ("index", [.int(index)])
    }
  }
}

/// `PureValue`: a tensor of a plain dictionary, or a further dictionary.
struct PureValueValue: CaseValue {
  /// A `.tensor` or a `.dictionary`.
  var content: AbstractValue

  var typeName: String { "PureValue" }
  var symbolicValues: [Value] { content.symbolicValues }

  func replacingSymbolicValues(_ values: [Value]) -> any NativeValue {
    var rest = values[...]
    return PureValueValue(content: content.replacingSymbolicValues(&rest))
  }

  var caseAndPayload: (name: String, payload: [AbstractValue]) {
    if case .dictionary = content { return ("dictionary", [content]) }
    return ("tensor", [content])
  }
}

extension AbstractValue {
  /// The case that a value of the run time's enums is, or that an implicit member names.
  var asCase: (name: String, payload: [AbstractValue])? {
    switch self {
    case .native(let value as any CaseValue): value.caseAndPayload
    case .implicitMember(let name, let arguments): (name, (arguments ?? []).map(\.value))
    default: nil
    }
  }

  /// A key of a plain dictionary, which literals are too.
  func asPureKey() throws(OpError) -> PureKeyValue.Key {
    switch self {
    case .string(let name): return .name(name)
    case .integer(let index, _): return .index(index)
    case .native(let value as PureKeyValue): return value.key
    case .implicitMember(let name, let arguments?) where arguments.count == 1:
      switch (name, arguments[0].value) {
      case ("name", .string(let name)): return .name(name)
      case ("index", .integer(let index, _)): return .index(index)
      default: break
      }
    default: break
    }
    throw mismatch("a key", wanted: "a name or the place in an array")
  }
}

extension BuiltinTable {
  /// Steps of paths: what makes them, and what is known of them.
  mutating func addPathComponents() {
    types.formUnion(["PathComponent", "PureKey"])
    for type in ["PathComponent", "PureKey"] {
      staticMethod(type, "name", ["_0": .string]) { _, call in
        try call.expect("_", in: "name")
        let name = try call.text(position: 0)
        return .native(
          type == "PureKey" ? PureKeyValue(key: .name(name)) : PathComponentValue(component: .name(name)))
      }
      staticMethod(type, "index", ["_0": .integer(.int)]) { _, call in
        try call.expect("_", in: "index")
        let index = try call.required(nil).asInteger("a place")
        return .native(
          type == "PureKey" ? PureKeyValue(key: .index(index)) : PathComponentValue(component: .index(index)))
      }
    }
    staticMethod("PathComponent", "entry", ["_0": .integer(.int), "_1": .string]) { _, call in
      try call.expect("_", "_", in: "entry")
      let place = try call.required(nil).asInteger("a place")
      return .native(PathComponentValue(component: .entry(place, try call.text(position: 1))))
    }
    property("PathComponent", "description") { _, call in
      guard case .native(let value as PathComponentValue)? = call.receiver else { return .string("") }
      return .string(value.component.description)
    }
    property("PureKey", "description") { _, call in
      guard case .native(let value as PureKeyValue)? = call.receiver else { return .string("") }
      return .string(value.key.description)
    }
    property("Array", "dotted") { _, call in
      let texts = try call.elements().map { element throws(OpError) -> String in
        guard case .native(let value as PathComponentValue) = element else {
          throw element.mismatch("an element", wanted: "a PathComponent, to be written with dots")
        }
        return value.component.description
      }
      return .string(texts.joined(separator: "."))
    }
  }
}

extension BuiltinCall {
  /// An unlabelled argument that is a `String`.
  fileprivate func text(position: Int) throws(OpError) -> String {
    let value = try required(nil, position: position)
    guard case .string(let text) = value else { throw value.mismatch("the argument", wanted: "a String") }
    return text
  }
}

extension [PathComponent] {
  /// A path as code sees it.
  var asValue: AbstractValue { .array(map { .native(PathComponentValue(component: $0)) }) }

  /// The path as a state spells it, such as `layers.0.kernel`.
  var dotted: String { map(\.description).joined(separator: ".") }
}
