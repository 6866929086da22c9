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
  let exact = try evaluate(expanded, arguments, precision: .float64)
  let found = try kernels.run(entry, specialisation, arguments)
  return expanded.results.enumerated().compactMap { number, result in
    guard let literal = found[number] else { return nil }
    return CheckRow(
      function: title, line: line, variable: result.name, test: "\(kernels.language), reference evaluation",
      deviation: deviation(literal.reals, expected[number].reals, exact: exact[number].reals), tolerance: 5e-5)
  }
}

/// The largest difference, relative to the largest number, beyond what rounding to Float32 itself does to the result.
private func deviation(_ found: [Double], _ expected: [Double], exact: [Double]) -> Double {
  let scale = (found + expected).filter(\.isFinite).map(abs).max() ?? 0
  let rounding = zip(expected, exact).map { abs($0 - $1) }.filter(\.isFinite).max() ?? 0
  return zip(found, expected).reduce(0) { worst, pair in
    if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return worst }
    let difference = (abs(pair.0 - pair.1) - 4 * rounding) / max(scale, 1e-30)
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
