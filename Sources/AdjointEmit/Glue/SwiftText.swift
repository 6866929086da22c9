/// Lines of Swift with their nesting.
struct SwiftText {
  private(set) var text = ""
  private var depth = 0

  /// Adds a line at the current nesting, or an empty one.
  mutating func line(_ line: String = "") {
    text += line.isEmpty ? "\n" : String(repeating: "  ", count: depth) + line + "\n"
  }

  /// `header {`, the body one level deeper, `}`.
  mutating func block(_ header: String, closing: String = "}", _ body: (inout SwiftText) throws -> Void) rethrows {
    line(header + " {")
    depth += 1
    try body(&self)
    depth -= 1
    line(closing)
  }

  /// `opening`, the lines one level deeper, `closing`.
  mutating func list(_ opening: String, closing: String, _ body: (inout SwiftText) throws -> Void) rethrows {
    line(opening)
    depth += 1
    try body(&self)
    depth -= 1
    line(closing)
  }

  /// Lines of a documentation comment, wrapped at 120 columns.
  mutating func documentation(_ paragraphs: [String]) {
    for (index, paragraph) in paragraphs.enumerated() {
      if index > 0 { line("///") }
      var current = "///"
      for word in paragraph.split(separator: " ") {
        if current.count + 1 + word.count + depth * 2 > 118 {
          line(current)
          current = "///"
        }
        current += " " + word
      }
      line(current)
    }
  }
}
