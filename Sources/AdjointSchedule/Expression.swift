import AdjointIR

/// An integer `constant + Σ coefficient · variable` over loop indices (and integer scalars, where rows are gathered).
public struct Index: Hashable, Sendable {
  /// One product.
  public struct Term: Hashable, Sendable {
    /// The variable's number.
    public var variable: Int
    /// Its factor, which is not 0.
    public var coefficient: Int

    /// Makes a term.
    public init(variable: Int, coefficient: Int) {
      self.variable = variable
      self.coefficient = coefficient
    }
  }

  /// The part that does not vary.
  public var constant: Int
  /// By ascending variable; no coefficient is 0.
  public var terms: [Term]

  /// Makes an index from terms in any order; terms of one variable are added.
  public init(constant: Int = 0, terms: [Term] = []) {
    self.constant = constant
    var sorted: [Term] = []
    for term in terms.sorted(by: { $0.variable < $1.variable }) {
      if sorted.last?.variable == term.variable {
        sorted[sorted.count - 1].coefficient += term.coefficient
      } else {
        sorted.append(term)
      }
    }
    self.terms = sorted.filter { $0.coefficient != 0 }
  }

  /// The index that is one variable.
  public init(variable: Int) { self.init(terms: [Term(variable: variable, coefficient: 1)]) }

  /// The factor of a variable, 0 where it does not occur.
  public func coefficient(of variable: Int) -> Int {
    terms.first { $0.variable == variable }?.coefficient ?? 0
  }

  /// The sum of two indices.
  public static func + (left: Index, right: Index) -> Index {
    Index(constant: left.constant + right.constant, terms: left.terms + right.terms)
  }

  /// A multiple of an index.
  public static func * (left: Index, right: Int) -> Index {
    Index(
      constant: left.constant * right,
      terms: left.terms.map { Term(variable: $0.variable, coefficient: $0.coefficient * right) })
  }
}

/// A scalar. Every call is rounded on its own to its element type; nothing is contracted or reassociated.
public indirect enum Expression: Hashable, Sendable {
  /// An element of a buffer.
  case load(buffer: Int, at: Index)
  /// A variable that a statement before has defined.
  case variable(Int)
  /// A literal of the given type.
  case constant(Double, DType)
  /// The value of an index, as i64.
  case index(Index)
  /// A function of scalars of one type; the result has the type of the arguments.
  case call(ScalarFunction, [Expression])
  /// A comparison, of type bool.
  case compare(Comparison, Expression, Expression)
  case select(Expression, Expression, Expression)
  /// Conversion by value, as `ScalarExpression.convert`.
  case convert(Expression, to: DType)
  /// The same bits read as another type.
  case bitcast(Expression, to: DType)

  /// The element type of the value.
  public func dtype(_ kernel: Kernel, _ buffers: [Buffer]) -> DType {
    switch self {
    case .load(let buffer, _): buffers[buffer].type.dtype
    case .variable(let variable): kernel.variables[variable].dtype
    case .constant(_, let dtype), .convert(_, to: let dtype), .bitcast(_, to: let dtype): dtype
    case .index: .i64
    case .call(_, let arguments): arguments[0].dtype(kernel, buffers)
    case .compare: .bool
    case .select(_, let onTrue, _): onTrue.dtype(kernel, buffers)
    }
  }
}
