import AdjointDiagnostics
import Foundation
import Testing

/// Every finding has a section in the documentation, and the example of a section gives what is printed below it.
@Suite struct DiagnosticsDocumentationTests {
  /// One finding's section.
  struct Section: CustomTestStringConvertible, Sendable {
    var id: String
    var article: String
    /// The example, a model file or commands of the shell; nil where there is none.
    var example: (language: String, text: String)?
    /// What the tool says about it.
    var output: String?
    /// The place of the output's lines in the article, without fences; for a section without it, where it would go.
    var outputLines: Range<Int>

    var testDescription: String { id }
  }

  static let articles: [Markdown] =
    (try? Markdown.articles().filter { $0.name.hasPrefix("Diagnostics") && $0.name != "Diagnostics.md" }) ?? []

  static let sections = articles.flatMap { article in
    article.sections(level: 3).map { title, lines in
      let blocks = article.blocks.filter { lines.contains($0.line) }
      let example = blocks.first { $0.language == "swift" || $0.language == "sh" }
      let output = blocks.first { $0.language == "text" }
      let count = output.map { $0.text.components(separatedBy: "\n").count } ?? 0
      let start = output.map { $0.line + 1 } ?? lines.upperBound
      return Section(
        id: title, article: article.name, example: example.map { ($0.language, $0.text) }, output: output?.text,
        outputLines: start..<start + count)
    }
  }

  /// Those whose example cannot be run here: the faults of the tool itself, and a wait of 20 seconds (see WriteTests).
  private static func needsExample(_ section: Section) -> Bool {
    section.article != "DiagnosticsInternal.md" && section.id != "output.busy"
  }

  /// What the tool says about an example.
  private static func output(of example: (language: String, text: String)) throws -> String {
    let scratch = try Scratch()
    if example.language == "sh" {
      let run = try shell(example.text, in: scratch.root)
      return run.errors.replacing(scratch.root + "/", with: "").trimmingCharacters(in: .newlines)
    }
    let model = try scratch.write("app/Model.swift", example.text + "\n")
    return Findings(findings(of: [model])).description.replacing(scratch.path("app") + "/", with: "")
  }

  @Test(arguments: sections.filter { $0.example != nil })
  func theExampleGivesTheFinding(section: Section) throws {
    let example = try #require(section.example)
    let found = try Self.output(of: example)
    #expect(found == section.output, "to update the article, run the tests with ADJOINT_UPDATE_DOCUMENTATION=1")
    let ids = found.split(separator: "\n").compactMap { line in
      line.contains(": error: ") ? line.split(separator: "[").last?.dropLast() : nil
    }
    #expect(!ids.isEmpty && ids.allSatisfy { $0 == section.id }, "\(ids)")
  }

  /// Rewrites what is printed below the examples; what changed is then to be reviewed.
  @Test(.enabled(if: ProcessInfo.processInfo.environment["ADJOINT_UPDATE_DOCUMENTATION"] != nil))
  func updateTheArticles() throws {
    for var article in Self.articles {
      for section in Self.sections.reversed() where section.article == article.name && section.output != nil {
        guard let example = section.example else { continue }
        article.lines.replaceSubrange(
          section.outputLines, with: try Self.output(of: example).components(separatedBy: "\n"))
      }
      try article.lines.joined(separator: "\n").write(toFile: article.path, atomically: true, encoding: .utf8)
    }
  }

  @Test func everySectionHasAnExample() {
    #expect(Self.sections.count > 100)
    for section in Self.sections where Self.needsExample(section) {
      #expect(section.example != nil && section.output != nil, "\(section.id)")
    }
    for section in Self.sections where !Self.needsExample(section) {
      #expect(section.example == nil, "\(section.id) has an example, so it belongs to another article")
    }
  }

  @Test func everyFindingHasOneSection() throws {
    var documented: [String: Int] = [:]
    for section in Self.sections { documented[section.id, default: 0] += 1 }
    for (id, count) in documented { #expect(count == 1, "\(id) has \(count) sections") }
    let inSources = try Self.idsInSources(families: Set(documented.keys.compactMap { $0.split(separator: ".").first }))
    #expect(inSources.count > 100)
    #expect(Set(documented.keys).subtracting(inSources) == [], "sections without a finding")
    #expect(inSources.subtracting(documented.keys) == [], "findings without a section")
  }

  /// The ids in the compiler's sources: what is given first to something that makes a finding or an error, and every
  /// other string that looks like an id of a known family. What the scheduler says of itself is shown as `internal`.
  private static func idsInSources(families: Set<Substring>) throws -> Set<String> {
    var ids: Set<String> = []
    let call =
      #/
      (?: [Ff]inding | [Ee]rror | refusal | refuse | stopped )
      \( \s* " ( [a-z]+ (?: \. [A-Za-z]+ (?: -[a-z]+ )* ) | syntax | internal | precondition ) "
      /#
    let literal = /"([a-z]+\.[a-z]+(?:-[a-z]+)*)"/
    let sources = packageRoot.path + "/Sources"
    let rooms = try FileManager.default.contentsOfDirectory(atPath: sources).filter {
      $0.hasPrefix("Adjoint") && !["Adjoint", "AdjointRuntime", "AdjointLibrarySource", "AdjointSchedule"].contains($0)
        || $0 == "adjointc"
    }
    #expect(rooms.count >= 7)
    for room in rooms {
      for file in try FileManager.default.subpathsOfDirectory(atPath: "\(sources)/\(room)").filter({
        $0.hasSuffix(".swift")
      }) {
        let text = try String(contentsOfFile: "\(sources)/\(room)/\(file)", encoding: .utf8)
        for match in text.matches(of: call) { ids.insert(String(match.1)) }
        for match in text.matches(of: literal) where families.contains(match.1.prefix { $0 != "." }) {
          ids.insert(String(match.1))
        }
      }
    }
    return ids
  }
}
