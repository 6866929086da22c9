import AdjointDiagnostics
import SwiftSyntax

extension Reader {
  /// Reads a list of statements.
  func statements(_ list: CodeBlockItemListSyntax) -> [Statement] {
    list.flatMap { item -> [Statement] in
      switch item.item {
      case .decl(let syntax): declaration(syntax)
      case .stmt(let syntax): [statement(syntax, label: nil)]
      case .expr(let syntax): [expressionStatement(syntax, label: nil)]
      }
    }
  }

  private func expressionStatement(_ syntax: ExprSyntax, label: String?) -> Statement {
    let place = span(syntax)
    if let node = syntax.as(IfExprSyntax.self) { return Statement(kind: .if(ifNode(node, label: label)), span: place) }
    if let node = syntax.as(SwitchExprSyntax.self) {
      return Statement(kind: .switch(switchNode(node, label: label)), span: place)
    }
    return Statement(kind: .expression(expression(syntax)), span: place)
  }

  private func statement(_ syntax: StmtSyntax, label: String?) -> Statement {
    func make(_ kind: Statement.Kind) -> Statement { Statement(kind: kind, span: span(syntax)) }
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .expressionStmt(let node): return expressionStatement(node.expression, label: label)
    case .labeledStmt(let node): return statement(node.statement, label: node.label.plainText)
    case .returnStmt(let node): return make(.return(node.expression.map(expression)))
    case .guardStmt(let node):
      return make(.guard(conditions(node.conditions), statements(node.body.statements)))
    case .whileStmt(let node):
      return make(.while(conditions(node.conditions), statements(node.body.statements), label: label))
    case .repeatStmt(let node):
      return make(.repeat(statements(node.body.statements), expression(node.condition), label: label))
    case .forStmt(let node):
      if node.awaitKeyword != nil {
        return make(.unsupported(refusal("fence.async", "'for await' cannot be compiled", syntax)))
      }
      if node.caseKeyword != nil {
        return make(
          .unsupported(
            refusal("fence.for-case", "'for case' cannot be compiled; write 'if case' inside the loop", syntax)))
      }
      return make(
        .for(
          ForNode(
            pattern: pattern(node.pattern, isLet: true), sequence: expression(node.sequence),
            filter: node.whereClause.map { expression($0.condition) }, body: statements(node.body.statements),
            label: label)))
    case .breakStmt(let node): return make(.break(node.label?.plainText))
    case .continueStmt(let node): return make(.continue(node.label?.plainText))
    case .fallThroughStmt: return make(.fallthrough)
    case .deferStmt(let node): return make(.defer(statements(node.body.statements)))
    case .doStmt(let node):
      if let first = node.catchClauses.first {
        return make(
          .unsupported(
            refusal(
              "fence.catch", "'do … catch' cannot be compiled: an error stops the generator; remove the catch", first)))
      }
      return make(.block(statements(node.body.statements), label: label))
    case .throwStmt: return make(.throw)
    default: return make(.unsupported(unknownSyntax(syntax)))
    }
  }

  func ifNode(_ node: IfExprSyntax, label: String?) -> IfNode {
    let otherwise: [Statement]? =
      switch node.elseBody {
      case .codeBlock(let block): statements(block.statements)
      case .ifExpr(let next): [Statement(kind: .if(ifNode(next, label: label)), span: span(next))]
      case nil: nil
      }
    return IfNode(
      conditions: conditions(node.conditions), then: statements(node.body.statements), otherwise: otherwise,
      label: label, span: span(node))
  }

  func switchNode(_ node: SwitchExprSyntax, label: String?) -> SwitchNode {
    var cases: [SwitchNode.Case] = []
    for item in node.cases {
      guard case .switchCase(let item) = item else {
        cases.append(
          .init(
            items: [], isDefault: true, body: [Statement(kind: .unsupported(unknownSyntax(item)), span: span(item))]
          ))
        continue
      }
      let body = statements(item.statements)
      switch item.label {
      case .default: cases.append(.init(items: [], isDefault: true, body: body))
      case .case(let label):
        let items = label.caseItems.map { item in
          (pattern(item.pattern, isLet: nil), item.whereClause.map { expression($0.condition) })
        }
        cases.append(.init(items: items, isDefault: false, body: body))
      }
    }
    return SwitchNode(subject: expression(node.subject), cases: cases, label: label, span: span(node))
  }

  private func conditions(_ list: ConditionElementListSyntax) -> [Condition] {
    list.map { element in
      switch element.condition {
      case .expression(let syntax): return .expression(expression(syntax))
      case .optionalBinding(let binding):
        let name = pattern(binding.pattern, isLet: binding.bindingSpecifier.text != "var")
        if let value = binding.initializer { return .optional(name, expression(value.value)) }
        guard case .binding(let text, _) = name.kind else { return .unsupported(unknownSyntax(binding)) }
        return .optional(name, Expression(.name(text, []), at: span(binding.pattern)))
      case .matchingPattern(let match):
        return .pattern(pattern(match.pattern, isLet: nil), expression(match.initializer.value))
      case .availability(let node): return .unsupported(unknownSyntax(node))
      }
    }
  }
}
