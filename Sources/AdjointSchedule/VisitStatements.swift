import AdjointIR

/// Calls `visit` with every index of a statement and the statements in it.
public func visitIndices(_ statement: Statement, _ visit: (Index) -> Void) {
  _ = rewrite(
    statement,
    index: {
      visit($0)
      return $0
    }, variable: { $0 })
}

/// Whether a statement mentions a variable.
func uses(_ variable: Int, _ statement: Statement) -> Bool {
  mentions(variable) { _ = rewrite(statement, index: $0, variable: $1) }
}

extension ReductionNest {
  /// Whether what an iteration does, or combines in, depends on a variable.
  public func uses(_ variable: Int) -> Bool {
    body.contains { AdjointSchedule.uses(variable, $0) }
      || accumulators.contains { accumulator in
        mentions(variable) { _ = rewrite(accumulator.value, index: $0, variable: $1) }
      }
  }
}

/// Whether a walk over indices and variables comes upon a variable.
private func mentions(_ variable: Int, _ walk: ((Index) -> Index, (Int) -> Int) -> Void) -> Bool {
  var found = false
  walk(
    { index in
      if index.coefficient(of: variable) != 0 { found = true }
      return index
    },
    { number in
      if number == variable { found = true }
      return number
    })
  return found
}

/// A statement with other indices.
public func mapIndices(_ statement: Statement, _ map: (Index) -> Index) -> Statement {
  rewrite(statement, index: map, variable: { $0 })
}

/// A statement with other variables.
func mapVariables(_ statement: Statement, _ map: (Int) -> Int) -> Statement {
  rewrite(
    statement,
    index: { index in
      Index(
        constant: index.constant,
        terms: index.terms.map { .init(variable: map($0.variable), coefficient: $0.coefficient) })
    }, variable: map)
}

/// A statement with other indices and variables. Indices are mapped whole: `variable` is not applied inside them.
func rewrite(_ statement: Statement, index: (Index) -> Index, variable: (Int) -> Int) -> Statement {
  func loop(_ loop: Loop) -> Loop { Loop(variable: variable(loop.variable), extent: loop.extent) }
  func all(_ statements: [Statement]) -> [Statement] {
    statements.map { rewrite($0, index: index, variable: variable) }
  }
  func value(_ expression: Expression) -> Expression { rewrite(expression, index: index, variable: variable) }
  switch statement {
  case .loop(let header, let body): return .loop(loop(header), all(body))
  case .define(let target, let expression): return .define(variable(target), value(expression))
  case .store(let buffer, let at, let expression): return .store(buffer: buffer, at: index(at), value(expression))
  case .accumulate(let buffer, let at, let reduction, let expression):
    return .accumulate(buffer: buffer, at: index(at), reduction, value(expression))
  case .reduce(var nest):
    nest.loops = nest.loops.map(loop)
    nest.body = all(nest.body)
    nest.accumulators = nest.accumulators.map {
      .init(variable: variable($0.variable), combine: $0.combine, value: value($0.value))
    }
    return .reduce(nest)
  case .when(let condition, let body): return .when(value(condition), all(body))
  case .contract(var contraction):
    contraction.batch = contraction.batch.map(loop)
    contraction.rows = loop(contraction.rows)
    contraction.columns = loop(contraction.columns)
    contraction.accumulator = variable(contraction.accumulator)
    contraction.epilogue = all(contraction.epilogue)
    return .contract(contraction)
  }
}

/// An expression with other indices and variables.
func rewrite(_ expression: Expression, index: (Index) -> Index, variable: (Int) -> Int) -> Expression {
  func value(_ expression: Expression) -> Expression { rewrite(expression, index: index, variable: variable) }
  switch expression {
  case .load(let buffer, let at): return .load(buffer: buffer, at: index(at))
  case .variable(let source): return .variable(variable(source))
  case .constant: return expression
  case .index(let source): return .index(index(source))
  case .call(let function, let arguments): return .call(function, arguments.map(value))
  case .compare(let comparison, let left, let right): return .compare(comparison, value(left), value(right))
  case .select(let predicate, let onTrue, let onFalse):
    return .select(value(predicate), value(onTrue), value(onFalse))
  case .convert(let source, to: let dtype): return .convert(value(source), to: dtype)
  case .bitcast(let source, to: let dtype): return .bitcast(value(source), to: dtype)
  }
}

/// The variables that statements define, in order: loop indices, scalars, accumulators.
func definedVariables(_ statements: [Statement]) -> [(variable: Int, isLoop: Bool)] {
  var found: [(variable: Int, isLoop: Bool)] = []
  for statement in statements {
    switch statement {
    case .loop(let loop, let body): found += [(loop.variable, true)] + definedVariables(body)
    case .define(let variable, _): found.append((variable, false))
    case .store, .accumulate: break
    case .reduce(let nest):
      found += nest.loops.map { ($0.variable, true) } + definedVariables(nest.body)
      found += nest.accumulators.map { ($0.variable, false) }
    case .when(_, let body): found += definedVariables(body)
    case .contract(let contraction):
      found += (contraction.batch + [contraction.rows, contraction.columns]).map { ($0.variable, true) }
      found += [(contraction.accumulator, false)] + definedVariables(contraction.epilogue)
    }
  }
  return found
}

/// The statements with a loop variable of its own for every loop: nests that follow each other often share them when
/// they are written. `make` gives a new variable like another.
func separateLoops(_ statements: [Statement], _ make: (Int) -> Int) -> [Statement] {
  var bound: Set<Int> = []
  func separated(_ statements: [Statement]) -> [Statement] {
    statements.map { statement in
      var statement = statement
      for variable in loopVariables(statement) where !bound.insert(variable).inserted {
        let fresh = make(variable)
        bound.insert(fresh)
        statement = mapVariables(statement) { $0 == variable ? fresh : $0 }
      }
      switch statement {
      case .loop(let loop, let body): return .loop(loop, separated(body))
      case .reduce(var nest):
        nest.body = separated(nest.body)
        return .reduce(nest)
      case .when(let condition, let body): return .when(condition, separated(body))
      default: return statement
      }
    }
  }
  return separated(statements)
}

/// The variables of the loops that a statement itself is.
private func loopVariables(_ statement: Statement) -> [Int] {
  switch statement {
  case .loop(let loop, _): [loop.variable]
  case .reduce(let nest): nest.loops.map(\.variable)
  case .contract(let contraction):
    (contraction.batch + [contraction.rows, contraction.columns]).map(\.variable)
  default: []
  }
}
