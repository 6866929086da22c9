import AdjointDiagnostics
import SwiftSyntax

extension Reader {
  /// Reads an expression; operators must have been folded.
  func expression(_ syntax: ExprSyntax) -> Expression {
    let (result, hasChain) = postfix(syntax)
    return hasChain ? Expression(.chain(result), at: result.span, focus: result.focus) : result
  }

  /// Reads an expression that may be the base of a longer one, and says whether an optional chain runs through it.
  private func postfix(_ syntax: ExprSyntax) -> (Expression, hasChain: Bool) {
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .memberAccessExpr(let node): return member(node)
    case .functionCallExpr(let node): return call(node)
    case .subscriptCallExpr(let node):
      let (base, hasChain) = postfix(node.calledExpression)
      guard node.trailingClosure == nil else { return (unsupported(unknownSyntax(syntax), syntax), false) }
      return (
        Expression(.subscript(base, arguments(node.arguments)), at: base.span, focus: span(node.leftSquare)), hasChain
      )
    case .optionalChainingExpr(let node):
      let base = postfix(node.expression).0
      return (Expression(.chained(base), at: base.span), true)
    case .forceUnwrapExpr(let node):
      let (base, hasChain) = postfix(node.expression)
      return (Expression(.forced(base), at: base.span, focus: span(node.exclamationMark)), hasChain)
    default: return (simple(syntax), false)
    }
  }

  private func member(_ node: MemberAccessExprSyntax) -> (Expression, hasChain: Bool) {
    let name = node.declName.baseName
    if node.declName.argumentNames != nil {
      let finding = refusal(
        "fence.function-name", "a function named with its labels cannot be compiled; write a closure that calls it",
        node.declName)
      return (unsupported(finding, ExprSyntax(node)), false)
    }
    guard let base = node.base else {
      return (Expression(.member(nil, name.plainText, []), at: span(node), focus: span(name)), false)
    }
    let (value, hasChain) = postfix(base)
    return (
      Expression(.member(value, name.plainText, []), at: value.span, focus: span(name)), hasChain
    )
  }

  private func call(_ node: FunctionCallExprSyntax) -> (Expression, hasChain: Bool) {
    let (callee, hasChain) = postfix(node.calledExpression)
    var list = arguments(node.arguments)
    if let closure = node.trailingClosure {
      list.append(ArgumentNode(label: nil, expression: expression(ExprSyntax(closure)), isTrailing: true))
    }
    for further in node.additionalTrailingClosures {
      list.append(
        ArgumentNode(
          label: further.label.plainText, expression: expression(ExprSyntax(further.closure)), isTrailing: true))
    }
    return (Expression(.call(callee, list), at: callee.span, focus: callee.focus), hasChain)
  }

  /// Reads the arguments of a call or the elements of a tuple.
  func arguments(_ list: LabeledExprListSyntax) -> [ArgumentNode] {
    list.map { ArgumentNode(label: $0.label?.plainText, expression: expression($0.expression)) }
  }

  func unsupported(_ finding: Finding, _ syntax: ExprSyntax) -> Expression {
    Expression(.unsupported(finding), at: span(syntax))
  }

  private func simple(_ syntax: ExprSyntax) -> Expression {
    func make(_ kind: Expression.Kind) -> Expression { Expression(kind, at: span(syntax)) }
    func refuse(_ id: String, _ message: String) -> Expression { unsupported(refusal(id, message, syntax), syntax) }
    switch Syntax(syntax).as(SyntaxEnum.self) {
    case .integerLiteralExpr(let node):
      guard let value = node.representedLiteralValue else {
        return refuse("type.literal", "the number \(node.literal.text) does not fit Int")
      }
      return make(.integer(value))
    case .floatLiteralExpr(let node):
      guard let value = node.representedLiteralValue else {
        return refuse("type.literal", "the number \(node.literal.text) does not fit Double")
      }
      return make(.real(value))
    case .booleanLiteralExpr(let node): return make(.bool(node.literal.text == "true"))
    case .nilLiteralExpr: return make(.nilLiteral)
    case .stringLiteralExpr(let node): return make(.string(segments(node)))
    case .declReferenceExpr(let node):
      if node.argumentNames != nil {
        return refuse(
          "fence.function-name", "a function named with its labels cannot be compiled; write a closure that calls it")
      }
      if case .binaryOperator = node.baseName.tokenKind { return make(.operatorName(node.baseName.text)) }
      return make(.name(node.baseName.plainText, []))
    case .genericSpecializationExpr(let node):
      var base = expression(node.expression)
      let generics = genericArguments(node.genericArgumentClause)
      switch base.kind {
      case .name(let name, _): base.kind = .name(name, generics)
      case .member(let owner, let name, _): base.kind = .member(owner, name, generics)
      default: return unsupported(unknownSyntax(syntax), syntax)
      }
      return base
    case .superExpr:
      return refuse("fence.inheritance", "'super' cannot be compiled; hold the other object in a property")
    case .prefixOperatorExpr(let node):
      return Expression(.prefix(node.operator.text, expression(node.expression)), at: span(syntax))
    case .postfixOperatorExpr(let node):
      if node.operator.text == "..." {
        let base = expression(node.expression)
        return Expression(.infix(base, "...", make(.nilLiteral)), at: base.span, focus: span(node.operator))
      }
      return refuse(
        "fence.operator", "the postfix operator '\(node.operator.text)' cannot be compiled; call a function")
    case .infixOperatorExpr(let node): return infix(node)
    case .ternaryExpr(let node):
      let condition = expression(node.condition)
      return Expression(
        .ternary(condition, expression(node.thenExpression), expression(node.elseExpression)), at: condition.span)
    case .tupleExpr(let node):
      if node.elements.count == 1, let only = node.elements.first, only.label == nil {
        return expression(only.expression)
      }
      return make(.tuple(arguments(node.elements)))
    case .arrayExpr(let node): return make(.array(node.elements.map { expression($0.expression) }))
    case .dictionaryExpr(let node):
      guard case .elements(let elements) = node.content else { return make(.dictionary([])) }
      return make(.dictionary(elements.map { (expression($0.key), expression($0.value)) }))
    case .closureExpr(let node): return closure(node)
    case .asExpr(let node):
      let base = expression(node.expression)
      let kind: Expression.CastKind =
        switch node.questionOrExclamationMark?.text {
        case "?": .conditional
        case "!": .forced
        default: .coerce
        }
      return Expression(.cast(base, type(node.type), kind), at: base.span, focus: span(node.asKeyword))
    case .isExpr(let node):
      let base = expression(node.expression)
      return Expression(.cast(base, type(node.type), .check), at: base.span, focus: span(node.isKeyword))
    case .inOutExpr(let node): return make(.reference(expression(node.expression)))
    case .typeExpr(let node): return make(.type(type(node.type)))
    case .ifExpr(let node): return make(.ifExpression(ifNode(node, label: nil)))
    case .switchExpr(let node): return make(.switchExpression(switchNode(node, label: nil)))
    case .discardAssignmentExpr: return make(.discard)
    case .tryExpr(let node):
      guard node.questionOrExclamationMark?.text != "?" else {
        return refuse("fence.try", "'try?' cannot be compiled: an error stops the generator; use 'try'")
      }
      return expression(node.expression)
    case .consumeExpr(let node): return expression(node.expression)
    case .copyExpr(let node): return expression(node.expression)
    case .awaitExpr: return refuse("fence.async", "'await' cannot be compiled: a step runs on one thread of control")
    case .keyPathExpr: return refuse("fence.key-path", "a key path cannot be compiled; write a closure instead")
    case .macroExpansionExpr:
      return refuse("fence.macro", "a macro cannot be compiled, since it is not expanded here; write its expansion")
    case .regexLiteralExpr: return refuse("fence.regex", "a regular expression cannot be compiled")
    default: return unsupported(unknownSyntax(syntax), syntax)
    }
  }

  private func infix(_ node: InfixOperatorExprSyntax) -> Expression {
    let left = expression(node.leftOperand)
    let focus = span(node.operator)
    if node.operator.is(AssignmentExprSyntax.self) {
      return Expression(.assignment(left, nil, expression(node.rightOperand)), at: left.span, focus: focus)
    }
    guard let token = node.operator.as(BinaryOperatorExprSyntax.self)?.operator.text else {
      return unsupported(unknownSyntax(node.operator), ExprSyntax(node))
    }
    let right = expression(node.rightOperand)
    let comparisons: Set<String> = ["==", "!=", "<=", ">=", "===", "!==", ".==", ".!=", ".<=", ".>="]
    if token.count > 1, token.hasSuffix("="), !comparisons.contains(token) {
      return Expression(.assignment(left, String(token.dropLast()), right), at: left.span, focus: focus)
    }
    return Expression(.infix(left, token, right), at: left.span, focus: focus)
  }

  private func segments(_ node: StringLiteralExprSyntax) -> [StringSegment] {
    if let text = node.representedLiteralValue { return [.text(text)] }
    return node.segments.map { segment in
      switch segment {
      case .stringSegment(let part):
        .text(
          part.content.text.replacing("\\n", with: "\n").replacing("\\t", with: "\t").replacing("\\\"", with: "\""))
      case .expressionSegment(let part):
        if let only = part.expressions.first, part.expressions.count == 1 {
          .interpolation(expression(only.expression))
        } else {
          .interpolation(
            Expression(.unsupported(unknownSyntax(part)), at: span(part)))
        }
      }
    }
  }

  private func closure(_ node: ClosureExprSyntax) -> Expression {
    var parameters: [ClosureNode.Parameter] = []
    var captures: [(name: String, expression: Expression)] = []
    if let signature = node.signature {
      if signature.effectSpecifiers?.asyncSpecifier != nil {
        return unsupported(
          refusal("fence.async", "an asynchronous closure cannot be compiled", signature), ExprSyntax(node))
      }
      switch signature.parameterClause {
      case .simpleInput(let list): parameters = list.map { .init(name: $0.name.plainText, type: nil) }
      case .parameterClause(let clause):
        parameters = clause.parameters.map {
          .init(name: ($0.secondName ?? $0.firstName).plainText, type: $0.type.map(type))
        }
      case nil: break
      }
      for capture in signature.capture?.items ?? [] {
        let name = capture.name.plainText
        let value =
          capture.initializer.map { expression($0.value) } ?? Expression(.name(name, []), at: span(capture.name))
        captures.append((name, value))
      }
    }
    let statements = statements(node.statements)
    let counter = AnonymousCounter(viewMode: .sourceAccurate)
    if parameters.isEmpty { counter.walk(node.statements) }
    return Expression(
      .closure(
        ClosureNode(
          parameters: parameters, anonymousCount: counter.count, captures: captures,
          result: node.signature?.returnClause.map { type($0.type) }, body: statements, span: span(node))),
      at: span(node))
  }
}

/// Finds how many `$n` a closure uses, not looking into closures inside.
private final class AnonymousCounter: SyntaxVisitor {
  var count = 0

  override func visit(_ node: ClosureExprSyntax) -> SyntaxVisitorContinueKind { .skipChildren }

  override func visit(_ node: DeclReferenceExprSyntax) -> SyntaxVisitorContinueKind {
    // A larger number names no argument, and is refused where it is looked up.
    if node.baseName.text.hasPrefix("$"), let number = UInt16(node.baseName.text.dropFirst()) {
      count = max(count, Int(number) + 1)
    }
    return .skipChildren
  }
}
