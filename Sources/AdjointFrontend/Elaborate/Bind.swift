import AdjointDiagnostics
import AdjointIR

/// What a parameter of a call receives.
enum BoundArgument {
  case value(Argument)
  case variadic([Argument])
  case defaulted
}

/// Which arguments a parameter takes, by position.
enum ArgumentSlot {
  case argument(Int)
  case variadic([Int])
  case defaulted
}

extension Elaborator {
  /// Matches labels and number, as Swift does; nil where they do not fit.
  func slots(
    _ arguments: [(label: String?, isTrailing: Bool)], _ parameters: [ParameterNode]
  ) -> [ArgumentSlot]? {
    var next = 0
    var slots: [ArgumentSlot] = []
    for parameter in parameters {
      if parameter.isVariadic {
        var taken: [Int] = []
        if next < arguments.count, !arguments[next].isTrailing, arguments[next].label == parameter.label {
          taken.append(next)
          next += 1
          while next < arguments.count, !arguments[next].isTrailing, arguments[next].label == nil {
            taken.append(next)
            next += 1
          }
        }
        slots.append(.variadic(taken))
        continue
      }
      if next < arguments.count {
        let argument = arguments[next]
        let fits =
          argument.isTrailing
          ? (argument.label == nil || argument.label == parameter.label) && mayTakeClosure(parameter.type)
          : argument.label == parameter.label
        if fits {
          slots.append(.argument(next))
          next += 1
          continue
        }
      }
      guard parameter.defaultValue != nil else { return nil }
      slots.append(.defaulted)
    }
    return next == arguments.count ? slots : nil
  }

  private func mayTakeClosure(_ type: TypeNode) -> Bool {
    switch type.kind {
    case .function: true
    case .optional(let wrapped): mayTakeClosure(wrapped)
    case .named(let path, _):
      path.count == 1
        && (declarations.alias(path[0], from: type.span.file).map(mayTakeClosure) ?? !Self.plainTypes.contains(path[0]))
    default: false
    }
  }

  private static let plainTypes: Set<String> = [
    "Int", "Float", "Double", "Bool", "String", "Tensor", "Int32", "UInt32",
  ]

  /// Binds evaluated arguments by label.
  func bind(values: [Argument], to parameters: [ParameterNode]) -> [BoundArgument]? {
    slots(values.map { ($0.label, false) }, parameters).map { slots in
      slots.map { slot in
        switch slot {
        case .argument(let index): .value(values[index])
        case .variadic(let indices): .variadic(indices.map { values[$0] })
        case .defaulted: .defaulted
        }
      }
    }
  }

  /// Binds evaluated arguments in order, whatever their labels: a function value is called without labels.
  func bindInOrder(_ values: [Argument], to parameters: [ParameterNode]) -> [BoundArgument]? {
    if parameters.count == 1, parameters[0].isVariadic { return [.variadic(values)] }
    guard values.count == parameters.count else { return nil }
    return values.map { .value($0) }
  }

  /// How well a value fits a type: 0 is exact, more is worse, nil is not at all.
  func matches(_ value: AbstractValue, _ type: SwiftType) -> Int? {
    switch (type, value) {
    case (.any(let name), _):
      if let declaration = declarations.types[name], declaration.kind == .protocol {
        if case .native = value { return 2 }
        return conforms(value, to: type) ? 1 : nil
      }
      return 2
    case (.optional, .optional(nil)): return 0
    case (.optional(let wrapped), .optional(let inner?)): return matches(inner, wrapped)
    case (.optional(let wrapped), _): return matches(value, wrapped).map { $0 + 1 }
    case (_, .implicitMember): return 1
    case (.function(let parameters, _), .function(let function)):
      if case .closure(let node, _) = function.body {
        let count = max(node.parameters.count, node.anonymousCount)
        return count == parameters.count || (node.parameters.isEmpty && count <= parameters.count) ? 0 : nil
      }
      return 0
    case (.tensor(let dtype), .tensor(let tensor)):
      return !tensor.isScalar && (dtype == nil || dtype == tensor.type.dtype) ? 0 : nil
    case (_, .tensor(let tensor)) where tensor.isScalar: return self.type(of: value) == type ? 0 : nil
    case (.array(let element), .array(let elements)):
      var worst = 0
      for value in elements {
        guard let score = matches(value, element) else { return nil }
        worst = max(worst, score)
      }
      return worst
    case (.tuple(let types), .tuple(let elements)):
      guard types.count == elements.count else { return nil }
      var worst = 0
      for (type, element) in zip(types, elements) {
        guard let score = matches(element.value, type.type) else { return nil }
        worst = max(worst, score)
      }
      return worst
    case (.dictionary, .dictionary): return 0
    case (.nominal(let name, let arguments), _):
      guard value.typeName == name || (name == "VariableOf" && value.typeName == "Variable") else { return nil }
      if case .nominal(_, let actual) = self.type(of: value), !actual.isEmpty, actual.count == arguments.count,
        name != "VariableOf"
      {
        return zip(arguments, actual).allSatisfy { $0 == $1 || isOpen($0) || isOpen($1) } ? 0 : nil
      }
      return 0
    case (.void, .void): return 0
    default: return self.type(of: value) == type ? 0 : nil
    }
  }

  private func isOpen(_ type: SwiftType) -> Bool {
    if case .any = type { return true }
    return false
  }

  /// How well an expression that waits for its type fits a type; nil in `known` where the expression does not wait.
  func pendingMatch(_ expression: Expression, _ type: SwiftType) -> (known: Bool, score: Int?) {
    if let shape = LiteralShape(expression) {
      var target = type
      var penalty = 0
      while case .optional(let wrapped) = target {
        target = wrapped
        penalty += 1
      }
      switch target {
      case .integer(let integer): return (true, shape.isInteger ? (integer == .int ? 0 : 1) + penalty : nil)
      case .real(let real): return (true, (shape.isInteger ? 1 : 0) + (real == .double ? 0 : 1) + penalty)
      case .any: return (true, 3)
      case .tensor: return (true, 4 + penalty)
      default: return (true, nil)
      }
    }
    switch expression.kind {
    case .nilLiteral:
      if case .optional = type { return (true, 0) }
      return (true, nil)
    case .member(nil, let name, _): return (true, implicitScore(name, type))
    case .call(let callee, _):
      if case .member(nil, let name, _) = callee.kind { return (true, implicitScore(name, type)) }
      return (false, nil)
    case .closure(let node):
      var target = type
      if case .optional(let wrapped) = target { target = wrapped }
      switch target {
      case .function(let parameters, _):
        let count = node.parameters.isEmpty ? node.anonymousCount : node.parameters.count
        return (true, count == parameters.count || (node.parameters.isEmpty && count < parameters.count) ? 0 : nil)
      case .any: return (true, 2)
      default: return (true, nil)
      }
    case .array(let elements):
      var target = type
      if case .optional(let wrapped) = target { target = wrapped }
      guard case .array(let element) = target else {
        if case .any = target { return (true, 3) }
        return (true, nil)
      }
      var worst = 0
      for item in elements {
        let match = pendingMatch(item, element)
        if !match.known { continue }
        guard let score = match.score else { return (true, nil) }
        worst = max(worst, score)
      }
      return (true, worst)
    case .ternary(_, let onTrue, let onFalse):
      let first = pendingMatch(onTrue, type)
      let second = pendingMatch(onFalse, type)
      guard first.known, second.known else { return (false, nil) }
      guard let a = first.score, let b = second.score else { return (true, nil) }
      return (true, max(a, b))
    default: return (false, nil)
    }
  }

  private func implicitScore(_ name: String, _ type: SwiftType) -> Int? {
    var target = type
    while case .optional(let wrapped) = target { target = wrapped }
    guard let declaration = declarations.types[target.name] ?? declarations.builtinExtensions[target.name] else {
      return builtins.staticProperties[target.name]?[name] != nil || builtins.staticMethods[target.name]?[name] != nil
        ? 0 : (isOpen(target) ? 2 : nil)
    }
    let has =
      declaration.cases.contains { $0.name == name } || declaration.staticStored[name] != nil
      || declaration.staticComputed[name] != nil || declaration.staticMethods[name] != nil || name == "init"
    return has ? 0 : nil
  }
}
