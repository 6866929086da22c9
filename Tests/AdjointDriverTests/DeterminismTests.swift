import AdjointDriver
import Foundation
import Testing

@Suite struct DeterminismTests {
  /// Sources and output of a run in a folder of its own, with files named in the given order. Each run is a process of
  /// its own, since the order of Swift's dictionaries changes from process to process only.
  private func output(of files: [String], folder: String) throws -> [String: Data] {
    let scratch = try Scratch()
    try scratch.write("\(folder)/app/Model.swift", Sample.model)
    try scratch.write("\(folder)/app/Other.swift", Sample.other)
    let run = try Launch(
      tool, ["generate", "--output", "out"] + files, in: scratch.path(folder)
    ).finish()
    #expect(run.exitCode == 0, "\(run.errors)")
    return scratch.files("\(folder)/out")
  }

  @Test func anyOrderAndAnyFolderGiveTheSameBytes() throws {
    let first = try output(of: ["app/Model.swift", "app/Other.swift"], folder: "a")
    #expect(first.keys.contains("app/Model.adjoint.swift"))
    #expect(first.keys.contains("AppKernels/include/Other.h"))
    #expect(first.keys.contains("AppKernels/include/module.modulemap"))
    #expect(first.count == 15, "\(first.keys.sorted())")
    #expect(try output(of: ["app/Model.swift", "app/Other.swift"], folder: "a") == first)
    #expect(try output(of: ["app/Other.swift", "app/Model.swift"], folder: "a") == first)
    #expect(try output(of: ["./app"], folder: "another/place for it") == first)
  }

  @Test func nothingOfThePathIsWritten() throws {
    let scratch = try Scratch()
    let tree = try generate([try scratch.write("app/Model.swift", Sample.model)])
    for file in tree.files { #expect(!file.text.contains(scratch.root), "\(file.path)") }
  }

  @Test func aFileNamedTwiceIsOneFile() throws {
    let scratch = try Scratch()
    let path = try scratch.write("app/Model.swift", Sample.model)
    let detour = scratch.path("app/../app/Model.swift")
    #expect(try generate([path, path, detour]).files == generate([path]).files)
  }

  @Test func twoModulesAtOnceAreThoseOfEachAlone() throws {
    let scratch = try Scratch()
    try scratch.write("Sources/one/A.swift", Sample.function("f"))
    try scratch.write("Sources/two/B.swift", Sample.function("g", "x * 2"))
    try scratch.write("Sources/none/C.swift", "let nothing = 1\n")
    let both = try generate([scratch.path("Sources")])
    let one = try generate([scratch.path("Sources/one")])
    let two = try generate([scratch.path("Sources/two")])
    #expect(both.files == (one.files + two.files).sorted { $0.path < $1.path })
    // A module that lost its last entry point has stale files.
    #expect(both.folders == ["NoneKernels", "OneKernels", "TwoKernels", "none", "one", "two"])
  }
}
