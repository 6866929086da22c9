import AdjointDiagnostics
import AdjointDriver
import Foundation
import Testing

/// The code and the commands of the articles do what they say.
@Suite struct ArticleTests {
  /// A part of an article below a heading of the second level. Its Swift is one module, its commands run beside it.
  struct Part: CustomTestStringConvertible, Sendable {
    var article: String
    var title: String
    /// Swift, C and options, by the path in the first line's comment; without one, beside the file before.
    var files: [(path: String, text: String)] = []
    /// Commands with what they print, where that is shown.
    var commands: [(text: String, output: String?)] = []

    var testDescription: String { "\(article): \(title)" }

    /// Whether the commands need SwiftPM, the network or a clone, so that they run elsewhere.
    var needsPackage: Bool { commands.contains { $0.text.contains("swift ") } }

    var hasModel: Bool { files.contains { $0.text.contains("@Shape") || $0.text.contains("@Like") } }
  }

  static let parts: [Part] =
    ((try? Markdown.articles()) ?? []).filter { !$0.name.hasPrefix("Diagnostics") }.flatMap { article in
      article.sections(level: 2).map { title, lines in
        var part = Part(article: article.name, title: title)
        for block in article.blocks where lines.contains(block.line) {
          switch block.language {
          case "swift" where block.text.contains("import PackageDescription"):
            part.files.append(("Package.swift", block.text + "\n"))
          case "swift", "c":
            let first = block.text.prefix { $0 != "\n" }
            let path = first.hasPrefix("// ") ? String(first.dropFirst(3)) : ""
            let isPath = !path.contains(" ") && (path.hasSuffix(".swift") || path.hasSuffix(".c"))
            let folder = part.files.last.map { ($0.path as NSString).deletingLastPathComponent } ?? ""
            let name = (folder as NSString).appendingPathComponent("Model\(part.files.count).swift")
            part.files.append((isPath ? path : name, block.text + "\n"))
          case "json": part.files.append(("adjoint.json", block.text + "\n"))
          case "sh": part.commands.append((block.text, nil))
          case "text": if let last = part.commands.indices.last { part.commands[last].output = block.text }
          default: Issue.record("\(article.name): a block of '\(block.language)' is not checked")
          }
        }
        return part
      }
    }

  private static func isSource(_ path: String) -> Bool { path.hasSuffix(".swift") && path != "Package.swift" }

  /// The name of a path's folder; `app` for a file without one.
  private static func module(of path: String) -> String {
    path.split(separator: "/").dropLast().last.map(String.init) ?? "app"
  }

  @Test func thereAreArticles() {
    #expect(Self.parts.count > 20)
    #expect(Self.parts.count { !$0.files.isEmpty } > 12)
  }

  /// What an article shows is generated without a finding, and type-checks with the code that was generated. The first
  /// file's module is the one that is generated; it may use the others.
  @Test(arguments: parts.filter { part in part.files.contains { isSource($0.path) } })
  func theSwiftCompiles(part: Part) throws {
    let scratch = try Scratch()
    let sources = part.files.filter { Self.isSource($0.path) }
    let main = Self.module(of: sources[0].path)
    for file in sources {
      try scratch.write("\(Self.module(of: file.path))/\((file.path as NSString).lastPathComponent)", file.text)
    }
    func files(of module: String) -> [String] {
      scratch.files(module).keys.filter { $0.hasSuffix(".swift") }.sorted().map { scratch.path("\(module)/\($0)") }
    }
    var flags = ["-I", scratch.root]
    let used = Set(sources.map { Self.module(of: $0.path) }).subtracting([main])
    for module in used {
      try CompiledProgram.run(
        "swiftc",
        ["-emit-module", "-swift-version", "6", "-module-name", module, "-o", scratch.path("\(module).swiftmodule")]
          + CompiledProgram.importFlags + files(of: module))
    }
    var glue: [String] = []
    if part.hasModel {
      let tree: GeneratedTree
      do {
        tree = try generate(
          [scratch.path(main)], using: used.map { UsedModule(name: $0, path: scratch.path($0)) })
      } catch {
        Issue.record("\(error)")
        return
      }
      _ = try write(tree, to: scratch.path("out"))
      glue = tree.files.filter { $0.path.hasSuffix(".swift") }.map { scratch.path("out/\($0.path)") }
      for map in tree.files where map.path.hasSuffix("module.modulemap") {
        flags += ["-I", (scratch.path("out/\(map.path)") as NSString).deletingLastPathComponent]
      }
    }
    try CompiledProgram.run(
      "swiftc",
      ["-typecheck", "-warnings-as-errors", "-swift-version", "6", "-module-name", main] + CompiledProgram.importFlags
        + flags + files(of: main) + glue)
  }

  /// A main program runs; what it prints is shown where its commands are.
  @Test(arguments: parts.filter { part in part.files.contains { $0.path.hasSuffix("main.swift") } })
  func theProgramRuns(part: Part) throws {
    let scratch = try Scratch()
    var models: [String] = []
    var main = ""
    for file in part.files where Self.isSource(file.path) {
      let path = try scratch.write("shown/\(file.path)", file.text)
      if file.path.hasSuffix("main.swift") { main = path } else { models.append(path) }
    }
    let made =
      models.isEmpty
      ? (swift: [], objects: [], flags: []) : try CompiledProgram.generate(models, module: "app", in: scratch)
    try CompiledProgram.run(
      "swiftc",
      ["-swift-version", "6", "-Onone", "-module-name", "app", "-o", scratch.path("program")]
        + CompiledProgram.importFlags + made.flags + made.swift + [main] + made.objects
        + CompiledProgram.libraryObjects() + ["-lm"])
    let outcome = try Launch(URL(fileURLWithPath: scratch.path("program")), []).finish(within: 60)
    #expect(outcome.exitCode == 0, "\(outcome.errors)")
    // An ellipsis stands for digits that may differ from machine to machine.
    for line in part.commands.compactMap(\.output).joined(separator: "\n").split(separator: "\n") {
      #expect(outcome.output.contains(line.prefix { $0 != "…" }), "\(line)")
    }
  }

  /// Commands of the tool and of a C compiler run as they stand and print what is shown.
  @Test(arguments: parts.filter { !$0.commands.isEmpty && !$0.needsPackage })
  func theCommandsRun(part: Part) throws {
    let scratch = try Scratch()
    for file in part.files { try scratch.write(file.path, file.text) }
    for command in part.commands {
      let outcome = try shell("set -e\n" + command.text, in: scratch.root)
      #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
      if let output = command.output { #expect(outcome.output == output + "\n") }
    }
  }
}
