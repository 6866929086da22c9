import AdjointDiagnostics
import AdjointIR
import AdjointTransforms
import Testing

@testable import AdjointFrontend

/// What the tests of builtins do with a source: elaborate its one entry point, and evaluate the program.
enum Elaborated {
  static func entry(_ source: String) throws -> EntryPoint {
    let result = try elaborate([SourceFile(name: "Model.swift", text: source)])
    return try #require(result.entryPoints.last)
  }

  /// The program of the entry point, verified.
  static func program(_ source: String) throws -> Program {
    let program = try #require(try entry(source).specialisations.first).program
    try verify(program)
    return program
  }

  /// The results by name: a variable's path, or the number of a returned leaf.
  static func evaluate(_ program: Program, _ arguments: [Literal]) throws -> [String: Literal] {
    let expanded = try expandDerivatives(program)
    try verify(expanded)
    let simplified = try simplify(expanded)
    try verify(simplified)
    let plain = try AdjointIR.evaluate(expanded, arguments)
    let simple = try AdjointIR.evaluate(simplified, arguments)
    for (left, right) in zip(plain, simple) { expectClose(left.reals, right.reals) }
    var results: [String: Literal] = [:]
    for (result, value) in zip(program.results, plain) {
      switch result.destination {
      case .variable: results[result.name] = value
      case .returned(let leaf): results[String(leaf)] = value
      }
    }
    return results
  }

  /// Returned leaves in order; for a function that returns nothing, the variables it changes in order.
  static func run(_ source: String, _ arguments: [Literal]) throws -> [Literal] {
    let program = try program(source)
    let expanded = try expandDerivatives(program)
    let values = try AdjointIR.evaluate(simplify(expanded), arguments)
    var leaves: [(Int, Literal)] = []
    for (result, value) in zip(program.results, values) {
      if case .returned(let leaf) = result.destination { leaves.append((leaf, value)) }
    }
    return leaves.isEmpty ? values : leaves.sorted { $0.0 < $1.0 }.map(\.1)
  }

  /// What is wrong with a source.
  static func findings(_ source: String) -> [Finding] {
    do {
      _ = try elaborate([SourceFile(name: "Model.swift", text: source)])
      return []
    } catch {
      return error.all
    }
  }
}

/// Whether numbers agree to about Float32's precision.
func expectClose(
  _ actual: [Double], _ expected: [Double], tolerance: Double = 2e-6,
  sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
  guard actual.count == expected.count else {
    Issue.record("\(actual) has \(actual.count) elements, \(expected) was expected", sourceLocation: sourceLocation)
    return
  }
  for (a, e) in zip(actual, expected) where !(abs(a - e) <= tolerance * max(1, abs(e))) && a != e {
    Issue.record("\(actual) is not \(expected)", sourceLocation: sourceLocation)
    return
  }
}

func expectClose(
  _ actual: [[Double]], _ expected: [[Double]], sourceLocation: Testing.SourceLocation = #_sourceLocation
) {
  #expect(actual.count == expected.count, sourceLocation: sourceLocation)
  for (a, e) in zip(actual, expected) { expectClose(a, e, sourceLocation: sourceLocation) }
}
