import AdjointIR

/// What the twins of one file share and no call changes: shapes, structures, arenas. Collected while the twins are
/// written, then written as one private enum.
final class GlueConstants {
  /// The enum's name.
  let name: String
  private var shapes: Set<[Int]> = []
  private var outlines: [(name: String, graph: ModelGraph)] = []
  private var arenas: [(name: String, byteCount: Int)] = []
  private var layouts: [String] = []
  private var metadata: [[String: String]] = []

  init(name: String) { self.name = name }

  /// The expression for a shape.
  func shape(_ shape: [Int]) -> String {
    shapes.insert(shape)
    return "\(name).\(Self.shapeName(shape))"
  }

  /// The expression for the structure of a graph.
  func outline(_ graph: ModelGraph) -> String {
    if let known = outlines.first(where: { $0.graph == graph }) { return "\(name).\(known.name)" }
    let type = String(graph.typeName.prefix { $0.isLetter || $0.isNumber })
    let base = type.prefix(1).lowercased() + type.dropFirst() + "Outline"
    let same = outlines.count { $0.name.hasPrefix(base) }
    outlines.append((same == 0 ? base : base + String(same + 1), graph))
    return "\(name).\(outlines.last!.name)"
  }

  /// The expression for the arenas of one compiled function.
  func arena(_ function: String, byteCount: Int) -> String {
    arenas.append((function + "Arenas", byteCount))
    return "\(name).\(function)Arenas"
  }

  /// The expression for what keeps the layout of a state that a function returns.
  func layout(_ function: String) -> String {
    let number = layouts.count { $0.hasPrefix(function + "Layout") }
    layouts.append(function + "Layout" + (number == 0 ? "" : String(number + 1)))
    return "\(name).\(layouts[layouts.count - 1])"
  }

  /// The expression for what a variable's maker says about it.
  func metadata(_ metadata: [String: String]) -> String {
    if !self.metadata.contains(metadata) { self.metadata.append(metadata) }
    return "\(name).metadata\(self.metadata.firstIndex(of: metadata)!)"
  }

  private static func shapeName(_ shape: [Int]) -> String {
    shape.isEmpty ? "scalar" : "shape" + shape.map(String.init).joined(separator: "x")
  }

  func write(to text: inout SwiftText) {
    text.line("/// What the functions above share and no call changes.")
    text.block("private enum \(name)") { text in
      for arena in arenas { text.line("static let \(arena.name) = ArenaPool(byteCount: \(arena.byteCount))") }
      for layout in layouts { text.line("static let \(layout) = LayoutCache()") }
      for shape in shapes.sorted(by: { ($0.count, $0.description) < ($1.count, $1.description) }) {
        text.line("static let \(Self.shapeName(shape)): [Int] = \(SwiftSpelling.shape(shape))")
      }
      for (index, metadata) in metadata.enumerated() {
        text.line("static let metadata\(index): [String: String] = \(SwiftSpelling.dictionary(metadata))")
      }
      for (name, graph) in outlines { write(graph, as: name, &text) }
    }
  }

  private func write(_ graph: ModelGraph, as name: String, _ text: inout SwiftText) {
    let statics = graph.objects.flatMap { object in
      object.statics.map { item in
        var path = (object.path.map(\.description) + [item.path]).joined(separator: ".")
        var value = item.text ?? ""
        if item.text == nil, case .cast(let type)? = item.access.last { (path, value) = (path + " type", type) }
        return "\(SwiftSpelling.string(path)): \(SwiftSpelling.string(value))"
      }
    }
    let constants = statics.isEmpty ? "" : ", statics: [\(statics.joined(separator: ", "))]"
    text.line("/// The structure of the \(graph.typeName) that the code is specialised for.")
    text.list(
      "static let \(name) = ModelOutline(", closing: "\(constants.isEmpty ? "" : "  ")\(constants.dropFirst(2)))"
    ) {
      text in
      text.list("[", closing: constants.isEmpty ? "]" : "],") { text in
        for variable in graph.variables {
          let aliases = variable.aliases.map { SwiftSpelling.string($0.map(\.description).joined(separator: ".")) }
          let said = variable.metadata.isEmpty ? "" : ", metadata: \(SwiftSpelling.dictionary(variable.metadata))"
          let shared = (aliases.isEmpty ? "" : ", aliases: [\(aliases.joined(separator: ", "))]") + said
          text.line(
            ".init(\(SwiftSpelling.string(variable.name)), \(SwiftSpelling.string(variable.kind)), "
              + ".\(variable.type.dtype), \(SwiftSpelling.shape(variable.type.shape))\(shared)),")
        }
      }
    }
  }
}
