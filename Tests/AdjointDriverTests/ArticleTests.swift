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
    /// Swift and C, by the name in the first line's comment, or `Model.swift` and so on.
    var files: [(name: String, text: String)] = []
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
            let name = first.hasPrefix("// ") ? first.split(separator: "/").last.map(String.init) ?? "" : ""
            let isNamed = name.hasSuffix(".swift") || name.hasSuffix(".c")
            let number = part.files.count { $0.name.hasSuffix(".swift") }
            part.files.append(
              (isNamed ? name.trimmingCharacters(in: .whitespaces) : "Model\(number).swift", block.text + "\n"))
          case "sh": part.commands.append((block.text, nil))
          case "text": if let last = part.commands.indices.last { part.commands[last].output = block.text }
          default: Issue.record("\(article.name): a block of '\(block.language)' is not checked")
          }
        }
        return part
      }
    }

  private static func isSource(_ name: String) -> Bool { name.hasSuffix(".swift") && name != "Package.swift" }

  @Test func thereAreArticles() {
    #expect(Self.parts.count > 20)
    #expect(Self.parts.count { !$0.files.isEmpty } > 12)
  }

  /// What an article shows is generated without a finding, and type-checks with the code that was generated.
  @Test(arguments: parts.filter { part in part.files.contains { isSource($0.name) } })
  func theSwiftCompiles(part: Part) throws {
    let scratch = try Scratch()
    for file in part.files where Self.isSource(file.name) { try scratch.write("app/\(file.name)", file.text) }
    var files = part.files.filter { Self.isSource($0.name) }.map { scratch.path("app/\($0.name)") }
    var flags: [String] = []
    if part.hasModel {
      let tree: GeneratedTree
      do { tree = try generate([scratch.path("app")]) } catch {
        Issue.record("\(error)")
        return
      }
      _ = try write(tree, to: scratch.path("out"))
      files += tree.files.filter { $0.path.hasSuffix(".swift") }.map { scratch.path("out/\($0.path)") }
      for map in tree.files where map.path.hasSuffix("module.modulemap") {
        flags += ["-I", (scratch.path("out/\(map.path)") as NSString).deletingLastPathComponent]
      }
    }
    try CompiledProgram.run(
      "swiftc",
      ["-typecheck", "-warnings-as-errors", "-swift-version", "6", "-module-name", "app"] + CompiledProgram.importFlags
        + flags + files)
  }

  /// A main program runs; what it prints is shown where its commands are.
  @Test(arguments: parts.filter { part in part.files.contains { $0.name == "main.swift" } })
  func theProgramRuns(part: Part) throws {
    let scratch = try Scratch()
    for file in part.files { try scratch.write("shown/\(file.name)", file.text) }
    let models = part.files.map(\.name).filter { Self.isSource($0) && $0 != "main.swift" }
    let made = try CompiledProgram.generate(models.map { scratch.path("shown/\($0)") }, module: "app", in: scratch)
    try CompiledProgram.run(
      "swiftc",
      ["-swift-version", "6", "-Onone", "-module-name", "app", "-o", scratch.path("program")]
        + CompiledProgram.importFlags + made.flags + made.swift + [scratch.path("shown/main.swift")] + made.objects
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
    for file in part.files { try scratch.write(file.name, file.text) }
    for command in part.commands {
      let outcome = try shell("set -e\n" + command.text, in: scratch.root)
      #expect(outcome.exitCode == 0, "\(outcome.output)\(outcome.errors)")
      if let output = command.output { #expect(outcome.output == output + "\n") }
    }
  }
}
