import Foundation
import Testing

/// A training loop with batch statistics, dropout, tied weights, AdamW with a schedule, decay with a mask and clipping, as a
/// compiled program: each run is a process of its own.
@Suite struct TrainingRunTests {
  static let formNames = ["tiedStateful", "tiedStatefulAroundPure", "tiedPure", "tiedPureAroundStateful", "mixed"]

  /// The lines that a run prints: every variable's bits.
  private func train(_ form: String, _ steps: Range<Int>, from: String = "-", to: String = "-") throws -> [String] {
    let program = try CompiledProgram.training.get()
    let run = try program.run(form, "\(steps.lowerBound)", "\(steps.upperBound)", from, to)
    try #require(run.exitCode == 0, "\(run.errors)")
    return run.output.split(separator: "\n").map(String.init)
  }

  @Test("stateful, pure, both mixed forms and all of them in turn end bit-identical after 100 steps")
  func forms() throws {
    let expected = try train(Self.formNames[0], 0..<100)
    #expect(expected.count > 10 && expected.contains("dropout.rngs.count 100") && expected.contains("step 100"))
    for form in Self.formNames.dropFirst() { #expect(try train(form, 0..<100) == expected, "\(form)") }
  }

  @Test("saving at step 50, starting a new process and going on ends bit-identical", arguments: formNames)
  func restarts(form: String) throws {
    let folder = try Scratch()
    let expected = try train(form, 0..<100)
    let half = try train(form, 0..<50, to: folder.root)
    #expect(half != expected)
    let resumed = try train(form, 50..<100, from: folder.root)
    #expect(resumed == expected)
  }

  @Test("the compiled loop agrees with the eager one")
  func eager() throws {
    let compiled = try train("tiedStateful", 0..<100)
    let eager = try train("eager", 0..<100)
    #expect(compiled.count == eager.count)
    for (left, right) in zip(compiled, eager) {
      let (a, b) = (left.split(separator: " "), right.split(separator: " "))
      #expect(a.count == b.count && a[0] == b[0])
      // Counters and keys are whole numbers, printed as they are.
      if a[0].hasSuffix("count") || a[0].hasSuffix("key") || a[0] == "step" {
        #expect(left == right)
        continue
      }
      for (x, y) in zip(a.dropFirst(), b.dropFirst()) {
        let (p, q) = (Float(bitPattern: UInt32(x, radix: 16)!), Float(bitPattern: UInt32(y, radix: 16)!))
        #expect(abs(p - q) <= 1e-3 * max(1, abs(q)), "\(a[0]): \(p) and \(q)")
      }
    }
  }
}
