import AdjointEmit
import AdjointIR

/// Compares the results of a run with the reference evaluation of what the front end read, result by result.
///
/// - Parameters:
///   - reference: What the specialisation's program gives for the arguments.
///   - way: What ran: the language of kernels, or eager source.
///   - found: The results of the run by their numbers.
func checkAgreement(
  _ title: String, line: Int, _ reference: Reference, _ arguments: [Literal], _ way: String, _ found: [Int: Literal]
) throws -> [CheckRow] {
  func rows(rounding: [Double]) -> [CheckRow] {
    reference.program.results.enumerated().compactMap { number, result in
      guard let literal = found[number] else { return nil }
      return CheckRow(
        function: title, line: line, variable: result.name, test: "\(way), reference evaluation",
        deviation: deviation(literal.reals, reference.results[number].reals, rounding: rounding[number]),
        tolerance: 5e-5)
    }
  }
  let first = rows(rounding: reference.rounding)
  return first.allSatisfy(\.passes) ? first : rows(rounding: try reference.roundingNearby(arguments))
}

/// The reference evaluation of a program whose derivatives are written out, neither simplified nor scheduled.
struct Reference {
  let program: Program
  /// The results, every operation rounded to its type.
  let results: [Literal]
  /// For each result, the largest error that evaluation in Float32 makes.
  let rounding: [Double]

  init(_ program: Program, _ arguments: [Literal]) throws {
    self.program = program
    results = try evaluate(program, arguments)
    let exact = try evaluate(program, arguments, precision: .float64)
    rounding = zip(results, exact).map { rounded, exact in
      var largest = 0.0
      LongLoop.over(rounded.reals, exact.reals) { rounded, exact in
        let error = abs(rounded - exact)
        if error.isFinite { largest = max(largest, error) }
      }
      return largest
    }
  }

  /// The same at arguments nearby too: a result that cancels may happen to be exact at these, and what rounding does to
  /// it shows at others.
  func roundingNearby(_ arguments: [Literal]) throws -> [Double] {
    try (UInt64(0)..<4).reduce(rounding) { rounding, draw in
      let near = try Reference(program, Self.nearby(arguments, seed: draw))
      return zip(rounding, near.rounding).map { max($0, $1) }
    }
  }

  /// The arguments, each real moved by a few units in the last place.
  private static func nearby(_ arguments: [Literal], seed: UInt64) -> [Literal] {
    var random = CheckNumbers(seed: seed)
    return arguments.map { argument in
      guard argument.type.dtype.isFloat else { return argument }
      let directions = random.direction(argument.type)
      var values: [Double] = []
      values.reserveCapacity(argument.type.count)
      LongLoop.over(argument.reals, directions.reals) { values.append(Double(Float($0 * (1 + 0x1p-21 * $1)))) }
      return Literal(argument.type, .real(values))
    }
  }
}

/// The largest difference, relative to the largest number, beyond what rounding to Float32 itself does to the result.
private func deviation(_ found: [Double], _ expected: [Double], rounding: Double) -> Double {
  let scale = max(LongLoop.largest(found), LongLoop.largest(expected), 1e-30)
  var worst = 0.0
  LongLoop.over(found, expected) { found, expected in
    if found == expected || found.isNaN && expected.isNaN { return }
    let difference = (abs(found - expected) - 4 * rounding) / scale
    worst = difference.isNaN ? .infinity : max(worst, difference)
  }
  return worst
}
