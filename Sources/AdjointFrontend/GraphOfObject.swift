import AdjointDiagnostics
import AdjointIR

/// What an object reaches: its graph, and the places the graph's entries stand for.
struct ObjectGraph {
  var graph: ModelGraph
  /// One cell for each of `graph.variables`.
  var cells: [VariableCell]
  /// One object for each of `graph.objects`.
  var objects: [HeapObject]
  /// What a call could not check or reach.
  var problems: [Finding]
}

extension Elaborator {
  /// Walks an object in sorted attribute order, arrays by number; everything that is shared is entered once.
  func graph(of root: HeapObject) -> ObjectGraph {
    var walk = GraphWalk { self.isProtocol($0) }
    walk.visit(root)
    let graph = ModelGraph(typeName: typeText(of: root), objects: walk.objectEntries, variables: walk.variableEntries)
    return ObjectGraph(graph: graph, cells: walk.cells, objects: walk.objects, problems: walk.problems)
  }

  /// Whether a type as written says a protocol, below optionals and arrays.
  private func isProtocol(_ type: TypeNode) -> Bool {
    switch type.kind {
    case .array(let element), .optional(let element), .dictionary(_, let element): isProtocol(element)
    case .named(let path, _):
      path.last == "Module" || declarations.type(path.joined(separator: "."), from: type.span.file)?.kind == .protocol
        || declarations.alias(path.joined(separator: "."), from: type.span.file).map { isProtocol($0) } ?? false
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

extension HeapObject {
  /// The name of a random stream of the library; nil for other objects.
  fileprivate var streamName: String? {
    guard declaration.isLibrary, declaration.name == "RngStream", case .stored(let name)? = self["name"],
      case .string(let text)? = name.value
    else { return nil }
    return text
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
  /// The name of the object whose property is followed, where that is a random stream.
  var stream: String?

  func adding(_ component: PathComponent? = nil, _ steps: AccessStep...) -> Place {
    Place(
      path: path + (component.map { [$0] } ?? []), access: access + steps, owner: owner, isExistential: isExistential,
      stream: stream)
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
  var problems: [Finding] = []
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
    let place = Place(path: place.path, access: place.access, owner: place.path, stream: object.streamName)
    var statics = StaticWalk(owner: object.declaration.name, isProtocol: isProtocol)
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
        guard object.declaration.isReadable(name) else {
          // Generated code does not see it; the comparison of a graph definition, which reflects, does.
          var hidden = StaticWalk(owner: object.declaration.name, isProtocol: isProtocol)
          hidden.add(value, name, [.property(name)], isExistential: property.isExistential)
          statics.found += hidden.found.filter { $0.text != nil }.map {
            ModelGraph.Static(path: $0.path, access: [], text: $0.text)
          }
          if !object.declaration.isLibrary { statics.problems += hidden.problems }
          continue
        }
        statics.add(value, name, [.property(name)], isExistential: property.isExistential)
      }
    }
    objectEntries[index].statics = statics.found
    problems += statics.problems.map { Finding("attribute.unchecked", $0, at: object.declaration.span) }
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
      ModelGraph.Variable(
        path: place.path, kind: cell.kind, type: cell.type, metadata: cell.metadata, stream: place.stream,
        access: [place.access]))
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
      let named = entries.compactMap { entry -> (String, AbstractValue)? in
        if case .string(let key) = entry.key { return (key, entry.value) }
        return nil
      }
      for (key, value) in named.sorted(by: { $0.0 < $1.0 }) {
        if visit(value, at: place.adding(.name(key), .key(key))) { found = true }
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
