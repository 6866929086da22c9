import AdjointDiagnostics
import SwiftSyntax

/// Turns the syntax tree of one file into the nodes that elaboration reads. What is outside the subset becomes an
/// `unsupported` node that carries its finding: code that no entry point reaches may contain anything.
final class Reader {
  let file: String
  let isLibrary: Bool
  /// The access of what does not say its own: an extension's.
  var defaultAccess = "internal"
  private let converter: SourceLocationConverter

  init(file: String, tree: SourceFileSyntax, isLibrary: Bool) {
    self.file = file
    self.isLibrary = isLibrary
    converter = SourceLocationConverter(fileName: file, tree: tree)
  }

  func span(_ node: some SyntaxProtocol) -> SourceSpan {
    let place = converter.location(for: node.positionAfterSkippingLeadingTrivia)
    return SourceSpan(file: file, line: place.line, column: place.column)
  }

  /// A finding at a node.
  func refusal(_ id: String, _ message: String, _ node: some SyntaxProtocol) -> Finding {
    Finding(id, message, at: span(node))
  }

  /// The words for syntax that has no rule of its own.
  func unknownSyntax(_ node: some SyntaxProtocol) -> Finding {
    var words = ""
    for character in "\(node.kind)" {
      if character.isUppercase { words += " " }
      words += character.lowercased()
    }
    words = words.replacing(" expr", with: " expression").replacing(" decl", with: " declaration")
      .replacing(" stmt", with: " statement")
    return refusal("fence.syntax", "this \(words) is not in the subset of Swift that can be compiled", node)
  }
}

extension TokenSyntax {
  /// The identifier without backticks.
  var plainText: String {
    text.count > 2 && text.hasPrefix("`") && text.hasSuffix("`") ? String(text.dropFirst().dropLast()) : text
  }
}
