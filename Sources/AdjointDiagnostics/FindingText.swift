extension Finding {
  /// The form editors pick up: `file:line:column: error: message [id]`, notes and fix-its on lines of their own.
  public var text: String {
    var lines = ["\(span): \(severity.rawValue): \(message) [\(id)]"]
    for note in notes { lines.append("\(note.span): note: \(note.message)") }
    for fixIt in fixIts { lines.append("\(span): note: \(fixIt.message): '\(fixIt.replacement)'") }
    return lines.joined(separator: "\n")
  }
}

extension Findings: CustomStringConvertible {
  public var description: String { all.map(\.text).joined(separator: "\n") }
}
