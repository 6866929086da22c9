import AdjointDiagnostics
import SwiftSyntax

extension Reader {
  /// Reads a pattern; `isLet` is what an enclosing `let` or `var` says, nil outside of one.
  func pattern(_ syntax: PatternSyntax, isLet: Bool?) -> Pattern {
    func make(_ kind: Pattern.Kind) -> Pattern { Pattern(kind: kind, span: span(syntax)) }
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .identifierPattern(let node): return make(.binding(node.identifier.plainText, isLet: isLet ?? true))
    case .wildcardPattern: return make(.wildcard)
    case .tuplePattern(let node):
      return make(.tuple(node.elements.map { ($0.label?.plainText, pattern($0.pattern, isLet: isLet)) }))
    case .valueBindingPattern(let node):
      return pattern(node.pattern, isLet: node.bindingSpecifier.text != "var")
    case .isTypePattern(let node): return make(.isType(type(node.type)))
    case .expressionPattern(let node): return pattern(node.expression, isLet: isLet)
    default: return make(.unsupported(unknownSyntax(syntax)))
    }
  }

  /// Reads a pattern that the parser saw as an expression: `.some(let x)`, `x?`, `0 ..< 3`.
  private func pattern(_ syntax: ExprSyntax, isLet: Bool?) -> Pattern {
    func make(_ kind: Pattern.Kind) -> Pattern { Pattern(kind: kind, span: span(syntax)) }
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .patternExpr(let node): return pattern(node.pattern, isLet: isLet)
    case .discardAssignmentExpr: return make(.wildcard)
    case .declReferenceExpr(let node) where isLet != nil:
      return make(.binding(node.baseName.plainText, isLet: isLet ?? true))
    case .optionalChainingExpr(let node): return make(.some(pattern(node.expression, isLet: isLet)))
    case .tupleExpr(let node):
      if node.elements.count == 1, let only = node.elements.first, only.label == nil {
        return pattern(only.expression, isLet: isLet)
      }
      return make(.tuple(node.elements.map { ($0.label?.plainText, pattern($0.expression, isLet: isLet)) }))
    case .asExpr(let node) where node.questionOrExclamationMark == nil:
      return make(.asType(pattern(node.expression, isLet: isLet), type(node.type)))
    case .memberAccessExpr(let node) where node.base == nil || startsUppercase(node.base):
      return make(.enumCase(node.declName.baseName.plainText, nil))
    case .functionCallExpr(let node):
      if let callee = node.calledExpression.as(MemberAccessExprSyntax.self),
        callee.base == nil || startsUppercase(callee.base), node.trailingClosure == nil
      {
        let parts = node.arguments.map { ($0.label?.plainText, pattern($0.expression, isLet: isLet)) }
        return make(.enumCase(callee.declName.baseName.plainText, parts))
      }
      return make(.expression(expression(syntax)))
    default: return make(.expression(expression(syntax)))
    }
  }

  private func startsUppercase(_ base: ExprSyntax?) -> Bool {
    base?.as(DeclReferenceExprSyntax.self)?.baseName.text.first?.isUppercase ?? false
  }
}
