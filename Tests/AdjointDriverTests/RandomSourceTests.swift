import AdjointDriver
import Foundation
import FuzzCases
import TestSupport
import Testing

/// Random valid functions, written in Swift: run eagerly, compiled, evaluated and differentiated, they are the same
/// functions.
@Suite(.serialized) struct RandomSourceTests {
  @Test func eagerRunsAgreeWithCompiledOnes() throws {
    let source = RandomSource(seed: testSeed, count: 24)
    let scratch = try Scratch()
    let model = try scratch.write("models/Random.swift", source.text)
    let made: (swift: [String], objects: [String], flags: [String])
    do { made = try CompiledProgram.generate([model], module: "random", in: scratch) } catch {
      Issue.record("seed \(testSeed): \(error)")
      return
    }
    let main = try scratch.write("main.swift", Self.main(source))
    let program = scratch.path("program")
    try CompiledProgram.run(
      "swiftc",
      ["-swift-version", "6", "-Onone", "-module-name", "program", "-o", program] + CompiledProgram.importFlags
        + made.flags + made.swift + [main] + made.objects + (try CompiledProgram.libraryObjects()) + ["-lm"])
    let run = try Launch(URL(fileURLWithPath: program), []).finish(within: 60)
    #expect(run.exitCode == 0, "seed \(testSeed): \(run.errors)")
    let lines = run.output.split(separator: "\n").map { $0.split(separator: " ") }
    #expect(lines.count == source.functions.count, "seed \(testSeed)")
    for (line, function) in zip(lines, source.functions) {
      let deviation = try #require(Double(line[1]))
      #expect(deviation < 1e-4, "\(deviation), seed \(testSeed): \(function.text)")
    }
  }

  @Test func derivativesAndKernelsPassTheCheck() throws {
    let source = RandomSource(seed: testSeed &+ 1, count: 16)
    let scratch = try Scratch()
    let model = try scratch.write("models/Random.swift", source.text)
    let report = try check(model, function: nil, seed: testSeed, draws: 1)
    for row in report.rows where !row.passes {
      let text = source.functions.first { $0.name == row.function }?.text ?? ""
      Issue.record("seed \(testSeed &+ 1): \(row)\n\(text)")
    }
    #expect(report.rows.count > source.functions.count)
  }

  /// A program that prints how far each function's two ways are apart.
  private static func main(_ source: RandomSource) -> String {
    var text = """
      import Adjoint

      func numbers(_ shape: [Int], _ seed: UInt64) -> Tensor<Float> {
        var state = seed
        return Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in
          state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
          return Float(state >> 40) / Float(1 << 23) - 1
        })
      }

      /// The largest difference, relative to the largest number.
      func worst(_ pairs: [(Tensor<Float>, Tensor<Float>)]) -> Float {
        var worst: Float = 0
        for (left, right) in pairs {
          guard left.shape == right.shape else { return .infinity }
          let scale = (left.scalars + right.scalars).filter(\\.isFinite).map { abs($0) }.max() ?? 0
          for (a, b) in zip(left.scalars, right.scalars) where a != b && !(a.isNaN && b.isNaN) {
            let difference = abs(a - b) / max(scale, 1e-3)
            worst = difference.isNaN ? .infinity : max(worst, difference)
          }
        }
        return worst
      }


      """
    for (number, function) in source.functions.enumerated() {
      let arguments = zip(["x", "y", "z"], function.shapes).enumerated().map { place, argument in
        "\(argument.0): numbers(\(argument.1), \(number * 3 + place + 1))"
      }.joined(separator: ", ")
      let parts = function.results == 1 ? [""] : [".0", ".1"]
      text += "do {\n  let eager = \(function.name)(\(arguments))\n"
      text += "  let compiled = Compiled.\(function.name)(\(arguments))\n"
      text +=
        "  print(\"\(function.name)\", worst([\(parts.map { "(eager\($0), compiled\($0))" }.joined(separator: ", "))]))\n}\n"
    }
    return text
  }
}
