/// Mutates model files token by token, bracket by bracket, line by line and byte by byte.
public struct Mutator: Sendable {
  /// A file's entry points, and what else it declares.
  private struct Source {
    var entries: [String]
    var others: [String]
  }

  private let sources: [Source]
  /// All declarations.
  private let pieces: [String]
  private let tokens: [String]

  /// Takes files apart into what stands at their top level.
  public init(corpus: [String]) {
    sources = corpus.map { file in
      let declarations = Mutator.declarations(file)
      return Source(
        entries: declarations.filter { $0.contains("@Shape(") }, others: declarations.filter { !$0.contains("@Shape(") }
      )
    }.filter { !$0.entries.isEmpty }
    pieces = sources.flatMap { $0.entries + $0.others }
    tokens = Array(Set(pieces.flatMap { Mutator.tokens($0) })).sorted()
  }

  /// The bytes of a case.
  public func file(seed: UInt64) -> [UInt8] {
    var generator = FuzzGenerator(seed: seed)
    // One or two entry points of a file with what they need, so that few changes leave something that is compiled.
    let source = generator.pick(sources)
    var parts = source.others + (0..<(1 + generator.below(2))).map { _ in generator.pick(source.entries) }
    for _ in 0..<generator.pick([0, 1, 1, 2, 5]) {
      let place = parts.count - 1 - generator.below(min(parts.count, 1 + generator.below(parts.count)))
      parts[place] = mutated(parts[place], &generator)
    }
    if generator.oneIn(6) { parts.append(generator.pick(pieces)) }
    let text = "import Adjoint\n\n" + parts.joined(separator: "\n\n") + "\n"
    var bytes = Array(text.utf8)
    if generator.oneIn(8), !bytes.isEmpty {
      for _ in 0..<(1 + generator.below(8)) {
        bytes[generator.below(bytes.count)] = UInt8(truncatingIfNeeded: generator.next())
      }
    }
    if generator.oneIn(12) { bytes.removeLast(min(bytes.count, generator.below(bytes.count + 1))) }
    return bytes
  }

  private func mutated(_ text: String, _ generator: inout FuzzGenerator) -> String {
    if generator.oneIn(4) { return mutatedLines(text, &generator) }
    if generator.oneIn(4) { return mutatedTree(text, &generator) }
    var parts = Mutator.tokens(text)
    guard parts.count > 2 else { return text }
    let place = generator.below(parts.count)
    switch generator.below(8) {
    case 0: parts.remove(at: place)
    case 1: parts.insert(parts[place], at: place)
    case 2: parts.swapAt(place, generator.below(parts.count))
    case 3: parts[place] = generator.pick(tokens)
    case 4: parts.insert(generator.pick(tokens), at: place)
    case 5:
      // Another name of the same text, so that most of it still means something.
      let names = parts.indices.filter { parts[$0].first.map { $0.isLetter || $0 == "_" } ?? false }
      if names.count > 1 { parts[generator.pick(names)] = parts[generator.pick(names)] }
    default:
      let numbers = parts.indices.filter { parts[$0].first?.isNumber ?? false }
      if !numbers.isEmpty { parts[generator.pick(numbers)] = generator.pick(Mutator.numbers) }
    }
    return parts.joined()
  }

  private static let numbers = [
    "0", "1", "-1", "2", "3", "7", "64", "65536", "1000000", "2147483648", "9223372036854775807",
    "9223372036854775808", "0.0", "-0.5", "1e-30", "1e300", "1e400", "0x10", "1_000", "0.1", "99999999999999999999",
  ]

  private func mutatedLines(_ text: String, _ generator: inout FuzzGenerator) -> String {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    let place = generator.below(lines.count)
    switch generator.below(4) {
    case 0: lines.remove(at: place)
    case 1: lines.insert(lines[place], at: generator.below(lines.count + 1))
    case 2: lines.swapAt(place, generator.below(lines.count))
    default:
      let other = generator.pick(pieces).split(separator: "\n").map(String.init)
      lines.insert(generator.pick(other), at: place)
    }
    return lines.joined(separator: "\n")
  }

  /// Removes, repeats, nests or exchanges what stands between two brackets.
  private func mutatedTree(_ text: String, _ generator: inout FuzzGenerator) -> String {
    var parts = Mutator.tokens(text)
    let spans = Mutator.brackets(parts)
    guard !spans.isEmpty else { return text }
    let span = generator.pick(spans)
    let inner = Array(parts[span])
    switch generator.below(5) {
    case 0: parts.removeSubrange(span)
    case 1: parts.insert(contentsOf: inner, at: span.upperBound)
    case 2: parts.replaceSubrange(span, with: Array(repeating: inner, count: 2 + generator.below(3)).flatMap { $0 })
    case 3: parts.replaceSubrange(span, with: Array(parts[generator.pick(spans)]))
    default:
      if inner.count > 2 { parts.replaceSubrange(span, with: [inner[0]] + inner + [inner[inner.count - 1]]) }
    }
    return parts.count > 20_000 ? text : parts.joined()
  }

  // MARK: Taking text apart

  /// Names, numbers, strings, runs of white space; anything else is a token of its own.
  static func tokens(_ text: String) -> [String] {
    var tokens: [String] = []
    var rest = Substring(text)
    while let first = rest.first {
      let part: Substring
      if first.isLetter || first == "_" || first == "@" || first == "`" {
        part = rest.prefix { $0.isLetter || $0.isNumber || "_@`".contains($0) }
      } else if first.isNumber {
        part = rest.prefix { $0.isLetter || $0.isNumber || "_.".contains($0) }
      } else if first.isWhitespace {
        part = rest.prefix { $0.isWhitespace }
      } else if first == "\"", let end = rest.dropFirst().firstIndex(of: "\"") {
        part = rest[...end]
      } else {
        part = rest.prefix(1)
      }
      tokens.append(String(part))
      rest = rest[part.endIndex...]
    }
    return tokens
  }

  /// Pairs of brackets with what is between them.
  private static func brackets(_ tokens: [String]) -> [Range<Int>] {
    var open: [Int] = []
    var found: [Range<Int>] = []
    for (place, token) in tokens.enumerated() {
      switch token {
      case "(", "[", "{": open.append(place)
      case ")", "]", "}": if let start = open.popLast() { found.append(start..<place + 1) }
      default: break
      }
    }
    return found
  }

  /// What stands at the top level of a file, without its imports.
  private static func declarations(_ file: String) -> [String] {
    var result: [String] = []
    var current: [Substring] = []
    for line in file.split(separator: "\n", omittingEmptySubsequences: false) {
      if line.hasPrefix("import ") { continue }
      current.append(line)
      // Formatted sources end a declaration with a bracket in the first column, or on its only line.
      let ends = line == "}" || line.hasPrefix("}") || current.count == 1 && line.hasSuffix("}")
      if ends {
        result.append(current.joined(separator: "\n"))
        current = []
      } else if line.isEmpty, current.count == 1 {
        current = []
      }
    }
    return result
  }
}
