import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// Whether all conditions hold; what they bind is declared in `scope`.
  func holds(_ conditions: [Condition], _ scope: Scope) throws -> Bool {
    for condition in conditions {
      switch condition {
      case .expression(let expression):
        guard try isTrue(try evaluate(expression, scope), at: expression.span) else { return false }
      case .optional(let pattern, let expression):
        guard case .optional(let value) = try evaluate(expression, scope) else {
          throw error("type.optional", "'if let' needs an optional", at: expression.span)
        }
        guard let value else { return false }
        guard try match(pattern, value, scope) else { return false }
      case .pattern(let pattern, let expression):
        guard try match(pattern, try evaluate(expression, scope), scope) else { return false }
      case .unsupported(let finding): throw finding
      }
    }
    return true
  }

  /// Whether a value matches a pattern; what the pattern binds is declared in `scope`.
  func match(_ pattern: Pattern, _ value: AbstractValue, _ scope: Scope, type: SwiftType? = nil) throws -> Bool {
    switch pattern.kind {
    case .wildcard: return true
    case .binding(let name, let isLet):
      scope.declare(name, heap.makeStorage(name, value, isLet: isLet, type: type))
      return true
    case .tuple(let parts):
      guard case .tuple(let elements) = value, elements.count == parts.count else { return false }
      for (part, element) in zip(parts, elements) {
        guard try match(part.pattern, element.value, scope) else { return false }
      }
      return true
    case .some(let inner):
      guard case .optional(let wrapped?) = value else { return false }
      return try match(inner, wrapped, scope)
    case .enumCase(let name, let parts): return try match(name, parts, value, scope, at: pattern.span)
    case .isType(let node): return conforms(value, to: try resolve(node, scope))
    case .asType(let inner, let node):
      return try conforms(value, to: try resolve(node, scope)) && match(inner, value, scope)
    case .expression(let expression): return try match(expression, value, scope)
    case .unsupported(let finding): throw finding
    }
  }

  private func match(
    _ name: String, _ parts: [(label: String?, pattern: Pattern)]?, _ value: AbstractValue, _ scope: Scope,
    at span: SourceSpan
  ) throws -> Bool {
    switch value {
    case .optional(let wrapped):
      if name == "none" { return wrapped == nil }
      guard let wrapped else { return false }
      if name == "some" {
        guard let parts, parts.count == 1 else { return true }
        return try match(parts[0].pattern, wrapped, scope)
      }
      return try match(name, parts, wrapped, scope, at: span)
    case .enumeration(let value):
      guard value.declaration.cases.contains(where: { $0.name == name }) else {
        throw unknownMember(name, of: "type '\(value.declaration.name)'", at: span)
      }
      guard value.caseName == name else { return false }
      guard let parts else { return true }
      // `case .a(let pair)` may take the whole payload.
      if parts.count == 1, value.payload.count > 1 { return try match(parts[0].pattern, .tuple(value.payload), scope) }
      guard parts.count == value.payload.count else {
        throw error("type.pattern", "'.\(name)' has \(value.payload.count) associated values", at: span)
      }
      for (part, element) in zip(parts, value.payload) {
        guard try match(part.pattern, element.value, scope) else { return false }
      }
      return true
    case .native(let value as any CaseValue):
      let (caseName, payload) = value.caseAndPayload
      guard caseName == name else { return false }
      guard let parts else { return true }
      guard parts.count == payload.count else {
        throw error("type.pattern", "'.\(name)' has \(payload.count) associated values", at: span)
      }
      for (part, element) in zip(parts, payload) {
        guard try match(part.pattern, element, scope) else { return false }
      }
      return true
    default:
      guard let expected = try staticMember(name, of: type(of: value), at: span) else {
        throw unknownMember(name, of: value.summary, at: span)
      }
      return try isTrue(try infix("==", value, expected, at: span), at: span)
    }
  }

  /// `~=`: a range contains, everything else is equal.
  private func match(_ expression: Expression, _ value: AbstractValue, _ scope: Scope) throws -> Bool {
    let wanted = try evaluate(expression, scope, expected: type(of: value))
    switch (wanted, value) {
    case (.range(let lower, let upper, let isClosed), .integer(let number, _)):
      if let lower, number < lower { return false }
      if let upper, isClosed ? number > upper : number >= upper { return false }
      return true
    case (.optional(nil), .optional(let wrapped)): return wrapped == nil
    case (_, .optional(nil)): return false
    case (_, .optional(let wrapped?)):
      return try isTrue(try infix("==", wrapped, wanted, at: expression.span), at: expression.span)
    default: return try isTrue(try infix("==", value, wanted, at: expression.span), at: expression.span)
    }
  }
}
