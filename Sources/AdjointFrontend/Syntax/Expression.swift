import AdjointDiagnostics

/// An expression of the subset, without swift-syntax: what elaboration reads.
struct Expression {
  indirect enum Kind {
    /// The digits' value; nil digits do not occur, a number that no type can hold is refused when it is lowered.
    case integer(Int)
    case real(Double)
    case string([StringSegment])
    case bool(Bool)
    case nilLiteral
    /// A local, a member of `self`, a global, a function or a type; `self`, `$0`; with generic arguments.
    case name(String, [TypeNode])
    /// `base.name`; without a base it is an implicit member.
    case member(Expression?, String, [TypeNode])
    case call(Expression, [ArgumentNode])
    case `subscript`(Expression, [ArgumentNode])
    case prefix(String, Expression)
    /// Arithmetic, comparison, user-defined operators, and the short-circuiting `&&`, `||`, `??`.
    case infix(Expression, String, Expression)
    /// `=` where the operator is nil, else `+=` and the like.
    case assignment(Expression, String?, Expression)
    case ternary(Expression, Expression, Expression)
    case tuple([ArgumentNode])
    case array([Expression])
    case dictionary([(key: Expression, value: Expression)])
    case closure(ClosureNode)
    case cast(Expression, TypeNode, CastKind)
    /// `base?` inside an optional chain.
    case chained(Expression)
    /// The whole of an optional chain.
    case chain(Expression)
    case forced(Expression)
    /// `&x` as an argument.
    case reference(Expression)
    /// A type in expression position: `[Float]`, `Tensor<Float>`.
    case type(TypeNode)
    case ifExpression(IfNode)
    case switchExpression(SwitchNode)
    /// An infix operator as a value: `reduce(0, +)`.
    case operatorName(String)
    case discard
    /// Refused: evaluating it throws this finding.
    case unsupported(Finding)
  }

  enum CastKind { case coerce, conditional, forced, check }

  var kind: Kind
  var span: SourceSpan
  /// Where an error about the operation itself points: the operator, the member's name, else `span`.
  var focus: SourceSpan

  init(_ kind: Kind, at span: SourceSpan, focus: SourceSpan? = nil) {
    self.kind = kind
    self.span = span
    self.focus = focus ?? span
  }
}

/// A part of a string literal.
enum StringSegment {
  case text(String)
  case interpolation(Expression)
}

/// One argument of a call as written; trailing closures come last.
struct ArgumentNode {
  var label: String?
  var expression: Expression
  var isTrailing = false
}

/// `{ parameters in statements }`.
final class ClosureNode {
  struct Parameter {
    var name: String
    var type: TypeNode?
  }

  let parameters: [Parameter]
  /// How many `$n` parameters the body uses where none are named.
  let anonymousCount: Int
  let captures: [(name: String, expression: Expression)]
  let result: TypeNode?
  let body: [Statement]
  let span: SourceSpan

  init(
    parameters: [Parameter], anonymousCount: Int, captures: [(name: String, expression: Expression)],
    result: TypeNode?, body: [Statement], span: SourceSpan
  ) {
    self.parameters = parameters
    self.anonymousCount = anonymousCount
    self.captures = captures
    self.result = result
    self.body = body
    self.span = span
  }
}

/// A type as written.
struct TypeNode {
  indirect enum Kind {
    /// `A.B<C>`: components with the generic arguments of the last.
    case named([String], [TypeNode])
    case array(TypeNode)
    case dictionary(TypeNode, TypeNode)
    case optional(TypeNode)
    case tuple([(label: String?, type: TypeNode)])
    case function([TypeNode], TypeNode)
    /// A type that is refused where it matters.
    case unsupported(Finding)
  }

  var kind: Kind
  var span: SourceSpan
  /// The source's spelling.
  var text: String
  var isInout = false
  var isConsuming = false
}

/// A pattern of a `let`, `if case` or `switch`.
struct Pattern {
  indirect enum Kind {
    case wildcard
    /// Binds a new name; `var` where mutable.
    case binding(String, isLet: Bool)
    case tuple([(label: String?, pattern: Pattern)])
    /// `.name(patterns)`; the type may be written in front.
    case enumCase(String, [(label: String?, pattern: Pattern)]?)
    /// `let x?`.
    case some(Pattern)
    case isType(TypeNode)
    case asType(Pattern, TypeNode)
    /// Compared with `==`, or contained in a range.
    case expression(Expression)
    case unsupported(Finding)
  }

  var kind: Kind
  var span: SourceSpan
}
