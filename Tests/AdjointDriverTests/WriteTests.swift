import AdjointDiagnostics
import AdjointDriver
import Foundation
import Testing

/// Writing a tree, without the command.
@Suite struct WriteTests {
  private func tree(_ texts: [String: String], folders: [String] = ["app"]) -> GeneratedTree {
    GeneratedTree(
      files: texts.map { .init(path: $0.key, text: "// Written by Adjoint 0.1. Do not edit.\n" + $0.value) },
      folders: folders)
  }

  /// The ids and paths that writing is refused with.
  private func refusals(_ tree: GeneratedTree, _ output: String) -> [String] {
    do {
      _ = try write(tree, to: output)
      return []
    } catch {
      return error.all.map { "\($0.id) \($0.span.file)" }
    }
  }

  @Test func filesAreWrittenAndThenLeftAlone() throws {
    let scratch = try Scratch()
    let output = scratch.path("deep/out")
    let tree = tree(["app/A.swift": "a\n", "app/sub/B.swift": "b\n"])
    #expect(try write(tree, to: output).written == ["app/A.swift", "app/sub/B.swift"])
    var before = stat()
    #expect(stat(output + "/app/A.swift", &before) == 0)
    let again = try write(tree, to: output)
    #expect(again.written.isEmpty && again.removed.isEmpty && again.unchanged.count == 2)
    var after = stat()
    #expect(stat(output + "/app/A.swift", &after) == 0)
    #expect(before.st_ino == after.st_ino && before.st_mtim.tv_nsec == after.st_mtim.tv_nsec)
    #expect(scratch.files("deep/out").keys.sorted() == ["app/A.swift", "app/sub/B.swift"])
  }

  @Test func staleFilesGoAndForeignOnesStay() throws {
    let scratch = try Scratch()
    let output = scratch.path("out")
    _ = try write(tree(["app/Old.swift": "", "app/New.swift": "1"]), to: output)
    try scratch.write("out/app/Mine.swift", "// I say: Written by Adjoint is what this is not.\n")
    try scratch.write("out/elsewhere/Other.swift", "// Written by Adjoint 0.1.\n")
    let report = try write(tree(["app/New.swift": "2"]), to: output)
    #expect(report.removed == ["app/Old.swift"] && report.written == ["app/New.swift"])
    #expect(scratch.files("out").keys.sorted() == ["app/Mine.swift", "app/New.swift", "elsewhere/Other.swift"])
  }

  @Test func whatTheToolDidNotWriteIsNotReplaced() throws {
    let scratch = try Scratch()
    let output = scratch.path("out")
    try scratch.write("out/app/A.swift", "let mine = 1\n")
    try scratch.write("out/app/Folder.swift/inside.txt", "mine\n")
    let tree = tree(["app/A.swift": "", "app/B.swift": "", "app/Folder.swift": ""])
    let before = scratch.files()
    #expect(
      refusals(tree, output) == [
        "output.foreign \(output)/app/A.swift", "output.foreign \(output)/app/Folder.swift",
      ])
    #expect(scratch.files() == before)
  }

  @Test func aPipeInThePlaceOfAFileDoesNotBlock() throws {
    let scratch = try Scratch()
    try scratch.write("out/app/keep", "")
    #expect(mkfifo(scratch.path("out/app/A.swift"), 0o600) == 0)
    #expect(mkfifo(scratch.path("out/app/Z.swift"), 0o600) == 0)
    #expect(
      refusals(tree(["app/A.swift": ""]), scratch.path("out")) == ["output.foreign \(scratch.path("out/app/A.swift"))"])
  }

  @Test func anOutputThatIsAFileIsRefused() throws {
    let scratch = try Scratch()
    let output = try scratch.write("out", "mine\n")
    #expect(refusals(tree(["app/A.swift": ""]), output) == ["output.write \(output)"])
    #expect(refusals(tree(["app/A.swift": ""]), output + "/below") == ["output.write \(output)"])
    #expect(scratch.files() == ["out": Data("mine\n".utf8)])
  }

  @Test func whatAKilledRunLeftIsRemoved() throws {
    let scratch = try Scratch()
    let output = scratch.path("out")
    let tree = tree(["app/A.swift": "1"])
    _ = try write(tree, to: output)
    try scratch.write("out/app/.adjoint-1234.tmp", "// Written by Adj")
    // Even when there is nothing else to do.
    #expect(try write(tree, to: output).unchanged == ["app/A.swift"])
    #expect(scratch.files("out").keys.sorted() == ["app/A.swift"])
  }

  @Test func foldersOfARunThatFailedGoAgain() throws {
    let scratch = try Scratch()
    try scratch.write("blocked", "a file where a folder is wanted\n")
    let tree = tree(["app/A.swift": ""])
    #expect(refusals(tree, scratch.path("blocked/new/deep")) == ["output.write \(scratch.path("blocked"))"])
    #expect(try FileManager.default.subpathsOfDirectory(atPath: scratch.root) == ["blocked"])
  }

  @Test func runsAtOnceTakeTurns() async throws {
    let scratch = try Scratch()
    let output = scratch.path("out")
    let trees = (0..<4).map { version in
      tree(Dictionary(uniqueKeysWithValues: (0..<20).map { ("app/File\($0).swift", "version \(version)\n") }))
    }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for run in 0..<12 { group.addTask { _ = try write(trees[run % 4], to: output) } }
      try await group.waitForAll()
    }
    let files = scratch.files("out")
    #expect(files.count == 20)
    #expect(Set(files.values).count == 1, "the files of one run, not a mixture")
  }

  @Test func aRunThatNeverEndsIsNamed() throws {
    let scratch = try Scratch()
    let output = scratch.path("out")
    try scratch.write("out/app/keep", "")
    let file = open(output, O_RDONLY)
    defer { close(file) }
    #expect(flock(file, LOCK_EX) == 0)
    let run = try Launch(
      tool, ["generate", "--output", output, try scratch.write("app/A.swift", Sample.function("f"))])
    let outcome = run.finish()
    #expect(outcome.exitCode == 1)
    #expect(outcome.errors.contains("[output.busy]"), "\(outcome.errors)")
    #expect(scratch.files("out").keys.sorted() == ["app/keep"])
  }
}
