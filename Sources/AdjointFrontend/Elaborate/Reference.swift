import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// Whether an expression names a place, so that a method may change it.
  func isPlace(_ expression: Expression, _ scope: Scope) -> Bool {
    switch expression.kind {
    case .name(let name, _):
      if name == "self" { return true }
      if let entry = scope.lookUp(name) {
        if case .storage = entry { return true }
        return false
      }
      guard let receiver = scope.selfStorage?.value else { return false }
      switch receiver {
      case .object(let object): return object[name] != nil
      case .structure(let value): return value[name] != nil
      default: return false
      }
    case .member(let base?, _, _): return isPlace(base, scope)
    case .subscript(let base, _), .forced(let base), .chained(let base): return isPlace(base, scope)
    default: return false
    }
  }

  /// The place that an expression names.
  func reference(_ expression: Expression, _ scope: Scope) throws -> Reference {
    let span = expression.focus
    switch expression.kind {
    case .name(let name, _):
      if name == "self", let storage = scope.selfStorage { return reference(to: storage, at: span) }
      if let entry = scope.lookUp(name) {
        switch entry {
        case .storage(let storage): return reference(to: storage, at: span)
        case .computed(let getter, let home):
          return Reference(
            span: span, read: { try self.invoke(getter, [], home, receiver: nil, at: span) },
            write: { _ in throw self.error("assign.let", "'\(name)' is computed, so it cannot be assigned", at: span) })
        case .functions: break
        }
      }
      if let storage = scope.selfStorage, isPlaceOfSelf(name, storage, scope) {
        return try property(name, of: reference(to: storage, at: span), at: span)
      }
      if let variable = declarations.tiers(declarations.globals[name], from: expression.span.file).joined().first {
        return Reference(
          span: span, read: { try self.evaluateName(name, [], scope, at: span) },
          write: { _ in
            throw self.error(
              "assign.global",
              "'\(name)' is global, so an assignment here would be lost; return the value or make it a parameter",
              at: span, notes: [.init("it is declared here", at: variable.span)])
          })
      }
      throw unknown(name, "variable", at: span)
    case .member(let base?, let name, _):
      let owner =
        isPlace(base, scope) || isSelf(base, scope)
        ? try reference(base, scope) : fixed(try evaluate(base, scope), at: base.span)
      return try property(name, of: owner, at: span)
    case .subscript(let base, let nodes):
      let owner = isPlace(base, scope) ? try reference(base, scope) : fixed(try evaluate(base, scope), at: base.span)
      let arguments = try evaluate(nodes, scope)
      return element(of: owner, arguments, at: span)
    case .forced(let base):
      let owner = try reference(base, scope)
      return Reference(
        span: span,
        read: {
          guard case .optional(let value) = try owner.read() else {
            throw self.error("type.optional", "'!' needs an optional", at: span)
          }
          guard let value else {
            throw self.error("value.nil", "this value is nil, so it cannot be unwrapped", at: span)
          }
          return value
        }, write: { try owner.write(.optional($0)) })
    case .chained(let base):
      let owner = try reference(base, scope)
      return Reference(
        span: span,
        read: {
          guard case .optional(let value) = try owner.read() else {
            throw self.error("type.optional", "'?' needs an optional", at: span)
          }
          guard let value else { throw NilInChain() }
          return value
        }, write: { try owner.write(.optional($0)) })
    case .chain(let whole): return try reference(whole, scope)
    case .unsupported(let finding): throw finding
    default: return fixed(try evaluate(expression, scope), at: expression.span)
    }
  }

  private func isSelf(_ expression: Expression, _ scope: Scope) -> Bool {
    if case .name("self", _) = expression.kind { return true }
    return false
  }

  private func isPlaceOfSelf(_ name: String, _ storage: Storage, _ scope: Scope) -> Bool {
    guard let value = storage.value else { return false }
    if case .type = value { return false }
    for owner in lineage(declaration(of: value)) {
      if owner.stored.contains(where: { $0.name == name || "$" + $0.name == name || "_" + $0.name == name })
        || owner.computed[name] != nil
      {
        return true
      }
    }
    return false
  }

  private func fixed(_ value: AbstractValue, at span: SourceSpan) -> Reference {
    Reference(
      span: span, read: { value },
      write: { _ in
        throw self.error("assign.value", "this is a value, not a variable, so it cannot be changed", at: span)
      })
  }

  /// A local variable.
  func reference(to storage: Storage, at span: SourceSpan) -> Reference {
    Reference(
      span: span, type: storage.type,
      read: {
        guard let value = storage.value else {
          if self.poisoned.contains(ObjectIdentifier(storage)) { throw Poisoned() }
          throw self.error("name.uninitialised", "'\(storage.name)' is used before it has a value", at: span)
        }
        return value
      },
      write: { value in
        if storage.isLet, let old = storage.value {
          // Writing a reference back to itself is no change.
          if case .object(let a) = old, case .object(let b) = value, a === b { return }
          throw self.error("assign.let", "'\(storage.name)' is a constant, so it cannot be changed", at: span)
        }
        self.heap.write(value, to: storage)
      })
  }

  /// A property of whatever is at a place.
  func property(_ name: String, of owner: Reference, at span: SourceSpan) throws -> Reference {
    let value = try owner.read()
    var type: SwiftType?
    if let declaration = declaration(of: value), let stored = declaration.stored.first(where: { $0.name == name }) {
      let scope = genericScope(declaration, Scope(parent: nil), generics(of: self.type(of: value)))
      type = try stored.type.map { try resolve($0, scope) }
    }
    return Reference(
      span: span, type: type,
      read: {
        guard let found = try self.member(name, of: try owner.read(), at: span) else {
          throw self.unknownMember(name, of: value.summary, at: span)
        }
        return found
      },
      write: { try self.set(name, of: owner, to: $0, at: span) })
  }

  private func element(of owner: Reference, _ arguments: [Argument], at span: SourceSpan) -> Reference {
    var type: SwiftType?
    if case .array(let element)? = owner.type { type = element }
    return Reference(
      span: span, type: type, read: { try self.subscripted(try owner.read(), arguments, at: span) },
      write: { try self.setElement(of: owner, arguments, to: $0, at: span) })
  }

  private func setElement(
    of owner: Reference, _ arguments: [Argument], to value: AbstractValue, at span: SourceSpan
  ) throws {
    let old = try owner.read()
    if case .array(var elements) = old, arguments.count == 1, case .integer(let index, _) = arguments[0].value {
      guard elements.indices.contains(index) else {
        throw error("value.index", "index \(index) is outside of an array of \(elements.count) elements", at: span)
      }
      elements[index] = value
      return try owner.write(.array(elements))
    }
    for type in lineage(declaration(of: old)) {
      for item in type.subscripts {
        guard let setter = item.setter, bind(values: arguments, to: item.parameters) != nil else { continue }
        let values = arguments + [Argument(value, label: "newValue", span: span)]
        guard let bound = bind(values: values, to: setter.parameters) else { continue }
        _ = try invoke(setter, bound, Scope(parent: nil), receiver: old, receiverReference: owner, at: span)
        return
      }
    }
    for type in builtinTypeNames(of: old) {
      guard let body = builtins.subscriptSetters[type] else { continue }
      var changed = old
      let values = arguments + [Argument(value, label: "newValue", span: span)]
      do {
        _ = try body(self, &changed, BuiltinCall(receiver: old, arguments: values, span: span))
      } catch let refusal as OpError {
        throw error(refusal.id, refusal.message, at: span)
      }
      return try owner.write(changed)
    }
    throw error("assign.subscript", "an element of \(old.summary) cannot be assigned", at: span)
  }

  /// Sets a property of what is at a place; of `self` where `storage` holds it.
  func set(
    _ name: String, of storage: Storage, to value: AbstractValue, isInitialising: Bool, at span: SourceSpan
  ) throws {
    let owner = Reference(
      span: span, read: { storage.value ?? .void }, write: { self.heap.write($0, to: storage) })
    if isInitialising { initialisingDepth += 1 }
    defer { if isInitialising { initialisingDepth -= 1 } }
    try set(name, of: owner, to: value, at: span)
  }

  /// Sets a property of what is at a place.
  func set(_ name: String, of owner: Reference, to value: AbstractValue, at span: SourceSpan) throws {
    switch try owner.read() {
    case .object(let object): try set(name, of: object, to: value, at: span)
    case .variable(let cell) where ["value", "wrappedValue"].contains(name):
      try write(value, to: cell, named: name, at: span)
    case .structure(var structure):
      guard let stored = structure.declaration.stored.first(where: { $0.name == name }) else {
        return try setComputed(name, of: owner, .structure(structure), to: value, at: span)
      }
      if stored.isLet, structure[name] != nil {
        throw error("assign.let", "'\(name)' is a constant, so it cannot be changed", at: span)
      }
      structure[name] = value
      try owner.write(.structure(structure))
    case .tuple(var elements):
      guard let index = Int(name) ?? elements.firstIndex(where: { $0.label == name }), index < elements.count else {
        throw unknownMember(name, of: "this tuple", at: span)
      }
      elements[index].value = value
      try owner.write(.tuple(elements))
    case .native(let native):
      do {
        guard let changed = try native.setting(.name(name), to: value) else {
          return try setComputed(name, of: owner, .native(native), to: value, at: span)
        }
        try owner.write(.native(changed))
      } catch let refusal as OpError {
        throw error(refusal.id, refusal.message, at: span)
      }
    case let other: try setComputed(name, of: owner, other, to: value, at: span)
    }
  }

  private func setComputed(
    _ name: String, of owner: Reference, _ old: AbstractValue, to value: AbstractValue, at span: SourceSpan
  ) throws {
    for type in lineage(declaration(of: old)) {
      guard let computed = try member(type.computed[name], name, at: span) else { continue }
      guard let setter = computed.setter else {
        throw error("assign.let", "'\(name)' has no setter, so it cannot be assigned", at: span)
      }
      let bound = [BoundArgument.value(Argument(value, label: "newValue", span: span))]
      _ = try invoke(setter, bound, Scope(parent: nil), receiver: old, receiverReference: owner, at: span)
      return
    }
    throw error("assign.member", "the member '\(name)' of \(old.summary) cannot be assigned", at: span)
  }

  private func set(_ written: String, of object: HeapObject, to value: AbstractValue, at span: SourceSpan) throws {
    var name = written
    let type = object.declaration
    if name.hasPrefix("$") || name.hasPrefix("_"), !type.stored.contains(where: { $0.name == written }) {
      name = String(name.dropFirst())
    }
    guard let property = type.stored.first(where: { $0.name == name }) else {
      let owner = Reference(span: span, read: { .object(object) }, write: { _ in })
      return try setComputed(name, of: owner, .object(object), to: value, at: span)
    }
    let scope = genericScope(type, Scope(parent: nil), object.genericArguments)
    if let wrapper = property.wrapper {
      let kindType = try resolve(wrapper.type, scope)
      guard let kind = variableKind(kindType) else {
        throw Finding(
          "fence.wrapper",
          "'@\(wrapper.name)' is not a kind of variable; property wrappers other than kinds cannot be compiled",
          at: wrapper.span)
      }
      if case .variable(let cell) = value {
        guard object[name] == nil || initialisingDepth > 0 else {
          throw error("assign.structure", "a variable can be shared only in 'init'", at: span)
        }
        object[name] = .variable(cell)
        return
      }
      if case .variable(let cell)? = object[name] { return try write(value, to: cell, named: name, at: span) }
      let fitted = try coerce(value, to: .tensor(kind.dtype), at: span)
      guard case .tensor(let tensor) = fitted, !tensor.isScalar, tensor.type.dtype == kind.dtype else {
        throw error(
          "assign.type", "'\(name)' is a Tensor<\(kind.dtype.swiftName)>, but the value is \(value.summary)", at: span)
      }
      let metadata = try metadata(of: wrapper, scope)
      object[name] = .variable(heap.makeVariable(kind: kind.kind, metadata: metadata, tensor.value))
      return
    }
    let expected = try property.type.map { try resolve($0, scope) }
    let fitted = try coerce(value, to: expected, at: span)
    if let expected, matches(fitted, expected) == nil {
      throw error("assign.type", "'\(name)' is \(expected), but the value is \(fitted.summary)", at: span)
    }
    if case .stored(let storage)? = object[name] {
      if property.isLet { throw error("assign.let", "'\(name)' is a constant, so it cannot be changed", at: span) }
      if !fitted.symbolicValues.isEmpty, argumentObjects.contains(ObjectIdentifier(object)) {
        throw error(
          "variable.kind",
          "'\(name)' has no kind, so a tensor assigned to it would be lost; annotate it (@Cache, or a kind of your own)",
          at: span)
      }
      heap.write(fitted, to: storage)
    } else {
      object[name] = .stored(heap.makeStorage(name, fitted, isLet: property.isLet, type: expected))
    }
    structureWrites["\(object.serial).\(name)"] = span
  }

  private func write(_ value: AbstractValue, to cell: VariableCell, named name: String, at span: SourceSpan) throws {
    let fitted = try coerce(value, to: .tensor(cell.type.dtype), at: span)
    guard case .tensor(let tensor) = fitted, !tensor.isScalar else {
      throw error("assign.type", "'\(name)' is \(cell.type), but the value is \(value.summary)", at: span)
    }
    guard tensor.type == cell.type else {
      throw error(
        "assign.type",
        "'\(name)' is \(cell.type), but the value is \(tensor.type); a variable keeps its shape and element type",
        at: span)
    }
    do { try heap.write(tensor.value, to: cell) } catch { throw self.error(error.id, error.message, at: span) }
  }
}
