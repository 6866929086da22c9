import AdjointDiagnostics
import AdjointIR

/// A function that was chosen for a call, with the arguments that its parameters take.
struct Choice {
  var function: FunctionDeclaration
  var slots: [ArgumentSlot]
}

extension Elaborator {
  /// The function of a group whose labels, number and types of parameters fit best; nil where none does. Two that fit
  /// equally well are refused.
  func choose(
    _ group: [FunctionDeclaration], _ pending: PendingArguments, _ scope: Scope, _ home: Scope,
    _ receiver: AbstractValue? = nil
  ) throws -> Choice? {
    let labels = pending.nodes.map { ($0.label, $0.isTrailing) }
    let fitting = group.compactMap { function in
      slots(labels, function.parameters).map { Choice(function: function, slots: $0) }
    }
    if fitting.isEmpty { return nil }
    // The common case: nothing to choose, so that arguments are evaluated with the parameters' types.
    if fitting.count == 1, group.count == 1, pending.values.isEmpty,
      !mayMatchOthers(fitting[0].function)
    {
      return fitting[0]
    }
    var best: [(choice: Choice, score: Int)] = []
    for choice in fitting {
      guard let score = try score(choice, pending, scope, home, receiver) else { continue }
      best.append((choice, score))
    }
    guard let least = best.map(\.score).min() else { return nil }
    var winners = best.filter { $0.score == least }
    if winners.count > 1 {
      func defaults(_ choice: Choice) -> Int {
        choice.slots.count {
          if case .argument = $0 { return false }
          return true
        }
      }
      let fewest = winners.map { defaults($0.choice) }.min() ?? 0
      winners = winners.filter { defaults($0.choice) == fewest }
    }
    if winners.count > 1 {
      throw error(
        "call.ambiguous", "which '\(winners[0].choice.function.name)' is meant is ambiguous",
        at: pending.nodes.first?.expression.span ?? .none,
        notes: winners.map { .init("this one fits", at: $0.choice.function.span) })
    }
    return winners[0].choice
  }

  /// Whether the library or a builtin has a function of the same name, so that types must decide.
  private func mayMatchOthers(_ function: FunctionDeclaration) -> Bool {
    if function.enclosingType != nil {
      return function.name == "callAsFunction" ? false : hasBuiltinMethod(function.name)
    }
    if builtins.functions[function.name] != nil { return true }
    return (declarations.functions[function.name] ?? []).count > 1
  }

  private func hasBuiltinMethod(_ name: String) -> Bool {
    builtins.methods.values.contains { $0[name] != nil }
  }

  private func score(
    _ choice: Choice, _ pending: PendingArguments, _ scope: Scope, _ home: Scope, _ receiver: AbstractValue?
  ) throws -> Int? {
    let types = parameterScope(choice.function, home, receiver)
    var total = 0
    for (parameter, slot) in zip(choice.function.parameters, choice.slots) {
      let indices: [Int]
      switch slot {
      case .argument(let index): indices = [index]
      case .variadic(let list): indices = list
      case .defaulted: indices = []
      }
      let type = try resolve(parameter.type, types)
      for index in indices {
        let node = pending.nodes[index]
        if pending.values[index] == nil {
          let match = pendingMatch(node.expression, type)
          if match.known {
            guard let score = match.score else { return nil }
            total += score
            continue
          }
        }
        let value = try evaluate(pending, index, nil, scope)
        guard let score = matches(value.value, type) else { return nil }
        total += score
      }
    }
    return total
  }

  /// The scope that gives meaning to the types of a function's parameters.
  func parameterScope(_ function: FunctionDeclaration, _ home: Scope, _ receiver: AbstractValue?) -> Scope {
    let scope = genericScope(function, function.enclosingType == nil ? home : Scope(parent: nil))
    func know(_ declaration: TypeDeclaration, _ arguments: [SwiftType]) {
      for (index, name) in declaration.genericParameters.enumerated() {
        scope.genericArguments[name] = index < arguments.count ? arguments[index] : .any(name)
      }
    }
    switch receiver {
    case .object(let object)?: know(object.declaration, object.genericArguments)
    case .structure(let value)?: know(value.declaration, value.genericArguments)
    case .type(let type)?:
      if let declaration = declarations.types[type.name] { know(declaration, generics(of: type)) }
    default: break
    }
    return scope
  }

  /// Evaluates one argument with the type of its parameter, unless it has been already.
  func evaluate(
    _ pending: PendingArguments, _ index: Int, _ type: SwiftType?, _ scope: Scope
  ) throws -> Argument {
    let node = pending.nodes[index]
    if var known = pending.values[index] {
      known.value = try coerce(known.value, to: type, at: known.span)
      return known
    }
    let argument: Argument
    if case .reference(let place) = node.expression.kind {
      let reference = try reference(place, scope)
      argument = Argument(try reference.read(), label: node.label, span: place.span, reference: reference)
    } else {
      let value = try evaluate(node.expression, scope, expected: type)
      argument = Argument(
        try coerce(value, to: type, at: node.expression.span), label: node.label, span: node.expression.span)
    }
    pending.values[index] = argument
    return argument
  }

  /// Evaluates the arguments of a builtin. A parameter of the type `Result` gives literals the type that the context
  /// expects of the call; those of the type `Element` have one element type, which tensors of literals take from the
  /// others, and where there are none from the context.
  func evaluate(
    _ pending: PendingArguments, _ types: [String: SwiftType], _ scope: Scope, result: SwiftType? = nil
  ) throws -> [Argument] {
    let parameters = parameterTypes(pending.nodes, types)
    var arguments: [Argument?] = Array(repeating: nil, count: parameters.count)
    func evaluateArgument(_ index: Int, _ type: SwiftType?) throws -> Argument {
      if type == nil { try refuseUndecidedDivision(pending.nodes[index].expression, scope) }
      return try pending.values[index] ?? evaluateUncoerced(pending, index, type, scope)
    }
    var element: SwiftType?
    for (index, parameter) in parameters.enumerated() {
      guard parameter == .result || parameter == .sameElement else {
        arguments[index] = try evaluateArgument(index, parameter)
        continue
      }
      if takesElementType(pending.nodes[index].expression) { continue }
      let number = parameter == .result ? result.flatMap { $0.isNumeric ? $0 : nil } : nil
      let argument = try evaluateArgument(index, number)
      element = element ?? elementContext(of: argument.value)
      arguments[index] = argument
    }
    if element == nil, case .tensor? = result { element = result }
    return try arguments.enumerated().map { index, known in try known ?? evaluateArgument(index, element) }
  }

  private func parameterTypes(_ nodes: [ArgumentNode], _ types: [String: SwiftType]) -> [SwiftType?] {
    var unlabelled = 0
    return nodes.map { node in
      if let label = node.label { return types[label] }
      unlabelled += 1
      return types["_\(unlabelled - 1)"]
    }
  }

  /// Builtins fit their arguments themselves: the type is a hint for literals.
  private func evaluateUncoerced(
    _ pending: PendingArguments, _ index: Int, _ expected: SwiftType?, _ scope: Scope
  ) throws -> Argument {
    let node = pending.nodes[index]
    if case .reference = node.expression.kind { return try evaluate(pending, index, nil, scope) }
    let argument = Argument(
      try evaluate(node.expression, scope, expected: expected), label: node.label, span: node.expression.span)
    pending.values[index] = argument
    return argument
  }

  /// A division of integer literals whose value depends on its type must say which it is.
  func refuseUndecidedDivision(_ expression: Expression, _ scope: Scope) throws {
    guard let shape = LiteralShape(expression), shape.isInteger, shape.divides else { return }
    guard case .integer(let whole, _) = try evaluate(expression, scope),
      case .real(let real, _) = try evaluate(expression, scope, expected: .real(.double)), Double(whole) == real
    else {
      throw error(
        "type.literal",
        "whether this division of literals is one of integers depends on Swift's overloads; write its value with a "
          + "decimal point", at: expression.span)
    }
  }

  /// Evaluates the arguments of a list where nothing is known of the parameters.
  func evaluate(_ nodes: [ArgumentNode], _ scope: Scope) throws -> [Argument] {
    try nodes.map {
      Argument(try evaluate($0.expression, scope), label: $0.label, span: $0.expression.span)
    }
  }

  /// Invokes a chosen function.
  func invoke(
    _ choice: Choice, _ pending: PendingArguments, _ scope: Scope, _ home: Scope, receiver: AbstractValue?,
    receiverReference: Reference? = nil, at span: SourceSpan
  ) throws -> AbstractValue {
    let bound = try bound(choice, pending, scope, home, receiver)
    return try invoke(
      choice.function, bound, home, receiver: receiver, receiverReference: receiverReference, at: span)
  }

  /// The arguments of a chosen function, evaluated in the order in which they are written.
  func bound(
    _ choice: Choice, _ pending: PendingArguments, _ scope: Scope, _ home: Scope, _ receiver: AbstractValue?
  ) throws -> [BoundArgument] {
    let types = parameterScope(choice.function, home, receiver)
    return try zip(choice.function.parameters, choice.slots).map { parameter, slot in
      let type = try resolve(parameter.type, types)
      switch slot {
      case .argument(let index): return .value(try evaluate(pending, index, type, scope))
      case .variadic(let indices): return .variadic(try indices.map { try evaluate(pending, $0, type, scope) })
      case .defaulted: return .defaulted
      }
    }
  }
}
