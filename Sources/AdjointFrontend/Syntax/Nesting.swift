import AdjointDiagnostics
import SwiftSyntax

/// What keeps the stages that recurse with the source from source that nests without end. A parser that gives up on
/// brackets takes time with the square of what is left, and a tree that was parsed may still be deep: `a.b.c.d…`.
enum Nesting {
  /// Of brackets; nothing written by hand comes near.
  static let brackets = 128
  /// Of syntax, each operator of a sequence counted.
  static let depth = 10_000

  /// The first bracket that is nested too deeply in a file.
  static func findingBeforeParsing(_ file: SourceFile) -> Finding? {
    var scan = BracketScan(Array(file.text.utf8))
    guard let offset = scan.firstTooDeep() else { return nil }
    let before = scan.text[..<offset]
    let line = before.count { $0 == UInt8(ascii: "\n") } + 1
    let column = offset - (before.lastIndex(of: UInt8(ascii: "\n")).map { $0 + 1 } ?? 0) + 1
    return Finding(
      "limit.nesting", "brackets are nested more than \(brackets) deep",
      at: SourceSpan(file: file.name, line: line, column: column))
  }

  /// The first expression or type that is nested too deeply in a tree. Does not recurse.
  static func finding(in tree: SourceFileSyntax, _ file: SourceFile) -> Finding? {
    // Each level takes a byte at least.
    guard file.text.utf8.count > depth else { return nil }
    var pending: [(node: Syntax, depth: Int)] = [(Syntax(tree), 0)]
    while let (node, level) = pending.popLast() {
      var inner = level + 1
      if let sequence = node.as(SequenceExprSyntax.self) { inner += sequence.elements.count }
      guard inner < depth else {
        let place = SourceLocationConverter(fileName: file.name, tree: tree).location(
          for: node.positionAfterSkippingLeadingTrivia)
        return Finding(
          "limit.nesting", "this is nested more than \(depth) deep; give parts of it names",
          at: SourceSpan(file: file.name, line: place.line, column: place.column))
      }
      for child in node.children(viewMode: .sourceAccurate) where !child.is(TokenSyntax.self) {
        pending.append((child, inner))
      }
    }
    return nil
  }
}

/// Looks for deep brackets in text that may be anything. Comments and the plain parts of strings do not count.
private struct BracketScan {
  let text: [UInt8]
  private var place = 0

  init(_ text: [UInt8]) { self.text = text }

  mutating func firstTooDeep() -> Int? {
    var depth = 0
    while place < text.count {
      switch text[place] {
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"):
        depth += 1
        if depth > Nesting.brackets { return place }
      case UInt8(ascii: ")"), UInt8(ascii: "]"), UInt8(ascii: "}"): depth = max(0, depth - 1)
      case UInt8(ascii: "/"): skipComment()
      case UInt8(ascii: "\""): skipString()
      default: break
      }
      place += 1
    }
    return nil
  }

  private func next(_ offset: Int = 1) -> UInt8? { place + offset < text.count ? text[place + offset] : nil }

  /// At a `/`: leaves `place` at the comment's last byte.
  private mutating func skipComment() {
    if next() == UInt8(ascii: "/") {
      while let byte = next(), byte != UInt8(ascii: "\n") { place += 1 }
    } else if next() == UInt8(ascii: "*") {
      var depth = 0
      repeat {
        if text[place] == UInt8(ascii: "/"), next() == UInt8(ascii: "*") {
          depth += 1
          place += 1
        } else if text[place] == UInt8(ascii: "*"), next() == UInt8(ascii: "/") {
          depth -= 1
          place += 1
        }
        if depth > 0 { place += 1 }
      } while depth > 0 && place < text.count
    }
  }

  /// At a quote: leaves `place` at the string's last byte, or at an interpolation, whose brackets then count; what
  /// follows it is taken for code, which is a guess on the safe side.
  private mutating func skipString() {
    let isLong = next() == UInt8(ascii: "\"") && next(2) == UInt8(ascii: "\"")
    place += isLong ? 2 : 0
    while let byte = next() {
      if byte == UInt8(ascii: "\\") {
        if next(2) == UInt8(ascii: "(") { return }
        place += 2
      } else if byte == UInt8(ascii: "\""), !isLong || (next(2) == byte && next(3) == byte) {
        place += isLong ? 3 : 1
        return
      } else if byte == UInt8(ascii: "\n"), !isLong {
        return
      } else {
        place += 1
      }
    }
  }
}
