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
    if let value = try global(name, fromLibrary: declarations.isLibrary(span.file), at: span) { return value }
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

  /// A global variable, function or builtin of this name.
  func global(_ name: String, fromLibrary: Bool, at span: SourceSpan) throws -> AbstractValue? {
    if let variable = declarations.globals[name], !fromLibrary || declarations.isLibrary(variable.span.file) {
      return try globalValue(name, variable, Scope(parent: nil), at: span)
    }
    if let computed = declarations.computedGlobals[name], let getter = computed.getter,
      !fromLibrary || getter.isLibrary
    {
      return try invoke(getter, [], Scope(parent: nil), receiver: nil, at: span)
    }
    let candidates = declarations.functions(name, fromLibrary: fromLibrary).flatMap { $0 }
    if !candidates.isEmpty {
      return .function(FunctionValue(name, .overloads(candidates, Scope(parent: nil), receiver: nil)))
    }
    if let entry = builtins.functions[name] {
      return .function(FunctionValue(name, .builtin(entry.body, receiver: nil)))
    }
    if let body = builtins.globals[name] { return try run(body, BuiltinCall(arguments: [], span: span)) }
    return nil
  }

  /// The value of a global or static constant, evaluated when it is first used. One with tensors in it is evaluated at
  /// each use, since the region it was first used in may have ended.
  func globalValue(
    _ key: String, _ variable: StoredProperty, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    if let storage = globals[key] {
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
    globals[key] = storage
    defer { if storage.value == nil || !storage.value!.symbolicValues.isEmpty { globals[key] = nil } }
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
