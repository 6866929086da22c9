import AdjointDiagnostics
import AdjointIR

/// How well one derivative of an entry point agrees with others, variable by variable.
public struct CheckRow: Sendable, Hashable {
  /// The entry point, with its sizes.
  public var function: String
  /// The source line of the derivative, or of the entry point.
  public var line: Int
  /// What the derivative is with respect to, or the result that was compared.
  public var variable: String
  /// What was compared.
  public var test: String
  /// The difference, relative to the larger side and at least 1.
  public var deviation: Double
  /// The largest deviation that passes.
  public var tolerance: Double

  /// Whether the deviation is within the tolerance.
  public var passes: Bool { deviation <= tolerance }
}

/// Tests every derivative of a specialisation on random numbers in Float64: directional derivatives against central
/// differences, and the reverse mode against the forward mode (⟨w, J t⟩ = ⟨Jᵀ w, t⟩), for one variable at a time.
func checkDerivatives(
  _ entry: EntryPoint, _ specialisation: EntryPoint.Specialisation, seed: UInt64
) throws -> [CheckRow] {
  let title = entry.name + (specialisation.sizes.isEmpty ? "" : " (\(specialisation.sizesText))")
  var rows: [CheckRow] = []
  let places = specialisation.program.body.operations.filter { $0.op is Differentiate }.map(\.span.line)
  for (probe, line) in zip(try DerivativeProbe.all(in: specialisation.program), places) {
    var random = CheckNumbers(seed: seed)
    let given = zip(specialisation.program.parameters, specialisation.program.body.parameters).map { parameter, value in
      random.literal(for: parameter, value.type)
    }
    let run = ProbeRun(probe, given)
    let primals = try run.evaluate(probe.arguments, [])
    let cotangents = probe.outputTypes.map { random.direction($0) }
    let reverse = try run.evaluate(probe.reverse, primals + cotangents)
    for (number, variable) in probe.primals.enumerated() {
      let direction = random.direction(probe.primalTypes[number])
      let tangents = probe.primalTypes.enumerated().map { place, type in
        place == number ? direction : Literal(type, .real([Double](repeating: 0, count: type.count)))
      }
      let forward = try run.evaluate(probe.forward, primals + tangents)
      let differences = try run.differences(primals, number, direction, best: forward)
      rows.append(
        CheckRow(
          function: title, line: line, variable: variable, test: "jvp, finite differences", deviation: differences,
          tolerance: 1e-5))
      let left = zip(forward, cotangents).map { dot($0, $1) }.reduce(0, +)
      let right = dot(reverse[number], direction)
      rows.append(
        CheckRow(
          function: title, line: line, variable: variable, test: "vjp, dot product",
          deviation: abs(left - right) / max(1, abs(left), abs(right)), tolerance: 1e-9))
    }
  }
  return rows
}

private func dot(_ left: Literal, _ right: Literal) -> Double {
  zip(left.reals, right.reals).reduce(0) { $0 + $1.0 * $1.1 }
}

/// Runs the programs of a probe in Float64.
private struct ProbeRun {
  let probe: DerivativeProbe
  let given: [Literal]

  init(_ probe: DerivativeProbe, _ given: [Literal]) {
    self.probe = probe
    self.given = given
  }

  func evaluate(_ program: Program, _ extra: [Literal]) throws -> [Literal] {
    try AdjointIR.evaluate(program, given + extra, precision: .float64)
  }

  /// The smallest deviation from central differences over a few steps: a large step is inexact where the function
  /// curves or has a kink nearby, a small one loses digits.
  func differences(_ primals: [Literal], _ number: Int, _ direction: Literal, best: [Literal]) throws -> Double {
    // What is frozen may depend on what else is.
    var frozen = probe.frozenTypes.map { Literal($0, .real([Double](repeating: 0, count: $0.count))) }
    for _ in frozen.indices {
      let again = Array(try evaluate(probe.function, primals + frozen).suffix(frozen.count))
      if again == frozen { break }
      frozen = again
    }
    var smallest = Double.infinity
    for step in [1e-5, 1e-6, 1e-4] {
      func outputs(_ sign: Double) throws -> [Literal] {
        var moved = primals
        let values = zip(primals[number].reals, direction.reals).map { $0 + sign * step * $1 }
        moved[number] = Literal(probe.primalTypes[number], .real(values))
        return try evaluate(probe.function, moved + frozen)
      }
      let (above, below) = (try outputs(1), try outputs(-1))
      var worst = 0.0
      for (output, tangent) in best.enumerated() {
        let scale = max(1, tangent.reals.map(abs).max() ?? 0)
        for (index, slope) in tangent.reals.enumerated() {
          let difference = (above[output].reals[index] - below[output].reals[index]) / (2 * step)
          if slope.isNaN && difference.isNaN { continue }
          let deviation = abs(slope - difference) / scale
          worst = max(worst, deviation.isNaN ? .infinity : deviation)
        }
      }
      smallest = min(smallest, worst)
      if smallest < 1e-7 { break }
    }
    return smallest
  }
}
