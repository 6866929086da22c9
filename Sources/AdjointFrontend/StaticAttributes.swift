import AdjointDiagnostics
import AdjointIR

/// Takes the static attributes of one object apart into what a call can compare, part by part.
struct StaticWalk {
  let owner: String
  let isProtocol: (TypeNode) -> Bool
  /// What was found, in order.
  var found: [ModelGraph.Static] = []
  /// What cannot be compared, in words.
  var problems: [String] = []

  init(owner: String, isProtocol: @escaping (TypeNode) -> Bool) {
    self.owner = owner
    self.isProtocol = isProtocol
  }

  /// Adds a value, or its parts. `isExistential` says that its place is of a protocol's type.
  mutating func add(_ value: AbstractValue, _ path: String, _ access: [AccessStep], isExistential: Bool) {
    switch value {
    case .structure(let structure): add(structure, path, access, isExistential: isExistential)
    case .optional(let wrapped?): add(wrapped, path, access + [.unwrapped], isExistential: isExistential)
    case .array(let elements) where value.staticText == nil:
      note("\(path).count", access + [.property("count")], "\(elements.count)")
      for (index, element) in elements.enumerated() {
        add(element, "\(path).\(index)", access + [.element(index)], isExistential: isExistential)
      }
    case .dictionary(let entries):
      note("\(path).count", access + [.property("count")], "\(entries.count)")
      for entry in entries {
        guard case .string(let key) = entry.key else {
          problems.append("\(owner).\(path) is a dictionary whose keys are no strings")
          continue
        }
        add(entry.value, "\(path).\(key)", access + [.key(key)], isExistential: isExistential)
      }
    case .tuple(let elements) where value.staticText == nil:
      for (index, element) in elements.enumerated() {
        let name = element.label ?? "\(index)"
        add(element.value, "\(path).\(name)", access + [.property(name)], isExistential: false)
      }
    case .enumeration where value.staticText == nil:
      problems.append("\(owner).\(path) is a case with a payload that has no text to compare by")
    // Its own description, so that the comparison allocates nothing.
    case .native(let filter as FilterValue): note(path, access + [.property("description")], filter.description)
    case .object, .variable:
      problems.append(
        "\(owner).\(path) holds a variable or a module inside a struct or tuple, where no state sees it; hold it in a "
          + "Module, an array, an optional or a dictionary with String keys")
    default:
      if let text = value.staticText { note(path, access, text) }
    }
  }

  private mutating func add(
    _ structure: StructValue, _ path: String, _ access: [AccessStep], isExistential: Bool
  ) {
    var access = access
    if isExistential {
      access.append(.cast(SwiftType.nominal(structure.declaration.name, structure.genericArguments).description))
      found.append(ModelGraph.Static(path: path, access: access, text: nil))
    }
    for (name, field) in structure.fields {
      let property = structure.declaration.stored.first { $0.name == name }
      guard structure.declaration.isReadable(name) else {
        if field.staticText != nil {
          problems.append("\(owner).\(path).\(name) is private, so generated code cannot compare it; make it internal")
        }
        continue
      }
      let isExistential = property?.type.map(isProtocol) ?? false
      add(field, "\(path).\(name)", access + [.property(name)], isExistential: isExistential)
    }
  }

  private mutating func note(_ path: String, _ access: [AccessStep], _ text: String) {
    found.append(ModelGraph.Static(path: path, access: access, text: text))
  }
}

extension TypeDeclaration {
  /// Whether generated code, in another file of the module that is compiled, can read a stored property.
  func isReadable(_ name: String) -> Bool {
    guard let property = stored.first(where: { $0.name == name }) else { return false }
    return isForeign ? property.access == "public" : property.access != "private" && property.access != "fileprivate"
  }
}

extension AbstractValue {
  /// A static attribute as Swift's `String(describing:)` prints it; nil for what has no such text (functions, tensors).
  var staticText: String? {
    switch self {
    case .integer(let value, _): return "\(value)"
    case .real(let value, let type): return type == .float ? "\(Float(value))" : "\(value)"
    case .bool(let value): return "\(value)"
    case .string(let value): return value
    case .range(let lower?, let upper?, let isClosed): return "\(lower)\(isClosed ? "..." : "..<")\(upper)"
    case .native(let filter as FilterValue): return filter.description
    case .optional(nil): return "nil"
    case .optional(let value?): return value.staticText.map { "Optional(\($0))" }
    case .array(let elements):
      let texts = elements.compactMap(\.nestedStaticText)
      return texts.count == elements.count ? "[\(texts.joined(separator: ", "))]" : nil
    case .tuple(let elements):
      let texts = elements.compactMap { element in
        element.value.nestedStaticText.map { (element.label.map { "\($0): " } ?? "") + $0 }
      }
      return texts.count == elements.count ? "(\(texts.joined(separator: ", ")))" : nil
    case .structure(let value):
      let texts = value.fields.compactMap { field in field.value.nestedStaticText.map { "\(field.name): \($0)" } }
      return texts.count == value.fields.count
        ? "\(value.declaration.baseName)(\(texts.joined(separator: ", ")))" : nil
    case .enumeration(let value):
      if value.payload.isEmpty { return value.caseName }
      let texts = value.payload.compactMap { element in
        element.value.nestedStaticText.map { (element.label.map { "\($0): " } ?? "") + $0 }
      }
      return texts.count == value.payload.count ? "\(value.caseName)(\(texts.joined(separator: ", ")))" : nil
    default: return nil
    }
  }

  /// The text inside a container, where Swift quotes strings.
  private var nestedStaticText: String? {
    switch self {
    case .string(let value): return "\"\(value)\""
    // Swift prints these with the module's name, which is not known here.
    case .enumeration, .structure: return nil
    default: return staticText
    }
  }
}

extension TypeDeclaration {
  /// The name without the enclosing types.
  var baseName: String { name.split(separator: ".").last.map(String.init) ?? name }
}
