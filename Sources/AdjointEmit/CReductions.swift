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
  func hasFunction(_ expression: Expression) -> Bool {
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

  func start(_ accumulator: ReductionNest.Accumulator) -> String {
    guard case .reduce(let reduction) = accumulator.combine else { return "0" }
    return neutral(reduction, dtype(accumulator.variable))
  }

  func combine(_ accumulator: ReductionNest.Accumulator, into place: String) -> String {
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
