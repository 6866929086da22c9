import AdjointIR
import Foundation
import TestSupport
import Testing

@testable import AdjointDriver

/// `adjointc check` runs the user's own source with the library and compares it.
@Suite(.serialized) struct CheckEagerTests {
  @Test("every result of the examples' entry points is compared", arguments: ["digits", "seed"])
  func examples(name: String) throws {
    let model = packageRoot.appendingPathComponent(
      "Sources/Examples/\(name)/\(name == "digits" ? "DigitsModel" : "SeedModel").swift"
    ).path
    let seed = "\(testSeed)"
    let outcome = try adjointc("check", model, "--draws", "1", "--seed", seed, "--adjoint", packageRoot.path)
    #expect(outcome.exitCode == 0, "seed \(seed)\n\(outcome.output)\(outcome.errors)")
    var expected: [String] = []
    for entry in try entryPoints(model, named: nil) {
      for specialisation in entry.specialisations {
        expected += specialisation.program.results.map { "\(entry.name) \($0.name)" }
      }
    }
    let found = outcome.output.split(separator: "\n").filter { $0.contains("eager, reference evaluation") }.map {
      line in
      let words = line.split(separator: " ")
      let end = words.firstIndex(of: "eager,")!
      return "\(words[1]) \(words[end - 1])"
    }
    #expect(found == expected, "\(outcome.output)")
  }

  /// The parts of the package that eager runs are compiled from, with changes.
  private func library(_ scratch: Scratch, _ edits: [(old: String, new: String)]) throws -> String {
    let copy = scratch.path("library")
    try FileManager.default.createDirectory(atPath: copy + "/Sources", withIntermediateDirectories: true)
    for part in ["Package.swift", "Sources/Adjoint", "Sources/AdjointRuntime", "Sources/CAdjoint"] {
      try FileManager.default.copyItem(atPath: packageRoot.appendingPathComponent(part).path, toPath: "\(copy)/\(part)")
    }
    let file = copy + "/Sources/Adjoint/Library/Activations.swift"
    var text = try String(contentsOfFile: file, encoding: .utf8)
    for edit in edits {
      try #require(text.contains(edit.old))
      text = text.replacingOccurrences(of: edit.old, with: edit.new)
    }
    try Data(text.utf8).write(to: URL(fileURLWithPath: file))
    return copy
  }

  @Test("a library that differs from what was compiled fails, and so does a run that stops")
  func difference() throws {
    let scratch = try Scratch()
    let library = try library(
      scratch,
      [
        ("select(x .<= 0, 0, x)", "select(x .<= 0, 0, x * 1.01)"),
        ("return x * 0.5 * (erf(x * 0.70710677) + 1)", "fatalError(\"no such number\")"),
      ])
    let model = try scratch.write(
      "app/Model.swift",
      """
      import Adjoint

      func wrong(@Shape(4, 2) x: Tensor<Float>) -> Tensor<Float> { relu(x) }

      func stops(@Shape(3) x: Tensor<Float>) -> Tensor<Float> { gelu(x, approximate: false) }

      func right(@Shape(3) x: Tensor<Float>, @Traced rate: Float) -> Tensor<Float> { tanh(x) * rate }

      """)
    let outcome = try adjointc("check", model, "--draws", "1", "--adjoint", library)
    #expect(outcome.exitCode == 1, "\(outcome.output)\(outcome.errors)")
    let words = outcome.output.split(separator: "\n").map { $0.split(separator: " ") }
    func state(_ function: String, _ way: String) -> Substring? {
      words.first { $0.count > 4 && $0[1] == function && $0[4] == way }?[0]
    }
    for way in ["C,", "Swift,"] {
      for function in ["wrong", "stops", "right"] { #expect(state(function, way) == "ok", "\(outcome.output)") }
    }
    #expect(state("wrong", "eager,") == "FAILED", "\(outcome.output)")
    #expect(state("stops", "eager,") == "FAILED", "\(outcome.output)")
    #expect(state("right", "eager,") == "ok", "\(outcome.output)")
    #expect(outcome.output.contains("stops, run eagerly, stops: "), "\(outcome.output)")
    #expect(outcome.output.contains("no such number"), "\(outcome.output)")
    #expect(outcome.output.contains("2 of 9 tests failed"), "\(outcome.output)")
  }

  @Test("what cannot be run is told with its reason, and is no failure")
  func remarks() throws {
    let scratch = try Scratch()
    let model = try scratch.write(
      "app/Model.swift",
      """
      import Adjoint

      private let width = 3

      func hidden(@Like(Linear(2, width, rngs: Rngs(0))) _ model: Linear, @Shape(1, 2) x: Tensor<Float>) -> Tensor<Float> {
        model(x)
      }

      func seen(_ model: Net, @Shape(1, 2) x: Tensor<Float>) -> Tensor<Float> { model.layer(x) }

      final class Net: Module {
        let layer: Linear

        init(rngs: Rngs) { layer = Linear(2, 3, rngs: rngs) }

        func predict(@Shape(5, 2) _ x: Tensor<Float>) -> (y: Tensor<Float>, state: State<Net>) { (layer(x), state(self)) }
      }

      """)
    let alone = try adjointc("check", model, "--draws", "1")
    #expect(alone.exitCode == 0, "\(alone.output)\(alone.errors)")
    #expect(!alone.output.contains("eager,"), "\(alone.output)")
    #expect(alone.output.contains("is not run eagerly: there is no Package.swift above it"), "\(alone.output)")
    let without = try adjointc("check", model, "--draws", "1", "--no-eager")
    #expect(without.exitCode == 0 && !without.output.contains("eager"), "\(without.output)")
    let report = try check(model, function: nil, seed: 1, draws: 1, eager: .library(packageRoot.path))
    #expect(report.passes, "\(report.table)")
    let run = Set(report.rows.filter { $0.test.hasPrefix("eager") }.map { "\($0.function) \($0.variable)" })
    #expect(run == ["seen layer", "predict layer", "predict layer.bias", "predict layer.kernel"], "\(report.table)")
    #expect(report.remarks.count == 1, "\(report.remarks)")
    #expect(
      report.remarks.first?.hasPrefix("hidden is not run eagerly, since it cannot be called: ") == true
        && report.remarks.first?.contains("'width'") == true, "\(report.remarks)")
    let wrong = try adjointc("check", model, "--adjoint", scratch.root)
    #expect(wrong.exitCode == 64 && wrong.errors.contains("not the folder of the Adjoint package"), "\(wrong.errors)")
  }

  @Test("files that need what is not compiled for the run are told by the first error")
  func notByItself() throws {
    let scratch = try Scratch()
    try scratch.write(
      "app/Net.swift",
      """
      import Adjoint

      final class Net: Module {
        let layer: Linear

        init(rngs: Rngs) { layer = Linear(2, 3, rngs: rngs) }
      }

      """)
    try scratch.write(
      "app/Step.swift",
      """
      import Adjoint

      func seen(_ model: Net, @Shape(1, 2) x: Tensor<Float>) -> Tensor<Float> { model.layer(x) }

      """)
    try scratch.write("app/Call.swift", "func notCompiled() { missing() }\n")
    let report = try check(scratch.path("app"), function: nil, seed: 1, draws: 1, eager: .library(packageRoot.path))
    #expect(report.passes && !report.rows.contains { $0.test.hasPrefix("eager") }, "\(report.table)")
    #expect(
      report.remarks.count == 1 && report.remarks[0].contains("cannot find 'missing' in scope"), "\(report.remarks)")
  }
}
