import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// A prefix operator.
  func evaluatePrefix(
    _ name: String, _ operand: Expression, _ scope: Scope, _ expected: SwiftType?, at span: SourceSpan
  ) throws -> AbstractValue {
    // The literal and its sign are one literal, so that Int8's -128 is one.
    if name == "-", case .integer(let value) = operand.kind { return try integerLiteral(-value, expected, at: span) }
    if name == "..<" || name == "..." {
      guard case .integer(let upper, _) = try evaluate(operand, scope) else {
        throw error("type.range", "a range needs integers that are known when the code is generated", at: span)
      }
      return .range(lower: nil, upper: upper, isClosed: name == "...")
    }
    let value = try evaluate(operand, scope, expected: expected.flatMap { $0.isNumeric ? $0 : nil })
    if let result = try userOperator(name, [value], at: span) { return result }
    if let result = try staticPrefix(name, value, at: span) { return result }
    if let body = builtins.prefixOperators[name] {
      return try run(body, BuiltinCall(arguments: [Argument(value, span: operand.span)], span: span))
    }
    throw error("type.operands", "'\(name)' is not defined on \(value.summary)", at: span)
  }

  /// An infix operator.
  func evaluateInfix(
    _ left: Expression, _ name: String, _ right: Expression, _ scope: Scope, _ expected: SwiftType?,
    at span: SourceSpan
  ) throws -> AbstractValue {
    switch name {
    case "&&", "||":
      let first = try isTrue(try evaluate(left, scope), at: left.span)
      if first == (name == "||") { return .bool(first) }
      return .bool(try isTrue(try evaluate(right, scope), at: right.span))
    case "??":
      let first = try evaluate(left, scope, expected: expected.map { .optional($0) })
      guard case .optional(let value) = first else {
        throw error("type.optional", "'??' needs an optional on its left", at: span)
      }
      return try value ?? evaluate(right, scope, expected: expected)
    case "...", "..<": return try range(left, name, right, scope, at: span)
    case "===", "!==":
      let same = try isSame(try evaluate(left, scope), try evaluate(right, scope), at: span)
      return .bool(same == (name == "==="))
    default: break
    }
    let (a, b) = try operands(left, name, right, scope, expected, at: span)
    return try infix(name, a, b, at: span, spans: (left.span, right.span))
  }

  /// An infix operator on values.
  func infix(
    _ name: String, _ a: AbstractValue, _ b: AbstractValue, at span: SourceSpan,
    spans: (SourceSpan, SourceSpan)? = nil
  ) throws -> AbstractValue {
    if let result = try userOperator(name, [a, b], at: span) { return result }
    if name == "==" || name == "!=", case .native(let left as GraphDefValue) = a,
      case .native(let right as GraphDefValue) = b
    {
      // What variables' makers say about them is part of a structure.
      readsMetadata = true
      do { return .bool(try left.isEqual(to: right) == (name == "==")) } catch {
        throw self.error(error.id, error.message, at: span)
      }
    }
    try spend(on: [a, b], at: span)
    if let result = try staticInfix(name, a, b, at: span) { return result }
    if name == "+", case .array(let first) = a, case .array(let second) = b { return .array(first + second) }
    if let body = builtins.infixOperators[name] {
      let arguments = [Argument(a, span: spans?.0 ?? span), Argument(b, span: spans?.1 ?? span)]
      return try run(body, BuiltinCall(arguments: arguments, span: span))
    }
    throw error("type.operands", "'\(name)' is not defined on \(a.summary) and \(b.summary)", at: span)
  }

  /// Both operands: a literal takes the type of the other operand.
  private func operands(
    _ left: Expression, _ name: String, _ right: Expression, _ scope: Scope, _ expected: SwiftType?,
    at span: SourceSpan
  ) throws -> (AbstractValue, AbstractValue) {
    let shapes = (LiteralShape(left), LiteralShape(right))
    let isArithmetic = ["+", "-", "*", "/", "%"].contains(name)
    let context = isArithmetic ? expected.flatMap { $0.isNumeric ? $0 : nil } : nil
    switch shapes {
    case (let a?, let b?):
      // A literal with a decimal point makes its neighbour one too.
      let type = context ?? (a.isInteger && b.isInteger ? nil : .real(.double))
      return (try evaluate(left, scope, expected: type), try evaluate(right, scope, expected: type))
    case (let a?, nil):
      let second = try evaluate(right, scope, expected: context)
      return (try literal(left, a, beside: second, scope), second)
    case (nil, let b?):
      let first = try evaluate(left, scope, expected: context)
      return (first, try literal(right, b, beside: first, scope))
    case (nil, nil):
      if takesElementType(left), !takesElementType(right) {
        let second = try evaluate(right, scope, expected: context)
        return (try evaluate(left, scope, expected: context ?? elementContext(of: second)), second)
      }
      let first = try evaluate(left, scope, expected: context)
      var expectedRight = context
      if isUntypedTensor(right) { expectedRight = elementContext(of: first) }
      if case .member(nil, _, _) = right.kind { expectedRight = type(of: first) }
      if case .call(let callee, _) = right.kind, case .member(nil, _, _) = callee.kind {
        expectedRight = type(of: first)
      }
      var second = try evaluate(right, scope, expected: expectedRight)
      var resolved = first
      if case .implicitMember = first { resolved = try coerce(first, to: type(of: second), at: left.span) }
      if case .array(let elements) = second, elements.isEmpty { second = .array([]) }
      return (resolved, second)
    }
  }

  private func literal(
    _ expression: Expression, _ shape: LiteralShape, beside other: AbstractValue, _ scope: Scope
  ) throws -> AbstractValue {
    switch other {
    case .integer(_, let type): return try evaluate(expression, scope, expected: .integer(type))
    case .real(_, let type): return try evaluate(expression, scope, expected: .real(type))
    case .tensor(let tensor):
      if shape.divides, shape.isInteger {
        throw error(
          "type.literal",
          "whether this division of literals is one of integers depends on Swift's overloads; write its value with a "
            + "decimal point", at: expression.span)
      }
      if tensor.isScalar { return try evaluate(expression, scope, expected: type(of: other)) }
      return try evaluate(expression, scope)
    default: return try evaluate(expression, scope)
    }
  }

  private func range(
    _ left: Expression, _ name: String, _ right: Expression, _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue {
    guard case .integer(let lower, _) = try evaluate(left, scope) else {
      throw error("type.range", "a range needs integers that are known when the code is generated", at: left.span)
    }
    if case .nilLiteral = right.kind { return .range(lower: lower, upper: nil, isClosed: false) }
    guard case .integer(let upper, _) = try evaluate(right, scope) else {
      throw error("type.range", "a range needs integers that are known when the code is generated", at: right.span)
    }
    guard lower <= upper else {
      throw error("value.range", "the range \(lower)\(name)\(upper) ends before it begins", at: span)
    }
    return .range(lower: lower, upper: upper, isClosed: name == "...")
  }

  private func isSame(_ a: AbstractValue, _ b: AbstractValue, at span: SourceSpan) throws -> Bool {
    switch (a, b) {
    case (.object(let x), .object(let y)): return x === y
    case (.variable(let x), .variable(let y)): return x === y
    case (.optional(let x), .optional(let y)):
      guard let x, let y else { return x == nil && y == nil }
      return try isSame(x, y, at: span)
    case (.optional(let x), _): return try x.map { try isSame($0, b, at: span) } ?? false
    case (_, .optional): return try isSame(b, a, at: span)
    default: throw error("type.operands", "identity is defined on objects only", at: span)
    }
  }

  /// An operator that the sources declare for these operands: a static method of an operand's type, or a free one.
  func userOperator(_ name: String, _ operands: [AbstractValue], at span: SourceSpan) throws -> AbstractValue? {
    var candidates: [FunctionDeclaration] = []
    for operand in operands {
      for owner in lineage(declaration(of: operand)) {
        candidates += declarations.members(owner.staticMethods[name], from: span.file).flatMap { $0 }
          .filter { $0.body != nil }
      }
    }
    candidates += declarations.tiers(declarations.operators[name], from: span.file).flatMap { $0 }
    let arguments = operands.map { Argument($0, span: span) }
    for candidate in candidates {
      guard let bound = bindInOrder(arguments, to: candidate.parameters) else { continue }
      let scope = Scope(parent: nil, enclosingType: candidate.enclosingType)
      var fits = true
      for (parameter, operand) in zip(candidate.parameters, operands) {
        let type = try resolve(parameter.type, genericScope(candidate, scope))
        if type == .any("Self") { continue }
        if matches(operand, type) == nil { fits = false }
      }
      guard fits else { continue }
      let receiver = candidate.enclosingType.map { AbstractValue.type(.nominal($0, [])) }
      return try invoke(candidate, bound, Scope(parent: nil), receiver: receiver, at: span)
    }
    return nil
  }
}
