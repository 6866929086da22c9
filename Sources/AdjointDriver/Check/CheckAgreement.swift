import AdjointEmit
import AdjointIR

/// Compares kernels with the reference evaluation of what the front end read, result by result.
///
/// - Parameters:
///   - expanded: The specialisation's program with its derivatives written out, neither simplified nor scheduled.
///   - entry: The place of the entry point among those that `kernels` were made of.
func checkAgreement(
  _ title: String, line: Int, _ expanded: Program, _ arguments: [Literal], _ kernels: LoadedKernels, entry: Int,
  specialisation: Int
) throws -> [CheckRow] {
  let expected = try evaluate(expanded, arguments)
  var rounding = try roundingErrors(expanded, arguments, expected)
  let found = try kernels.run(entry, specialisation, arguments)
  func rows() -> [CheckRow] {
    expanded.results.enumerated().compactMap { number, result in
      guard let literal = found[number] else { return nil }
      return CheckRow(
        function: title, line: line, variable: result.name, test: "\(kernels.language), reference evaluation",
        deviation: deviation(literal.reals, expected[number].reals, rounding: rounding[number]), tolerance: 5e-5)
    }
  }
  if rows().allSatisfy(\.passes) { return rows() }
  // A result that cancels may happen to be exact at these arguments; what rounding does to it shows at others nearby.
  for draw in 0..<4 {
    let near = nearby(arguments, seed: UInt64(draw))
    let errors = try roundingErrors(expanded, near, evaluate(expanded, near))
    rounding = zip(rounding, errors).map { max($0, $1) }
  }
  return rows()
}

/// The arguments, each real moved by a few units in the last place.
private func nearby(_ arguments: [Literal], seed: UInt64) -> [Literal] {
  var random = CheckNumbers(seed: seed)
  return arguments.map { argument in
    guard argument.type.dtype.isFloat else { return argument }
    let values = argument.reals.map { Double(Float($0 * (1 + Double.random(in: -0x1p-21...0x1p-21, using: &random)))) }
    return Literal(argument.type, .real(values))
  }
}

/// For each result, the largest error that evaluation in Float32 makes.
private func roundingErrors(_ program: Program, _ arguments: [Literal], _ rounded: [Literal]) throws -> [Double] {
  let exact = try evaluate(program, arguments, precision: .float64)
  return zip(rounded, exact).map { rounded, exact in
    zip(rounded.reals, exact.reals).map { abs($0 - $1) }.filter(\.isFinite).max() ?? 0
  }
}

/// The largest difference, relative to the largest number, beyond what rounding to Float32 itself does to the result.
private func deviation(_ found: [Double], _ expected: [Double], rounding: Double) -> Double {
  let scale = (found + expected).filter(\.isFinite).map(abs).max() ?? 0
  return zip(found, expected).reduce(0) { worst, pair in
    if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return worst }
    let difference = (abs(pair.0 - pair.1) - 4 * rounding) / max(scale, 1e-30)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
