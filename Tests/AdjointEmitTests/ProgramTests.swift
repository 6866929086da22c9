import AdjointEmit
import AdjointIR
import AdjointSchedule
import AdjointTransforms
import Foundation
import Testing

/// A program with parameters for a test, and how closely C must follow its reference evaluation.
struct Subject {
  var title: String
  var program: Program
  var arguments: [Literal]
  /// Relative to the largest magnitude of a result.
  var tolerance = 2e-6
  /// What counts as small: below this the tolerance is absolute, since differences of larger numbers are noise.
  var unit = 1e-30
}

/// Schedules, emits, compiles and runs all subjects in one library, and compares every variant with the reference.
func check(
  _ subjects: [Subject], flags: [String] = ["-O2"], isas: [String] = instructionSets, fuse: Bool = true,
  sourceLocation: SourceLocation = #_sourceLocation
) throws {
  let schedules = try subjects.map { try makeSchedule($0.program, options: ScheduleOptions(fuse: fuse)) }
  let emitted = try emitC(module: "Subjects", source: "Subjects.swift", [entryPoint("subject", schedules)])
  let compiled = try CompiledC(emitted, schedules, module: "Subjects", flags: flags)
  defer { compiled.remove() }
  let expected = try subjects.map { try evaluate($0.program, $0.arguments) }
  var first: [Bool: [[Literal]]] = [:]
  for isa in isas {
    for inPlace in [false, true] {
      let results = try compiled.run(subjects.map(\.arguments), isa: isa, inPlace: inPlace)
      for (number, subject) in subjects.enumerated() {
        for (result, wanted) in zip(results[number], expected[number]) {
          if let problem = difference(result, wanted, subject.tolerance, unit: subject.unit) {
            Issue.record(
              "\(subject.title) on \(isa)\(inPlace ? " in place" : ""): \(problem)", sourceLocation: sourceLocation)
          }
        }
      }
      // Every instruction set gives the same bits, those without fused multiply-adds other ones than those with.
      let reference = first[fusesProducts(isa), default: results]
      for (number, subject) in subjects.enumerated() where !same(results[number], reference[number]) {
        Issue.record("\(subject.title) has other bits on \(isa)", sourceLocation: sourceLocation)
      }
      first[fusesProducts(isa)] = reference
    }
  }
}

func same(_ a: [Literal], _ b: [Literal]) -> Bool {
  zip(a, b).allSatisfy { a, b in
    a.type == b.type && zip(a.reals, b.reals).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
  }
}

/// What is wrong with `result`, if anything: integers and booleans must be equal, reals close.
func difference(_ result: Literal, _ wanted: Literal, _ tolerance: Double, unit: Double) -> String? {
  guard result.type == wanted.type else { return "type \(result.type) instead of \(wanted.type)" }
  let scale = wanted.reals.filter(\.isFinite).map(\.magnitude).max() ?? 0
  for (index, (got, want)) in zip(result.reals, wanted.reals).enumerated() {
    if got == want || got.isNaN && want.isNaN { continue }
    let limit = result.type.dtype.isFloat ? tolerance * max(want.magnitude, scale * 0.01, unit) : 0
    if (got - want).magnitude <= limit { continue }
    return "element \(index) is \(got), not \(want)"
  }
  return nil
}

/// A program of one region; its parameters are `x0`, `x1`, … and its results `y0`, `y1`, ….
func makeProgram(
  _ name: String, _ parameters: [(String, TensorType)], results resultNames: [String] = [], reuses: [Int: Int] = [:],
  _ body: (Builder, [Value]) throws -> [Value]
) throws -> Program {
  let builder = Builder()
  let values = parameters.map { builder.makeValue($0.1) }
  let results = try body(builder, values)
  let program = Program(
    name: name,
    parameters: parameters.enumerated().map { Program.Parameter(name: $1.0, source: .argument($0)) },
    results: results.indices.map {
      Program.Result(
        name: $0 < resultNames.count ? resultNames[$0] : "y\($0)",
        destination: reuses[$0].map { .variable(argument: 0, variable: $0) } ?? .returned(leaf: $0), reuses: reuses[$0])
    },
    body: Region(parameters: values, operations: builder.takeOperations(), results: results),
    nextValueID: builder.nextValueID)
  try verify(program)
  return program
}

@Suite struct ProgramTests {
  /// Every probe of every op, on `seeds`.
  static func probes(_ seeds: [UInt64]) throws -> [Subject] {
    var subjects: [Subject] = []
    for op in OpRegistry.all where op.name != Differentiate.name {
      for (number, probe) in op.probes.enumerated() {
        for seed in seeds {
          var generator = ProbeGenerator(seed: seed)
          let drawn = probe.draw(&generator)
          let arguments = drawn.arguments(using: &generator)
          let program = try makeProgram(
            op.name, drawn.operands.enumerated().map { ("x\($0)", $1) }
          ) { builder, values in try builder.append(drawn.op, values) }
          subjects.append(
            Subject(
              title: "\(op.name) {\(drawn.op.attributes)} of \(drawn.operands), probe \(number), seed \(seed)",
              program: program, arguments: arguments, tolerance: probe.tolerance))
        }
      }
    }
    return subjects
  }

  @Test func everyOpAgreesWithItsReference() throws { try check(Self.probes([1, 2])) }

  @Test func everyOpIsCleanUnderSanitizers() throws {
    try check(
      Self.probes([3]), flags: ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
      isas: [instructionSets.last ?? "baseline"])
  }
}
