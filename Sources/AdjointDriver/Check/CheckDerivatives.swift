import AdjointDiagnostics
import AdjointIR
import AdjointTransforms

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
  /// The difference, relative to the larger side.
  public var deviation: Double
  /// The largest deviation that passes.
  public var tolerance: Double

  /// Whether the deviation is within the tolerance.
  public var passes: Bool { deviation <= tolerance }
}

/// Tests every derivative of a program on numbers in Float64: directional derivatives against central differences, and
/// the reverse mode against the forward mode (⟨w, J t⟩ = ⟨Jᵀ w, t⟩), for one variable at a time.
///
/// - Parameters:
///   - arguments: The program's.
///   - seed: Chooses the directions.
///   - rules: The derivatives of operations: the ops' own, but where this function itself is tested.
func checkDerivatives(
  _ title: String, _ program: Program, _ arguments: [Literal], seed: UInt64, rules: DerivativeRules = .ofOps
) throws -> [CheckRow] {
  var rows: [CheckRow] = []
  for probe in try DerivativeProbe.all(in: program, rules: rules) {
    var random = CheckNumbers(seed: seed)
    let run = ProbeRun(probe, arguments)
    let primals = try run.evaluate(probe.arguments, [])
    let cotangents = probe.outputTypes.map { random.direction($0) }
    let reverse = try run.evaluate(probe.reverse, primals + cotangents)
    let function = try run.moving(primals)
    let value = Sum(function.values, cotangents)
    for (number, variable) in probe.primals.enumerated() where probe.primalTypes[number].count > 0 {
      let direction = random.direction(probe.primalTypes[number])
      let tangents = probe.primalTypes.enumerated().map { place, type in
        place == number ? direction : Literal(type, .real([Double](repeating: 0, count: type.count)))
      }
      let forward = try run.evaluate(probe.forward, primals + tangents)
      rows.append(
        CheckRow(
          function: title, line: probe.line, variable: variable, test: "jvp, finite differences",
          deviation: try function.deviation(of: forward, along: direction, number), tolerance: 1e-5))
      // Relative to the terms of the sums, which may cancel. A derivative that is zero by cancellation, such as that of
      // softmax by a number added to all its arguments, is rounding alone: that is measured by the function's value.
      let (left, right) = (Sum(forward, cotangents), Sum([reverse[number]], [direction]))
      let scale = max(left.size, right.size, value.isFinite ? 1e-6 * value.size : 0, 1e-300)
      let deviation = left.isFinite && right.isFinite ? abs(left.value - right.value) / scale : .infinity
      rows.append(
        CheckRow(
          function: title, line: probe.line, variable: variable, test: "vjp, dot product", deviation: deviation,
          tolerance: 1e-9))
    }
  }
  return rows
}

/// A sum of products, and the size of its terms.
private struct Sum {
  var value = 0.0
  var size = 0.0
  var isFinite: Bool { size.isFinite }

  init(_ left: [Literal], _ right: [Literal]) {
    for (left, right) in zip(left, right) {
      var (sum, sizes) = (0.0, 0.0)
      LongLoop.over(left.reals, right.reals) { a, b in
        sum += a * b
        sizes += abs(a * b)
      }
      value += sum
      size += sizes
    }
  }
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

  /// The function as its primals move: what is frozen stays as it is at `primals`.
  func moving(_ primals: [Literal]) throws -> MovingFunction {
    var frozen = probe.frozenTypes.map { Literal($0, .real([Double](repeating: 0, count: $0.count))) }
    var values: [Literal] = []
    // What is frozen may depend on what else is.
    for _ in 0...frozen.count {
      let results = try evaluate(probe.function, primals + frozen)
      values = Array(results.prefix(probe.outputTypes.count))
      let again = Array(results.suffix(frozen.count))
      if again == frozen { break }
      frozen = again
    }
    return MovingFunction(run: self, primals: primals, frozen: frozen, values: values)
  }
}

/// The function of a probe near a point.
private struct MovingFunction {
  let run: ProbeRun
  let primals: [Literal]
  let frozen: [Literal]
  let values: [Literal]

  /// How far tangents are from central differences along a direction of one primal: the smallest deviation over a few
  /// steps, since a large one is inexact where the function curves or has a kink nearby, and a small one loses digits.
  /// Infinite where no element of the function is a number.
  func deviation(of tangents: [Literal], along direction: Literal, _ number: Int) throws -> Double {
    var smallest = Double.infinity
    for step in [1e-5, 1e-6, 1e-4] {
      func outputs(_ sign: Double) throws -> [Literal] {
        var moved = primals
        let distance = sign * step
        var values: [Double] = []
        values.reserveCapacity(direction.type.count)
        LongLoop.over(primals[number].reals, direction.reals) { values.append($0 + distance * $1) }
        moved[number] = Literal(primals[number].type, .real(values))
        return try run.evaluate(run.probe.function, moved + frozen)
      }
      let (above, below) = (try outputs(1), try outputs(-1))
      var worst = 0.0
      var compared = false
      for (output, tangent) in tangents.enumerated() {
        var slopes: [Double] = []
        slopes.reserveCapacity(tangent.type.count)
        LongLoop.over(above[output].reals, below[output].reals) { slopes.append(($0 - $1) / (2 * step)) }
        // Differences lose what lies below the last digits of the values.
        let value = LongLoop.largest(values[output].reals)
        let scale = max(LongLoop.largest(slopes), LongLoop.largest(tangent.reals), 1e-3 * value, 1e-6)
        LongLoop.over(tangent.reals, slopes, values[output].reals) { tangent, slope, value in
          guard value.isFinite && slope.isFinite else { return }
          compared = true
          let deviation = abs(tangent - slope) / scale
          worst = max(worst, deviation.isNaN ? .infinity : deviation)
        }
      }
      if compared { smallest = min(smallest, worst) }
      if smallest < 1e-7 { break }
    }
    return tangents.allSatisfy { $0.type.count == 0 } ? 0 : smallest
  }
}
