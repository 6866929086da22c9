import AdjointIR
import AdjointSchedule

// Sums, maxima and minima along long rows: many partial results side by side, which are lanes of vectors.

extension CStatements {
  /// Iteration `v` of the innermost loop combines into partial `v % lanes`; the partials are combined in halves.
  mutating func writeLanes(_ nest: ReductionNest, to text: inout CText) {
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
    let turns = late.isEmpty && whole > 0 ? copy.turns(nest, partials) : nil
    let early = early
    copy.early = []
    copy.writeLoops(nest.loops.dropLast(), to: &text) { statements, outer in
      let blocks = "for (int \(block) = 0; \(block) < \(whole); \(block) += \(lanes))"
      if whole > 0, let turns {
        let first = statements.derivedName("first_lane")
        outer.block("for (int \(first) = 0; \(first) < \(lanes); \(first) += \(turns))") { group in
          group.block(blocks) { middle in
            let place = Turns(lanes: lanes, extent: whole, atOnce: turns, first: first, block: block)
            statements.writeEarly(early, place, to: &middle)
            middle.block("for (int \(lane) = \(first); \(lane) < \(first) + \(turns); \(lane)++)") {
              statements.writeLane(nest, partials, block, lane, to: &$0)
            }
          }
        }
      } else if whole > 0 {
        outer.block(blocks) { middle in
          statements.writeEarly(early, block: block, lanes: lanes, to: &middle)
          middle.block("for (int \(lane) = 0; \(lane) < \(lanes); \(lane)++)") { inner in
            statements.writeLane(nest, late.isEmpty ? partials : [], block, lane, to: &inner)
            for variable in late {
              let name = statements.name(variable)
              inner.line("\(statements.derivedName(name + "_of_lane"))[\(lane)] = \(name);")
            }
          }
          if !late.isEmpty { statements.combineLate(nest, partials, late, lane, to: &middle) }
        }
      }
      if whole < innermost.extent {
        outer.block("for (int \(index) = \(whole); \(index) < \(innermost.extent); \(index)++)") { inner in
          statements.write(nest.body, to: &inner)
          let place = whole == 0 ? index : "\(index) - \(whole)"
          statements.combine(nest, into: partials, at: place, to: &inner)
        }
      }
    }
    adopt(copy)
    writeHalving(nest.accumulators, partials, lanes, lane, to: &text)
  }

  /// One lane of a block: its element, and that combined with the lane's partial results.
  private mutating func writeLane(
    _ nest: ReductionNest, _ partials: [Partial], _ block: String, _ lane: String, to text: inout CText
  ) {
    if let innermost = nest.loops.last, nest.uses(innermost.variable) {
      // Wide, so that compilers need not ask whether indices made from it overflow.
      text.line("const int64_t \(name(innermost.variable)) = \(block) + \(lane);")
    }
    write(nest.body, to: &text)
    combine(nest, into: partials, at: lane, to: &text)
  }

  private func combine(
    _ nest: ReductionNest, into partials: [Partial], at place: String, to text: inout CText
  ) {
    for (accumulator, partial) in zip(nest.accumulators, partials) {
      combine(accumulator, into: partial, at: place, to: &text)
    }
  }

  /// How many lanes a row is passed over for at a time, in C; nil where it is all of them on every processor.
  ///
  /// The lanes of several sums side by side are more than the registers of some processors hold: kept in memory, each
  /// would be read and written for every element. There a row is passed over once for the first lanes and once for
  /// those after them, the same sums in the same order.
  private mutating func turns(_ nest: ReductionNest, _ partials: [Partial]) -> String? {
    guard !isPortable, nest.loops.count == 1, nest.lanes == ReductionNest.mostLanes, nest.body.isFlat else {
      return nil
    }
    let vectors = zip(nest.accumulators, partials).map { accumulator, partial in
      (partial.unordered == nil ? 1 : 2) * max(1, dtype(accumulator.variable).size / 4)
    }
    let count = vectors.reduce(0, +)
    guard count > 1 else { return nil }
    needs.sumsInTurn = true
    return "LANES_AT_ONCE(\(count))"
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
    text.block("for (int \(lane) = 0; \(lane) < \(nest.lanes); \(lane)++)") {
      copy.combine(nest, into: partials, at: lane, to: &$0)
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
}

extension DType {
  /// The signed integer type of a real's size.
  fileprivate var maskType: String { size == 8 ? "int64_t" : "int32_t" }
}
