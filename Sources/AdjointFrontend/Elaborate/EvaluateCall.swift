import AdjointDiagnostics
import AdjointIR

/// The arguments of a call while its function is being chosen: each is evaluated once, literals and closures only when
/// the parameter is known.
final class PendingArguments {
  let nodes: [ArgumentNode]
  var values: [Int: Argument] = [:]

  init(_ nodes: [ArgumentNode]) { self.nodes = nodes }
}

extension Elaborator {
  /// A call as written.
  func evaluateCall(
    _ callee: Expression, _ nodes: [ArgumentNode], _ scope: Scope, expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    let pending = PendingArguments(nodes)
    switch callee.kind {
    case .name(let name, let generics):
      if let result = try intrinsic(name, nodes, scope, at: span) { return result }
      return try callNamed(name, generics, pending, scope, expected: expected, at: span)
    case .member(nil, let name, _):
      return try implicitMember(name, nodes, scope, expected: expected, at: span)
    case .member(let base?, let name, let generics):
      if let module = moduleName(base, scope) {
        return try callGlobal(name, generics, pending, scope, in: module, expected: expected, at: span)
      }
      if name == "init", case .name("self", _) = base.kind, let storage = scope.selfStorage {
        return try delegate(storage, pending, scope, at: span)
      }
      let reference = isPlace(base, scope) ? try self.reference(base, scope) : nil
      let receiver = try reference?.read() ?? evaluate(base, scope)
      if case .type(let type) = receiver {
        return try callStatic(name, generics, of: type, pending, scope, expected: expected, at: span)
      }
      return try callMethod(name, of: receiver, reference, pending, scope, expected: expected, at: span)
    default:
      if let type = try arrayType(callee, scope) {
        return try construct(type, pending, scope, expected: expected, at: span)
      }
      let function = try evaluate(callee, scope)
      return try call(function, pending, scope, expected: expected, at: span)
    }
  }

  /// The type that `[Float]` is where it is called, as in `[Float](repeating: 0, count: 3)`; nil for other expressions.
  private func arrayType(_ expression: Expression, _ scope: Scope) throws -> SwiftType? {
    guard case .array(let elements) = expression.kind, elements.count == 1 else { return nil }
    if let inner = try arrayType(elements[0], scope) { return .array(inner) }
    guard case .type(let element) = try evaluate(elements[0], scope) else { return nil }
    return .array(element)
  }

  private func callNamed(
    _ name: String, _ generics: [TypeNode], _ pending: PendingArguments, _ scope: Scope, expected: SwiftType?,
    at span: SourceSpan
  ) throws -> AbstractValue {
    if let entry = scope.lookUp(name) {
      switch entry {
      case .functions(let candidates, let home):
        return try call([candidates], home, receiver: nil, name, pending, scope, at: span)
      case .storage, .computed:
        let value = try evaluateName(name, generics, scope, at: span)
        let result = try call(value, pending, scope, expected: expected, at: span)
        return named(result, after: name, of: value)
      }
    }
    if name == "self" {
      return try call(evaluateName(name, generics, scope, at: span), pending, scope, expected: expected, at: span)
    }
    if let storage = scope.selfStorage, let receiver = storage.value {
      if case .type(let type) = receiver {
        if try staticMember(name, of: type, at: span) != nil {
          return try callStatic(name, generics, of: type, pending, scope, expected: expected, at: span)
        }
      } else if hasMethodOrProperty(name, receiver) {
        let reference = Reference(
          span: span, read: { storage.value ?? receiver }, write: { self.heap.write($0, to: storage) })
        return try callMethod(name, of: receiver, reference, pending, scope, expected: expected, at: span)
      }
    }
    return try callGlobal(name, generics, pending, scope, in: nil, expected: expected, at: span)
  }

  private func hasMethodOrProperty(_ name: String, _ receiver: AbstractValue) -> Bool {
    if case .object(let object) = receiver, object[name] != nil { return true }
    if case .structure(let value) = receiver, value[name] != nil { return true }
    for owner in lineage(declaration(of: receiver)) where owner.methods[name] != nil || owner.computed[name] != nil {
      return true
    }
    return builtinTypeNames(of: receiver).contains {
      $0 != "Any"
        && (builtins.methods[$0]?[name] != nil || builtins.mutatingMethods[$0]?[name] != nil)
    }
  }

  private func callGlobal(
    _ name: String, _ generics: [TypeNode], _ pending: PendingArguments, _ scope: Scope, in module: String?,
    expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    if declarations.tiers(declarations.globals[name], from: span.file, in: module).allSatisfy(\.isEmpty) {
      let path = module.map { [$0, name] } ?? [name]
      if let type = try resolve(path, try generics.map { try resolve($0, scope) }, scope, at: span) {
        return try construct(type, pending, scope, expected: expected, at: span)
      }
    }
    let groups = declarations.functions(name, from: span.file, in: module)
    let entry = builtins.functions[name]
    for group in groups {
      if let choice = try choose(group, pending, scope, Scope(parent: nil)) {
        return try invoke(choice, pending, scope, Scope(parent: nil), receiver: nil, at: span)
      }
    }
    if let entry {
      let arguments = try evaluate(pending, entry.parameterTypes, scope, result: expected)
      try spend(on: arguments.map(\.value), at: span)
      let generics = try generics.map { try resolve($0, scope) }
      return try run(
        entry.body,
        BuiltinCall(arguments: arguments, genericArguments: generics, expected: expected, span: span))
    }
    if !groups.isEmpty { throw mismatch(name, groups.flatMap { $0 }, pending, scope, at: span) }
    if let value = try global(name, in: module, at: span) {
      return try call(value, pending, scope, expected: expected, at: span)
    }
    throw unknown(name, "function", at: span)
  }

  /// Calls a value whose arguments are not evaluated yet.
  func call(
    _ callee: AbstractValue, _ pending: PendingArguments, _ scope: Scope, expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    switch callee {
    case .function(let function):
      return try call(function, pending.nodes, scope, expected: expected, at: span, pending)
    case .type(let type): return try construct(type, pending, scope, expected: expected, at: span)
    case .optional(nil): throw error("value.nil", "this value is nil, so it cannot be called", at: span)
    default: return try callMethod("callAsFunction", of: callee, nil, pending, scope, expected: expected, at: span)
    }
  }

  func call(
    _ function: FunctionValue, _ nodes: [ArgumentNode], _ scope: Scope, expected: SwiftType?, at span: SourceSpan,
    _ given: PendingArguments? = nil
  ) throws -> AbstractValue {
    let pending = given ?? PendingArguments(nodes)
    switch function.body {
    case .overloads(let candidates, let home, let receiver):
      return try call([candidates], home, receiver: receiver, function.name, pending, scope, at: span)
    case .declaration(let declaration, let home, let receiver):
      return try call([[declaration]], home, receiver: receiver, function.name, pending, scope, at: span)
    case .enumCase(let declaration, let name):
      let home = genericScope(declaration, Scope(parent: nil))
      let item = declaration.cases.first { $0.name == name }
      let types = try (item?.payload ?? []).map { try resolve($0.type, home) }
      let values = try pending.nodes.indices.map {
        try evaluate(pending, $0, $0 < types.count ? types[$0] : nil, scope)
      }
      return try enumCase(declaration, name, values, at: span)
    case .initialiser(let type): return try construct(type, pending, scope, expected: expected, at: span)
    default:
      var types: [SwiftType] = []
      if case .function(let parameters, _)? = function.type { types = parameters }
      if case .closure(let node, let home) = function.body {
        for (index, parameter) in node.parameters.enumerated() where parameter.type != nil && index >= types.count {
          types.append(try resolve(parameter.type!, home))
        }
      }
      let values = try pending.nodes.indices.map {
        try evaluate(pending, $0, $0 < types.count ? types[$0] : nil, scope)
      }
      return try call(.function(function), values, at: span, expected: expected)
    }
  }

  private func call(
    _ groups: [[FunctionDeclaration]], _ home: Scope, receiver: AbstractValue?, _ name: String,
    _ pending: PendingArguments, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    for group in groups {
      if let choice = try choose(group, pending, scope, home, receiver) {
        return try invoke(choice, pending, scope, home, receiver: receiver, at: span)
      }
    }
    throw mismatch(name, groups.flatMap { $0 }, pending, scope, at: span)
  }

  /// A method, builtin method or callable property of a value.
  func callMethod(
    _ name: String, of receiver: AbstractValue, _ reference: Reference?, _ pending: PendingArguments, _ scope: Scope,
    expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    var groups: [[FunctionDeclaration]] = []
    for owner in lineage(declaration(of: receiver)) {
      groups += declarations.members(owner.methods[name], from: span.file).map { $0.filter { $0.body != nil } }
        .filter { !$0.isEmpty }
    }
    for group in groups {
      if let choice = try choose(group, pending, scope, Scope(parent: nil), receiver) {
        return try invoke(
          choice, pending, scope, Scope(parent: nil), receiver: receiver, receiverReference: reference, at: span)
      }
    }
    for type in builtinTypeNames(of: receiver) {
      if let entry = builtins.mutatingMethods[type]?[name] {
        guard let reference else {
          throw error("assign.value", "'\(name)' changes its receiver, which is not a variable here", at: span)
        }
        var value = receiver
        let call = BuiltinCall(
          receiver: receiver, arguments: try evaluate(pending, entry.parameterTypes, scope), expected: expected,
          span: span)
        try spend(on: [receiver] + call.arguments.map(\.value), at: span)
        let result: AbstractValue
        do { result = try entry.body(self, &value, call) } catch let refusal as OpError {
          throw error(refusal.id, refusal.message, at: span)
        }
        try reference.write(value)
        return result
      }
      if let entry = builtins.methods[type]?[name] {
        let arguments = try evaluate(pending, entry.parameterTypes, scope, result: elementContext(of: receiver))
        try spend(on: [receiver] + arguments.map(\.value), at: span)
        return try run(
          entry.body, BuiltinCall(receiver: receiver, arguments: arguments, expected: expected, span: span))
      }
    }
    if !groups.isEmpty { throw mismatch(name, groups.flatMap { $0 }, pending, scope, at: span) }
    if name == "callAsFunction" {
      throw error("type.call", "\(receiver.summary) cannot be called", at: span)
    }
    guard let value = try member(name, of: receiver, at: span) else {
      throw unknownMember(name, of: receiver.summary, at: span)
    }
    let result = try call(value, pending, scope, expected: expected, at: span)
    return named(result, after: name, of: value)
  }

  /// A layer's result is named after the property that holds the layer.
  private func named(_ result: AbstractValue, after name: String, of callee: AbstractValue) -> AbstractValue {
    if case .object = callee, case .tensor(let tensor) = result { hint(name, for: tensor.value) }
    return result
  }

  private func callStatic(
    _ name: String, _ generics: [TypeNode], of type: SwiftType, _ pending: PendingArguments, _ scope: Scope,
    expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    if name == "init" { return try construct(type, pending, scope, expected: expected, at: span) }
    if case .nominal(let owner, _) = type, let nested = declarations.types[owner + "." + name] {
      let inner = SwiftType.nominal(nested.name, try generics.map { try resolve($0, scope) })
      return try construct(inner, pending, scope, expected: expected, at: span)
    }
    if let entry = builtins.staticMethods[type.name]?[name],
      (declarations.types[type.name] ?? declarations.builtinExtensions[type.name])?.staticMethods[name] == nil
    {
      let arguments = try evaluate(pending, entry.parameterTypes, scope)
      return try run(
        entry.body,
        BuiltinCall(
          receiver: .type(type), arguments: arguments, genericArguments: self.generics(of: type), expected: expected,
          span: span))
    }
    guard let value = try staticMember(name, of: type, at: span) else {
      throw unknownMember(name, of: "type '\(type)'", at: span)
    }
    return try call(value, pending, scope, expected: expected, at: span)
  }

  /// What does not fit, in words.
  func mismatch(
    _ name: String, _ candidates: [FunctionDeclaration], _ pending: PendingArguments, _ scope: Scope,
    at span: SourceSpan
  ) -> Finding {
    let given = pending.nodes.map { ($0.label ?? "_") + ":" }.joined()
    let notes = candidates.prefix(4).map { candidate in
      let labels = candidate.parameters.map { ($0.label ?? "_") + ": \($0.type.text)" }.joined(separator: ", ")
      return Finding.Note("'\(name)(\(labels))' does not fit", at: candidate.span)
    }
    let kinds = pending.nodes.indices.compactMap { pending.values[$0]?.value.summary }
    let values = kinds.isEmpty ? "" : " with \(kinds.joined(separator: ", "))"
    return error(
      "call.arguments", "no '\(name)' takes the arguments (\(given))\(values)", at: span,
      notes: notes.filter { !declarations.isLibrary($0.span.file) })
  }
}
