/// What reflection finds below a module: the variables a state holds, and what a structure keeps of the rest.
///
/// Attributes are visited in the order of their names, arrays by index; an object or variable reached twice is recorded
/// once, at its first path, with the further paths as aliases.
struct Structure {
  /// One variable.
  struct Leaf {
    let path: [PathComponent]
    var aliases: [[PathComponent]] = []
    let variable: Variable
    /// The tag of the module that holds it.
    var tag: String? = nil

    /// Whether a filter means it.
    func isMeant(by filter: Filter) -> Bool { filter.matches(kind: variable.kind, path: path, tag: tag) }
  }

  /// One object, the root included.
  struct Object {
    let path: [PathComponent]
    var aliases: [[PathComponent]] = []
    let module: any Module
    var statics: [StaticValue.Part] = []
  }

  private(set) var leaves: [Leaf] = []
  private(set) var objects: [Object] = []
  private var leafIndex: [ObjectIdentifier: Int] = [:]
  private var objectIndex: [ObjectIdentifier: Int] = [:]

  init(of root: any Module) {
    visit(module: root, at: [])
    checkNames()
  }

  /// States and files know variables by their dotted paths. Two variables of one name can only be where a dictionary's
  /// key or a table's label has a dot in it.
  private func checkNames() {
    var known: [String: [PathComponent]] = [:]
    known.reserveCapacity(leaves.count)
    for leaf in leaves {
      if let other = known.updateValue(leaf.path, forKey: leaf.path.dotted) {
        stop(
          "two variables of \(type(of: objects[0].module)) are called \(leaf.path.dotted): by the steps "
            + "\(other.map(\.description)) and \(leaf.path.map(\.description)); a key without dots tells them apart")
      }
    }
  }

  private mutating func visit(module: any Module, at path: [PathComponent]) {
    if let known = objectIndex[ObjectIdentifier(module)] {
      objects[known].aliases.append(path)
      return
    }
    let index = objects.count
    objectIndex[ObjectIdentifier(module)] = index
    objects.append(Object(path: path, module: module))
    if let listed = module as? any ListedModule {
      for attribute in listed.listedAttributes {
        visit(attribute.value, at: path, [.name(attribute.name)], attribute.name, owner: index)
      }
      return
    }
    let base = UnsafeRawPointer(address(of: module))
    for attribute in attributes(of: type(of: module)) {
      guard attribute.property.isStrong else {
        stop(
          "\(type(of: module)).\(attribute.name) is weak or unowned; a module's attributes must be strong, "
            + "cycles are kept by split and merge")
      }
      let value = load(attribute.property, from: base)
      visit(value, at: path, [.name(attribute.name)], attribute.name, owner: index)
    }
  }

  private mutating func visit(
    _ value: Any, at path: [PathComponent], _ step: [PathComponent], _ label: String, owner: Int
  ) {
    switch AttributeContent(value) {
    case .variable(let variable): visit(variable: variable, at: path + step, owner: owner)
    case .module(let module): visit(module: module, at: path + step)
    case .table(let table):
      for (index, entry) in table.entries.enumerated() {
        visit(variable: entry.variable, at: path + [.entry(index, entry.label)], owner: owner)
      }
    case .list(let elements):
      objects[owner].statics.append(.init(label: label, value: .value(AnyHashable(elements.count))))
      for (index, element) in elements.enumerated() {
        visit(element, at: path, step + [.index(index)], "\(label).\(index)", owner: owner)
      }
    case .dictionary(let entries):
      objects[owner].statics.append(.init(label: label, value: .value(AnyHashable(entries.map(\.0)))))
      for (key, element) in entries {
        visit(element, at: path, step + [.name(key)], "\(label).\(key)", owner: owner)
      }
    case .fixed(let value):
      let typeName = "\(type(of: objects[owner].module))"
      objects[owner].statics.append(
        .init(label: label, value: StaticValue(value, at: "\(typeName).\(label)")))
    }
  }

  private mutating func visit(variable: Variable, at path: [PathComponent], owner: Int) {
    if let known = leafIndex[ObjectIdentifier(variable)] {
      leaves[known].aliases.append(path)
    } else {
      leafIndex[ObjectIdentifier(variable)] = leaves.count
      let tag = (objects[owner].module as? any TaggedModule)?.variableTag
      leaves.append(Leaf(path: path, variable: variable, tag: tag))
    }
  }

  /// Whether an object is reached from itself: by a further path below its first one.
  var isCyclic: Bool {
    objects.contains { object in object.aliases.contains { $0.starts(with: object.path) } }
  }

  /// Empties every optional, array and dictionary with modules in it, in constants too. It is meant for objects that
  /// nobody else can see, whose cycles pass through one of these: an `init` has no other way to make one.
  func unlink() {
    for object in objects {
      let base = address(of: object.module)
      for attribute in attributes(of: type(of: object.module)) {
        let value = load(attribute.property, from: base)
        guard AttributeContent(value).isData else { continue }
        switch value {
        case let optional as any AttributeOptional:
          assign(type(of: optional).erasedNone, to: attribute.property, of: base)
        case let list as any AttributeList:
          assign(type(of: list).rebuilt(from: []), to: attribute.property, of: base)
        case let dictionary as any AttributeDictionary:
          assign(type(of: dictionary).rebuilt(from: []), to: attribute.property, of: base)
        default: break
        }
      }
    }
  }

  /// A copy of the root and every object below it, without running an initialiser; sharing and cycles are kept.
  ///
  /// `replace` gives the new box of each variable.
  func clone(replacing replace: (Variable, Int) -> Variable) -> any Module {
    var boxes: [ObjectIdentifier: Variable] = [:]
    for (index, leaf) in leaves.enumerated() {
      boxes[ObjectIdentifier(leaf.variable)] = replace(leaf.variable, index)
    }
    // All objects first, their properties later, so that cycles find their targets.
    var memories: [ObjectIdentifier: UnsafeMutableRawPointer] = [:]
    for object in objects { memories[ObjectIdentifier(object.module)] = allocateObject(like: object.module) }
    func copy(_ value: Any) -> Any {
      if let optional = value as? any AttributeOptional {
        guard let wrapped = optional.erasedWrapped else { return value }
        return copy(wrapped)
      }
      switch value {
      case let holder as any VariableHolder:
        return type(of: holder).holding(boxes[ObjectIdentifier(holder.variable)]!)
      case let variable as Variable: return boxes[ObjectIdentifier(variable)]!
      case let module as any Module:
        return Unmanaged<AnyObject>.fromOpaque(memories[ObjectIdentifier(module)]!).takeUnretainedValue()
      case let table as VariableTable:
        return VariableTable(table.entries.map { .init($0.label, boxes[ObjectIdentifier($0.variable)]!) })
      case let list as any AttributeList: return type(of: list).rebuilt(from: list.erasedElements.map(copy))
      case let dictionary as any AttributeDictionary:
        return type(of: dictionary).rebuilt(from: dictionary.erasedEntries!.map { ($0.0, copy($0.1)) })
      default: return value
      }
    }
    for object in objects {
      let source = UnsafeRawPointer(address(of: object.module))
      let target = memories[ObjectIdentifier(object.module)]!
      for attribute in attributes(of: type(of: object.module)) {
        let value = load(attribute.property, from: source)
        let replacement = AttributeContent(value).isData ? copy(value) : nil
        initialise(attribute.property, of: target, from: source, replacement: replacement)
      }
    }
    // Every clone was made with one reference; the root's is handed on, the others' belong to nobody by now.
    var root: AnyObject?
    for (index, object) in objects.enumerated() {
      let owned = Unmanaged<AnyObject>.fromOpaque(memories[ObjectIdentifier(object.module)]!).takeRetainedValue()
      if index == 0 { root = owned }
    }
    return root as! any Module
  }
}
