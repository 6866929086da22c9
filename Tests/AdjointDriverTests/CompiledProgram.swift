import AdjointDriver
import Foundation
import Testing

/// A program of models, their generated code and a main file, built as SwiftPM builds a user's package, against the
/// library that the tests are built with.
final class CompiledProgram: Sendable {
  /// The program.
  let executable: URL

  /// The folder of the products of this build.
  static var products: String { Bundle.main.bundlePath }

  /// What the Swift compiler needs to import Adjoint.
  static let importFlags = [
    "-I", products + "/Modules", "-Xcc", "-fmodule-map-file=\(products)/CAdjoint.build/module.modulemap",
    "-Xcc", "-I\(packageRoot.path)/Sources/CAdjoint/include",
  ]

  /// Generates the models' code into `folder` and compiles the C. Returns Swift files, C objects and module flags.
  static func generate(
    _ models: [String], module: String, in folder: Scratch
  ) throws -> (swift: [String], objects: [String], flags: [String]) {
    for model in models {
      let text = try String(contentsOfFile: model, encoding: .utf8)
      try folder.write("\(module)/\(URL(fileURLWithPath: model).lastPathComponent)", text)
    }
    let tree = try AdjointDriver.generate([folder.path(module)])
    _ = try write(tree, to: folder.path("Generated"))
    var objects: [String] = []
    for file in tree.files where file.path.hasSuffix(".c") {
      let object = folder.path("object\(objects.count).o")
      try run(
        "clang",
        ["-O1", "-std=gnu11", "-Wall", "-Wextra", "-Werror", "-fPIC", "-c", folder.path("Generated/\(file.path)")]
          + ["-I\(packageRoot.path)/Sources/CAdjoint/include", "-o", object]
          + ["-I\((folder.path("Generated/\(file.path)") as NSString).deletingLastPathComponent)/include"])
      objects.append(object)
    }
    let includes = Set(tree.files.filter { $0.path.hasSuffix("module.modulemap") }.map(\.path)).sorted()
    let flags = includes.flatMap {
      ["-I", (folder.path("Generated/\($0)") as NSString).deletingLastPathComponent]
    }
    let glue = tree.files.filter { $0.path.hasSuffix(".swift") }.map { folder.path("Generated/\($0.path)") }
    return (
      models.map { folder.path("\(module)/\(URL(fileURLWithPath: $0).lastPathComponent)") } + glue, objects, flags
    )
  }

  /// Builds the models, whose paths are relative to the package, with a main file of `Programs`.
  init(_ models: [String], main: String, flags: [String] = ["-Onone"]) throws {
    let folder = try Scratch()
    let programs = packageRoot.path + "/Tests/AdjointDriverTests/Programs"
    let made = try Self.generate(models.map { packageRoot.path + "/" + $0 }, module: "program", in: folder)
    let counter = folder.path("counter.o")
    let counting = packageRoot.path + "/Sources/CBench"
    try Self.run("clang", ["-O1", "-c", counting + "/allocations.c", "-I", counting + "/include", "-o", counter])
    let output = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-program-\(UUID().uuidString)")
      .path
    try Self.run(
      "swiftc",
      ["-swift-version", "6", "-module-name", "program", "-o", output] + flags + Self.importFlags + made.flags
        + made.swift + ["\(programs)/\(main)"] + made.objects + [counter] + Self.libraryObjects() + ["-lm"])
    executable = URL(fileURLWithPath: output)
  }

  deinit { try? FileManager.default.removeItem(at: executable) }

  /// The program that calls compiled code in many ways.
  static let shared = Result {
    try CompiledProgram(
      [
        "Tests/AdjointDriverTests/Programs/Tower.swift", "Sources/Examples/digits/DigitsModel.swift",
        "Sources/Examples/seed/SeedModel.swift",
      ], main: "main.swift")
  }

  /// The program that trains, saves, loads and goes on.
  static let training = Result {
    try CompiledProgram(["Tests/AgreementTests/TrainingFunctions.swift"], main: "Training/main.swift")
  }

  /// Steps of a small and a large model, as a release has them.
  static let stacks = Result {
    try CompiledProgram(
      ["Tests/AdjointDriverTests/Programs/Stacks/Stacks.swift"], main: "Stacks/main.swift",
      flags: ["-O"])
  }

  /// Runs it in a process of its own with a scenario and further arguments. What stops it prints no backtrace, which
  /// takes longer than everything else.
  func run(_ scenario: String, _ arguments: String...) throws -> Outcome {
    setenv("SWIFT_BACKTRACE", "enable=no", 1)
    return try Launch(executable, [scenario] + arguments).finish(within: 60)
  }

  /// The library as this build has compiled it.
  static func libraryObjects() throws -> [String] {
    try ["Adjoint", "AdjointRuntime", "CAdjoint"].flatMap { module in
      let folder = "\(products)/\(module).build"
      return try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(".o") }
        .map { "\(folder)/\($0)" }.sorted()
    }
  }

  /// Runs a program of the toolchain; throws its output where it fails.
  static func run(_ command: String, _ arguments: [String]) throws {
    let outcome = try Launch(URL(fileURLWithPath: "/usr/bin/env"), [command] + arguments).finish(within: 300)
    guard outcome.exitCode == 0 else { throw ProgramError(description: "\(command) failed:\n\(outcome.errors)") }
  }
}

/// Why a program could not be built.
struct ProgramError: Error, CustomStringConvertible {
  var description: String
}
