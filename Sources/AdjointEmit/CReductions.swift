import AdjointIR
import AdjointSchedule

extension CStatements {
  /// Writes a nest that combines scalars.
  mutating func write(_ nest: ReductionNest, to text: inout CText) {
    if case .argument(let largest)? = nest.accumulators.first?.combine {
      for accumulator in nest.accumulators { writeSearch(nest, accumulator, largest: largest, to: &text) }
    } else if nest.lanes > 1 {
      writeLanes(nest, to: &text)
    } else if separatesTerms(nest) {
      writeTerms(nest, to: &text)
    } else {
      for accumulator in nest.accumulators {
        let type = dtype(accumulator.variable)
        text.line("\(type.cType) \(name(accumulator.variable)) = \(start(accumulator));")
      }
      var copy = self
      copy.writeLoops(nest.loops[...], to: &text) { statements, inner in
        statements.write(nest.body, to: &inner)
        for accumulator in nest.accumulators {
          inner.line(statements.combine(accumulator, into: statements.name(accumulator.variable)))
        }
      }
      adopt(copy)
    }
  }

  /// Whether a short sum's terms are computed side by side before they are added one after the other: where they take a
  /// function. Added at once, they would be computed one after the other too.
  private func separatesTerms(_ nest: ReductionNest) -> Bool {
    guard !isPortable, nest.loops.count == 1, (2...64).contains(nest.loops[0].extent),
      nest.accumulators.allSatisfy({ dtype($0.variable).isFloat })
    else { return false }
    var isStraight = true
    var values = nest.accumulators.map(\.value)
    for statement in nest.body {
      switch statement {
      case .define(_, let value), .store(_, _, let value): values.append(value)
      default: isStraight = false
      }
    }
    return isStraight && values.contains(where: hasFunction)
  }

  private mutating func writeTerms(_ nest: ReductionNest, to text: inout CText) {
    let loop = nest.loops[0]
    let terms = nest.accumulators.map { names.unique(name($0.variable) + "_terms") }
    for (accumulator, terms) in zip(nest.accumulators, terms) {
      let type = dtype(accumulator.variable).cType
      text.line("\(type) \(terms)[\(loop.extent)];")
      text.line("\(type) \(name(accumulator.variable)) = \(start(accumulator));")
    }
    var copy = self
    let index = name(loop.variable)
    text.block(header(loop)) { inner in
      copy.write(nest.body, to: &inner)
      for (accumulator, terms) in zip(nest.accumulators, terms) {
        inner.line("\(terms)[\(index)] = \(copy.text(accumulator.value));")
      }
    }
    adopt(copy)
    text.block(header(loop)) { inner in
      for (accumulator, terms) in zip(nest.accumulators, terms) {
        guard case .reduce(let reduction) = accumulator.combine else { continue }
        let (sum, type) = (name(accumulator.variable), dtype(accumulator.variable))
        inner.line(combine(sum, "\(terms)[\(index)]", reduction, type))
      }
    }
  }

  /// Whether a value takes one of the functions that are vectors of many steps.
  private func hasFunction(_ expression: Expression) -> Bool {
    switch expression {
    case .load, .variable, .constant, .index: false
    case .call(let function, let arguments):
      CStatements.functions.contains(function) && expressions.dtype(expression) == .f32
        || arguments.contains(where: hasFunction)
    case .compare(_, let left, let right): hasFunction(left) || hasFunction(right)
    case .select(let predicate, let onTrue, let onFalse): [predicate, onTrue, onFalse].contains(where: hasFunction)
    case .convert(let value, to: _), .bitcast(let value, to: _): hasFunction(value)
    }
  }

  private func start(_ accumulator: ReductionNest.Accumulator) -> String {
    guard case .reduce(let reduction) = accumulator.combine else { return "0" }
    return neutral(reduction, dtype(accumulator.variable))
  }

  private func combine(_ accumulator: ReductionNest.Accumulator, into place: String) -> String {
    guard case .reduce(let reduction) = accumulator.combine else { return "" }
    return combine(place, self.text(accumulator.value), reduction, dtype(accumulator.variable))
  }

  mutating func writeLoops(
    _ loops: ArraySlice<Loop>, to text: inout CText, _ body: (inout CStatements, inout CText) -> Void
  ) {
    guard let loop = loops.first else { return body(&self, &text) }
    var copy = self
    text.block(header(loop)) { copy.writeLoops(loops.dropFirst(), to: &$0, body) }
    adopt(copy)
  }

  /// Iteration `v` of the innermost loop combines into partial `v % lanes`; the partials are combined in halves.
  private mutating func writeLanes(_ nest: ReductionNest, to text: inout CText) {
    let lanes = nest.lanes
    guard let innermost = nest.loops.last else { return }
    let lane = derivedName("lane_index")
    let partials = nest.accumulators.map { partial($0) }
    for (accumulator, partial) in zip(nest.accumulators, partials) {
      let type = dtype(accumulator.variable)
      let place = partial.name
      let zero = CExpressions.literal(0, type)
      if start(accumulator) == zero {
        text.line("\(type.cType) \(place)[\(lanes)] = {0};")
      } else {
        text.line("\(type.cType) \(place)[\(lanes)];")
        text.block("for (int \(lane) = 0; \(lane) < \(lanes); \(lane)++)") {
          $0.line("\(place)[\(lane)] = \(start(accumulator));")
        }
      }
      if let unordered = partial.unordered {
        text.line("\(type.maskType) \(unordered)[\(lanes)] = {0};  // whether there was a NaN")
      }
    }
    let index = name(innermost.variable)
    let whole = innermost.extent / lanes * lanes
    let late = whole > 0 ? lateTerms(nest) : []
    for variable in late {
      text.line("\(dtype(variable).cType) \(derivedName(name(variable) + "_of_lane"))[\(lanes)];")
    }
    var copy = self
    let block = copy.derivedName(index + "_block")
    if whole > 0 { copy.writeNextRow(early, to: &text) }
    let early = early
    copy.early = []
    copy.writeLoops(nest.loops.dropLast(), to: &text) { statements, outer in
      if whole > 0 {
        outer.block("for (int \(block) = 0; \(block) < \(whole); \(block) += \(lanes))") { middle in
          statements.writeEarly(early, block: block, lanes: lanes, to: &middle)
          middle.block("for (int \(lane) = 0; \(lane) < \(lanes); \(lane)++)") { inner in
            if statements.uses(innermost.variable, in: nest) {
              // Wide, so that compilers need not ask whether indices made from it overflow.
              inner.line("const int64_t \(index) = \(block) + \(lane);")
            }
            statements.write(nest.body, to: &inner)
            for variable in late {
              let name = statements.name(variable)
              inner.line("\(statements.derivedName(name + "_of_lane"))[\(lane)] = \(name);")
            }
            guard late.isEmpty else { return }
            for (accumulator, partial) in zip(nest.accumulators, partials) {
              statements.combine(accumulator, into: partial, at: lane, to: &inner)
            }
          }
          if !late.isEmpty { statements.combineLate(nest, partials, late, lane, to: &middle) }
        }
      }
      if whole < innermost.extent {
        outer.block("for (int \(index) = \(whole); \(index) < \(innermost.extent); \(index)++)") { inner in
          statements.write(nest.body, to: &inner)
          let place = whole == 0 ? index : "\(index) - \(whole)"
          for (accumulator, partial) in zip(nest.accumulators, partials) {
            statements.combine(accumulator, into: partial, at: place, to: &inner)
          }
        }
      }
    }
    adopt(copy)
    writeHalving(nest.accumulators, partials, lanes, lane, to: &text)
  }

  /// The variables from which the terms of a nest's sums are made, where that is better done for all lanes side by side,
  /// after the rest: the terms take a function, and the rest has loops of its own, which keep it from being vectors.
  private func lateTerms(_ nest: ReductionNest) -> [Int] {
    let hasLoops = nest.body.contains {
      switch $0 {
      case .loop, .reduce: true
      default: false
      }
    }
    guard hasLoops, !isPortable, nest.accumulators.contains(where: { hasFunction($0.value) }) else { return [] }
    var defined: Set<Int> = []
    for statement in nest.body {
      switch statement {
      case .define(let variable, _): defined.insert(variable)
      case .reduce(let inner): defined.formUnion(inner.accumulators.map(\.variable))
      default: continue
      }
    }
    var used: [Int] = []
    for accumulator in nest.accumulators {
      guard loads(accumulator.value).isEmpty, !accumulator.value.usesIndex else { return [] }
      for variable in accumulator.value.variables where defined.contains(variable) && !used.contains(variable) {
        used.append(variable)
      }
    }
    return used
  }

  private func combineLate(
    _ nest: ReductionNest, _ partials: [Partial], _ late: [Int], _ lane: String, to text: inout CText
  ) {
    var copy = self
    for variable in late {
      copy.expressions.variableNames[variable] = "\(copy.derivedName(name(variable) + "_of_lane"))[\(lane)]"
    }
    text.block("for (int \(lane) = 0; \(lane) < \(nest.lanes); \(lane)++)") { inner in
      for (accumulator, partial) in zip(nest.accumulators, partials) {
        copy.combine(accumulator, into: partial, at: lane, to: &inner)
      }
    }
  }

  /// The arrays of one accumulator's partial results.
  private struct Partial {
    var name: String
    /// Where a maximum or minimum of reals notes which partial results have met a NaN, and the name of the number that
    /// is combined. A comparison and a choice are one instruction; to keep NaNs in the same chain takes three more.
    var unordered: String?
    var candidate = ""
  }

  private mutating func partial(_ accumulator: ReductionNest.Accumulator) -> Partial {
    let name = name(accumulator.variable)
    var partial = Partial(name: names.unique(name + "_lanes"))
    guard case .reduce(let reduction) = accumulator.combine, reduction == .max || reduction == .min,
      dtype(accumulator.variable).isFloat
    else { return partial }
    partial.unordered = names.unique(name + "_unordered")
    partial.candidate = names.unique(name + "_candidate")
    return partial
  }

  /// The function that is the larger or smaller of two numbers, where neither is a NaN.
  private func choice(_ reduction: Reduction, _ type: DType) -> String {
    "adjoint_\(reduction == .max ? "larger" : "smaller")_\(type)"
  }

  private func combine(
    _ accumulator: ReductionNest.Accumulator, into partial: Partial, at place: String, to text: inout CText
  ) {
    guard let unordered = partial.unordered, case .reduce(let reduction) = accumulator.combine else {
      return text.line(combine(accumulator, into: "\(partial.name)[\(place)]"))
    }
    let (best, candidate, type) = ("\(partial.name)[\(place)]", partial.candidate, dtype(accumulator.variable))
    text.line("const \(type.cType) \(candidate) = \(self.text(accumulator.value));")
    text.line("\(best) = \(choice(reduction, type))(\(best), \(candidate));")
    text.line("\(unordered)[\(place)] |= \(candidate) != \(candidate) ? -1 : 0;")
  }

  /// Whether what a nest does in each iteration depends on a variable.
  private func uses(_ variable: Int, in nest: ReductionNest) -> Bool {
    var copy = self
    var text = CText()
    copy.write(nest.body, to: &text)
    let values = nest.accumulators.map { self.text($0.value) }
    let name = name(variable)
    return (text.lines + values).contains { line in
      line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == name }
    }
  }

  private mutating func writeHalving(
    _ accumulators: [ReductionNest.Accumulator], _ partials: [Partial], _ lanes: Int, _ lane: String,
    to text: inout CText
  ) {
    let half = derivedName("half")
    text.block("for (int \(half) = \(lanes / 2); \(half) > 0; \(half) /= 2)") { outer in
      outer.block("for (int \(lane) = 0; \(lane) < \(half); \(lane)++)") { inner in
        for (accumulator, partial) in zip(accumulators, partials) {
          guard case .reduce(let reduction) = accumulator.combine else { continue }
          let (place, other) = ("\(partial.name)[\(lane)]", "\(partial.name)[\(lane) + \(half)]")
          if let unordered = partial.unordered {
            let choice = choice(reduction, dtype(accumulator.variable))
            inner.line("\(place) = \(choice)(\(place), \(other));")
            inner.line("\(unordered)[\(lane)] |= \(unordered)[\(lane) + \(half)];")
          } else {
            inner.line(combine(place, other, reduction, dtype(accumulator.variable)))
          }
        }
      }
    }
    for (accumulator, partial) in zip(accumulators, partials) {
      let type = dtype(accumulator.variable)
      let value = "\(partial.name)[0]"
      let checked = partial.unordered.map { "\($0)[0] ? \(CExpressions.literal(.nan, type)) : \(value)" }
      text.line("const \(type.cType) \(name(accumulator.variable)) = \(checked ?? value);")
    }
  }

  /// The index of the first largest or smallest element; the first NaN wins.
  private mutating func writeSearch(
    _ nest: ReductionNest, _ accumulator: ReductionNest.Accumulator, largest: Bool, to text: inout CText
  ) {
    guard let loop = nest.loops.first else {
      // There is one element to choose from.
      text.line("const int32_t \(name(accumulator.variable)) = 0;")
      return
    }
    let type = expressions.dtype(accumulator.value)
    let place = name(accumulator.variable)
    let best = names.unique(place + (largest ? "_largest" : "_smallest"))
    let candidate = names.unique(place + "_candidate")
    text.line("int32_t \(place) = 0;")
    text.line("\(type.cType) \(best) = \(neutral(largest ? .max : .min, type));")
    var copy = self
    text.block(header(loop)) { inner in
      copy.write(nest.body, to: &inner)
      inner.line("const \(type.cType) \(candidate) = \(copy.text(accumulator.value));")
      var condition = "\(candidate) \(largest ? ">" : "<") \(best)"
      if type.isFloat { condition += " || (\(candidate) != \(candidate) && \(best) == \(best))" }
      inner.block("if (\(condition))") {
        $0.line("\(best) = \(candidate);")
        $0.line("\(place) = \(copy.name(loop.variable));")
      }
    }
    adopt(copy)
  }
}

extension DType {
  /// The signed integer type of a real's size.
  fileprivate var maskType: String { size == 8 ? "int64_t" : "int32_t" }
}
