import AdjointIR

/// Random numbers that suit an entry point's parameters; the same ones for the same seed.
struct CheckNumbers: RandomNumberGenerator {
  private var random: ProbeGenerator

  init(seed: UInt64) { random = ProbeGenerator(seed: seed) }

  mutating func next() -> UInt64 { random.next() }

  /// Arguments on which a specialisation's results are numbers: a logarithm has none of what is below 0, so ranges are
  /// tried until all results are finite, and the one with the most finite results is taken otherwise.
  ///
  /// - Parameter program: With its derivatives expanded.
  static func arguments(for entry: EntryPoint, _ program: Program, seed: UInt64) throws -> [Literal] {
    var best: (arguments: [Literal], finite: Int)?
    let rows = rowIndices(program)
    for range in [-1.0...1.0, 0.1...0.9, 1.1...2.0] {
      var random = CheckNumbers(seed: seed)
      let arguments = zip(program.parameters, program.body.parameters).map { parameter, value in
        random.literal(value.type, entry.range(of: parameter.source) ?? range, rows: rows[value.id] ?? 0...1)
      }
      let results = try evaluate(program, arguments, precision: .float64)
      let finite = results.reduce(0) { $0 + LongLoop.finiteCount($1.reals) }
      if finite > best?.finite ?? -1 { best = (arguments, finite) }
      if finite == results.reduce(0, { $0 + $1.type.count }) { break }
    }
    return best?.arguments ?? []
  }

  /// Reals of a range, rounded to what a Float holds; integers that name rows of the program's tables, or 0 and 1, which
  /// are valid as labels and counts; any bits for keys.
  mutating func literal(
    _ type: TensorType, _ range: ClosedRange<Double>, rows: ClosedRange<Int64> = 0...1
  ) -> Literal {
    switch type.dtype {
    case .f32, .f64:
      let (low, width) = (Float(range.lowerBound), Float(range.upperBound) - Float(range.lowerBound))
      return Literal(type, .real(LongLoop.made(type.count) { Double(low + width * Float(self.fraction())) }))
    case .i32, .i64: return Literal(type, .integer((0..<type.count).map { _ in Int64.random(in: rows, using: &self) }))
    case .u32:
      return Literal(type, .integer((0..<type.count).map { _ in Int64(UInt32.random(in: 0 ... .max, using: &self)) }))
    case .bool: return Literal(type, .bool((0..<type.count).map { _ in Bool.random(using: &self) }))
    }
  }

  /// A direction: reals from −1 to 1.
  mutating func direction(_ type: TensorType) -> Literal {
    Literal(type, .real(LongLoop.made(type.count) { 2 * fraction() - 1 }))
  }

  /// From 0 up to 1, which Float may round it to.
  private mutating func fraction() -> Double { Double(next() >> 11) * 0x1p-53 }
}

extension EntryPoint {
  /// The numbers that a parameter can have, where its role says so: second moments and variances are not negative, the
  /// hyper-parameters of a rule lie between 0 and 1.
  fileprivate func range(of source: ParameterSource) -> ClosedRange<Double>? {
    switch source {
    case .property: return 0.1...0.9
    case .argument: return nil
    case .variable(let argument, let variable):
      switch arguments[argument].kind {
      case .object(let graph), .state(let graph):
        return ["OptState", "BatchStat"].contains(graph.variables[variable].kind) ? 0.01...1 : nil
      default: return nil
      }
    }
  }
}
