import AdjointIR

/// What is known, before a kernel runs, of the signs of its real scalars.
///
/// A softmax takes the exponential of what is left of each element less the largest of its row: never more than 0, where
/// the exponential takes fewer steps. Everything here holds of rounded arithmetic, and a NaN is allowed throughout.
public struct Signs: Sendable {
  /// Scalars whose sign bit is clear, and scalars that are not above 0.
  private var positive: Set<Int> = []
  private var atMostZero: Set<Int> = []
  /// Local arrays of which every element has its sign bit clear.
  private var positiveArrays: Set<Int> = []
  /// Scalars that are the largest of a value over a loop, the value in terms of loads and what is not defined here.
  private var largest: [Int: (loop: Loop, value: Expression)] = [:]
  private var definitions: [Int: Expression] = [:]
  private var extents: [Int: Int] = [:]
  /// Buffers whose elements may change while the kernel runs.
  private let changing: Set<Int>

  /// Looks at a kernel. `shared` are buffers that may be the same memory as one that it writes.
  public init(_ kernel: Kernel, shared: Set<Int> = []) {
    changing = shared.union(kernel.writes).union(kernel.locals)
    learn(kernel.body)
    // Once more with the arrays that were found to hold such numbers: what was found does not rest on them.
    var written: [Int: Bool] = [:]
    collect(kernel.body, &written)
    positiveArrays = Set(kernel.locals.filter { written[$0] == true })
    if !positiveArrays.isEmpty { learn(kernel.body) }
  }

  /// Whether a real number is +0, above 0 or NaN: not -0.
  public func isPositive(_ expression: Expression) -> Bool {
    switch expression {
    case .variable(let variable): return positive.contains(variable)
    case .load(let buffer, _): return positiveArrays.contains(buffer)
    case .constant(let value, let dtype): return dtype.isFloat && (value.sign == .plus || value.isNaN)
    case .select(_, let onTrue, let onFalse): return isPositive(onTrue) && isPositive(onFalse)
    case .call(let function, let arguments):
      switch function {
      case .exp, .abs, .logistic: return true
      case .multiply where arguments[0] == arguments[1]: return true
      case .add, .multiply, .divide, .maximum, .minimum, .sqrt: return arguments.allSatisfy(isPositive)
      default: return false
      }
    case .index, .compare, .convert, .bitcast: return false
    }
  }

  /// Whether a real number is 0, below 0 or NaN.
  public func isAtMostZero(_ expression: Expression) -> Bool {
    switch expression {
    case .variable(let variable): return atMostZero.contains(variable)
    case .constant(let value, let dtype): return dtype.isFloat && value <= 0
    case .select(_, let onTrue, let onFalse): return isAtMostZero(onTrue) && isAtMostZero(onFalse)
    case .call(let function, let arguments):
      switch function {
      case .negate: return isPositive(arguments[0])
      case .subtract: return isAtMost(arguments[0], arguments[1])
      case .multiply:
        return isAtMostZero(arguments[0]) && isPositive(arguments[1])
          || isPositive(arguments[0]) && isAtMostZero(arguments[1])
      case .divide: return isAtMostZero(arguments[0]) && isPositive(arguments[1])
      case .add, .maximum: return arguments.allSatisfy(isAtMostZero)
      case .minimum: return arguments.contains(where: isAtMostZero)
      default: return false
      }
    case .load, .index, .compare, .convert, .bitcast: return false
    }
  }

  /// Whether a value is one of those of which another is the largest.
  private func isAtMost(_ value: Expression, _ other: Expression) -> Bool {
    guard case .variable(let variable) = other, let (loop, every) = largest[variable],
      let value = expanded(value), loads(value).allSatisfy({ !changing.contains($0.buffer) })
    else { return false }
    let candidates = loopIndices(value).subtracting(loopIndices(every))
    guard candidates.count == 1, let index = candidates.first, let extent = extents[index], extent <= loop.extent
    else { return false }
    return value
      == rewrite(every, index: { $0.replacing(loop.variable, by: index) }, variable: { $0 })
  }

  private func loopIndices(_ expression: Expression) -> Set<Int> {
    var found: Set<Int> = []
    _ = rewrite(
      expression,
      index: {
        found.formUnion($0.terms.map(\.variable))
        return $0
      }, variable: { $0 })
    return found.intersection(extents.keys)
  }

  /// An expression with what defines its scalars in their place; nil where that gets long.
  private func expanded(_ expression: Expression) -> Expression? {
    var budget = 64
    func expand(_ expression: Expression) -> Expression? {
      budget -= 1
      guard budget > 0 else { return nil }
      func all(_ expressions: [Expression]) -> [Expression]? {
        let results = expressions.compactMap(expand)
        return results.count == expressions.count ? results : nil
      }
      switch expression {
      case .variable(let variable):
        guard let definition = definitions[variable] else { return expression }
        return expand(definition)
      case .load, .constant, .index: return expression
      case .call(let function, let arguments): return all(arguments).map { .call(function, $0) }
      case .compare(let comparison, let left, let right):
        return all([left, right]).map { .compare(comparison, $0[0], $0[1]) }
      case .select(let predicate, let onTrue, let onFalse):
        return all([predicate, onTrue, onFalse]).map { .select($0[0], $0[1], $0[2]) }
      case .convert(let value, to: let dtype): return expand(value).map { .convert($0, to: dtype) }
      case .bitcast(let value, to: let dtype): return expand(value).map { .bitcast($0, to: dtype) }
      }
    }
    return expand(expression)
  }

  private mutating func learn(_ statements: [Statement]) {
    for statement in statements {
      switch statement {
      case .define(let variable, let value):
        definitions[variable] = value
        if isPositive(value) { positive.insert(variable) }
        if isAtMostZero(value) { atMostZero.insert(variable) }
      case .loop(let loop, let body):
        extents[loop.variable] = loop.extent
        learn(body)
      case .when(_, let body): learn(body)
      case .reduce(let nest):
        for loop in nest.loops { extents[loop.variable] = loop.extent }
        learn(nest.body)
        for accumulator in nest.accumulators { learn(accumulator, nest) }
      case .contract(let contraction): learn(contraction.epilogue)
      case .store, .accumulate: continue
      }
    }
  }

  private mutating func learn(_ accumulator: ReductionNest.Accumulator, _ nest: ReductionNest) {
    switch accumulator.combine {
    case .reduce(.sum):
      // From +0 on.
      if isPositive(accumulator.value) { positive.insert(accumulator.variable) }
    case .reduce(.max):
      guard nest.loops.count == 1, let value = expanded(accumulator.value),
        loads(value).allSatisfy({ !changing.contains($0.buffer) })
      else { return }
      largest[accumulator.variable] = (nest.loops[0], value)
    default: return
    }
  }

  /// For every buffer that is written, whether all that is written has its sign bit clear.
  private func collect(_ statements: [Statement], _ written: inout [Int: Bool]) {
    for statement in statements {
      switch statement {
      case .store(let buffer, _, let value): written[buffer] = written[buffer] != false && isPositive(value)
      case .accumulate(let buffer, _, _, _): written[buffer] = false
      case .loop(_, let body), .when(_, let body): collect(body, &written)
      case .reduce(let nest): collect(nest.body, &written)
      case .contract(let contraction): collect(contraction.epilogue, &written)
      case .define: continue
      }
    }
  }
}
