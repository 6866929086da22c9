import AdjointIR
import AdjointSchedule

extension SwiftStatements {
  /// Writes a nest that combines scalars.
  mutating func write(_ nest: ReductionNest, to text: inout CText) {
    if case .argument(let largest)? = nest.accumulators.first?.combine {
      for accumulator in nest.accumulators { writeSearch(nest, accumulator, largest: largest, to: &text) }
      return
    }
    // Booleans are combined as the bytes they are in memory.
    let places = nest.accumulators.map { accumulator in
      let name = name(accumulator.variable)
      if nest.lanes > 1 { return names.unique(name + "_lanes") }
      return dtype(accumulator.variable) == .bool ? names.unique(name + "_byte") : name
    }
    if nest.lanes > 1 {
      writeLanes(nest, places, to: &text)
    } else {
      for (accumulator, place) in zip(nest.accumulators, places) {
        text.line("var \(place): \(dtype(accumulator.variable).swiftElement) = \(start(accumulator))")
      }
      var copy = self
      copy.writeLoops(nest.loops[...], to: &text) { statements, inner in
        statements.write(nest.body, to: &inner)
        for (accumulator, place) in zip(nest.accumulators, places) {
          inner.line(statements.combine(accumulator, into: place))
        }
      }
      adopt(copy)
      for (accumulator, place) in zip(nest.accumulators, places) where place != name(accumulator.variable) {
        text.line("let \(name(accumulator.variable)) = \(place) != 0")
      }
    }
  }

  private func start(_ accumulator: ReductionNest.Accumulator) -> String {
    guard case .reduce(let reduction) = accumulator.combine else { return "0" }
    return neutral(reduction, dtype(accumulator.variable))
  }

  private func combine(_ accumulator: ReductionNest.Accumulator, into place: String) -> String {
    guard case .reduce(let reduction) = accumulator.combine else { return "" }
    return combineElement(place, accumulator.value, reduction, dtype(accumulator.variable))
  }

  /// Iteration `v` of the innermost loop combines into lane `v % lanes` of a vector; its halves are then combined.
  private mutating func writeLanes(_ nest: ReductionNest, _ places: [String], to text: inout CText) {
    let lanes = nest.lanes
    guard let innermost = nest.loops.last else { return }
    let lane = derivedName("lane_index")
    for (accumulator, place) in zip(nest.accumulators, places) {
      text.line(vector(place, dtype(accumulator.variable), lanes, start(accumulator)))
    }
    let index = name(innermost.variable)
    let whole = innermost.extent / lanes * lanes
    var copy = self
    let block = copy.derivedName(index + "_block")
    copy.writeLoops(nest.loops.dropLast(), to: &text) { statements, outer in
      if whole > 0 {
        outer.block("for \(block) in stride(from: 0, to: \(whole), by: \(lanes))") { middle in
          middle.block("for \(lane) in 0..<\(lanes)") { inner in
            if nest.uses(innermost.variable) { inner.line("let \(index) = \(block) + \(lane)") }
            statements.write(nest.body, to: &inner)
            for (accumulator, place) in zip(nest.accumulators, places) {
              inner.line(statements.combine(accumulator, into: "\(place)[\(lane)]"))
            }
          }
        }
      }
      if whole < innermost.extent {
        outer.loop(index, in: "\(whole)..<\(innermost.extent)") { inner in
          statements.write(nest.body, to: &inner)
          let offset = whole == 0 ? index : "\(index) - \(whole)"
          for (accumulator, place) in zip(nest.accumulators, places) {
            inner.line(statements.combine(accumulator, into: "\(place)[\(offset)]"))
          }
        }
      }
    }
    adopt(copy)
    for (accumulator, place) in zip(nest.accumulators, places) {
      guard case .reduce(let reduction) = accumulator.combine else { continue }
      writeHalving(place, name(accumulator.variable), lanes, reduction, dtype(accumulator.variable), to: &text)
    }
  }

  /// `var place = SIMD16<Float>(repeating: 0)`.
  func vector(_ place: String, _ type: DType, _ lanes: Int, _ start: String) -> String {
    "var \(place) = SIMD\(lanes)<\(type.swiftElement)>(repeating: \(start))"
  }

  /// The lanes of a vector become one scalar: for w = lanes / 2 … 1, lane `l` with lane `l + w`.
  mutating func writeHalving(
    _ place: String, _ result: String, _ lanes: Int, _ reduction: Reduction, _ type: DType, to text: inout CText
  ) {
    let (half, lane) = (derivedName("half"), derivedName("lane_index"))
    let isPlainSum = reduction == .sum && type != .bool
    if isPlainSum {
      // A sum of halves is one vector addition.
      var current = place
      var width = lanes / 2
      while width > 1 {
        let next = names.unique("\(result)_\(width)")
        text.line("let \(next) = \(current).lowHalf \(type.isFloat ? "+" : "&+") \(current).highHalf")
        current = next
        width /= 2
      }
      text.line("let \(result) = \(current)[0] \(type.isFloat ? "+" : "&+") \(current)[1]")
      return
    }
    let halves = sequence(first: lanes / 2) { $0 > 1 ? $0 / 2 : nil }.map(String.init).joined(separator: ", ")
    text.block("for \(half) in [\(halves)]") { outer in
      outer.block("for \(lane) in 0..<\(half)") { inner in
        inner.line(combine("\(place)[\(lane)]", "\(place)[\(lane) + \(half)]", reduction, type))
      }
    }
    text.line("let \(result) = \(place)[0]\(type == .bool ? " != 0" : "")")
  }

  /// The index of the first largest or smallest element; the first NaN wins.
  private mutating func writeSearch(
    _ nest: ReductionNest, _ accumulator: ReductionNest.Accumulator, largest: Bool, to text: inout CText
  ) {
    let place = name(accumulator.variable)
    guard let loop = nest.loops.first else {
      // There is one element to choose from, whatever it is.
      if case .variable(let element) = accumulator.value { text.line("_ = \(name(element))") }
      text.line("let \(place): Int32 = 0")
      return
    }
    let type = expressions.dtype(accumulator.value)
    let best = names.unique(place + (largest ? "_largest" : "_smallest"))
    let candidate = names.unique(place + "_candidate")
    text.line("var \(place): Int32 = 0")
    text.line("var \(best): \(type.swiftElement) = \(neutral(largest ? .max : .min, type))")
    var copy = self
    text.loop(name(loop.variable), in: "0..<\(loop.extent)") { inner in
      copy.write(nest.body, to: &inner)
      inner.line("let \(candidate): \(type.swiftElement) = \(copy.expressions.stored(accumulator.value))")
      var condition = "\(candidate) \(largest ? ">" : "<") \(best)"
      if type.isFloat { condition += " || (\(candidate).isNaN && !\(best).isNaN)" }
      inner.block("if \(condition)") {
        $0.line("\(best) = \(candidate)")
        $0.line("\(place) = Int32(\(copy.name(loop.variable)))")
      }
    }
    adopt(copy)
  }
}
