/// A static attribute as structures compare it.
enum StaticValue: Hashable {
  /// A value that knows equality itself: numbers, strings, most enums, tensors.
  case value(AnyHashable)
  /// Any other value, by its parts.
  indirect case parts(type: String, [Part])
  /// A function or a foreign object: known by its type alone.
  case opaque(type: String)

  /// The value as `String(describing:)` prints it; nil for what has no text of its own.
  var text: String? {
    guard case .value(let value) = self else { return nil }
    return String(describing: value.base)
  }

  /// The stored properties of a structure, the elements of a collection after its `count`; empty for anything else.
  var parts: [Part] {
    switch self {
    case .parts(_, let parts): parts
    case .opaque: []
    case .value(let value): Self.parts(of: value.base) { StaticValue(hashable: $1) } ?? []
    }
  }

  /// The name of the type without its module.
  var typeName: String {
    switch self {
    case .parts(let type, _), .opaque(let type): Self.withoutModule(type)
    case .value(let value): Self.withoutModule(String(reflecting: Swift.type(of: value.base)))
    }
  }

  private static func withoutModule(_ type: String) -> String {
    type.split(separator: ".", maxSplits: 1).last.map(String.init) ?? type
  }

  private init(hashable value: Any) {
    if let value = value as? AnyHashable { self = .value(value) } else { self = .opaque(type: "\(type(of: value))") }
  }

  private static func parts(of value: Any, _ part: (String, Any) -> StaticValue) -> [Part]? {
    func make(_ label: String, _ value: Any) -> Part { Part(label: label, value: part(label, value)) }
    if let dictionary = value as? any AttributeDictionary, let entries = dictionary.erasedEntries {
      return [Part(label: "count", value: .value(AnyHashable(entries.count)))]
        + entries.map { make($0.0, $0.1) }
    }
    let mirror = Mirror(reflecting: value)
    switch mirror.displayStyle {
    case .struct, .tuple:
      return mirror.children.enumerated().map { index, child in
        let label = child.label.map { $0.hasPrefix(".") ? String($0.dropFirst()) : $0 }
        return make(label ?? "\(index)", child.value)
      }
    case .collection:
      return [Part(label: "count", value: .value(AnyHashable(mirror.children.count)))]
        + mirror.children.enumerated().map { make("\($0)", $1.value) }
    default: return nil
    }
  }

  struct Part: Hashable {
    let label: String
    let value: StaticValue
  }

  /// Takes a value apart; stops where a variable or module hides in it, since states could not see that one.
  init(_ value: Any, at path: @autoclosure () -> String) {
    if let optional = value as? any AttributeOptional {
      if let wrapped = optional.erasedWrapped {
        self.init(wrapped, at: path())
      } else {
        self = .value(AnyHashable(Nothing()))
      }
      return
    }
    if Swift.type(of: value) is AnyClass, let place = HiddenData.place(in: value as AnyObject) {
      stop(
        "\(path()) is a \(Swift.type(of: value)), which is no Module and holds a variable or a module in \(place): a "
          + "state cannot see it there. Let the class conform to Module")
    }
    if let value = value as? AnyHashable {
      self = .value(value)
      return
    }
    let mirror = Mirror(reflecting: value)
    let type = String(reflecting: Swift.type(of: value))
    guard mirror.displayStyle != .class, !(mirror.displayStyle == nil && mirror.children.isEmpty) else {
      self = .opaque(type: type)
      return
    }
    let text = path()
    func part(_ label: String, _ value: Any) -> StaticValue {
      if AttributeContent(value).isData {
        stop(
          "\(text) is a \(type), which holds a variable or a module in \(label): a state cannot see it there. "
            + "Hold it in a Module, an array, an optional or a dictionary with String keys")
      }
      return StaticValue(value, at: text + "." + label)
    }
    let payload = mirror.children.map { Part(label: $0.label ?? "", value: part($0.label ?? "", $0.value)) }
    self = .parts(type: type, Self.parts(of: value, part) ?? payload)
  }

  /// An empty optional.
  private struct Nothing: Hashable, CustomStringConvertible {
    var description: String { "nil" }
  }
}

extension StaticValue: CustomStringConvertible {
  var description: String {
    switch self {
    case .value(let value): "\(value.base)"
    case .parts(_, let parts): "(" + parts.map { "\($0.label): \($0.value)" }.joined(separator: ", ") + ")"
    case .opaque(let type): type
    }
  }
}
