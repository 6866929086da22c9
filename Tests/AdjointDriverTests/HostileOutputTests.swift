import AdjointDriver
import Foundation
import Testing

/// Places that generated code cannot be written to, and runs that end or meet while they write: every file on disk is
/// whole, and nothing else is left behind.
@Suite(.serialized) struct HostileOutputTests {
  /// A file system of its own in memory; nil where this process may not mount one.
  private final class SmallDisk {
    let path: String

    init?(_ path: String, size: String, flags: String = "rw") {
      self.path = path
      guard Self.run("mount", ["-t", "tmpfs", "-o", "size=\(size),\(flags)", "tmpfs", path]) else { return nil }
    }

    func makeReadOnly() -> Bool { Self.run("mount", ["-o", "remount,ro", path]) }

    deinit { _ = Self.run("umount", ["-l", path]) }

    private static func run(_ command: String, _ arguments: [String]) -> Bool {
      (try? Launch(URL(fileURLWithPath: "/usr/bin/env"), [command] + arguments).finish().exitCode) == 0
    }
  }

  @Test func aFullDisk() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.model)
    try FileManager.default.createDirectory(atPath: scratch.path("disk"), withIntermediateDirectories: true)
    guard let disk = SmallDisk(scratch.path("disk"), size: "16k") else { return }
    defer { withExtendedLifetime(disk) {} }
    let run = try adjointc("generate", model, "-o", scratch.path("disk/out"))
    #expect(run.exitCode == 1 && run.output.isEmpty)
    #expect(run.errors.contains("no space left on device [output.write]"), "\(run.errors)")
    expectSeconds(run)
    #expect(try FileManager.default.subpathsOfDirectory(atPath: scratch.path("disk")) == [])
  }

  @Test func aFolderThatMayNotBeWritten() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.function("f"))
    try FileManager.default.createDirectory(atPath: scratch.path("disk"), withIntermediateDirectories: true)
    guard let disk = SmallDisk(scratch.path("disk"), size: "10m") else { return }
    #expect(try adjointc("generate", model, "-o", scratch.path("disk/out")).exitCode == 0)
    let before = scratch.files("disk")
    try #require(disk.makeReadOnly())
    // Nothing to do needs no right to do it.
    #expect(try adjointc("generate", model, "-o", scratch.path("disk/out")).exitCode == 0)
    try scratch.write("app/Model.swift", Sample.function("f", "x * 3"))
    let run = try adjointc("generate", model, "-o", scratch.path("disk/out"))
    #expect(run.exitCode == 1)
    #expect(run.errors.contains("read-only file system [output.write]"), "\(run.errors)")
    expectSeconds(run)
    #expect(scratch.files("disk") == before)
  }

  @Test func aFolderThatCannotBe() throws {
    let scratch = try Scratch()
    let model = try scratch.write("app/Model.swift", Sample.function("f"))
    let file = try scratch.write("file", "mine\n")
    for output in [
      file, file + "/below", "/dev/null", "/proc/nothing/here", scratch.path(String(repeating: "x", count: 300)),
    ] {
      let run = try adjointc("generate", model, "-o", output)
      #expect(run.exitCode == 1 && run.output.isEmpty)
      #expect(run.errors.contains("[output.write]"), "\(output): \(run.errors)")
      expectSeconds(run)
    }
    #expect(scratch.files() == ["app/Model.swift": Data(Sample.function("f").utf8), "file": Data("mine\n".utf8)])
  }

  @Test func runsAtOnce() throws {
    let scratch = try Scratch()
    try scratch.write("app/Model.swift", Sample.function("f"))
    let expected = try generate([scratch.path("app")])
    let runs = try (0..<3).map { _ in
      try Launch(tool, ["generate", scratch.path("app"), "-o", scratch.path("out")])
    }
    for run in runs {
      let outcome = run.finish()
      #expect(outcome.exitCode == 0, "\(outcome.errors)")
      expectSeconds(outcome)
    }
    #expect(scratch.files("out").mapValues { String(decoding: $0, as: UTF8.self) } == texts(expected))
  }

  /// Kills a run as soon as it begins to write, then looks and runs again.
  @Test func aRunThatIsKilled() throws {
    let scratch = try Scratch()
    try scratch.write("app/Model.swift", Sample.model)
    let expected = texts(try generate([scratch.path("app")]))
    let run = try Launch(tool, ["generate", scratch.path("app"), "-o", scratch.path("out")])
    let folder = scratch.path("out/AppKernels")
    while run.process.isRunning {
      if let entries = try? FileManager.default.contentsOfDirectory(atPath: folder), !entries.isEmpty {
        kill(run.process.processIdentifier, SIGKILL)
        break
      }
    }
    _ = run.finish()
    for (path, content) in scratch.files("out") where !path.hasSuffix(".tmp") {
      #expect(String(decoding: content, as: UTF8.self) == expected[path], "\(path) is half written")
    }
    let again = try adjointc("generate", scratch.path("app"), "-o", scratch.path("out"))
    #expect(again.exitCode == 0, "\(again.errors)")
    expectSeconds(again)
    #expect(scratch.files("out").mapValues { String(decoding: $0, as: UTF8.self) } == expected)
  }

  /// Seconds where the machine is free, and some more where other tests run beside.
  private func expectSeconds(_ run: Outcome) { #expect(!run.wasKilled && run.seconds < 60, "took \(run.seconds) s") }

  private func texts(_ tree: GeneratedTree) -> [String: String] {
    Dictionary(uniqueKeysWithValues: tree.files.map { ($0.path, $0.text) })
  }
}
