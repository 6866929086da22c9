import AdjointDriver
import Foundation
import Testing

@Suite struct CheckTests {
  @Test("every derivative and the C of the examples pass", arguments: ["digits", "seed"])
  func examples(name: String) throws {
    let report = try check(
      packageRoot.appendingPathComponent("Sources/Examples/\(name)").path,
      function: name == "digits" ? "trainStep" : nil,
      seed: UInt64.random(in: 0 ... .max))
    #expect(report.passes, "\(report.table)")
    #expect(report.rows.contains { $0.test.hasPrefix("jvp") } && report.rows.contains { $0.test.hasPrefix("vjp") })
    #expect(report.rows.contains { $0.test.hasPrefix("C") } || !report.remarks.isEmpty)
  }

  @Test func theCommand() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.model)
    let outcome = try adjointc("check", model, "step")
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("layer.kernel") && outcome.output.hasSuffix("tests passed\n"))
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
}
