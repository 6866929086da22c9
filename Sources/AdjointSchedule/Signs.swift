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
  /// Scalars that are the largest of a value over a loop, the value in terms of loads and what is not defined here, and
  /// how often its buffers had been written by then.
  private var largest: [Int: (loop: Loop, value: Expression, writes: [Int: Int])] = [:]
  private var definitions: [Int: Expression] = [:]
  /// How often the buffers that a scalar is loaded from had been written where it is defined.
  private var writesBefore: [Int: [Int: Int]] = [:]
  private var extents: [Int: Int] = [:]
  /// Buffers whose elements may change while the kernel runs.
  private let changing: Set<Int>
  private let shared: Set<Int>
  /// How often buffers that change have been written so far: a loop that writes one counts once before and once after.
  private var writes: [Int: Int] = [:]

  /// Looks at a kernel. `shared` are buffers that may be the same memory as one that it writes.
  public init(_ kernel: Kernel, shared: Set<Int> = []) {
    changing = shared.union(kernel.writes).union(kernel.locals)
    self.shared = shared
    learn(kernel.body)
    writes = [:]
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
      case .fma: return isPositive(.call(.multiply, Array(arguments[..<2]))) && isPositive(arguments[2])
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
      case .fma: return isAtMostZero(.call(.multiply, Array(arguments[..<2]))) && isAtMostZero(arguments[2])
      case .add, .maximum: return arguments.allSatisfy(isAtMostZero)
      case .minimum: return arguments.contains(where: isAtMostZero)
      default: return false
      }
    case .load, .index, .compare, .convert, .bitcast: return false
    }
  }

  /// Whether a value is one of those of which another is the largest.
  private func isAtMost(_ value: Expression, _ other: Expression) -> Bool {
    guard case .variable(let variable) = other, let (loop, every, writes) = largest[variable],
      let expandedValue = expanded(value), isUnchanged(value, since: writes)
    else { return false }
    let candidates = loopIndices(expandedValue).subtracting(loopIndices(every))
    guard candidates.count == 1, let index = candidates.first, let extent = extents[index], extent <= loop.extent
    else { return false }
    return expandedValue
      == rewrite(every, index: { $0.replacing(loop.variable, by: index) }, variable: { $0 })
  }

  /// Whether nothing that a value is made from was written between where it was loaded and where buffers had been written
  /// so often. Of a buffer that changes, only a load that defines a scalar has a known place.
  private func isUnchanged(_ expression: Expression, since writes: [Int: Int], isPlaced: Bool = false) -> Bool {
    guard isPlaced || loads(expression).allSatisfy({ !changing.contains($0.buffer) }) else { return false }
    var result = true
    _ = rewrite(
      expression, index: { $0 },
      variable: { variable in
        guard let definition = definitions[variable] else { return variable }
        let before = writesBefore[variable] ?? [:]
        result = result && before.allSatisfy { $0.value == writes[$0.key, default: 0] }
        result = result && isUnchanged(definition, since: writes, isPlaced: true)
        return variable
      })
    return result
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

  /// What a loop writes is written before its first statement too.
  private mutating func learn(repeated statements: [Statement]) {
    var written: [Int: Bool] = [:]
    collect(statements, &written)
    for buffer in written.keys { count(buffer) }
    learn(statements)
  }

  /// A buffer is written, and with it all that may be the same memory.
  private mutating func count(_ buffer: Int) {
    for changed in shared.contains(buffer) ? shared : [buffer] { writes[changed, default: 0] += 1 }
  }

  private mutating func learn(_ statements: [Statement]) {
    for statement in statements {
      switch statement {
      case .define(let variable, let value):
        definitions[variable] = value
        writesBefore[variable] = nil
        for (buffer, _) in loads(value) where changing.contains(buffer) {
          writesBefore[variable, default: [:]][buffer] = writes[buffer, default: 0]
        }
        if isPositive(value) { positive.insert(variable) }
        if isAtMostZero(value) { atMostZero.insert(variable) }
      case .loop(let loop, let body):
        extents[loop.variable] = loop.extent
        learn(repeated: body)
      case .when(_, let body): learn(body)
      case .reduce(let nest):
        for loop in nest.loops { extents[loop.variable] = loop.extent }
        let before = writes
        learn(repeated: nest.body)
        for accumulator in nest.accumulators { learn(accumulator, nest, before) }
      case .contract(let contraction): learn(repeated: contraction.epilogue)
      case .store(let buffer, _, _), .accumulate(let buffer, _, _, _): count(buffer)
      }
    }
  }

  /// - Parameter before: How often buffers had been written before the nest.
  private mutating func learn(
    _ accumulator: ReductionNest.Accumulator, _ nest: ReductionNest, _ before: [Int: Int]
  ) {
    switch accumulator.combine {
    case .reduce(.sum):
      // From +0 on.
      if isPositive(accumulator.value) { positive.insert(accumulator.variable) }
    case .reduce(.max):
      largest[accumulator.variable] = nil
      guard nest.loops.count == 1, let value = expanded(accumulator.value),
        loads(value).allSatisfy({ before[$0.buffer, default: 0] == writes[$0.buffer, default: 0] }),
        isUnchanged(accumulator.value, since: writes, isPlaced: true)
      else { return }
      largest[accumulator.variable] = (nest.loops[0], value, writes)
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
