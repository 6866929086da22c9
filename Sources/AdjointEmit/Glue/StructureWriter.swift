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
      for item in object.statics {
        writeSteps(access + item.access, &text, &written)
        guard let value = item.text, let last = item.access.last else { continue }
        let expression = SwiftSpelling.access(access + item.access, from: root)
        if last == .property("count") { written.insert(String(expression.dropLast(".count".count))) }
        writeStatic(expression, value, isText: last == .property("description"), &text)
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
      case .key(let key) where written.insert("\(expression)[\(key)]").inserted:
        let value = "\(expression)[\(SwiftSpelling.string(key))]"
        line("\(value) != nil", value, "\"nil\"", "a value", &text)
        guard written.insert(expression).inserted else { continue }
        let count = self.keyCount(of: prefix)
        line("\(expression).count == \(count)", "\(expression).count", "\(expression).count", String(count), &text)
      case .element, .tableEntry:
        guard written.insert(expression).inserted else { continue }
        let count = self.count(of: prefix)
        line("\(expression).count == \(count)", "\(expression).count", "\(expression).count", String(count), &text)
      default: break
      }
    }
  }

  /// Every way from the root to something that is reached or checked.
  private var allAccess: [[AccessStep]] {
    let statics = graph.objects.flatMap { object in
      object.statics.map { (object.access.first ?? []) + $0.access }
    }
    return graph.objects.flatMap(\.access) + graph.variables.flatMap(\.access) + statics
  }

  /// The number of keys of the dictionary that `prefix` leads to.
  private func keyCount(of prefix: [AccessStep]) -> Int {
    let next = allAccess.compactMap { access in
      access.count > prefix.count && Array(access[..<prefix.count]) == prefix ? access[prefix.count] : nil
    }
    return Set(next).count
  }

  /// The number of elements of the collection that `prefix` leads to.
  private func count(of prefix: [AccessStep]) -> Int {
    allAccess.reduce(0) { count, access in
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

  private func writeStatic(_ expression: String, _ value: String, isText: Bool, _ text: inout SwiftText) {
    if isText {
      line("\(expression) == \(SwiftSpelling.string(value))", expression, expression, value, &text)
    } else if value == "nil" {
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
