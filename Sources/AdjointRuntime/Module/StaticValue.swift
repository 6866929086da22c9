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

  /// The stored properties of a structure; empty for anything else.
  var structureParts: [Part] {
    switch self {
    case .parts(_, let parts): return parts
    case .opaque: return []
    case .value(let value):
      let mirror = Mirror(reflecting: value.base)
      guard mirror.displayStyle == .struct else { return [] }
      return mirror.children.compactMap { child in
        guard let label = child.label, let value = child.value as? AnyHashable else { return nil }
        return Part(label: label, value: .value(value))
      }
    }
  }

  struct Part: Hashable {
    let label: String
    let value: StaticValue
  }

  /// Takes a value apart; stops where a variable or module hides in it, since states could not see that one.
  init(_ value: Any, at path: @autoclosure () -> String) {
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
    self = .parts(
      type: type,
      mirror.children.map { child in
        let label = child.label ?? ""
        if AttributeContent(child.value).isData {
          stop(
            "\(text) is a \(type), which holds a variable or a module in \(label): a state cannot see it there. "
              + "Hold it in a Module, an array, an optional or a dictionary with String keys")
        }
        return Part(label: label, value: StaticValue(child.value, at: text + "." + label))
      })
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
