import AdjointDiagnostics
import AdjointIR

/// Says in words what a kernel does: its name, its source lines, a formula for each value it writes or has a name for.
func describe(_ kernel: inout Kernel, _ writer: KernelWriter) {
  let description = KernelDescription(writer: writer)
  kernel.name = description.name
  kernel.sources = description.sources(of: writer.group.members)
  kernel.inlined = description.sources(of: writer.inlined.subtracting(writer.group.members).sorted())
  kernel.formulas = description.formulas
}

private struct KernelDescription {
  let writer: KernelWriter

  var graph: Graph { writer.graph }
  var group: Group { writer.group }

  func sources(of nodes: [Int]) -> [Kernel.Source] {
    var found: [Kernel.Source] = []
    for member in nodes {
      let node = graph.nodes[member]
      let source = Kernel.Source(span: node.span, role: node.role)
      if node.span != .none, !found.contains(source) { found.append(source) }
    }
    return found
  }

  private var written: [Int] { group.members.filter { writer.table.ofNode[$0] != nil } }

  private func bufferName(_ node: Int) -> String? { writer.table.ofNode[node].map { writer.table.buffers[$0].name } }

  // MARK: Name

  var name: String {
    var roles = Set(group.members.map { graph.nodes[$0].role })
    if case .contraction(let dot) = group.kind { roles = [graph.nodes[dot].role] }
    let suffix: String
    if roles == [.primal] {
      suffix = ""
    } else if roles.contains(.adjoint) {
      suffix = roles.contains(.primal) ? "_and_adjoint" : "_adjoint"
    } else {
      suffix = roles.contains(.primal) ? "_and_tangent" : "_tangent"
    }
    let updates = written.compactMap { bufferName($0) }.filter { $0.hasPrefix("new_") }
    let shortest = updates.min { ($0.count, $0) < ($1.count, $1) }
    if let first = shortest { return "update_\(first.dropFirst(4))" }
    if case .contraction(let dot) = group.kind, let layer = layerName(dot) {
      return layer + activation + suffix
    }
    return stem.hasPrefix("d_") && suffix == "_adjoint" ? stem : stem + suffix
  }

  /// The name of the layer whose parameter a dot product reads.
  private func layerName(_ dot: Int) -> String? {
    for operand in graph.nodes[dot].operands.reversed() {
      let base = graph.nodes[graph.base(of: operand)]
      guard case .parameter = base.kind, let name = base.name else { continue }
      let parts = name.split(separator: ".")
      if parts.count > 1 { return identifier(parts.dropLast().joined(separator: "_")) }
    }
    return nil
  }

  private var operationNames: Set<String> {
    Set((group.members + group.inlined.sorted()).map { graph.nodes[$0].opName })
  }

  private var activation: String {
    let names = operationNames
    if names.contains("erf") { return "_gelu" }
    if names.contains("tanh") { return "_tanh" }
    if names.contains("logistic") { return "_sigmoid" }
    if names.contains("maximum") || names.isSuperset(of: ["select", "compare"]) { return "_relu" }
    return ""
  }

  private var stem: String {
    let names = operationNames
    let combines = names.contains("reduce")
    if combines, names.contains("exp"), names.contains("log") { return "cross_entropy" }
    if combines, names.contains("exp") { return "softmax" }
    if combines, names.contains("rsqrt") { return "normalise" }
    let written = written.compactMap(bufferName)
    if written.isEmpty { return "nothing" }
    return written.count <= 2 ? written.joined(separator: "_and_") : "\(written[0])_and_others"
  }

  // MARK: Formulas

  var formulas: [String] {
    group.members.compactMap { node in
      guard let name = bufferName(node) ?? innerName(node) else { return nil }
      let shape = graph.nodes[node].type.shape.map(String.init).joined(separator: ", ")
      return "\(name)[\(shape)] = \(withoutOuterParentheses(definition(node, depth: 0)))"
    }
  }

  private func withoutOuterParentheses(_ text: String) -> String {
    guard text.hasPrefix("("), text.hasSuffix(")") else { return text }
    var depth = 0
    for (position, character) in text.enumerated() {
      if character == "(" { depth += 1 }
      if character == ")" { depth -= 1 }
      if depth == 0, position < text.count - 1 { return text }
    }
    return String(text.dropFirst().dropLast())
  }

  /// The source's name of a value that this kernel computes and keeps to itself.
  private func innerName(_ node: Int) -> String? {
    writer.fusion.placement[node]?.group == writer.number ? graph.nodes[node].name : nil
  }

  /// A value by its name where it has one, else by how it is computed.
  private func text(_ node: Int, depth: Int) -> String {
    switch graph.nodes[node].kind {
    case .parameter: return graph.nodes[node].name ?? "parameter"
    case .splat(let value): return number(value, graph.nodes[node].type.dtype)
    case .table: return bufferName(node) ?? "table"
    case .iota: return "index"
    case .view(let map):
      let operand = graph.nodes[node].operands[0]
      let inner = text(operand, depth: depth)
      if case .transpose = map, graph.nodes[node].type.shape.count(where: { $0 != 1 }) > 1 { return "\(inner)ᵀ" }
      return inner
    default:
      if let name = bufferName(node) ?? innerName(node) { return name }
      if depth > 4 { return graph.nodes[node].name ?? "…" }
      return definition(node, depth: depth)
    }
  }

  private func number(_ value: Double, _ dtype: DType) -> String {
    if value == value.rounded(), abs(value) < 1e15 { return String(Int(value)) }
    return dtype == .f32 ? String(Float(value)) : String(value)
  }

  private func definition(_ node: Int, depth: Int) -> String {
    let value = graph.nodes[node]
    func operand(_ position: Int) -> String { text(value.operands[position], depth: depth + 1) }
    switch value.kind {
    case .elementwise(let expression): return formula(expression, value, depth: depth + 1)
    case .gather: return "\(operand(0))[\(operand(1))]"
    case .reduce(let reduction, _): return "\(reduction.rawValue)(\(operand(0)))"
    case .argReduce(let largest, _): return "\(largest ? "argmax" : "argmin")(\(operand(0)))"
    case .dot: return dotFormula(node, depth: depth + 1)
    case .concatenate: return "concatenate(\(value.operands.indices.map(operand).joined(separator: ", ")))"
    case .pad: return "pad(\(operand(0)))"
    case .scatterAdd: return "\(operand(0)) with \(operand(2)) added at rows \(operand(1))"
    default: return text(node, depth: depth)
    }
  }

  /// A product of matrices, with the transpositions that mathematics would write.
  private func dotFormula(_ node: Int, depth: Int) -> String {
    let operands = graph.nodes[node].operands
    guard case .dot(let batch, let contracting) = graph.nodes[node].kind else { return "" }
    func plain(_ operand: Int) -> (name: String, isTurned: Bool) {
      var base = operand
      var isTurned = false
      while case .view(let map) = graph.nodes[base].kind {
        if case .transpose(let permutation) = map, permutation.last != permutation.count - 1 { isTurned.toggle() }
        base = graph.nodes[base].operands[0]
      }
      return (text(base, depth: depth), isTurned)
    }
    let (left, right) = (plain(operands[0]), plain(operands[1]))
    // Operands lie as [batch, free, contracting]: the right one is the mathematical matrix turned.
    let rightIsMatrix = graph.nodes[operands[1]].type.rank > batch + contracting
    let first = left.isTurned ? "\(left.name)ᵀ" : left.name
    let second = right.isTurned || !rightIsMatrix ? right.name : "\(right.name)ᵀ"
    return "\(first) · \(second)"
  }

  private func formula(_ expression: ScalarExpression, _ node: Graph.Node, depth: Int) -> String {
    switch expression {
    case .operand(let position): return text(node.operands[position], depth: depth)
    case .constant(let value, let dtype): return number(value, dtype)
    case .call(let function, let arguments):
      let texts = arguments.map { formula($0, node, depth: depth) }
      if let sign = sign(function), texts.count == 2 { return "(\(texts[0]) \(sign) \(texts[1]))" }
      if function == .fma { return "(\(texts[0]) · \(texts[1]) + \(texts[2]))" }
      if function == .negate { return "−\(texts[0])" }
      return "\(function.rawValue)(\(texts.joined(separator: ", ")))"
    case .compare(let comparison, let left, let right):
      let signs: [Comparison: String] = [
        .equal: "=", .notEqual: "≠", .less: "<", .lessOrEqual: "≤", .greater: ">", .greaterOrEqual: "≥",
      ]
      return
        "(\(formula(left, node, depth: depth)) \(signs[comparison] ?? "?") \(formula(right, node, depth: depth)))"
    case .select(let predicate, let onTrue, let onFalse):
      let (yes, no) = (formula(onTrue, node, depth: depth), formula(onFalse, node, depth: depth))
      return "(\(yes) where \(formula(predicate, node, depth: depth)) else \(no))"
    case .convert(let value, to: _), .bitcast(let value, to: _): return formula(value, node, depth: depth)
    }
  }

  private func sign(_ function: ScalarFunction) -> String? {
    switch function {
    case .add: "+"
    case .subtract: "−"
    case .multiply: "·"
    case .divide: "/"
    default: nil
    }
  }
}
