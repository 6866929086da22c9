import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// `Type(arguments)` as written.
  func construct(
    _ type: SwiftType, _ pending: PendingArguments, _ scope: Scope, expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    guard let declaration = declarations.types[type.name] else {
      return try constructBuiltin(type, pending, scope, expected: expected, at: span)
    }
    // `Rule(…)` may be a builtin's initialiser for a declared type.
    let initialisers = try initialisers(declaration, at: span)
    guard let choice = try choose(initialisers, pending, scope, Scope(parent: nil), .type(type)) else {
      if let raw = try rawInitialiser(declaration, pending, scope, at: span) { return raw }
      if let entry = builtins.initialisers[type.name] { return try run(entry, type, pending, scope, expected, span) }
      throw mismatch(declaration.name, initialisers, pending, scope, at: span)
    }
    let bound = try bound(choice, pending, scope, Scope(parent: nil), .type(type))
    return try construct(declaration, type, choice.function, bound, expected: expected, at: span)
  }

  /// `Type(arguments)` with evaluated arguments.
  func construct(_ type: SwiftType, values: [Argument], at span: SourceSpan) throws -> AbstractValue {
    guard let declaration = declarations.types[type.name] else {
      if let made = try variableBox(type, values, at: span) { return made }
      guard let entry = builtins.initialisers[type.name] else {
        throw error("type.call", "'\(type)' cannot be called", at: span)
      }
      return try run(
        entry.body,
        BuiltinCall(receiver: .type(type), arguments: values, genericArguments: generics(of: type), span: span))
    }
    for initialiser in try initialisers(declaration, at: span) {
      guard
        let bound = bind(values: values, to: initialiser.parameters) ?? bindInOrder(values, to: initialiser.parameters)
      else { continue }
      return try construct(declaration, type, initialiser, bound, expected: nil, at: span)
    }
    throw error("call.arguments", "no initialiser of '\(type)' takes these arguments", at: span)
  }

  private func constructBuiltin(
    _ type: SwiftType, _ pending: PendingArguments, _ scope: Scope, expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    if let variable = variableKind(type) {
      let values = try pending.nodes.indices.map { index in
        let isMetadata = pending.nodes[index].label == "metadata"
        return try evaluate(pending, index, isMetadata ? .dictionary(.string, .string) : .tensor(variable.dtype), scope)
      }
      if let made = try variableBox(type, values, at: span) { return made }
    }
    if let declaration = declarations.builtinExtensions[type.name], !declaration.initialisers.isEmpty,
      let choice = try choose(declaration.initialisers, pending, scope, Scope(parent: nil))
    {
      let bound = try bound(choice, pending, scope, Scope(parent: nil), nil)
      let storage = heap.makeStorage("self", nil)
      try initialise(storage, choice.function, bound, declaration, [], at: span)
      if let value = storage.value { return value }
    }
    guard let entry = builtins.initialisers[type.name] else {
      throw error("type.call", "'\(type)' has no initialiser that can be compiled", at: span)
    }
    return try run(entry, type, pending, scope, expected, span)
  }

  private func run(
    _ entry: BuiltinTable.Entry, _ type: SwiftType, _ pending: PendingArguments, _ scope: Scope,
    _ expected: SwiftType?, _ span: SourceSpan
  ) throws -> AbstractValue {
    var types = entry.parameterTypes
    // An array's element type, written or expected, gives literals theirs: `[Float](repeating: 0, count: 3)`.
    if case .array(let element) = type == .nominal("Array", []) ? expected ?? type : type {
      types["repeating"] = element
      types["_0"] = .array(element)
    }
    let arguments = try evaluate(pending, types, scope)
    return try run(
      entry.body,
      BuiltinCall(
        receiver: .type(type), arguments: arguments, genericArguments: generics(of: type), expected: expected,
        span: span))
  }

  /// `Param(tensor)`: a variable of its own; `Param(sharing: variable)`: one that there is already.
  private func variableBox(_ type: SwiftType, _ values: [Argument], at span: SourceSpan) throws -> AbstractValue? {
    guard let variable = variableKind(type) else { return nil }
    if values.count == 1, values[0].label == "sharing", case .variable(let cell) = values[0].value {
      guard cell.kind == variable.kind, cell.type.dtype == variable.dtype else {
        throw error(
          "type.argument",
          "a \(variable.kind) of \(variable.dtype.swiftName) cannot share a \(cell.kind) of \(cell.type)", at: span)
      }
      return .variable(cell)
    }
    var given = values
    var metadata: [String: String] = [:]
    if let last = given.last, last.label == "metadata" {
      metadata = try self.metadata(last.value, at: last.span)
      given.removeLast()
    }
    guard given.count == 1, given[0].label == nil || given[0].label == "wrappedValue",
      case .tensor(let tensor) = given[0].value, tensor.type.dtype == variable.dtype
    else {
      throw error(
        "type.argument", "a \(variable.kind) is made of one Tensor<\(variable.dtype.swiftName)>", at: span)
    }
    return .variable(heap.makeVariable(kind: variable.kind, metadata: metadata, tensor.value))
  }

  /// What a variable's maker says about it.
  private func metadata(_ value: AbstractValue, at span: SourceSpan) throws -> [String: String] {
    guard case .dictionary(let entries) = value else {
      throw error("type.argument", "metadata is a dictionary of Strings, not \(value.summary)", at: span)
    }
    var result: [String: String] = [:]
    for entry in entries {
      guard case .string(let key) = entry.key, case .string(let text) = entry.value else {
        throw error("type.argument", "metadata is a dictionary of Strings known when code is generated", at: span)
      }
      result[key] = text
    }
    return result
  }

  /// The metadata that a wrapper is written with: `@Param(metadata: ["axes": "in, out"])`.
  func metadata(of wrapper: AttributeNode, _ scope: Scope) throws -> [String: String] {
    guard let arguments = wrapper.arguments, !arguments.isEmpty else { return [:] }
    guard arguments.count == 1, arguments[0].label == "metadata" else {
      throw Finding(
        "fence.wrapper", "'@\(wrapper.name)' can be compiled with metadata alone; give the value in 'init'",
        at: wrapper.span)
    }
    let value = try evaluate(arguments[0].expression, scope, expected: .dictionary(.string, .string))
    return try metadata(value, at: arguments[0].expression.span)
  }

  /// The initialisers of a type, or the memberwise one.
  func initialisers(_ type: TypeDeclaration, at span: SourceSpan) throws -> [FunctionDeclaration] {
    for refusal in type.refusals { throw refusal }
    if type.kind == .protocol { throw error("type.call", "'\(type.name)' is a protocol", at: span) }
    if type.kind == .class {
      for parent in type.inherits {
        if case .named(let path, _) = parent.kind,
          declarations.type(path.joined(separator: "."), from: type.span.file)?.kind == .class
        {
          throw Finding(
            "fence.inheritance",
            "'\(type.name)' inherits from another class, which cannot be compiled; hold it in a property",
            at: parent.span)
        }
      }
      if !type.hasOwnInitialiser {
        return type.initialisers + [memberless(type)]
      }
    }
    if type.kind == .struct, !type.hasOwnInitialiser { return type.initialisers + [memberwise(type)] }
    return type.initialisers
  }

  private func memberless(_ type: TypeDeclaration) -> FunctionDeclaration {
    FunctionDeclaration(
      name: "init", role: .initialiser, body: [], span: type.span, enclosingType: type.name, isLibrary: type.isLibrary)
  }

  private func memberwise(_ type: TypeDeclaration) -> FunctionDeclaration {
    let members = type.stored.filter { !($0.isLet && $0.initialiser != nil) }
    let parameters = members.map { property in
      let unknown = TypeNode(kind: .named(["Any"], []), span: property.span, text: "Any")
      var value = property.initialiser
      if value == nil, !property.isLet, case .optional? = property.type?.kind {
        value = Expression(.nilLiteral, at: property.span)
      }
      return ParameterNode(
        label: property.name, name: property.name, type: property.type ?? unknown, defaultValue: value,
        span: property.span)
    }
    let body = members.map { property in
      let target = Expression(
        .member(Expression(.name("self", []), at: property.span), property.name, []), at: property.span)
      let value = Expression(.name(property.name, []), at: property.span)
      return Statement(
        kind: .expression(Expression(.assignment(target, nil, value), at: property.span)), span: property.span)
    }
    return FunctionDeclaration(
      name: "init", role: .initialiser, parameters: parameters, body: body, span: type.span, enclosingType: type.name,
      isLibrary: type.isLibrary)
  }

  private func rawInitialiser(
    _ type: TypeDeclaration, _ pending: PendingArguments, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue? {
    guard type.kind == .enum, pending.nodes.count == 1, pending.nodes[0].label == "rawValue" else { return nil }
    for item in type.cases {
      let value = EnumValue(declaration: type, caseName: item.name, payload: [])
      guard let raw = try rawValue(value) else { return nil }
      let wanted = try evaluate(pending, 0, self.type(of: raw), scope).value
      if case .bool(true)? = try staticInfix("==", raw, wanted, at: span) { return .optional(.enumeration(value)) }
    }
    return .optional(nil)
  }

  private func construct(
    _ type: TypeDeclaration, _ written: SwiftType, _ initialiser: FunctionDeclaration, _ arguments: [BoundArgument],
    expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    let generics = try genericArguments(type, written, initialiser, arguments, expected)
    let start: AbstractValue
    switch type.kind {
    case .class: start = .object(heap.makeObject(type, generics))
    case .struct: start = .structure(StructValue(declaration: type, genericArguments: generics, fields: []))
    default: start = .void
    }
    let storage = heap.makeStorage("self", type.kind == .enum ? nil : start)
    try enter(type.name, isUser: !type.isLibrary, at: span)
    defer { frames.removeLast() }
    for property in type.stored { try initialise(property, storage, type, generics) }
    let failed = try initialise(storage, initialiser, arguments, type, generics, at: span)
    if failed { return .optional(nil) }
    guard let value = storage.value else {
      throw error("init.missing", "this initialiser does not give 'self' a value", at: initialiser.span)
    }
    try checkInitialised(value, type, at: initialiser.span)
    if case .structure(var structure) = value {
      // Declaration order, as the synthesised description and equality have it.
      let order = type.stored.map(\.name)
      structure.fields.sort { (order.firstIndex(of: $0.name) ?? 0) < (order.firstIndex(of: $1.name) ?? 0) }
      return initialiser.isFailable ? .optional(.structure(structure)) : .structure(structure)
    }
    return initialiser.isFailable ? .optional(value) : value
  }

  /// The generic arguments of an instance: written, or those of the arguments of the initialiser.
  private func genericArguments(
    _ type: TypeDeclaration, _ written: SwiftType, _ initialiser: FunctionDeclaration, _ arguments: [BoundArgument],
    _ expected: SwiftType?
  ) throws -> [SwiftType] {
    if type.genericParameters.isEmpty { return [] }
    if case .nominal(_, let generics) = written, !generics.isEmpty { return generics }
    if case .nominal(type.name, let generics)? = expected, !generics.isEmpty { return generics }
    return type.genericParameters.map { name in
      for (parameter, argument) in zip(initialiser.parameters, arguments) {
        guard case .named([name], _) = parameter.type.kind, case .value(let argument) = argument else { continue }
        return self.type(of: argument.value)
      }
      return .any(name)
    }
  }

  private func initialise(
    _ property: StoredProperty, _ storage: Storage, _ type: TypeDeclaration, _ generics: [SwiftType]
  ) throws {
    if property.wrapper != nil, type.kind != .class {
      throw Finding(
        "variable.struct",
        "variables belong to a class that conforms to Module, not to the \(type.kind.rawValue) '\(type.name)'",
        at: property.span)
    }
    guard let initialiser = property.initialiser else {
      if property.wrapper == nil, !property.isLet, case .optional? = property.type?.kind {
        try set(property.name, of: storage, to: .optional(nil), isInitialising: true, at: property.span)
      }
      return
    }
    let scope = genericScope(type, Scope(parent: nil), generics)
    let expected = try property.type.map { try resolve($0, scope) }
    let value = try coerce(
      try evaluate(initialiser, scope, expected: expected), to: expected, at: initialiser.span)
    try set(property.name, of: storage, to: value, isInitialising: true, at: property.span)
  }

  /// Runs an initialiser's body on `self`; true where it returned nil.
  @discardableResult
  private func initialise(
    _ storage: Storage, _ initialiser: FunctionDeclaration, _ arguments: [BoundArgument], _ type: TypeDeclaration,
    _ generics: [SwiftType], at span: SourceSpan
  ) throws -> Bool {
    if let refusal = initialiser.refusals.first { throw refusal }
    guard let body = initialiser.body else { return false }
    var known: [String: SwiftType] = [:]
    for (index, name) in type.genericParameters.enumerated() {
      known[name] = index < generics.count ? generics[index] : .any(name)
    }
    for name in initialiser.genericParameters { known[name] = .any(name) }
    let scope = Scope(
      parent: Scope(parent: nil), selfStorage: storage, enclosingType: type.name, genericArguments: known)
    let written = try declareParameters(initialiser, arguments, scope, at: span)
    initialisingDepth += 1
    defer { initialisingDepth -= 1 }
    let completion = try execute(body, scope.child(), expected: nil)
    for (place, reference) in written { if let value = place.value { try reference.write(value) } }
    if case .return(.optional(nil)) = completion { return true }
    return false
  }

  /// `self.init(…)` inside an initialiser.
  func delegate(
    _ storage: Storage, _ pending: PendingArguments, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    let name = scope.enclosingType ?? ""
    guard let type = declarations.types[name] else {
      guard let extended = declarations.builtinExtensions[name] else {
        throw error("type.call", "'self.init' needs a type", at: span)
      }
      heap.write(
        try construct(builtinSelf(extended.name), pending, scope, expected: nil, at: span), to: storage)
      return .void
    }
    let candidates = try initialisers(type, at: span)
    guard let choice = try choose(candidates, pending, scope, Scope(parent: nil)) else {
      throw mismatch("self.init", candidates, pending, scope, at: span)
    }
    let bound = try bound(choice, pending, scope, Scope(parent: nil), nil)
    if type.kind == .enum || storage.value == nil {
      heap.write(try construct(type, .nominal(name, []), choice.function, bound, expected: nil, at: span), to: storage)
      return .void
    }
    try initialise(storage, choice.function, bound, type, [], at: span)
    return .void
  }

  private func builtinSelf(_ name: String) -> SwiftType {
    name == "Tensor" ? .tensor(nil) : .nominal(name, [])
  }

  private func checkInitialised(_ value: AbstractValue, _ type: TypeDeclaration, at span: SourceSpan) throws {
    for property in type.stored {
      let isSet: Bool =
        switch value {
        case .object(let object): object[property.name] != nil
        case .structure(let structure): structure[property.name] != nil
        default: true
        }
      guard isSet else {
        throw error(
          "init.missing", "the initialiser of '\(type.name)' does not give '\(property.name)' a value", at: span,
          notes: [.init("it is declared here", at: property.span)])
      }
    }
  }
}
