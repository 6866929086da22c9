import AdjointDiagnostics
import AdjointDriver
import Foundation
import Testing

/// Input that is no model: each is refused with a message, in seconds, and nothing is written.
@Suite struct HostileFileTests {
  /// What generating from a path is refused with, and that it was quick.
  private func refusals(_ paths: String..., within limit: Double = 60) throws -> [String] {
    var refusals: [String] = []
    let time = seconds {
      refusals = findings(of: paths).map { "\($0.span.line):\($0.span.column) \($0.id): \($0.message)" }
    }
    #expect(time < limit, "took \(time) s")
    return refusals
  }

  @Test func aFolderCalledLikeAFile() throws {
    let scratch = try Scratch()
    try scratch.write("app/X.swift/Inner.swift", Sample.function("f"))
    let expected = ["1:1 input.kind: this is a folder, though it is called like a Swift file"]
    #expect(try refusals(scratch.path("app/X.swift")) == expected)
    #expect(try refusals(scratch.path("app")) == expected)
  }

  @Test func nothingThere() throws {
    let scratch = try Scratch()
    #expect(try refusals(scratch.path("none.swift")) == ["1:1 input.missing: there is no such file or folder"])
    #expect(
      try refusals(scratch.root) == [
        "1:1 input.none: there is no Swift file here; name a model file or a folder of them"
      ])
    try scratch.write("app/readme.txt", "")
    #expect(
      try refusals(scratch.path("app/readme.txt")) == [
        "1:1 input.kind: this is not a Swift file; model files end in .swift"
      ])
    #expect(try refusals("").count == 1)
  }

  @Test func linksThatLeadNowhere() throws {
    let scratch = try Scratch()
    try scratch.write("app/Model.swift", Sample.function("f"))
    try FileManager.default.createSymbolicLink(atPath: scratch.path("app/Gone.swift"), withDestinationPath: "nowhere")
    let expected = ["1:1 input.missing: this link leads nowhere"]
    #expect(try refusals(scratch.path("app/Gone.swift")) == expected)
    #expect(try refusals(scratch.path("app")) == expected)
    // One that leads round in a circle.
    try FileManager.default.createSymbolicLink(atPath: scratch.path("round.swift"), withDestinationPath: "round.swift")
    #expect(try refusals(scratch.path("round.swift")).count == 1)
  }

  @Test func linksToFilesAreFollowedAndLinksToFoldersAreNot() throws {
    let scratch = try Scratch()
    let model = try scratch.write("elsewhere/Model.swift", Sample.function("f"))
    try scratch.write("app/Other.swift", Sample.function("g"))
    try FileManager.default.createSymbolicLink(atPath: scratch.path("app/Model.swift"), withDestinationPath: model)
    try FileManager.default.createSymbolicLink(atPath: scratch.path("app/loop"), withDestinationPath: "..")
    let tree = try generate([scratch.path("app")])
    #expect(
      tree.files.filter { $0.path.hasPrefix("app/") }.map(\.path) == [
        "app/Model.adjoint.swift", "app/Other.adjoint.swift",
      ])
  }

  @Test func pipesAndDevicesAreNotOpened() throws {
    let scratch = try Scratch()
    #expect(mkfifo(scratch.path("Pipe.swift"), 0o600) == 0)
    #expect(try refusals(scratch.path("Pipe.swift")) == ["1:1 input.kind: this is not a regular file"])
    try FileManager.default.createSymbolicLink(atPath: scratch.path("Zero.swift"), withDestinationPath: "/dev/zero")
    #expect(try refusals(scratch.path("Zero.swift")) == ["1:1 input.kind: this is not a regular file"])
    // The command too, with the whole folder.
    let run = try adjointc("generate", scratch.root, "-o", scratch.path("out"), within: 20)
    #expect(run.exitCode == 1 && !run.wasKilled)
    #expect(run.errors.split(separator: "\n").count == 2, "all of them at once: \(run.errors)")
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
  }

  @Test func aFileThatCannotBeRead() throws {
    guard FileManager.default.fileExists(atPath: "/proc/self/mem") else { return }
    let scratch = try Scratch()
    // The superuser may read every file, but not what lies at address 0.
    try FileManager.default.createSymbolicLink(atPath: scratch.path("Mem.swift"), withDestinationPath: "/proc/self/mem")
    #expect(try refusals(scratch.path("Mem.swift")).first?.hasPrefix("1:1 input.unreadable: cannot be read: ") == true)
    guard getuid() != 0 else { return }
    try scratch.write("Locked.swift", Sample.function("f"))
    #expect(chmod(scratch.path("Locked.swift"), 0) == 0)
    #expect(
      try refusals(scratch.path("Locked.swift")) == ["1:1 input.unreadable: cannot be read: permission denied"])
  }

  @Test(arguments: ["", "\n\n", "// nothing\n", "import Adjoint\n", "\u{FEFF}"])
  func filesWithoutAFunction(text: String) throws {
    let scratch = try Scratch()
    let found = try refusals(try scratch.write("app/Empty.swift", text))
    #expect(found.count == 1 && found[0].hasPrefix("1:1 annotation.none: there is nothing to generate"), "\(found)")
  }

  @Test func bytesThatAreNotText() throws {
    let scratch = try Scratch()
    let start = Data("let a = 1\nlet ".utf8)
    let latin = try scratch.write("app/Latin.swift", start + Data([0xE9, 0x20]))
    #expect(try refusals(latin) == ["2:5 input.encoding: the file is not UTF-8 text"])
    let nul = try scratch.write("app/Nul.swift", start + Data([0, 0]))
    #expect(try refusals(nul) == ["2:5 input.encoding: the file contains a NUL byte, so it is not Swift source"])
    let random = try scratch.write(
      "app/Random.swift", Data((0..<100_000).map { UInt8(truncatingIfNeeded: $0 &* 7919 >> 3) }))
    #expect(try refusals(random).first?.contains("input.encoding") == true)
    let wide = try scratch.write("app/Wide.swift", try #require("let a = 1\n".data(using: .utf16)))
    #expect(try refusals(wide).first?.contains("input.encoding") == true)
  }

  @Test func tenMegabytesOfOneLine() throws {
    let scratch = try Scratch()
    let path = try scratch.write("app/Long.swift", "let a = \"" + String(repeating: "x", count: 10_000_000) + "\"\n")
    #expect(try refusals(path) == ["1:1 input.size: a model file has at most 4194304 bytes, this one has more"])
    // As long as a file may be.
    let allowed = try scratch.write("app/Short.swift", "let a = \"" + String(repeating: "x", count: 4_000_000) + "\"\n")
    #expect(try refusals(allowed, within: 60).first?.contains("annotation.none") == true)
  }

  @Test func aMillionDeclarations() throws {
    let scratch = try Scratch()
    let one = (0..<1_000_000).map { "let a\($0) = 0\n" }.joined()
    #expect(try refusals(try scratch.write("app/Million.swift", one)).first?.contains("input.size") == true)
    // In parts that are each of a size that is read.
    for part in 0..<10 {
      try scratch.write("parts/Part\(part).swift", (0..<100_000).map { "let a\(part)_\($0) = 00000000\n" }.joined())
    }
    #expect(try refusals(scratch.path("parts")).contains { $0.contains("input.size") })
  }

  @Test func namesOfFilesThatCannotBeWritten() throws {
    let scratch = try Scratch()
    for name in ["a\"b.swift", "a\nb.swift", "a*/b\\.swift".replacingOccurrences(of: "/", with: ":")] {
      let found = try refusals(try scratch.write("app/" + name, Sample.function("f")))
      #expect(found.first?.hasPrefix("1:1 input.name: ") == true, "\(name): \(found)")
    }
  }

  @Test func filesAndModulesWithOneName() throws {
    let scratch = try Scratch()
    try scratch.write("app/a/Model.swift", Sample.function("f"))
    try scratch.write("app/Top.swift", "")
    try scratch.write("app/b/Model.swift", Sample.function("g"))
    #expect(try refusals(scratch.path("app")).first?.hasPrefix("1:1 input.duplicate: ") == true)
    try scratch.write("one/m/A.swift", Sample.function("f"))
    try scratch.write("two/m/B.swift", Sample.function("f"))
    #expect(
      try refusals(scratch.path("one/m"), scratch.path("two/m")).first?.hasPrefix("1:1 input.module: ") == true)
    try scratch.write("both/m/A.swift", Sample.function("f"))
    try scratch.write("both/M/B.swift", Sample.function("f"))
    #expect(try refusals(scratch.path("both")).first?.contains("input.module") == true)
    // Files whose C would have the same names.
    try scratch.write("c/MyModel.swift", Sample.function("f"))
    try scratch.write("c/myModel.swift", Sample.function("g"))
    #expect(try refusals(scratch.path("c")).first?.hasPrefix("1:1 input.duplicate: the C of this file") == true)
  }
}
