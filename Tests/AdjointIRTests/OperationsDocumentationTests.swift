import AdjointIR
import Foundation
import Testing

/// The table of operations in the documentation is made from the registry.
@Suite struct OperationsDocumentationTests {
  private static let article = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appendingPathComponent("Sources/Adjoint/Adjoint.docc/Operations.md")

  private static let marks = ("| operation |", "\n\n## ")

  /// The article before, in and after its table.
  private func parts() throws -> (before: Substring, table: Substring, after: Substring) {
    let text = try String(contentsOf: Self.article, encoding: .utf8)
    let start = try #require(text.range(of: Self.marks.0))
    let end = try #require(text.range(of: Self.marks.1, range: start.upperBound..<text.endIndex))
    return (text[..<start.lowerBound], text[start.lowerBound..<end.lowerBound], text[end.lowerBound...])
  }

  @Test func theTableIsTheRegistrys() throws {
    let table = try self.table()
    if ProcessInfo.processInfo.environment["ADJOINT_UPDATE_DOCUMENTATION"] != nil {
      let (before, _, after) = try parts()
      try (before + table + after).write(to: Self.article, atomically: true, encoding: .utf8)
    }
    #expect(
      try parts().table == table, "to update the article, run the tests with ADJOINT_UPDATE_DOCUMENTATION=1")
  }

  private func table() throws -> String {
    var lines = [
      "| operation | computes | element types | tangent of the result |", "|---|---|---|---|",
    ]
    for op in OpRegistry.all {
      let derivative = op == Differentiate.self ? "expanded before code is generated" : try tangents(of: op)
      let summary = op.summary.replacing("|", with: "\\|")
      lines.append("| `\(op.name)` | \(summary) | \(try elementTypes(of: op)) | \(derivative) |")
    }
    return lines.joined(separator: "\n")
  }

  /// What an op's probes draw, one case of each, the same in every run. `constant` has no operands.
  private func cases(of op: any Op.Type) -> [Probe.Case] {
    var generator = ProbeGenerator(seed: 1)
    return op.probes.map { $0.draw(&generator) }
  }

  /// The element types that an op takes, found by asking it.
  private func elementTypes(of op: any Op.Type) throws -> String {
    var accepted: Set<DType> = []
    for item in cases(of: op) where !item.operands.isEmpty {
      // The operands that carry the op's own type go together; indices and conditions keep theirs.
      let main = item.operands.last { $0.dtype.isFloat }?.dtype ?? item.operands[item.operands.count - 1].dtype
      for dtype in DType.allCases {
        let operands = item.operands.map { $0.dtype == main ? $0.with(dtype: dtype) : $0 }
        guard (try? item.op.resultTypes(operands, regions: [])) != nil else { continue }
        accepted.insert(dtype)
      }
    }
    if accepted.isEmpty { return "any" }
    if accepted.count == DType.allCases.count { return "all" }
    return DType.allCases.filter(accepted.contains).map(\.rawValue).joined(separator: ", ")
  }

  /// The tangent of the result, as the op's rule writes it, for a tangent of each operand. Of what an op's attributes
  /// make of it, the longest that can be read at a glance.
  private func tangents(of op: any Op.Type) throws -> String {
    if op == Reduce.self {
      return try Reduction.allCases.map { reduction in
        let text = try tangents(of: Reduce(reduction, axes: [0]), [TensorType([4])])
        return "\(reduction.rawValue): " + (text.count > 120 ? "by the product rule, in halves" : text)
      }.joined(separator: "; ")
    }
    var generator = ProbeGenerator(seed: 1)
    var texts: [String] = []
    for _ in 0..<20 {
      for probe in op.probes {
        let item = probe.draw(&generator)
        guard item.operands.contains(where: \.dtype.isFloat) else { continue }
        texts.append(try tangents(of: item.op, item.operands))
      }
    }
    return texts.max { $0.count < $1.count } ?? "none"
  }

  private func tangents(of op: any Op, _ types: [TensorType]) throws -> String {
    let names = ["x", "y", "z"]
    var parts: [String] = []
    for position in types.indices.prefix(names.count) where types[position].dtype.isFloat {
      let builder = Builder()
      let operands = types.map(builder.makeValue)
      let results = try builder.append(op, operands)
      let operation = try #require(builder.takeOperations().last)
      let tangent = builder.makeValue(types[position])
      let incoming = operands.indices.map { $0 == position ? tangent : nil }
      guard let outgoing = try op.jvp(operation, tangents: incoming, builder).first ?? nil else {
        parts.append("0")
        continue
      }
      var text = FormulaText(operations: builder.takeOperations())
      for (operand, name) in zip(operands, names) { text.names[operand.id] = name }
      text.names[results[0].id] = "r"
      text.names[tangent.id] = "d" + names[position]
      parts.append("`\(text.formula(of: outgoing))`")
    }
    return parts.joined(separator: ", ").replacing("|", with: "\\|")
  }
}

/// Writes a value as a formula over named values.
private struct FormulaText {
  var names: [Int: String] = [:]
  private let definitions: [Int: AdjointIR.Operation]

  init(operations: [AdjointIR.Operation]) {
    var definitions: [Int: AdjointIR.Operation] = [:]
    for operation in operations { for result in operation.results { definitions[result.id] = operation } }
    self.definitions = definitions
  }

  func formula(of value: Value, isInner: Bool = false) -> String {
    if let name = names[value.id] { return name }
    guard let operation = definitions[value.id] else { return "?" }
    let name = type(of: operation.op).name
    let infix = ["add": "+", "subtract": "-", "multiply": "*", "divide": "/"]
    if let sign = infix[name] {
      let text = operation.operands.map { formula(of: $0, isInner: true) }.joined(separator: " \(sign) ")
      return isInner ? "(\(text))" : text
    }
    switch operation.op {
    case let op as Constant: return number(op.literal.reals.first ?? 0)
    case is BroadcastInDim where definitions[operation.operands[0].id]?.op is Constant:
      return formula(of: operation.operands[0], isInner: isInner)
    case is Negate: return "-" + formula(of: operation.operands[0], isInner: true)
    case let op as Compare:
      let signs: [Comparison: String] = [
        .equal: "==", .notEqual: "!=", .less: "<", .lessOrEqual: "<=", .greater: ">", .greaterOrEqual: ">=",
      ]
      let text = operation.operands.map { formula(of: $0, isInner: true) }
        .joined(separator: " \(signs[op.comparison] ?? "?") ")
      return isInner ? "(\(text))" : text
    case let op as Reduce:
      return "\(op.reduction.rawValue)(\(formula(of: operation.operands[0])))"
    default: return "\(name)(\(operation.operands.map { formula(of: $0) }.joined(separator: ", ")))"
    }
  }

  private func number(_ value: Double) -> String {
    value == value.rounded() && abs(value) < 1e6 ? "\(Int(value))" : "\(Float(value))"
  }
}
