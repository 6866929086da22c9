import AdjointDiagnostics
import AdjointIR

/// Something needs a value that could not be made, which has been reported.
struct Poisoned: Error {}

extension Elaborator {
  /// The value of a name: a local, a member of `self`, a type, a global, a function.
  func evaluateName(
    _ name: String, _ generics: [TypeNode], _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    if name == "self" {
      guard let value = scope.selfStorage?.value else { throw error("name.self", "there is no 'self' here", at: span) }
      return value
    }
    if let entry = scope.lookUp(name) {
      switch entry {
      case .storage(let storage):
        guard let value = storage.value else {
          if poisoned.contains(ObjectIdentifier(storage)) { throw Poisoned() }
          throw error("name.uninitialised", "'\(name)' is used before it has a value", at: span)
        }
        return value
      case .functions(let candidates, let home):
        return .function(FunctionValue(name, .overloads(candidates, home, receiver: nil)))
      case .computed(let getter, let home):
        return try invoke(getter, [], home, receiver: nil, at: span)
      }
    }
    if let found = try memberOfSelf(name, scope, at: span) { return found }
    if let type = try resolveName(name, generics, scope, at: span) { return .type(type) }
    if let value = try global(name, at: span) { return value }
    throw unknown(name, "name", at: span)
  }

  /// A type by its name in expression position.
  func resolveName(_ name: String, _ generics: [TypeNode], _ scope: Scope, at span: SourceSpan) throws -> SwiftType? {
    try resolve([name], try generics.map { try resolve($0, scope) }, scope, at: span)
  }

  /// A member of `self`, or of the type in static code, named without `self.`.
  func memberOfSelf(_ name: String, _ scope: Scope, at span: SourceSpan) throws -> AbstractValue? {
    if let receiver = scope.selfStorage?.value {
      if case .type(let type) = receiver { return try staticMember(name, of: type, at: span) }
      return try member(name, of: receiver, at: span)
    }
    return nil
  }

  /// A global variable, function or builtin of this name, in the module that qualifies it where one does.
  func global(_ name: String, in module: String? = nil, at span: SourceSpan) throws -> AbstractValue? {
    let functions = declarations.tiers(declarations.functions[name], from: span.file, in: module)
    let stored = declarations.tiers(declarations.globals[name], from: span.file, in: module)
    let computed = declarations.tiers(declarations.computedGlobals[name], from: span.file, in: module)
    for tier in functions.indices {
      if let variable = try only(stored[tier], name, at: span) {
        return try globalValue(name, variable, Scope(parent: nil), at: span)
      }
      if let getter = try only(computed[tier], name, at: span)?.getter {
        return try invoke(getter, [], Scope(parent: nil), receiver: nil, at: span)
      }
      let candidates = functions[tier...].flatMap { $0 }
      if !functions[tier].isEmpty {
        return .function(FunctionValue(name, .overloads(candidates, Scope(parent: nil), receiver: nil)))
      }
    }
    if let entry = builtins.functions[name] {
      return .function(FunctionValue(name, .builtin(entry.body, receiver: nil)))
    }
    if let body = builtins.globals[name] { return try run(body, BuiltinCall(arguments: [], span: span)) }
    return nil
  }

  /// The one declaration that a name stands for, where it may stand for one only.
  func only<Declaration: NamedDeclaration>(
    _ candidates: [Declaration], _ name: String, at span: SourceSpan
  ) throws -> Declaration? {
    guard candidates.count > 1 else { return candidates.first }
    throw error(
      "name.ambiguous", "'\(name)' is declared more than once, and which is meant is not known here", at: span,
      notes: candidates.prefix(4).map { .init("one is declared here", at: $0.span) })
  }

  /// The member of a name that the code at a place sees.
  func member<Declaration: NamedDeclaration>(
    _ candidates: [Declaration]?, _ name: String, at span: SourceSpan
  ) throws -> Declaration? {
    try only(declarations.members(candidates, from: span.file).first ?? [], name, at: span)
  }

  /// The value of a global or static constant, evaluated when it is first used. One with tensors in it is evaluated at
  /// each use, since the region it was first used in may have ended.
  func globalValue(
    _ key: String, _ variable: StoredProperty, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    // Several files may have one of this name.
    let place = "\(key) \(variable.span.file):\(variable.span.line):\(variable.span.column)"
    if let storage = globals[place] {
      guard let value = storage.value else {
        throw error("name.circular", "the value of '\(key)' depends on itself", at: variable.span)
      }
      return value
    }
    guard variable.isLet else {
      throw error(
        "fence.global-variable",
        "'\(key)' is a global variable, so its value at run time is not known here; make it a 'let' or a parameter",
        at: span, notes: [.init("it is declared here", at: variable.span)])
    }
    guard let initialiser = variable.initialiser else { throw unknown(key, "value", at: span) }
    let storage = heap.makeStorage(key, nil, isLet: true)
    globals[place] = storage
    defer { if storage.value == nil || !storage.value!.symbolicValues.isEmpty { globals[place] = nil } }
    let type = try variable.type.map { try resolve($0, scope) }
    let value = try coerce(
      try evaluate(initialiser, scope, expected: type), to: type, at: initialiser.span)
    if containsObject(value) {
      throw error(
        "fence.global-model",
        "'\(key)' holds an object, whose variables at run time are not known here; pass it as a parameter", at: span,
        notes: [.init("it is declared here", at: variable.span)])
    }
    heap.write(value, to: storage)
    return value
  }

  private func containsObject(_ value: AbstractValue) -> Bool {
    switch value {
    case .object(let object): !graph(of: object).cells.isEmpty
    case .variable: true
    case .array(let elements): elements.contains(where: containsObject)
    case .optional(let value): value.map(containsObject) ?? false
    case .tuple(let elements): elements.contains { containsObject($0.value) }
    case .structure(let value): value.fields.contains { containsObject($0.value) }
    case .dictionary(let entries): entries.contains { containsObject($0.value) }
    default: false
    }
  }
}
