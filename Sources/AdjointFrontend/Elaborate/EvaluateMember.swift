import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// The module that an expression names, as in `Adjoint.state(model, Param.self)`; nil for every other expression.
  func moduleName(_ expression: Expression, _ scope: Scope) -> String? {
    guard case .name(let name, _) = expression.kind, scope.lookUp(name) == nil,
      declarations.isModule(name, from: expression.span.file)
    else { return nil }
    return name
  }

  /// `base.name`.
  func evaluateMember(
    _ base: Expression, _ name: String, _ generics: [TypeNode], _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    if let module = moduleName(base, scope) {
      if let type = try resolve([module, name], try generics.map { try resolve($0, scope) }, scope, at: span) {
        return .type(type)
      }
      if let value = try global(name, in: module, at: span) { return value }
      throw unknown("\(module).\(name)", "name", at: span)
    }
    let value = try evaluate(base, scope)
    if case .type(let type) = value {
      if name == "self" { return value }
      if case .nominal(let owner, _) = type, let nested = declarations.types[owner + "." + name] {
        return .type(.nominal(nested.name, try generics.map { try resolve($0, scope) }))
      }
      if let found = try staticMember(name, of: type, at: span) { return found }
      throw unknownMember(name, of: "type '\(type)'", at: span)
    }
    if let found = try member(name, of: value, at: span) { return found }
    throw unknownMember(name, of: value.summary, at: span)
  }

  func unknownMember(_ name: String, of owner: String, at span: SourceSpan) -> Finding {
    error("name.member", "\(owner) has no member '\(name)' that can be compiled", at: span)
  }

  /// A member of a value, or nil where it has none of that name.
  func member(_ name: String, of value: AbstractValue, at span: SourceSpan) throws -> AbstractValue? {
    if name == "self" { return value }
    switch value {
    case .tuple(let elements):
      if let index = Int(name) { return index < elements.count ? elements[index].value : nil }
      return elements.first { $0.label == name }?.value
    case .variable(let cell) where ["value", "wrappedValue"].contains(name): return .tensor(cell.value)
    case .variable where name == "projectedValue": return value
    case .object(let object):
      if let found = try field(name, of: object, at: span) { return found }
    case .structure(let structure):
      if let found = structure[name] { return found }
      if structure.declaration.stored.contains(where: { $0.name == name }) {
        throw error("name.uninitialised", "'\(name)' is used before it has a value", at: span)
      }
    case .enumeration(let value) where name == "rawValue":
      if let raw = try rawValue(value) { return raw }
    default: break
    }
    let declaration = declaration(of: value)
    for owner in lineage(declaration) {
      if let getter = try self.member(owner.computed[name], name, at: span)?.getter {
        return try invoke(getter, [], Scope(parent: nil), receiver: value, at: span)
      }
      let methods = declarations.members(owner.methods[name], from: span.file).flatMap { $0 }.filter { $0.body != nil }
      if !methods.isEmpty {
        return .function(FunctionValue(name, .overloads(methods, Scope(parent: nil), receiver: value)))
      }
    }
    for type in builtinTypeNames(of: value) {
      if let body = builtins.properties[type]?[name] {
        return try run(body, BuiltinCall(receiver: value, arguments: [], span: span))
      }
      if let entry = builtins.methods[type]?[name] {
        return .function(FunctionValue(name, .builtin(entry.body, receiver: value)))
      }
    }
    if case .native(let native) = value { return try native.member(name, self, at: span) }
    return nil
  }

  /// Under which names of the builtin table a value's members are.
  func builtinTypeNames(of value: AbstractValue) -> [String] {
    var names = [value.typeName]
    for type in lineage(declaration(of: value)) where type.kind == .protocol { names.append(type.name) }
    if case .object(let object) = value, object.declaration.inherits("Module") || names.count > 1 {
      names.append("Module")
    }
    return names + ["Any"]
  }

  private func field(_ name: String, of object: HeapObject, at span: SourceSpan) throws -> AbstractValue? {
    var name = name
    var wantsBox = false
    if name.hasPrefix("$") || name.hasPrefix("_"), object[name] == nil, object[String(name.dropFirst())] != nil {
      name = String(name.dropFirst())
      wantsBox = true
    }
    switch object[name] {
    case .variable(let cell): return wantsBox ? .variable(cell) : .tensor(cell.value)
    case .stored(let storage):
      guard let value = storage.value else {
        throw error("name.uninitialised", "'\(name)' is used before it has a value", at: span)
      }
      if case .function = value, argumentObjects.contains(ObjectIdentifier(object)) {
        throw error(
          "attribute.function",
          "'\(name)' holds a function, and a call cannot check which one its model has; hold an enum and switch over it, or "
            + "make it a method", at: span)
      }
      if !value.symbolicValues.allSatisfy(runTimeProperties.contains),
        argumentObjects.contains(ObjectIdentifier(object))
      {
        throw error(
          "variable.kind",
          "'\(name)' holds a tensor without a kind, so its value at run time is not known here; annotate it (@Param, "
            + "@Cache, or a kind of your own)", at: span)
      }
      return value
    case .container: return nil
    case nil:
      if object.declaration.stored.contains(where: { $0.name == name }) {
        throw error("name.uninitialised", "'\(name)' is used before it has a value", at: span)
      }
      return nil
    }
  }

  /// The raw value of an enum's case: written, counted up from the one before, or the case's name.
  func rawValue(_ value: EnumValue) throws -> AbstractValue? {
    var next = 0
    let scope = Scope(parent: nil, enclosingType: value.declaration.name)
    let rawType = value.declaration.inherits.lazy.compactMap { try? self.resolve($0, scope) }
      .first { type in
        switch type {
        case .integer, .real, .string: true
        default: false
        }
      }
    guard let rawType else { return nil }
    for item in value.declaration.cases {
      var raw: AbstractValue
      if let written = item.rawValue {
        raw = try evaluate(written, scope, expected: rawType)
        if case .integer(let number, _) = raw { next = number }
      } else if rawType == .string {
        raw = .string(item.name)
      } else {
        raw = try integerLiteral(next, rawType, at: value.declaration.span)
      }
      if item.name == value.caseName { return raw }
      next += 1
    }
    return nil
  }

  /// A static member of a type, or nil.
  func staticMember(_ name: String, of type: SwiftType, at span: SourceSpan) throws -> AbstractValue? {
    if name == "init" { return .function(FunctionValue("\(type).init", .initialiser(type))) }
    let declaration = declarations.types[type.name] ?? declarations.builtinExtensions[type.name]
    let selfValue = AbstractValue.type(type)
    for owner in lineage(declaration) {
      let scope = Scope(
        parent: nil, selfStorage: heap.makeStorage("self", selfValue, isLet: true), enclosingType: owner.name)
      if let item = owner.cases.first(where: { $0.name == name }) {
        if item.payload.isEmpty { return .enumeration(EnumValue(declaration: owner, caseName: name, payload: [])) }
        return .function(FunctionValue(name, .enumCase(owner, name)))
      }
      if name == "allCases", owner.kind == .enum, owner.inherits("CaseIterable") {
        return .array(
          owner.cases.map { .enumeration(EnumValue(declaration: owner, caseName: $0.name, payload: [])) })
      }
      if let variable = try member(owner.staticStored[name], name, at: span) {
        return try globalValue("\(owner.name).\(name)", variable, scope, at: span)
      }
      if let getter = try member(owner.staticComputed[name], name, at: span)?.getter {
        return try invoke(getter, [], Scope(parent: nil), receiver: selfValue, at: span)
      }
      let methods = declarations.members(owner.staticMethods[name], from: span.file).flatMap { $0 }
      if !methods.isEmpty {
        return .function(FunctionValue(name, .overloads(methods, Scope(parent: nil), receiver: selfValue)))
      }
    }
    if let body = builtins.staticProperties[type.name]?[name] {
      return try run(
        body, BuiltinCall(receiver: selfValue, arguments: [], genericArguments: generics(of: type), span: span))
    }
    if let entry = builtins.staticMethods[type.name]?[name] {
      return .function(FunctionValue(name, .builtin(entry.body, receiver: selfValue)))
    }
    return nil
  }

  /// The generic arguments of a type, as builtins want them.
  func generics(of type: SwiftType) -> [SwiftType] {
    switch type {
    case .tensor(let dtype): dtype.map { [scalarType($0)] } ?? []
    case .array(let element): [element]
    case .optional(let wrapped): [wrapped]
    case .dictionary(let key, let value): [key, value]
    case .nominal(_, let arguments): arguments
    default: []
    }
  }

  /// `.name` or `.name(arguments)`: a static member of the expected type, or left for a builtin to read.
  func implicitMember(
    _ name: String, _ arguments: [ArgumentNode]?, _ scope: Scope, expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    var type = expected
    while case .optional(let wrapped)? = type {
      if name == "none" { return .optional(nil) }
      type = wrapped
    }
    if let type, let found = try staticCallOrMember(name, arguments, of: type, scope, at: span) { return found }
    if let type, declarations.types[type.name] != nil {
      throw unknownMember(name, of: "type '\(type)'", at: span)
    }
    return .implicitMember(name, try arguments.map { try evaluate($0, scope) })
  }

  private func staticCallOrMember(
    _ name: String, _ arguments: [ArgumentNode]?, of type: SwiftType, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue? {
    // A builtin may have a constant and a function of one name: `.all` and `.all(…)`.
    if let arguments, let entry = builtins.staticMethods[type.name]?[name] {
      let values = try evaluate(PendingArguments(arguments), entry.parameterTypes, scope, result: type)
      return try run(
        entry.body,
        BuiltinCall(
          receiver: .type(type), arguments: values, genericArguments: generics(of: type), expected: type, span: span))
    }
    guard let found = try staticMember(name, of: type, at: span) else { return nil }
    guard let arguments else { return found }
    guard case .function(let function) = found else { return nil }
    return try call(function, arguments, scope, expected: type, at: span)
  }

  /// An implicit member that was evaluated before its type was known.
  func implicit(
    _ name: String, _ arguments: [Argument]?, of type: SwiftType, at span: SourceSpan
  ) throws -> AbstractValue? {
    var type = type
    while case .optional(let wrapped) = type { type = wrapped }
    if let arguments, let entry = builtins.staticMethods[type.name]?[name] {
      return try run(
        entry.body,
        BuiltinCall(
          receiver: .type(type), arguments: arguments, genericArguments: generics(of: type), expected: type, span: span)
      )
    }
    guard let found = try staticMember(name, of: type, at: span) else { return nil }
    guard let arguments else { return found }
    return try call(found, arguments, at: span, expected: type)
  }

  /// `value[arguments]`.
  func subscripted(_ value: AbstractValue, _ arguments: [Argument], at span: SourceSpan) throws -> AbstractValue {
    for owner in lineage(declaration(of: value)) {
      for item in owner.subscripts {
        guard let getter = item.getter, let bound = bind(values: arguments, to: item.parameters) else { continue }
        return try invoke(getter, bound, Scope(parent: nil), receiver: value, at: span)
      }
    }
    if case .array(let elements) = value, arguments.count == 1, case .integer(let index, _) = arguments[0].value {
      guard elements.indices.contains(index) else {
        throw error(
          "value.index", "index \(index) is outside of an array of \(elements.count) elements", at: span)
      }
      return elements[index]
    }
    for type in builtinTypeNames(of: value) {
      if let body = builtins.subscripts[type] {
        return try run(body, BuiltinCall(receiver: value, arguments: arguments, span: span))
      }
    }
    throw error("type.subscript", "\(value.summary) has no subscript that can be compiled", at: span)
  }
}
