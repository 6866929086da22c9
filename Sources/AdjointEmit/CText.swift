import Foundation

/// Lines of C or Swift with their nesting, laid out at the end.
struct CText {
  private(set) var lines: [String] = []
  private var depth = 0
  /// Whether blocks of one line have braces too, as in Swift.
  private let keepsBraces: Bool

  init(keepsBraces: Bool = false) { self.keepsBraces = keepsBraces }

  /// Adds a line at the current nesting.
  mutating func line(_ text: String = "") {
    lines += text.isEmpty ? [""] : CText.wrapped(String(repeating: "  ", count: depth) + text)
  }

  /// Adds lines one level deeper.
  mutating func nested(_ body: (inout CText) -> Void) {
    depth += 1
    body(&self)
    depth -= 1
  }

  /// `header {`, the body, `}`; without braces where the body is one line that has no body of its own.
  mutating func block(_ header: String, comment: String = "", _ body: (inout CText) -> Void) {
    var inner = CText(keepsBraces: keepsBraces)
    inner.depth = depth + 1
    body(&inner)
    let plain = !keepsBraces && inner.lines.count == 1 && !header.isEmpty && !inner.lines[0].contains("//")
    let note = comment.isEmpty ? "" : "  // \(comment)"
    line(header + (plain ? "" : header.isEmpty ? "{" : " {") + note)
    lines += inner.lines
    if !plain { line("}") }
  }

  /// Puts another line in place of one.
  mutating func replaceLine(_ number: Int, _ text: String) { lines[number] = text }

  /// Adds a preprocessor line, which has no nesting.
  mutating func directive(_ text: String) { lines.append(text) }

  /// The text with a line end after every line.
  var text: String { lines.map { $0 + "\n" }.joined() }

  /// Breaks a line of more than 120 characters at spaces; comments stay comments.
  static func wrapped(_ line: String) -> [String] {
    // Most lines are short; no line has more characters than bytes.
    if line.utf8.count <= 120 { return [line] }
    let indent = String(line.prefix { $0 == " " })
    let slashes = String(line.dropFirst(indent.count).prefix { $0 == "/" })
    let isComment = slashes.count >= 2
    // A remark behind a statement that is too long for one line goes before it.
    if line.count > 120, !isComment, let remark = line.range(of: "// ") {
      let statement = line[..<remark.lowerBound].reversed().drop { $0 == " " }.reversed()
      return wrapped(indent + line[remark.lowerBound...]) + wrapped(String(statement))
    }
    var rest = Substring(line)
    let continuation = indent + (isComment ? slashes : "") + (isComment ? "     " : "    ")
    var result: [String] = []
    while rest.count > 120 {
      let head = rest.prefix(121)
      let minimum = (result.isEmpty ? indent.count : continuation.count) + 10
      guard let space = breakPoint(head, after: minimum) else { break }
      result.append(String(rest[..<space]))
      rest = Substring(continuation + rest[rest.index(after: space)...])
    }
    return result + [String(rest)]
  }

  /// The last space after a comma, or the last space, of `head`.
  private static func breakPoint(_ head: Substring, after minimum: Int) -> Substring.Index? {
    var last: Substring.Index?
    var lastComma: Substring.Index?
    for (offset, index) in head.indices.enumerated() where offset > minimum && head[index] == " " {
      last = index
      if head[head.index(before: index)] == "," { lastComma = index }
    }
    // A comma in the last third reads better than an operator.
    if let lastComma, head.distance(from: head.startIndex, to: lastComma) > 80 { return lastComma }
    return last
  }
}
