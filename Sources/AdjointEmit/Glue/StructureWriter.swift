import AdjointIR

/// Writes the checks that an object has the structure which the code is specialised for: collections' lengths, optionals,
/// sharing, static attributes. They come before anything is reached through that structure.
struct StructureWriter {
  let root: String
  let graph: ModelGraph

  func write(to text: inout SwiftText) {
    var written: Set<String> = []
    for object in graph.objects {
      for access in object.access { writeSteps(access, &text, &written) }
      guard let access = object.access.first else { continue }
      for alias in object.access.dropFirst() { writeIdentity(access, alias, &text) }
      for (name, value) in object.statics.sorted(by: { $0.key < $1.key }) {
        writeStatic(SwiftSpelling.access(access + [.property(name)], from: root), value, &text)
      }
    }
    for variable in graph.variables {
      for access in variable.access { writeSteps(access, &text, &written) }
      for alias in variable.access.dropFirst() { writeIdentity(variable.access[0], alias, &text) }
    }
  }

  /// The checks that `access` can be followed.
  private func writeSteps(_ access: [AccessStep], _ text: inout SwiftText, _ written: inout Set<String>) {
    for (index, step) in access.enumerated() {
      let prefix = Array(access[..<index])
      let expression = SwiftSpelling.access(prefix, from: root)
      switch step {
      case .unwrapped where written.insert(expression).inserted:
        line("\(expression) != nil", expression, "\"nil\"", "a value", &text)
      case .cast(let type) where written.insert("\(expression) as \(type)").inserted:
        line("\(expression) is \(type)", expression, "type(of: \(expression))", type, &text)
      case .element, .tableEntry:
        guard written.insert(expression).inserted else { continue }
        let count = self.count(of: prefix)
        line("\(expression).count == \(count)", "\(expression).count", "\(expression).count", String(count), &text)
      case .key:
        guard written.insert(expression).inserted else { continue }
        let keys = self.keys(of: prefix)
        line(
          "\(expression).keys.sorted() == [\(keys.map { SwiftSpelling.string($0) }.joined(separator: ", "))]",
          "\(expression).keys", "\(expression).keys.sorted()", "\(keys)", &text)
      default: break
      }
    }
  }

  /// The keys of the dictionary that `prefix` leads to, sorted.
  private func keys(of prefix: [AccessStep]) -> [String] {
    let all = graph.objects.flatMap(\.access) + graph.variables.flatMap(\.access)
    let keys = all.compactMap { access -> String? in
      guard access.count > prefix.count, Array(access[..<prefix.count]) == prefix else { return nil }
      if case .key(let key) = access[prefix.count] { return key }
      return nil
    }
    return Set(keys).sorted()
  }

  /// The number of elements of the collection that `prefix` leads to.
  private func count(of prefix: [AccessStep]) -> Int {
    let all = graph.objects.flatMap(\.access) + graph.variables.flatMap(\.access)
    return all.reduce(0) { count, access in
      guard access.count > prefix.count, Array(access[..<prefix.count]) == prefix else { return count }
      switch access[prefix.count] {
      case .element(let index), .tableEntry(let index): return max(count, index + 1)
      default: return count
      }
    }
  }

  private func writeIdentity(_ first: [AccessStep], _ second: [AccessStep], _ text: inout SwiftText) {
    let (first, second) = (SwiftSpelling.access(first, from: root), SwiftSpelling.access(second, from: root))
    line("\(first) === \(second)", second, "\"another object\"", "the same as \(first)", &text)
  }

  private func writeStatic(_ expression: String, _ value: String, _ text: inout SwiftText) {
    // An optional compares with what it holds.
    let value = value.hasPrefix("Optional(") ? String(value.dropFirst("Optional(".count).dropLast()) : value
    if value == "nil" {
      line("\(expression) == nil", expression, "\(expression) as Any", value, &text)
    } else if value == "true" || value == "false" || Int(value) != nil || isPlainNumber(value) {
      line("\(expression) == \(value)", expression, expression, value, &text)
    } else {
      line("String(describing: \(expression)) == \(SwiftSpelling.string(value))", expression, expression, value, &text)
    }
  }

  /// Whether the text is a number as Swift writes one; `inf` and `nan` are not.
  private func isPlainNumber(_ text: String) -> Bool {
    Double(text) != nil && text.allSatisfy { $0.isNumber || "+-.e".contains($0) }
  }

  private func line(
    _ condition: String, _ property: String, _ found: String, _ expected: String, _ text: inout SwiftText
  ) {
    let label = SwiftSpelling.string(property)
    let line = "try call.check(\(condition), \(label), \(found), \(SwiftSpelling.string(expected)))"
    if line.count <= 112 { return text.line(line) }
    text.line("try call.check(")
    text.line("  \(condition), \(label),")
    text.line("  \(found), \(SwiftSpelling.string(expected)))")
  }
}
