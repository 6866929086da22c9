import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// Calls a closure or function value with evaluated arguments: what builtins use for the functions they are given.
  func call(
    _ callee: AbstractValue, _ arguments: [Argument], at span: SourceSpan, expected: SwiftType? = nil
  ) throws -> AbstractValue {
    switch callee {
    case .function(let function): return try call(function, values: arguments, at: span, expected: expected)
    case .type(let type): return try construct(type, values: arguments, at: span)
    default:
      let method = try member("callAsFunction", of: callee, at: span)
      if case .function(let function)? = method {
        return try call(function, values: arguments, at: span, expected: expected)
      }
      throw error("type.call", "\(callee.summary) cannot be called", at: span)
    }
  }

  private func call(
    _ function: FunctionValue, values: [Argument], at span: SourceSpan, expected: SwiftType?
  ) throws -> AbstractValue {
    switch function.body {
    case .closure(let node, let scope): return try run(node, scope, values, function.type, at: span)
    case .declaration(let declaration, let scope, let receiver):
      return try invoke(declaration, values: values, scope, receiver: receiver, at: span)
    case .overloads(let candidates, let scope, let receiver):
      let fitting = try candidates.filter { candidate in
        guard
          let bound = bind(values: values, to: candidate.parameters) ?? bindInOrder(values, to: candidate.parameters)
        else { return false }
        let generics = genericScope(candidate, scope)
        for (parameter, argument) in zip(candidate.parameters, bound) {
          guard case .value(let argument) = argument else { continue }
          if matches(argument.value, try resolve(parameter.type, generics)) == nil { return false }
        }
        return true
      }
      guard let chosen = fitting.first ?? (candidates.count == 1 ? candidates[0] : nil) else {
        throw error("call.arguments", "no '\(function.name)' takes these arguments", at: span)
      }
      if fitting.count > 1, fitting.allSatisfy({ $0.enclosingType == chosen.enclosingType }),
        fitting.allSatisfy({ $0.isLibrary == chosen.isLibrary })
      {
        throw error("call.ambiguous", "which '\(function.name)' is meant is ambiguous", at: span)
      }
      return try invoke(chosen, values: values, scope, receiver: receiver, at: span)
    case .initialiser(let type): return try construct(type, values: values, at: span)
    case .builtin(let body, let receiver):
      return try run(body, BuiltinCall(receiver: receiver, arguments: values, expected: expected, span: span))
    case .enumCase(let declaration, let name):
      return try enumCase(declaration, name, values, at: span)
    case .operatorNamed(let name):
      guard values.count == 2 else {
        throw error("call.arguments", "the operator '\(name)' takes two arguments", at: span)
      }
      return try infix(name, values[0].value, values[1].value, at: span)
    }
  }

  func enumCase(
    _ declaration: TypeDeclaration, _ name: String, _ values: [Argument], at span: SourceSpan
  ) throws -> AbstractValue {
    guard let item = declaration.cases.first(where: { $0.name == name }),
      values.count <= item.payload.count
    else { throw error("call.arguments", "'.\(name)' takes other arguments", at: span) }
    let scope = Scope(parent: nil, enclosingType: declaration.name)
    var payload: [TupleElement] = []
    for (index, part) in item.payload.enumerated() {
      let type = try resolve(part.type, genericScope(declaration, scope))
      if index < values.count {
        guard values[index].label == part.label else {
          throw error("call.arguments", "'.\(name)' takes other labels", at: span)
        }
        payload.append(TupleElement(try coerce(values[index].value, to: type, at: span), label: part.label))
      } else if let value = part.defaultValue {
        payload.append(TupleElement(try evaluate(value, scope, expected: type), label: part.label))
      } else {
        throw error("call.arguments", "'.\(name)' needs \(item.payload.count) arguments", at: span)
      }
    }
    return .enumeration(EnumValue(declaration: declaration, caseName: name, payload: payload))
  }

  /// Runs a closure.
  private func run(
    _ node: ClosureNode, _ scope: Scope, _ arguments: [Argument], _ type: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    let body = scope.child()
    var result: SwiftType?
    var parameterTypes: [SwiftType] = []
    if case .function(let parameters, let returned)? = type {
      parameterTypes = parameters
      result = returned
    }
    if let written = node.result { result = try resolve(written, scope) }
    if node.parameters.isEmpty {
      var arguments = arguments
      if arguments.count == 1, node.anonymousCount > 1, case .tuple(let elements) = arguments[0].value {
        arguments = elements.map { Argument($0.value, span: span) }
      }
      for (index, argument) in arguments.enumerated() {
        body.declare("$\(index)", heap.makeStorage("$\(index)", argument.value, isLet: true))
      }
    } else {
      var arguments = arguments
      // A closure of several parameters takes a tuple apart.
      if arguments.count == 1, node.parameters.count > 1, case .tuple(let elements) = arguments[0].value {
        arguments = elements.map { Argument($0.value, span: span) }
      }
      guard arguments.count == node.parameters.count else {
        throw error(
          "call.arguments",
          "this closure takes \(node.parameters.count) arguments, but is called with \(arguments.count)", at: node.span)
      }
      for (index, (parameter, argument)) in zip(node.parameters, arguments).enumerated() where parameter.name != "_" {
        let written = try parameter.type.map { try resolve($0, scope) }
        let type = written ?? (index < parameterTypes.count ? parameterTypes[index] : nil)
        let value = try coerce(argument.value, to: type, at: argument.span)
        if let inner = parameter.type, inner.isInout, let reference = argument.reference {
          body.declare(parameter.name, heap.makeStorage(parameter.name, value))
          _ = reference
          throw error("fence.inout", "a closure with an 'inout' parameter cannot be compiled; use a function", at: span)
        }
        body.declare(parameter.name, heap.makeStorage(parameter.name, value, isLet: true))
      }
    }
    try enter("closure", isUser: !declarations.isLibrary(node.span.file), at: span)
    defer { frames.removeLast() }
    let value = try runBody(node.body, body, expected: result)
    if result == .void { return .void }
    return try coerce(value, to: result, at: span)
  }

  /// Starts a call.
  func enter(_ name: String, isUser: Bool, at span: SourceSpan) throws {
    guard frames.count < Limits.depth else {
      throw error(
        "limit.depth", "'\(name)' calls go \(Limits.depth) deep; does a recursion end for every argument?", at: span)
    }
    frames.append(Frame(name: name, span: span, isUser: isUser))
  }

  /// A scope in which the generic parameters of a function (and of its type) are types of their own.
  func genericScope(_ function: FunctionDeclaration, _ scope: Scope) -> Scope {
    var arguments: [String: SwiftType] = [:]
    for name in function.genericParameters { arguments[name] = .any(name) }
    return Scope(
      parent: scope, enclosingType: function.enclosingType ?? scope.enclosingType, genericArguments: arguments)
  }

  func genericScope(_ type: TypeDeclaration, _ scope: Scope, _ known: [SwiftType] = []) -> Scope {
    var arguments: [String: SwiftType] = [:]
    for (index, name) in type.genericParameters.enumerated() {
      arguments[name] = index < known.count ? known[index] : .any(name)
    }
    return Scope(parent: scope, enclosingType: type.name, genericArguments: arguments)
  }

  /// Invokes a function with evaluated arguments, by label or else in order.
  func invoke(
    _ function: FunctionDeclaration, values: [Argument], _ scope: Scope, receiver: AbstractValue?, at span: SourceSpan
  ) throws -> AbstractValue {
    guard
      let bound = bind(values: values, to: function.parameters) ?? bindInOrder(values, to: function.parameters)
    else {
      throw error(
        "call.arguments",
        "'\(function.name)' takes \(function.parameters.count) arguments, but is called with \(values.count)", at: span)
    }
    return try invoke(function, bound, scope, receiver: receiver, at: span)
  }

  /// Invokes a function. `receiverReference` is where a mutating method's receiver is written back.
  func invoke(
    _ function: FunctionDeclaration, _ arguments: [BoundArgument], _ scope: Scope, receiver: AbstractValue?,
    receiverReference: Reference? = nil, at span: SourceSpan
  ) throws -> AbstractValue {
    if let refusal = function.refusals.first { throw refusal }
    guard let body = function.body else {
      throw error("name.body", "'\(function.name)' has no body that could be compiled", at: span)
    }
    var generics: [String: SwiftType] = [:]
    for name in function.genericParameters { generics[name] = .any(name) }
    if case .object(let object)? = receiver {
      for (name, type) in zip(object.declaration.genericParameters, object.genericArguments) { generics[name] = type }
    }
    if case .structure(let value)? = receiver {
      for (name, type) in zip(value.declaration.genericParameters, value.genericArguments) { generics[name] = type }
    }
    let selfStorage = receiver.map { heap.makeStorage("self", $0, isLet: !function.isMutating) }
    let inner = Scope(
      parent: function.enclosingType == nil ? scope : Scope(parent: nil), selfStorage: selfStorage,
      enclosingType: function.enclosingType ?? scope.enclosingType, genericArguments: generics)
    try enter(function.name, isUser: !function.isLibrary, at: span)
    defer { frames.removeLast() }
    let written = try declareParameters(function, arguments, inner, at: span)
    let result = try function.result.map { try resolve($0, inner) } ?? .void
    let value = try runBody(body, inner, expected: result)
    for (storage, reference) in written { if let value = storage.value { try reference.write(value) } }
    if function.isMutating, let receiverReference, let value = selfStorage?.value {
      if case .object = value {} else { try receiverReference.write(value) }
    }
    if result == .void { return .void }
    return try coerce(value, to: result, at: span)
  }

  /// Declares parameters with what a call gives them; returns the `inout` ones with where they go back to.
  func declareParameters(
    _ function: FunctionDeclaration, _ arguments: [BoundArgument], _ inner: Scope, at span: SourceSpan
  ) throws -> [(Storage, Reference)] {
    var written: [(Storage, Reference)] = []
    for (parameter, argument) in zip(function.parameters, arguments) {
      let type = try resolve(parameter.type, inner)
      let value: AbstractValue
      var reference: Reference?
      switch argument {
      case .value(let argument):
        value = try fit(
          argument.value, to: type, parameter, of: function, at: argument.span == .none ? span : argument.span)
        if case .any(let name) = type, function.genericParameters.contains(name) {
          inner.genericArguments[name] = self.type(of: value)
        }
        reference = argument.reference
      case .variadic(let arguments):
        value = .array(
          try arguments.map {
            try fit($0.value, to: type, parameter, of: function, at: $0.span == .none ? span : $0.span)
          })
      case .defaulted:
        guard let expression = parameter.defaultValue else { continue }
        value = try coerce(
          try evaluate(expression, inner, expected: type), to: type, at: expression.span)
      }
      if parameter.type.isInout {
        guard let reference else {
          throw error("call.inout", "the argument for '\(parameter.name)' must be written with '&'", at: span)
        }
        let storage = heap.makeStorage(parameter.name, value, type: type)
        inner.declare(parameter.name, storage)
        written.append((storage, reference))
      } else {
        inner.declare(parameter.name, heap.makeStorage(parameter.name, value, isLet: true, type: type))
      }
    }
    return written
  }

  private func fit(
    _ value: AbstractValue, to type: SwiftType, _ parameter: ParameterNode, of function: FunctionDeclaration,
    at span: SourceSpan
  ) throws -> AbstractValue {
    let fitted = try coerce(value, to: type, at: span)
    guard matches(fitted, type) != nil else {
      throw error(
        "type.argument",
        "the parameter '\(parameter.name)' of '\(function.name)' is \(type), but the argument is \(value.summary)",
        at: span)
    }
    try checkAnnotation(fitted, parameter, of: function, at: span)
    return fitted
  }

  /// The shape that `@Shape` promises holds for calls from compiled code too.
  private func checkAnnotation(
    _ value: AbstractValue, _ parameter: ParameterNode, of function: FunctionDeclaration, at span: SourceSpan
  ) throws {
    guard !frames.isEmpty, case .tensor(let tensor) = value,
      let shape = parameter.attributes.first(where: { $0.name == "Shape" })
    else { return }
    let wanted = try (shape.arguments ?? []).map { try dimension($0.expression).sizes }
    guard wanted.count == tensor.type.rank, zip(wanted, tensor.type.shape).allSatisfy({ $0.contains($1) }) else {
      throw error(
        "annotation.shape",
        "the argument '\(parameter.name)' of '\(function.name)' has shape \(tensor.type.shape), which "
          + "its @Shape does not allow", at: span)
    }
  }
}
