import AdjointDriver
import Foundation
import Testing

@Suite(.serialized) struct CheckTests {
  @Test(
    "every derivative and the kernels of the examples pass",
    arguments: [
      ("digits/DigitsModel.swift", nil), ("seed/SeedModel.swift", nil), ("bench/Models/LinearStep.swift", nil),
      ("bench/Models/Perceptrons.swift", "digitsStep"),
    ] as [(String, String?)])
  func examples(file: String, function: String?) throws {
    let seed = UInt64.random(in: 0 ... .max)
    let report = try check(
      packageRoot.appendingPathComponent("Sources/Examples/\(file)").path, function: function, seed: seed, draws: 1)
    #expect(report.passes, "seed \(seed)\n\(report.table)")
    for test in ["jvp", "vjp", "C, ", "Swift, "] {
      #expect(report.rows.contains { $0.test.hasPrefix(test) } || !report.remarks.isEmpty, "\(test)")
    }
  }

  @Test func theCommand() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.model)
    let outcome = try adjointc("check", model, "step")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("layer.kernel") && outcome.output.hasSuffix("tests passed\n"))
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
