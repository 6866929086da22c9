import AdjointDiagnostics
import AdjointIR

/// What an object reaches: its graph, and the places the graph's entries stand for.
struct ObjectGraph {
  var graph: ModelGraph
  /// One cell for each of `graph.variables`.
  var cells: [VariableCell]
  /// One object for each of `graph.objects`.
  var objects: [HeapObject]
}

extension Elaborator {
  /// Walks an object in sorted attribute order, arrays by number; everything that is shared is entered once.
  func graph(of root: HeapObject) -> ObjectGraph {
    var walk = GraphWalk { self.isProtocol($0) }
    walk.visit(root)
    let graph = ModelGraph(typeName: typeText(of: root), objects: walk.objectEntries, variables: walk.variableEntries)
    return ObjectGraph(graph: graph, cells: walk.cells, objects: walk.objects)
  }

  /// Whether a type as written says a protocol, below optionals and arrays.
  private func isProtocol(_ type: TypeNode) -> Bool {
    switch type.kind {
    case .array(let element), .optional(let element), .dictionary(_, let element): isProtocol(element)
    case .named(let path, _):
      path.last == "Module" || declarations.types[path.joined(separator: ".")]?.kind == .protocol
        || declarations.typealiases[path.joined(separator: ".")].map { isProtocol($0) } ?? false
    default: false
    }
  }

  /// The type of an object as the source spells it: `Optimizer<MLP, Adam>`.
  func typeText(of object: HeapObject) -> String {
    SwiftType.nominal(object.declaration.name, object.genericArguments).description
  }

  /// A copy of an object and everything below it, sharing kept. `variable` makes the copy of each cell.
  func clone(_ root: HeapObject, variable: (VariableCell) -> VariableCell) -> HeapObject {
    var objects: [ObjectIdentifier: HeapObject] = [:]
    var cells: [ObjectIdentifier: VariableCell] = [:]
    func copy(_ cell: VariableCell) -> VariableCell {
      if let known = cells[ObjectIdentifier(cell)] { return known }
      let made = variable(cell)
      cells[ObjectIdentifier(cell)] = made
      return made
    }
    func copy(_ value: AbstractValue) -> AbstractValue {
      switch value {
      case .object(let object): return .object(copy(object))
      case .variable(let cell): return .variable(copy(cell))
      case .array(let elements): return .array(elements.map { copy($0) })
      case .optional(let value): return .optional(value.map { copy($0) })
      case .tuple(let elements): return .tuple(elements.map { TupleElement(copy($0.value), label: $0.label) })
      case .dictionary(let entries): return .dictionary(entries.map { ($0.key, copy($0.value)) })
      case .structure(var value):
        value.fields = value.fields.map { ($0.name, copy($0.value)) }
        return .structure(value)
      case .native(let table as VariableTableValue):
        return .native(VariableTableValue(entries: table.entries.map { ($0.label, copy($0.cell)) }))
      default: return value
      }
    }
    func copy(_ object: HeapObject) -> HeapObject {
      if let known = objects[ObjectIdentifier(object)] { return known }
      let made = heap.makeObject(object.declaration, object.genericArguments)
      objects[ObjectIdentifier(object)] = made
      if argumentObjects.contains(ObjectIdentifier(object)) { argumentObjects.insert(ObjectIdentifier(made)) }
      made.fields = object.fields.map { name, field in
        switch field {
        case .stored(let storage):
          let value = storage.value.map { copy($0) }
          return (name, .stored(heap.makeStorage(name, value, isLet: storage.isLet, type: storage.type)))
        case .variable(let cell): return (name, .variable(copy(cell)))
        case .container(let entries): return (name, .container(entries.map { ($0.label, copy($0.cell)) }))
        }
      }
      return made
    }
    return copy(root)
  }
}

/// A path from the root, and the Swift expression that follows it.
private struct Place {
  var path: [PathComponent] = []
  var access: [AccessStep] = []
  /// The path of the object whose property is followed: the entries of a table count as the object's own.
  var owner: [PathComponent] = []
  /// Whether the property followed says a protocol, so that what it holds is cast to its class.
  var isExistential = false

  func adding(_ component: PathComponent? = nil, _ steps: AccessStep...) -> Place {
    Place(
      path: path + (component.map { [$0] } ?? []), access: access + steps, owner: owner, isExistential: isExistential)
  }

  func entry(_ number: Int, _ label: String) -> Place {
    Place(path: owner + [.entry(number, label)], access: access + [.tableEntry(number)], owner: owner)
  }
}

private struct GraphWalk {
  var objectEntries: [ModelGraph.Object] = []
  var variableEntries: [ModelGraph.Variable] = []
  var objects: [HeapObject] = []
  var cells: [VariableCell] = []
  private var objectIndex: [ObjectIdentifier: Int] = [:]
  private var cellIndex: [ObjectIdentifier: Int] = [:]
  private let isProtocol: (TypeNode) -> Bool

  init(isProtocol: @escaping (TypeNode) -> Bool) { self.isProtocol = isProtocol }

  mutating func visit(_ object: HeapObject) { visit(object, at: Place()) }

  private mutating func visit(_ object: HeapObject, at place: Place) {
    if let index = objectIndex[ObjectIdentifier(object)] {
      objectEntries[index].aliases.append(place.path)
      objectEntries[index].access.append(place.access)
      return
    }
    let index = objects.count
    objectIndex[ObjectIdentifier(object)] = index
    objects.append(object)
    objectEntries.append(
      ModelGraph.Object(
        path: place.path, typeName: SwiftType.nominal(object.declaration.name, object.genericArguments).description,
        access: [place.access]))
    let place = Place(path: place.path, access: place.access, owner: place.path)
    for (name, field) in object.fields.sorted(by: { $0.name < $1.name }) {
      var property = place.adding(.name(name), .property(name))
      switch field {
      case .variable(let cell): visit(cell, at: place.adding(.name(name), .wrappedVariable(name)))
      case .container(let entries):
        for (number, entry) in entries.enumerated() {
          visit(entry.cell, at: property.entry(number, entry.label))
        }
      case .stored(let storage):
        guard let value = storage.value else { continue }
        let type = object.declaration.stored.first { $0.name == name }?.type
        property.isExistential = type.map(isProtocol) ?? false
        if visit(value, at: property) { continue }
        if object.declaration.isReadable(name) { addStatics(name, value, to: index) }
      }
    }
  }

  /// A static attribute with its text; a struct's fields one by one, such as `rule.learningRate`.
  private mutating func addStatics(_ name: String, _ value: AbstractValue, to index: Int) {
    if case .structure(let structure) = value {
      for (field, value) in structure.fields where structure.declaration.isReadable(field) {
        addStatics("\(name).\(field)", value, to: index)
      }
    } else if let text = value.staticText {
      objectEntries[index].statics[name] = text
    }
  }

  /// Notes a static attribute; a struct's by its parts, since some may be known only at run time.
  private mutating func addStatics(_ value: AbstractValue, _ name: String, to object: Int) {
    if case .structure(let structure) = value, !structure.fields.isEmpty {
      for (field, part) in structure.fields where structure.declaration.isReadable(field) {
        addStatics(part, "\(name).\(field)", to: object)
      }
    } else if let text = value.staticText {
      objectEntries[object].statics[name] = text
    }
  }

  private mutating func visit(_ cell: VariableCell, at place: Place) {
    if let index = cellIndex[ObjectIdentifier(cell)] {
      variableEntries[index].aliases.append(place.path)
      variableEntries[index].access.append(place.access)
      return
    }
    cellIndex[ObjectIdentifier(cell)] = cells.count
    cells.append(cell)
    variableEntries.append(
      ModelGraph.Variable(path: place.path, kind: cell.kind, type: cell.type, access: [place.access]))
  }

  /// Visits what a stored property holds; false where there is no object or variable in it.
  private mutating func visit(_ value: AbstractValue, at place: Place) -> Bool {
    switch value {
    case .object(let object):
      let type = SwiftType.nominal(object.declaration.name, object.genericArguments).description
      visit(object, at: place.isExistential ? place.adding(nil, .cast(type)) : place)
      return true
    case .variable(let cell):
      visit(cell, at: place.adding(nil, .heldVariable))
      return true
    case .optional(let value?): return visit(value, at: place.adding(nil, .unwrapped))
    case .array(let elements):
      var found = false
      for (index, element) in elements.enumerated() {
        if visit(element, at: place.adding(.index(index), .element(index))) { found = true }
      }
      return found
    case .dictionary(let entries):
      var found = false
      let named = entries.compactMap { entry -> (name: String, value: AbstractValue)? in
        if case .string(let name) = entry.key { return (name, entry.value) }
        return nil
      }
      for (name, element) in named.sorted(by: { $0.name < $1.name }) {
        if visit(element, at: place.adding(.name(name), .key(name))) { found = true }
      }
      return found
    case .native(let table as VariableTableValue):
      for (number, entry) in table.entries.enumerated() {
        visit(entry.cell, at: place.entry(number, entry.label))
      }
      return true
    default: return false
    }
  }
}

extension TypeDeclaration {
  /// Whether generated code, in another file of the user's module, can read a stored property.
  func isReadable(_ name: String) -> Bool {
    guard let property = stored.first(where: { $0.name == name }) else { return false }
    return isLibrary ? property.access == "public" : property.access != "private" && property.access != "fileprivate"
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
