import AdjointIR
import AdjointSchedule

extension CStatements {
  /// Writes a nest that combines scalars.
  mutating func write(_ nest: ReductionNest, to text: inout CText) {
    if case .argument(let largest)? = nest.accumulators.first?.combine {
      for accumulator in nest.accumulators { writeSearch(nest, accumulator, largest: largest, to: &text) }
    } else if nest.lanes > 1 {
      writeLanes(nest, to: &text)
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
            for (accumulator, partial) in zip(nest.accumulators, partials) {
              statements.combine(accumulator, into: partial, at: lane, to: &inner)
            }
          }
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
