import AdjointDriver
import Foundation
import Testing

/// What the plugins run, and the names that they announce to SwiftPM before it.
@Suite struct BuildToolTests {
  /// A module of a model, a file without one whose header would hide a system's, and one more in another folder.
  private func module() throws -> (scratch: Scratch, files: [String]) {
    let scratch = try Scratch()
    let files = [
      try scratch.write("App/Model.swift", Sample.model), try scratch.write("App/time.swift", "let now = 1\n"),
      try scratch.write("App/Deep/Other.swift", Sample.other),
    ]
    return (scratch, files)
  }

  private func headers() -> [String] { ["--include", packageRoot.path + "/Sources/CAdjoint/include"] }

  private func run(_ part: String, _ scratch: Scratch, _ files: [String], _ options: [String] = []) throws -> Outcome {
    let arguments = ["build-tool", part, "--module", "App", "--output", scratch.path("out")] + options + files
    return try Launch(tool, arguments).finish()
  }

  @Test("every model file has its outputs, whether it has models or not")
  func outputsAreAnnounced() throws {
    let (scratch, files) = try module()
    #expect(try run("glue", scratch, files).exitCode == 0)
    let glue = Set(scratch.files("out").keys)
    #expect(glue == ["Model.adjoint.swift", "time.adjoint.swift", "Other.adjoint.swift"])
    #expect(try run("swift", scratch, files).exitCode == 0)
    let kernels = Set(["Model", "time", "Other"].map { "\($0).kernels.swift" })
    #expect(Set(scratch.files("out").keys) == glue.union(kernels))
  }

  @Test func cOfATarget() throws {
    let (scratch, files) = try module()
    #expect(try run("kernels", scratch, files).exitCode == 0)
    let variants = ["baseline", "avx2", "avx512"]
    let expected = ["Model", "time_model", "Other"].flatMap { name in
      ["\(name).c", "\(name).kernels.h", "include/\(name).h"] + variants.map { "\(name).\($0).c" }
    }
    #expect(Set(scratch.files("out").keys) == Set(expected + ["include/module.modulemap"]))
    // The header of a file that is gone goes too: the module would still have it.
    #expect(try run("kernels", scratch, Array(files.dropLast())).exitCode == 0)
    #expect(scratch.read("out/include/Other.h") == nil)
  }

  @Test("assembly is for this machine, and a build for another refuses it", .enabled(if: BuildToolTests.clang != nil))
  func assembly() throws {
    let (scratch, files) = try module()
    let outcome = try run("assembly", scratch, files, headers() + ["--clang", try #require(Self.clang)])
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    let text = try #require(scratch.read("out/Model.baseline.S"))
    #expect(text.contains("App.model_step_baseline"))
    #expect(scratch.read("out/Model.baseline.c") == nil && scratch.read("out/Model.c") != nil)
    func assemble(_ options: String...) throws -> Outcome {
      try Launch(
        URL(fileURLWithPath: "/usr/bin/env"),
        [Self.clang!] + options + ["-c", scratch.path("out/Model.baseline.S"), "-o", scratch.path("out/Model.o")]
      ).finish()
    }
    #expect(try assemble().exitCode == 0)
    let other = try assemble("-U__linux__", "-U__APPLE__")
    #expect(other.exitCode != 0 && other.errors.contains("assembly for another machine"))
    let broken = try run("assembly", scratch, files, headers() + ["--clang", scratch.path("none")])
    #expect(broken.exitCode == 1 && broken.errors.contains("[internal.assembly]"))
  }

  static let clang = (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":")
    .map { "\($0)/clang" }.first { FileManager.default.isExecutableFile(atPath: $0) }

  @Test("files of one module may lie in several folders; with --whole what they no longer give is stale")
  func wholeModules() throws {
    let (scratch, files) = try module()
    func generate(_ verb: String, _ files: [String]) throws -> Outcome {
      try Launch(tool, [verb, "--module", "App", "--whole", "--output", scratch.path("out")] + files).finish()
    }
    #expect(try generate("generate", files).exitCode == 0)
    #expect(scratch.read("out/AppKernels/Other.c") != nil)
    #expect(try generate("verify", Array(files.dropLast())).exitCode == 1)
    #expect(try generate("generate", Array(files.dropLast())).exitCode == 0)
    #expect(scratch.read("out/AppKernels/Other.c") == nil && scratch.read("out/App/Model.adjoint.swift") != nil)
  }

  @Test("options that contradict how a package uses the plugin")
  func contradictions() throws {
    let (scratch, files) = try module()
    let options = ["--configuration", try scratch.write("adjoint.json", "{\n  \"kernels\": \"swift\"\n}\n")]
    let outcome = try run("kernels", scratch, files, options)
    #expect(outcome.exitCode == 1 && outcome.errors.contains("adjoint.json:2:1: error: 'kernels' is 'swift', but"))
    #expect(try run("swift", scratch, files, options).exitCode == 0)
  }
}
