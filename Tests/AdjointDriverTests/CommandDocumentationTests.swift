import Foundation
import Testing

/// Every command that the README and the articles show is run: by a test here, or by a script of CI.
@Suite struct CommandDocumentationTests {
  private static func text(_ path: String) -> String {
    (try? String(contentsOfFile: packageRoot.path + "/" + path, encoding: .utf8)) ?? ""
  }

  /// What CI runs.
  private static let scripts = text(".ci/run") + text("Tests/Packages/run.sh")

  /// The lines of a document's blocks of shell commands.
  private static func lines(of document: Markdown) -> [String] {
    document.blocks.filter { $0.language == "sh" }.flatMap { $0.text.components(separatedBy: "\n") }
  }

  /// Commands of SwiftPM need a package, time and, the first time, the network.
  @Test func commandsOfSwiftPMAreInAScript() throws {
    let guide = "Tests/Packages/getting-started.sh"
    #expect(Self.scripts.contains("getting-started.sh"))
    let documents = try Markdown.articles() + [Markdown(packageRoot.path + "/README.md")]
    for document in documents {
      for line in Self.lines(of: document) where line.hasPrefix("swift ") {
        let command = String(line.prefix { $0 != "#" }).trimmingCharacters(in: .whitespaces)
        // The guide's own package is made and run from the article.
        if document.name == "GettingStarted.md", command.hasSuffix("Wave") || command.contains("Sources/Wave") {
          #expect(Self.text(guide).contains("sh -e commands"))
          continue
        }
        let arguments = String(command.dropFirst("swift ".count))
        #expect(Self.scripts.contains(arguments), "\(document.name): '\(command)' is in no script")
      }
    }
  }

  /// Manifests are those of packages that CI builds; the guide's is built from the article.
  @Test func manifestsAreBuilt() throws {
    let folder = packageRoot.path + "/Tests/Packages"
    let built = try FileManager.default.subpathsOfDirectory(atPath: folder)
      .filter { ($0 as NSString).lastPathComponent.hasPrefix("Package") && $0.hasSuffix(".swift") }
      .map { Self.text("Tests/Packages/" + $0) }
    for article in try Markdown.articles() where article.name != "GettingStarted.md" {
      for block in article.blocks where block.text.contains("import PackageDescription") {
        #expect(built.contains(block.text + "\n"), "\(article.name):\(block.line + 1) is the manifest of no package")
      }
    }
  }

  /// The model that the README shows, where its commands expect one.
  private func package() throws -> Scratch {
    let readme = try Markdown(packageRoot.path + "/README.md")
    let model = try #require(readme.blocks.first { $0.language == "swift" })
    let scratch = try Scratch()
    try scratch.write("Package.swift", "// swift-tools-version: 6.1\n")
    try scratch.write("Sources/MyApp/Model.swift", "import Adjoint\n\n" + model.text + "\n")
    return scratch
  }

  /// Commands in the README's running text, such as `adjointc emit Sources/MyApp trainStep --stage a|b`.
  @Test func commandsInTheTextRun() throws {
    let readme = try String(contentsOfFile: packageRoot.path + "/README.md", encoding: .utf8).replacing("\n", with: " ")
    let scratch = try package()
    var ran: Set<String> = []
    for match in readme.matches(of: /`(swift run [^`]*|adjointc [^`]*|emit [^`]*)`/) {
      var words = match.1.split(separator: " ").map(String.init)
      if words.first == "emit" { words.insert("adjointc", at: 0) }
      if words.starts(with: ["swift", "run"]) { words.removeFirst(2) }
      while let flag = words.first, flag.hasPrefix("-") { words.removeFirst(2) }
      let program = try #require(words.first, "\(match.1)")
      // All of the benchmark takes minutes.
      if program == "bench" { words = ["bench", "--help"] }
      let choices = words.last?.split(separator: "|").map(String.init) ?? []
      for choice in choices {
        let command = (words.dropLast() + [choice]).joined(separator: " ")
        let outcome = try shell(command, in: scratch.root)
        #expect(outcome.exitCode == 0, "\(command): \(outcome.errors)")
        ran.insert(words.prefix(2).joined(separator: " "))
      }
    }
    for command in ["adjointc generate", "adjointc emit", "seed", "bench --help"] {
      #expect(ran.contains(command), "the README does not show '\(command)'")
    }
  }

  /// Verbs that the README names beside `adjointc generate …`.
  @Test(arguments: ["generate", "verify", "explain", "check"])
  func theVerbsRun(verb: String) throws {
    let scratch = try package()
    _ = try shell("adjointc generate Sources/MyApp", in: scratch.root)
    let arguments = verb == "explain" ? " trainStep" : ""
    let outcome = try shell("adjointc \(verb) Sources/MyApp\(arguments)", in: scratch.root)
    #expect(outcome.exitCode == 0 && !outcome.output.isEmpty, "\(outcome.errors)")
  }

  /// The flags of the benchmark that the README names.
  @Test func theBenchmarkHasItsFlags() throws {
    let help = try shell("bench --help", in: FileManager.default.temporaryDirectory.path)
    #expect(help.exitCode == 0)
    let readme = Self.text("README.md")
    let benchmark = readme.components(separatedBy: "\n\n").filter { $0.contains("release bench") }.joined()
    for flag in benchmark.matches(of: /--[a-z]+/) { #expect(help.output.contains(flag.0), "\(flag.0)") }
  }
}
