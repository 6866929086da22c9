/// Lines of Swift with their nesting.
struct SwiftText {
  private(set) var text = ""
  private var depth = 0

  /// Adds a line at the current nesting, or an empty one.
  mutating func line(_ line: String = "") {
    text += line.isEmpty ? "\n" : String(repeating: "  ", count: depth) + line + "\n"
  }

  /// `header {`, the body one level deeper, `}`.
  mutating func block(_ header: String, _ body: (inout SwiftText) throws -> Void) rethrows {
    line(header + " {")
    depth += 1
    try body(&self)
    depth -= 1
    line("}")
  }

  /// `header(parameters)suffix {`, the body, `}`; one parameter a line where they do not fit one.
  mutating func function(
    _ header: String, _ parameters: [String], _ suffix: String, _ body: (inout SwiftText) throws -> Void
  ) rethrows {
    let whole = "\(header)(\(parameters.joined(separator: ", ")))\(suffix)"
    if whole.count + depth * 2 + 2 <= 120 { return try block(whole, body) }
    line(header + "(")
    for (index, parameter) in parameters.enumerated() {
      line("  " + parameter + (index + 1 < parameters.count ? "," : ""))
    }
    try block(")" + suffix, body)
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
