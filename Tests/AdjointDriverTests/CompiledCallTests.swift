import Foundation
import Testing

/// Compiled code, called as a program calls it: with arguments that do not fit, and a thousand times.
@Suite struct CompiledCallTests {
  @Test func theProgramWorks() throws {
    let run = try CompiledProgram.shared.get().run("works")
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output == "[]\n[]\n[]\n[]\n")
  }

  /// A function that does not throw stops, and says which argument, what it was and what was expected.
  @Test(arguments: [
    ("images", "trainStep(_:_:images:labels:): images has shape [32, 63], [32, 64] was expected"),
    ("labels", "trainStep(_:_:images:labels:): labels has shape [31], [32] was expected"),
    ("rank", "trainStep(_:_:images:labels:): images has shape [], [32, 64] was expected"),
    ("split", "evaluate(_:images:labels:): images has shape [100, 64], [360 or 1437, 64] was expected"),
    ("splits", "evaluate(_:images:labels:): labels has shape [1437], [360] was expected"),
    ("features", "statefulStep(_:x:y:): model.inFeatures is 3, the code is specialised for 2"),
    ("bias", "statefulStep(_:x:y:): model.bias is nil, the code is specialised for a value"),
    ("eager", "x is being differentiated by an eager transform"),
    ("untied", "tiedLoss(_:x:): model.layers[1] is another object, the code is specialised for the same as"),
    ("graphdef", "pureLoss(_:_:x:): 2 problems"),
    ("state", "pureLoss(_:_:x:): state holds layers.0.bias, "),
    ("again", "pureLoss(_:_:x:): state holds layers.0.bias, "),
  ])
  func wrongArgumentsStopTheProgram(scenario: String, message: String) throws {
    let run = try CompiledProgram.shared.get().run(scenario)
    #expect(run.exitCode < 0, "stopped by a signal, not \(run.exitCode)")
    #expect(run.errors.contains(message), "\(run.errors)")
    #expect(run.output.isEmpty)
  }

  /// A function that throws does that.
  @Test(arguments: [
    ("layers", "towerStep(_:x:rate:): model.layers.count is 3, the code is specialised for 2"),
    ("width", "towerStep(_:x:rate:): model.layers[0].inFeatures is 4, the code is specialised for 3"),
    ("scale", "towerStep(_:x:rate:): model.scale is 0.25, the code is specialised for 0.5"),
    ("tied", "is shared with another variable, which the code is not specialised for"),
    ("batch", "towerStep(_:x:rate:): x has shape [3, 3], [2 or 4, 3] was expected"),
  ])
  func wrongArgumentsAreThrown(scenario: String, message: String) throws {
    let run = try CompiledProgram.shared.get().run(scenario)
    #expect(run.exitCode == 0, "\(run.errors)")
    #expect(run.output.contains(message), "\(run.output)")
  }

  @Test("what makers say of variables is compared where the code depends on it") func metadata() throws {
    let run = try CompiledProgram.shared.get().run("metadata")
    #expect(run.exitCode == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n")
    try #require(lines.count == 4, "\(run.output)")
    #expect(lines[0] == "[3.0, 8.0]" && lines[2] == "[3.0, 8.0]")
    #expect(lines[1].contains("the metadata of model.w is [\"axes\": \"out\"]"), "\(lines[1])")
    #expect(lines[3].contains("w (Param) f32[2] with axes: in was expected"), "\(lines[3])")
  }

  @Test("a private constant is part of a structure: compared, where a value tells the structure") func hidden() throws {
    let run = try CompiledProgram.shared.get().run("hidden")
    #expect(run.exitCode == 0, "\(run.errors)")
    let lines = run.output.split(separator: "\n")
    try #require(lines.count == 3, "\(run.output)")
    #expect(lines[0] == "[6.0, 16.0]" && lines[2] == "true true")
    #expect(lines[1].contains("gain is 3.0, the code is specialised for 2.0"), "\(lines[1])")
  }

  #if canImport(Glibc)
    @Test func aStepAllocatesNothing() throws {
      let run = try CompiledProgram.shared.get().run("allocations")
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(
        run.output == "counter works true\ntrainStep 0\nstatefulStep 0\nstatefulStepPureGrad 0\ntowerStep 0\n")
    }
  #endif

  /// Of the C library, kernels ask for mathematics and for copying memory; none asks for memory.
  @Test(arguments: ["DigitsKernels", "SeedKernels"])
  func kernelsAskForNoMemory(kernels: String) throws {
    let scratch = try Scratch()
    let folder = packageRoot.path + "/Generated/" + kernels
    let sources = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasSuffix(".c") }.sorted()
    #expect(sources.count >= 4)
    for source in sources {
      let object = scratch.path(source + ".o")
      try CompiledProgram.run(
        "clang",
        ["-O2", "-std=gnu11", "-c", "\(folder)/\(source)", "-o", object, "-I\(folder)/include"]
          + ["-I\(packageRoot.path)/Sources/CAdjoint/include"])
      let symbols = try Launch(
        URL(fileURLWithPath: "/usr/bin/env"), ["llvm-nm", "--undefined-only", "--just-symbol-name", object]
      ).finish()
      try #require(symbols.exitCode == 0, "\(symbols.errors)")
      let asked = Set(symbols.output.split(whereSeparator: \.isWhitespace).map(String.init))
      let own = asked.filter { $0.hasPrefix("adjoint_") || $0.contains("_model_") }
      let allowed: Set = ["fma", "fmaf", "memcpy", "memmove", "memset", "pow", "powf", "_GLOBAL_OFFSET_TABLE_"]
      #expect(asked.subtracting(own).isSubset(of: allowed), "\(source) asks for \(asked.subtracting(own).sorted())")
    }
  }
}
