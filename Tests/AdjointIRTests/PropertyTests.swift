import AdjointIR
import Testing

/// What holds for every op by construction, on operands drawn from its own probes.
@Suite struct PropertyTests {
  /// A probe of an op, under a name that test reports show.
  struct Subject: Sendable, CustomTestStringConvertible {
    var op: any Op.Type
    var number: Int
    var probe: Probe
    var testDescription: String { "\(op.name) probe \(number)" }
  }

  static let subjects = OpRegistry.all.flatMap { op in
    op.probes.enumerated().map { Subject(op: op, number: $0.offset, probe: $0.element) }
  }

  /// The seeds of the draws; a failure prints the one it had.
  static let seeds: [UInt64] = Array(1...12)

  /// Runs `body` on a dozen draws.
  private func forEachDraw(
    _ subject: Subject, _ body: (Probe.Case, [Literal], inout ProbeGenerator, Comment) throws -> Void
  ) throws {
    for seed in Self.seeds {
      var generator = ProbeGenerator(seed: seed)
      let drawn = subject.probe.draw(&generator)
      let arguments = drawn.arguments(using: &generator)
      try body(
        drawn, arguments, &generator,
        "seed \(seed): \(subject.op.name) {\(drawn.op.attributes)} of \(drawn.operands)")
    }
  }

  @Test func everyOpHasProbes() {
    for op in OpRegistry.all where op.name != Differentiate.name { #expect(!op.probes.isEmpty, "\(op.name)") }
    #expect(Set(OpRegistry.all.map { $0.name }).count == OpRegistry.all.count)
    for op in OpRegistry.all { #expect(op.summary.hasSuffix("."), "\(op.name)") }
  }

  /// Values have the types that the rule promises, in both precisions, and the program is in order.
  @Test(arguments: subjects) func valuesHaveTheirTypes(_ subject: Subject) throws {
    try forEachDraw(subject) { drawn, arguments, _, comment in
      let written = try program(drawn.operands) { builder, values in try builder.append(drawn.op, values) }
      try verify(written)
      let types = try drawn.op.resultTypes(drawn.operands, regions: [])
      #expect(written.body.results.map(\.type) == types, comment)
      for precision in [EvaluationContext.Precision.asTyped, .float64] {
        let results = try evaluate(written, arguments, precision: precision)
        #expect(results.map(\.type) == types, comment)
      }
      for result in try evaluate(written, arguments) where result.type.dtype == .f32 {
        #expect(result.reals.allSatisfy { Double(Float($0)) == $0 || $0.isNaN }, comment)
      }
    }
  }

  /// The jvp is the slope of the values, by central differences in Float64.
  @Test(arguments: subjects) func derivativesAreSlopes(_ subject: Subject) throws {
    try forEachDraw(subject) { drawn, arguments, generator, comment in
      guard drawn.operands.contains(where: \.dtype.isFloat), !(drawn.op is StopGradient) else { return }
      let primal = try program(drawn.operands) { builder, values in try builder.append(drawn.op, values) }
      let types = primal.body.results.map(\.type)
      let derivative = try Differentiated(drawn.op, drawn.operands)
      let active = drawn.operands.indices.filter { drawn.operands[$0].dtype.isFloat }
      let directions = active.map { Literal.random(drawn.operands[$0], &generator) }
      func values(_ step: Double) throws -> [Literal] {
        var moved = arguments
        for (position, direction) in zip(active, directions) {
          moved[position] = arguments[position].moved(by: step, direction)
        }
        return try evaluate(primal, moved, precision: .float64)
      }
      let step = 1e-6
      let (above, below) = (try values(step), try values(-step))
      var tangents: [Int: Literal] = [:]
      if let derivative {
        try verify(derivative.forward)
        let found = try evaluate(derivative.forward, arguments + directions, precision: .float64)
        for (position, tangent) in zip(derivative.results, found) { tangents[position] = tangent }
      }
      for (position, type) in types.enumerated() where type.dtype.isFloat {
        if drawn.op is Bitcast { continue }
        #expect(tangents[position].map { $0.type == type } ?? true, comment)
        let slopes = zip(above[position].reals, below[position].reals).map { ($0 - $1) / (2 * step) }
        let found = tangents[position]?.reals ?? slopes.map { _ in 0 }
        for (slope, tangent) in zip(slopes, found) {
          #expect(abs(slope - tangent) <= 2e-6 * max(1, abs(slope)), comment)
        }
      }
      // What is not real has no tangent.
      for position in tangents.keys { #expect(types[position].dtype.isFloat, comment) }
    }
  }

  /// Transposition: ⟨c, J v⟩ = ⟨Jᵀ c, v⟩.
  @Test(arguments: subjects) func transposesAgreeWithTangents(_ subject: Subject) throws {
    try forEachDraw(subject) { drawn, arguments, generator, comment in
      guard drawn.operands.contains(where: \.dtype.isFloat),
        let derivative = try Differentiated(drawn.op, drawn.operands)
      else { return }
      try verify(derivative.backward)
      let directions = derivative.active.map { Literal.random(drawn.operands[$0], &generator) }
      let tangents = try evaluate(derivative.forward, arguments + directions, precision: .float64)
      let weights = tangents.map { Literal.random($0.type, &generator) }
      let gradients = try evaluate(derivative.backward, arguments + weights, precision: .float64)
      #expect(gradients.map(\.type) == directions.map(\.type), comment)
      let forward = zip(weights, tangents).reduce(0) { $0 + $1.0.dot($1.1) }
      let backward = zip(gradients, directions).reduce(0) { $0 + $1.0.dot($1.1) }
      #expect(abs(forward - backward) <= 1e-9 * max(1, abs(forward)), comment)
    }
  }

  /// Second derivatives: the jvp program is itself made of ops that have derivatives.
  @Test(arguments: subjects) func tangentsHaveTangents(_ subject: Subject) throws {
    try forEachDraw(subject) { drawn, _, _, _ in
      guard let derivative = try Differentiated(drawn.op, drawn.operands) else { return }
      for operation in derivative.forward.body.operations where !operation.operands.isEmpty {
        _ = try Differentiated(operation.op, operation.operands.map(\.type))
      }
    }
  }

  /// Wrong operands are refused with an id and words, never with a trap.
  @Test(arguments: subjects) func wrongOperandsAreRefused(_ subject: Subject) throws {
    try forEachDraw(subject) { drawn, _, _, comment in
      for wrong in [drawn.operands + [.scalar(.bool)], Array(drawn.operands.dropLast())] {
        guard wrong.count != drawn.operands.count, !(drawn.op is Concatenate && !wrong.isEmpty) else { continue }
        do throws(OpError) {
          _ = try drawn.op.resultTypes(wrong, regions: [])
          Issue.record("\(wrong) accepted, \(comment)")
        } catch {
          #expect(error.id == "ir.operands", comment)
          #expect(!error.message.isEmpty, comment)
        }
      }
      // Any other types either fit or are refused.
      for dtype in DType.allCases {
        for position in drawn.operands.indices {
          var changed = drawn.operands
          changed[position].dtype = dtype
          changed[position].shape.append(7)
          _ = try? drawn.op.resultTypes(changed, regions: [])
        }
      }
    }
  }
}
