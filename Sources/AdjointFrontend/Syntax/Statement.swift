import AdjointDiagnostics

/// A statement of the subset.
struct Statement {
  indirect enum Kind {
    case binding([BindingNode], isLet: Bool)
    case function(FunctionDeclaration)
    case type(TypeDeclaration)
    case expression(Expression)
    case `return`(Expression?)
    case `if`(IfNode)
    case `guard`([Condition], [Statement])
    case `while`([Condition], [Statement], label: String?)
    case `repeat`([Statement], Expression, label: String?)
    case `for`(ForNode)
    case `switch`(SwitchNode)
    case block([Statement], label: String?)
    case `defer`([Statement])
    case `break`(String?)
    case `continue`(String?)
    case `fallthrough`
    /// `throw`: an error where elaboration reaches it.
    case `throw`
    case unsupported(Finding)
  }

  var kind: Kind
  var span: SourceSpan
}

/// `pattern: type = initialiser`, or a computed variable.
struct BindingNode {
  var pattern: Pattern
  var type: TypeNode?
  var initialiser: Expression?
  var getter: FunctionDeclaration?
}

struct IfNode {
  var conditions: [Condition]
  var then: [Statement]
  var otherwise: [Statement]?
  var label: String?
  var span: SourceSpan
}

/// One condition of an `if`, `guard` or `while`.
enum Condition {
  case expression(Expression)
  /// `let pattern = expression`; nil expression is the shorthand `if let x`.
  case optional(Pattern, Expression)
  case pattern(Pattern, Expression)
  case unsupported(Finding)
}

struct ForNode {
  var pattern: Pattern
  var sequence: Expression
  var filter: Expression?
  var body: [Statement]
  var label: String?
}

struct SwitchNode {
  struct Case {
    /// Empty for `default`.
    var items: [(pattern: Pattern, filter: Expression?)]
    var isDefault: Bool
    var body: [Statement]
  }

  var subject: Expression
  var cases: [Case]
  var label: String?
  var span: SourceSpan
}
