import AdjointIR
import Foundation
import TestSupport
import Testing

@testable import AdjointDriver

@Suite(.serialized) struct CheckTests {
  /// Every file of the examples with entry points; numbers are drawn once, where the command draws twice.
  static let files = [
    "digits/DigitsModel.swift", "seed/SeedModel.swift", "bench/Models/Chains.swift", "bench/Models/FeedForward.swift",
    "bench/Models/LinearStep.swift", "bench/Models/ParameterUpdate.swift", "bench/Models/Perceptrons.swift",
  ]

  @Test("every derivative and the kernels of all examples pass", arguments: files)
  func examples(file: String) throws {
    let seed = testSeed
    let path = packageRoot.appendingPathComponent("Sources/Examples/\(file)").path
    let report = try check(path, function: nil, seed: seed, draws: 1)
    #expect(report.passes, "seed \(seed)\n\(report.table)")
    for entry in try entryPoints(path, named: nil) {
      let program = try #require(entry.specialisations.first).program
      let isDifferentiated = program.body.operations.contains { $0.op is Differentiate }
      for test in (isDifferentiated ? ["jvp", "vjp"] : []) + ["C, ", "Swift, "] {
        let isTested = report.rows.contains { $0.function.hasPrefix(entry.name) && $0.test.hasPrefix(test) }
        #expect(isTested || !report.remarks.isEmpty, "\(entry.name): \(test)")
      }
    }
  }

  @Test func noExampleIsForgotten() throws {
    let root = packageRoot.appendingPathComponent("Sources/Examples").path
    let files = Set(try entryPoints(root, named: nil).map { $0.span.file.dropFirst(root.count + 1) })
    #expect(files.sorted() == Self.files.map { $0[...] }.sorted())
  }

  @Test func theCommand() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.model)
    let outcome = try adjointc("check", model, "step")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("layer.kernel") && outcome.output.hasSuffix("tests passed\n"))
  }

  /// An index outside of a table is clamped forward and dropped backward: no difference confirms that.
  @Test("rows are drawn from those that the tables have", arguments: [1, 2, 40])
  func rowsOfTables(count: Int) throws {
    let scratch = try Scratch()
    let model = try scratch.write(
      "app/Model.swift",
      """
      import Adjoint

      func rows(@Shape(\(count), 3) table: Tensor<Float>, @Shape(2, 4) at rows: Tensor<Int32>) -> Tensor<Float> {
        grad { (table: Tensor<Float>) in
          let scores: Tensor<Float> = tanh(table).gathered(rows: rows.reshaped([-1]))
          return (scores * scores).sum()
        }(table)
      }

      """)
    let report = try check(model, function: nil, seed: testSeed)
    #expect(report.passes, "\(report.table)")
    let program = try #require(entryPoints(model, named: nil).first?.specialisations.first).program
    #expect(rowIndices(try Stages.differentiated(program)) == [program.body.parameters[1].id: 0...Int64(count) - 1])
  }

  /// A function that has a kink at every point that it is asked at: its derivative is one side's, differences are the
  /// mean of both.
  static let kinked = """
    import Adjoint

    func kinked(@Shape(3) x: Tensor<Float>) -> Tensor<Float> {
      grad { (x: Tensor<Float>) in
        relu(x - stopGradient(x)).sum()
      }(x)
    }

    """

  @Test func theCommandFailsWhereATestFails() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Self.kinked)
    let outcome = try adjointc("check", model)
    #expect(outcome.exitCode == 1, "\(outcome.output)")
    #expect(outcome.output.contains("FAILED  kinked"), "\(outcome.output)")
    #expect(outcome.output.hasSuffix("1 of 4 tests failed\n"), "\(outcome.output)")
  }

  @Test("a derivative that is zero by cancellation is no failure, for all the rounding in it")
  func cancelling() throws {
    let scratch = try Scratch()
    let model = try scratch.write(
      "app/Model.swift",
      """
      import Adjoint

      func shifted(@Shape(5) x: Tensor<Float>, @Shape(1) shift: Tensor<Float>) -> Tensor<Float> {
        grad { (shift: Tensor<Float>) in
          (softmax(x + shift) * x).sum()
        }(shift)
      }

      """)
    for seed in UInt64(10)..<18 {
      let report = try check(model, function: nil, seed: seed, draws: 1)
      #expect(report.passes, "seed \(seed)\n\(report.table)")
    }
  }

  @Test("what stopGradient freezes does not count against a derivative")
  func frozen() throws {
    let scratch = try Scratch()
    let model = try scratch.write(
      "app/Model.swift",
      """
      import Adjoint

      func slope(@Shape(3) x: Tensor<Float>) -> Tensor<Float> {
        grad { (x: Tensor<Float>) in (x * stopGradient(tanh(x)) * sin(stopGradient(x))).sum() }(x)
      }

      """)
    let report = try check(model, function: nil, seed: 3)
    #expect(report.passes && report.rows.count >= 3, "\(report.table)")
  }

  @Test("numbers are drawn where the function has values, and derivatives inside derivatives are tested")
  func domainsAndNesting() throws {
    let scratch = try Scratch()
    let model = try scratch.write(
      "app/Model.swift",
      """
      import Adjoint

      func curvature(@Shape(3) x: Tensor<Float>) -> Tensor<Float> {
        grad { (x: Tensor<Float>) in
          grad { (y: Tensor<Float>) in (log(y) * sqrt(y)).sum() }(x).sum()
        }(x)
      }

      """)
    let report = try check(model, function: nil, seed: 5)
    #expect(report.passes, "\(report.table)")
    #expect(Set(report.rows.filter { $0.test.hasPrefix("jvp") }.map(\.line)) == [4, 5], "\(report.table)")
    #expect(report.rows.allSatisfy { $0.deviation.isFinite })
  }
}
