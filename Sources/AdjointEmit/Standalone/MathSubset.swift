import AdjointTemplates

/// The part of `adjoint_math.h` that a text calls, definitions in their order: for files that include no header of ours.
struct MathSubset {
  /// A definition at file scope with the comment above it.
  private struct Chunk {
    var lines: [Substring]
    var names: Set<String> = []
    var uses: Set<String> = []
  }

  private let chunks: [Chunk]

  init() { self.init(header: Templates.mathHeader) }

  init(header: String) {
    var chunks: [Chunk] = []
    var comment: [Substring] = []
    var current: [Substring] = []
    var depth = 0
    for line in header.split(separator: "\n", omittingEmptySubsequences: false) {
      let continues = current.last?.hasSuffix("\\") ?? false
      if current.isEmpty {
        if line.hasPrefix("//") {
          comment.append(line)
          continue
        }
        let isDefinition = ["ADJOINT_", "static ", "#define ADJOINT_"].contains { line.hasPrefix($0) }
        guard isDefinition, !MathSubset.isPortability(line) else {
          // A comment with an empty line below it is a title.
          comment = []
          continue
        }
      }
      current.append(line)
      let isMacro = current[0].hasPrefix("#define")
      depth += line.count { $0 == "{" } - line.count { $0 == "}" }
      let ends =
        isMacro
        ? !line.hasSuffix("\\")
        : depth == 0 && !continues && (line.hasSuffix("}") || line.hasSuffix(";") || line.hasSuffix(")"))
      if ends {
        chunks.append(Chunk(lines: comment + current))
        (comment, current, depth) = ([], [], 0)
      }
    }
    self.chunks = chunks.map { chunk in
      var chunk = chunk
      let body = chunk.lines.filter { !$0.hasPrefix("//") }.joined(separator: "\n")
      chunk.names = MathSubset.definedNames(body)
      chunk.uses = MathSubset.words(body).subtracting(chunk.names)
      return chunk
    }
  }

  /// The macros that the file with the text defines in its own way.
  private static func isPortability(_ line: Substring) -> Bool {
    ["ADJOINT_MATH_H", "ADJOINT_INLINE", "ADJOINT_FMA", "ADJOINT_SQRT", "ADJOINT_FLOOR", "ADJOINT_ABS"]
      .contains { line.hasPrefix("#define " + $0) }
  }

  /// The definitions that `text` needs, directly or through others.
  func definitions(for text: String) -> String {
    var wanted = MathSubset.words(text)
    var chosen: Set<Int> = []
    var changed = true
    while changed {
      changed = false
      for (number, chunk) in chunks.enumerated()
      where !chosen.contains(number) && !chunk.names.isDisjoint(with: wanted) {
        chosen.insert(number)
        wanted.formUnion(chunk.uses)
        changed = true
      }
    }
    return chosen.sorted().map { chunks[$0].lines.joined(separator: "\n") + "\n" }.joined()
  }

  /// The functions, tables and macros that a definition defines.
  private static func definedNames(_ text: String) -> Set<String> {
    let head = text.prefix { $0 != "{" && $0 != "=" && $0 != "\n" }
    if text.hasPrefix("#define ") {
      return [String(text.dropFirst(8).prefix { $0.isLetter || $0.isNumber || $0 == "_" })]
    }
    if text.hasPrefix("ADJOINT_INTEGERS(") {
      let suffix = text.dropFirst("ADJOINT_INTEGERS(".count).prefix { $0 != "," }
      let functions = [
        "add", "subtract", "multiply", "negate", "divide", "remainder", "shift_left", "shift_right", "maximum",
        "minimum", "abs", "sign", "pow",
      ]
      return Set(functions.map { "adjoint_\($0)_\(suffix)" })
    }
    // The word before the parameter list or the array bounds.
    let name = head.prefix { $0 != "(" && $0 != "[" }.split(separator: " ").last.map(String.init)
    return name.map { [$0] } ?? []
  }

  private static func words(_ text: String) -> Set<String> {
    Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
  }
}
