import AdjointIR

/// Names that have been given away.
struct NameTable {
  private var taken: [String: Int] = [:]
  private var loops = 0

  /// The name, with a number behind it where it is taken.
  mutating func unique(_ name: String) -> String {
    guard let count = taken[name] else {
      taken[name] = 1
      return name
    }
    var next = count + 1
    while taken["\(name)_\(next)"] != nil { next += 1 }
    taken[name] = next
    taken["\(name)_\(next)"] = 1
    return "\(name)_\(next)"
  }

  /// The next name of a loop index: i, j, k …
  mutating func loop() -> String {
    let letters = ["i", "j", "k", "l", "m", "n"]
    while true {
      let name = loops < letters.count ? letters[loops] : "i\(loops)"
      loops += 1
      if taken[name] == nil { return unique(name) }
    }
  }
}

extension Graph {
  /// A name for a node without one in the source: what is done to the nearest thing that has a name.
  func readableName(_ node: Int) -> String {
    if let name = nodes[node].name { return identifier(name) }
    var action = nodes[node].opName
    if case .reduce(let reduction, _) = nodes[node].kind { action = reduction.rawValue }
    if case .dot = nodes[node].kind { action = "product" }
    var next = node
    for _ in 0..<8 {
      let candidate = nodes[next].operands.max { rank(next: $0) < rank(next: $1) }
      guard let candidate else { break }
      next = candidate
      if let name = nodes[next].name, !identifier(name).isEmpty {
        return String("\(identifier(action))_\(identifier(name))".prefix(40))
      }
    }
    return identifier(action)
  }

  /// How much a node tells about what is computed from it.
  private func rank(next node: Int) -> Int {
    switch nodes[node].kind {
    case .splat, .iota, .table: 0
    case .parameter: 1
    default: nodes[node].name == nil ? 2 : 3
    }
  }
}
