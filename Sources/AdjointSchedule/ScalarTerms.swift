import AdjointIR

/// A scalar of a kernel while it is being written: equal scalars are one term, so that shared ones are computed once.
struct Term {
  enum Kind: Hashable {
    case variable(Int)
    /// The bits of a double.
    case constant(UInt64, DType)
    /// `row` is the term whose value the index uses as a variable, where rows are gathered.
    case load(buffer: Int, at: Index, row: Int?)
    case index(Index)
    case call(ScalarFunction, [Int])
    case compare(Comparison, Int, Int)
    case select(Int, Int, Int)
    case convert(Int, DType)
    case bitcast(Int, DType)

    /// The terms it is computed from.
    var children: [Int] {
      switch self {
      case .variable, .constant, .index: []
      case .load(_, _, let row): row.map { [$0] } ?? []
      case .call(_, let terms): terms
      case .compare(_, let left, let right): [left, right]
      case .select(let predicate, let onTrue, let onFalse): [predicate, onTrue, onFalse]
      case .convert(let term, _), .bitcast(let term, _): [term]
      }
    }

    /// Whether it is as short as a name.
    var isTrivial: Bool {
      switch self {
      case .variable, .constant, .index: true
      default: false
      }
    }
  }

  var kind: Kind
  var dtype: DType
  /// How deep in the loops it varies: 0 not at all, 1 with the rows, 2 with the innermost loops.
  var level: Int
  /// How many operations its expression has.
  var size: Int
}

/// The scalars of a kernel and the statements that define them, scope by scope.
struct ScalarScopes {
  private(set) var terms: [Term] = []
  private var known: [Term.Kind: Int] = [:]
  /// The kernel's variables, their loops' extents (1 for scalars) and how deep they vary.
  private(set) var variables: [Kernel.Variable] = []
  private(set) var extents: [Int] = []
  private var levels: [Int] = []
  /// The statements written so far: of the kernel, of a row, of the innermost loops.
  var statements: [[Statement]] = [[], [], []]
  /// Variables that hold terms.
  private var defined: [Int: Int] = [:]
  /// Variables promised to terms that an index uses.
  private var reserved: [Int: Int] = [:]
  private var names: [Int: String] = [:]
  private var useCounts: [Int: Int] = [:]
  private var mustDefine: Set<Int> = []

  /// A new variable.
  mutating func makeVariable(_ name: String, _ dtype: DType, level: Int, extent: Int = 1) -> Int {
    variables.append(Kernel.Variable(name: name, dtype: dtype))
    levels.append(level)
    extents.append(extent)
    return variables.count - 1
  }

  func level(_ index: Index) -> Int { index.terms.map { levels[$0.variable] }.max() ?? 0 }

  /// The term of that kind.
  mutating func term(_ kind: Term.Kind, _ dtype: DType) -> Int {
    if let known = known[kind] { return known }
    let level: Int
    switch kind {
    case .variable(let variable): level = levels[variable]
    case .index(let index): level = self.level(index)
    case .load(_, let index, _): level = self.level(index)
    default: level = kind.children.map { terms[$0].level }.max() ?? 0
    }
    let size = kind.isTrivial ? 0 : 1 + kind.children.map { terms[$0].size > 10 ? 0 : terms[$0].size }.reduce(0, +)
    terms.append(Term(kind: kind, dtype: dtype, level: level, size: size))
    known[kind] = terms.count - 1
    return terms.count - 1
  }

  /// The term of a literal.
  mutating func constant(_ value: Double, _ dtype: DType) -> Int { term(.constant(value.bitPattern, dtype), dtype) }

  /// The variable that will hold a term, for use in an index.
  mutating func reserve(_ term: Int, _ name: String) -> Int {
    if case .variable(let variable) = terms[term].kind { return variable }
    if let variable = defined[term] ?? reserved[term] { return variable }
    let variable = makeVariable(name, terms[term].dtype, level: terms[term].level)
    reserved[term] = variable
    mustDefine.insert(term)
    return variable
  }

  /// Remembers a readable name for a term, in case it gets a variable.
  mutating func hint(_ term: Int, _ name: String) { if names[term] == nil { names[term] = name } }

  /// Counts the uses of terms below the roots of a scope, where those below have not been counted yet.
  mutating func count(_ roots: [Int], definesLoads: Bool) {
    useCounts = [:]
    addUses(below: roots, definesLoads: definesLoads)
  }

  /// Counts the uses of terms below one more root of the scope.
  mutating func alsoCount(_ root: Int) { addUses(below: [root], definesLoads: false) }

  private mutating func addUses(below roots: [Int], definesLoads: Bool) {
    var stack = roots
    while let term = stack.popLast() {
      useCounts[term, default: 0] += 1
      if definesLoads, case .load = terms[term].kind { mustDefine.insert(term) }
      if useCounts[term] == 1, defined[term] == nil { stack += terms[term].kind.children }
    }
  }

  /// Whether the scope uses a term in one place and has not defined it.
  func isUsedOnce(_ term: Int) -> Bool { useCounts[term] == 1 && defined[term] == nil && !mustDefine.contains(term) }

  /// Defines a term now; returns its variable.
  mutating func define(_ term: Int, in scope: Int) -> Int {
    mustDefine.insert(term)
    guard case .variable(let variable) = expression(term, in: scope) else {
      preconditionFailure("a term that must be defined has no variable")
    }
    return variable
  }

  /// The expression of a term in the scope of that level, after statements that define what it needs.
  mutating func expression(_ term: Int, in scope: Int) -> Expression {
    if let variable = defined[term] { return .variable(variable) }
    let wanted = terms[term]
    if wanted.kind.isTrivial { return inline(term, in: scope) }
    let isShared = useCounts[term, default: 0] > 1 || mustDefine.contains(term) || wanted.size > 10
    guard wanted.level < scope || isShared else { return inline(term, in: scope) }
    let level = min(wanted.level, scope)
    let value = inline(term, in: level)
    let variable = reserved[term] ?? makeVariable(name(term), wanted.dtype, level: level)
    statements[level].append(.define(variable, value))
    defined[term] = variable
    return .variable(variable)
  }

  private mutating func inline(_ term: Int, in scope: Int) -> Expression {
    switch terms[term].kind {
    case .variable(let variable): return .variable(variable)
    case .constant(let bits, let dtype): return .constant(Double(bitPattern: bits), dtype)
    case .index(let index): return .index(index)
    case .load(let buffer, let index, let row):
      if let row { _ = expression(row, in: scope) }
      return .load(buffer: buffer, at: index)
    case .call(let function, let arguments): return .call(function, arguments.map { expression($0, in: scope) })
    case .compare(let comparison, let left, let right):
      return .compare(comparison, expression(left, in: scope), expression(right, in: scope))
    case .select(let predicate, let onTrue, let onFalse):
      return .select(
        expression(predicate, in: scope), expression(onTrue, in: scope), expression(onFalse, in: scope))
    case .convert(let value, let dtype): return .convert(expression(value, in: scope), to: dtype)
    case .bitcast(let value, let dtype): return .bitcast(expression(value, in: scope), to: dtype)
    }
  }

  /// Ends a scope: takes its statements, and forgets what they define.
  mutating func close(_ scope: Int) -> [Statement] {
    var gone: Set<Int> = []
    for case .define(let variable, _) in statements[scope] { gone.insert(variable) }
    defined = defined.filter { !gone.contains($0.value) }
    reserved = reserved.filter { terms[$0.key].level < scope }
    known = known.filter {
      if case .load(_, _, let row?) = $0.key { return terms[row].level < scope }
      return true
    }
    defer { statements[scope] = [] }
    return statements[scope]
  }

  private func name(_ term: Int) -> String {
    if let name = names[term] { return name }
    switch terms[term].kind {
    case .call(let function, _): return "\(function.rawValue)_value"
    case .compare: return "condition"
    case .select: return "selected"
    case .convert: return "converted"
    case .bitcast: return "bits"
    default: return "value"
    }
  }
}
