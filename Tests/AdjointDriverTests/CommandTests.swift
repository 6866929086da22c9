import AdjointDriver
import Foundation
import Testing

/// The command as a user meets it.
@Suite struct CommandTests {
  @Test func generatedCodeLiesBesideThePackage() throws {
    let scratch = try Scratch()
    try scratch.write("pkg/Package.swift", "// swift-tools-version: 6.1\n")
    try scratch.write("pkg/Sources/app/Model.swift", Sample.function("f"))
    let fromOutside = try adjointc("generate", "pkg/Sources/app", in: scratch.root)
    #expect(fromOutside.exitCode == 0, "\(fromOutside.errors)")
    #expect(fromOutside.output.hasPrefix("wrote pkg/Generated/AppKernels/"))
    let written = scratch.files("pkg/Generated")
    #expect(written.count == 8)
    let fromInside = try adjointc("generate", "Sources/app", in: scratch.path("pkg"))
    #expect(fromInside.output == "Generated is up to date (8 files)\n")
    #expect(scratch.files("pkg/Generated") == written)
    let elsewhere = try adjointc("generate", "--quiet", "--output", "../else", "Sources/app", in: scratch.path("pkg"))
    #expect(elsewhere.exitCode == 0 && elsewhere.output.isEmpty && elsewhere.errors.isEmpty)
    #expect(scratch.files("else") == written)
  }

  @Test func aRunWithMistakesSaysAllOfThemAndWritesNothing() throws {
    let scratch = try Scratch()
    try scratch.write("app/Good.swift", Sample.function("good"))
    try scratch.write("app/Bad.swift", Sample.function("bad", "nothing(x)") + Sample.function("worse", "x + y"))
    try scratch.write("app/Ugly.swift", "func ugly(@Shape(2) x: Tensor<Float>) {\n  let = 3\n}\n")
    let first = try adjointc("generate", "app", "-o", "out", in: scratch.root)
    #expect(first.exitCode == 1 && first.output.isEmpty)
    // What does not parse is said first, since what it means is not known.
    #expect(first.errors.hasPrefix("app/Ugly.swift:2:"))
    #expect(first.errors.contains(": error: ") && first.errors.contains(" [syntax]\n"))
    try scratch.write("app/Ugly.swift", "func ugly(@Shape(2) x: Tensor<Float>, y: Tensor<Float>) {}\n")
    let second = try adjointc("generate", "app", "-o", "out", in: scratch.root)
    #expect(second.exitCode == 1 && second.output.isEmpty)
    let lines = second.errors.split(separator: "\n")
    #expect(lines.count == 3, "\(second.errors)")
    #expect(lines[0].hasPrefix("app/Bad.swift:1:57: error: ") && lines[0].hasSuffix(" [name.unknown]"))
    #expect(lines[1].hasPrefix("app/Bad.swift:2:63: error: ") && lines[1].hasSuffix(" [name.unknown]"))
    #expect(lines[2].hasPrefix("app/Ugly.swift:1:39: error: ") && lines[2].hasSuffix(" [annotation.missing]"))
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
  }

  @Test func codeThatWasGeneratedStaysWhenAMistakeComes() throws {
    let scratch = try Scratch()
    try scratch.write("app/Model.swift", Sample.function("f"))
    _ = try write(generate([scratch.path("app")]), to: scratch.path("out"))
    let before = scratch.files("out")
    try scratch.write("app/Model.swift", Sample.function("f", "x + z"))
    let run = try adjointc("generate", "app", "-o", "out", in: scratch.root)
    #expect(run.exitCode == 1)
    #expect(scratch.files("out") == before)
  }

  @Test(arguments: EmitStage.allCases)
  func everyStageCanBePrinted(stage: EmitStage) throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.model)
    let text = try emit(model, function: "step", stage: stage)
    let expected: [EmitStage: [String]] = [
      .primal: ["differentiate", "%x: f32[4, 2]"], .linear: ["dot(", "%x: f32[4, 2]"],
      .adjoint: ["dot(", "%x: f32[4, 2]"], .schedule: ["kernel"], .c: ["static", "for (", "Model.swift:"],
    ]
    for word in expected[stage]! { #expect(text.contains(word), "\(word) in:\n\(text)") }
    #expect(text.hasSuffix("\n"))
  }

  @Test func emitPrintsTheFunctionAsked() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.function("f") + Sample.function("g", "x * 3"))
    let run = try adjointc("emit", model, "g", "--stage", "primal")
    #expect(run.exitCode == 0 && run.errors.isEmpty)
    #expect(run.output == (try emit(model, function: "g", stage: .primal)))
    #expect(run.output.contains("multiply") && !run.output.contains("add"))
    let unknown = try adjointc("emit", model, "h")
    #expect(unknown.exitCode == 1 && unknown.output.isEmpty)
    #expect(
      unknown.errors == "\(model):1:1: error: no entry point is called 'h'; there are f, g [input.function]\n")
    let stage = try adjointc("emit", model, "g", "--stage", "sausage")
    #expect(stage.exitCode == 64)
    #expect(stage.errors.contains("'sausage'") && stage.errors.contains("schedule"))
  }

  @Test func helpIsWorthReading() throws {
    let help = try adjointc("--help")
    #expect(help.exitCode == 0)
    for word in [
      "generate", "verify", "emit", "@Shape", "@Like", "@Traced", "file:line:column: error:", "exit code is 1",
    ] {
      #expect(help.output.contains(word), "\(word)")
    }
    for command in ["generate", "verify"] {
      let help = try adjointc(command, "--help")
      #expect(help.exitCode == 0)
      for word in ["--output", "Package.swift", "<path>"] { #expect(help.output.contains(word), "\(command): \(word)") }
    }
    #expect(try adjointc("emit", "--help").output.contains("schedule (kernels and the memory plan)"))
    #expect(try adjointc("--version").output == toolVersion + "\n")
  }

  @Test func misuseIsExplained() throws {
    #expect(try adjointc("generate").exitCode == 64)
    #expect(try adjointc("frobnicate", "x").exitCode == 64)
    #expect(try adjointc("generate", "--sausage", "x").exitCode == 64)
  }

  @Test func outputThatIsFullIsAnError() throws {
    guard FileManager.default.fileExists(atPath: "/dev/full") else { return }
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.function("f"))
    let run = try Launch(tool, ["emit", model, "f"], output: "/dev/full").finish()
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("standard output cannot be written"), "\(run.errors)")
  }
}
