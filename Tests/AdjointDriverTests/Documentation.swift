import Foundation

/// A file of Markdown, as far as tests read it.
struct Markdown {
  /// A fenced block: its language, its lines, and where it stands.
  struct Block {
    var language: String
    var text: String
    /// The line of the opening fence, counted from 0.
    var line: Int
  }

  /// The name of the file.
  var name: String
  var path: String
  var lines: [String]

  init(_ path: String) throws {
    self.path = path
    name = (path as NSString).lastPathComponent
    lines = try String(contentsOfFile: path, encoding: .utf8).components(separatedBy: "\n")
  }

  /// The articles of the DocC catalog, by name.
  static func articles() throws -> [Markdown] {
    let folder = packageRoot.path + "/Sources/Adjoint/Adjoint.docc"
    return try FileManager.default.contentsOfDirectory(atPath: folder).sorted().filter { $0.hasSuffix(".md") }
      .map { try Markdown(folder + "/" + $0) }
  }

  /// The fenced blocks, without their fences and indentation.
  var blocks: [Block] {
    var blocks: [Block] = []
    var open: (block: Block, indent: Int, lines: [String])?
    for (number, line) in lines.enumerated() {
      let trimmed = line.drop { $0 == " " }
      if let (block, indent, text) = open {
        if trimmed == "```" {
          blocks.append(Block(language: block.language, text: text.joined(separator: "\n"), line: block.line))
          open = nil
        } else {
          open?.lines.append(String(line.dropFirst(min(indent, line.count - trimmed.count))))
        }
      } else if trimmed.hasPrefix("```") {
        open = (Block(language: String(trimmed.dropFirst(3)), text: "", line: number), line.count - trimmed.count, [])
      }
    }
    return blocks
  }

  /// The headings of a level and the lines below each, up to the next heading of that level or a higher one.
  func sections(level: Int) -> [(title: String, lines: Range<Int>)] {
    var sections: [(title: String, lines: Range<Int>)] = []
    var isFenced = false
    var start: (title: String, line: Int)?
    for (number, line) in lines.enumerated() {
      if line.drop(while: { $0 == " " }).hasPrefix("```") { isFenced.toggle() }
      let depth = line.prefix { $0 == "#" }.count
      guard !isFenced, depth > 0, depth <= level, line.dropFirst(depth).hasPrefix(" ") else { continue }
      if let start { sections.append((start.title, start.line..<number)) }
      start = depth == level ? (String(line.dropFirst(depth + 1)), number) : nil
    }
    if let start { sections.append((start.title, start.line..<lines.count)) }
    return sections
  }
}

/// Runs commands of the shell with the tool on the path, as a reader would type them.
func shell(_ commands: String, in directory: String, within seconds: Double = 120) throws -> Outcome {
  let path = tool.deletingLastPathComponent().path + ":" + (ProcessInfo.processInfo.environment["PATH"] ?? "")
  return try Launch(URL(fileURLWithPath: "/usr/bin/env"), ["PATH=\(path)", "sh", "-c", commands], in: directory)
    .finish(within: seconds)
}
