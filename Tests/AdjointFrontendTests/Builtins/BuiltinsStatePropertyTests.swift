import AdjointIR
import TestSupport
import Testing

@testable import AdjointFrontend

/// Laws of split, merge, state, update and clone in compiled code, on random object graphs: arrays, dictionaries,
/// shared objects, shared variables and cycles.
@Suite struct BuiltinsStatePropertyTests {
  /// A graph as the test knows it: what each node refers to, and whose variable it holds.
  struct Graph {
    var next: [Int: Int] = [:]
    var list: [Int: [Int]] = [:]
    var named: [Int: [String: Int]] = [:]
    var held: [Int: Int] = [:]
    var count = 0

    init(_ generator: inout some RandomNumberGenerator) {
      count = Int.random(in: 1...6, using: &generator)
      for node in 0..<count where node > 0 && Bool.random(using: &generator) {
        held[node] = Int.random(in: 0..<node, using: &generator)
      }
      for node in 0..<count {
        for _ in 0..<Int.random(in: 0...2, using: &generator) {
          let other = Int.random(in: 0..<count, using: &generator)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: next[node] = other
          case 1: list[node, default: []].append(other)
          default: named[node, default: [:]][["a", "b"].randomElement(using: &generator)!] = other
          }
        }
      }
    }

    var source: String {
      var lines: [String] = []
      for node in 0..<count {
        lines.append(
          "let n\(node) = Node(\(node), \(held[node].map { "n\($0).held" } ?? "Param(Tensor<Float>(\(node).5))"))")
      }
      for (node, other) in next.sorted(by: { $0.key < $1.key }) { lines.append("n\(node).next = n\(other)") }
      for (node, others) in list.sorted(by: { $0.key < $1.key }) {
        for other in others { lines.append("n\(node).list.append(n\(other))") }
      }
      for (node, others) in named.sorted(by: { $0.key < $1.key }) {
        for (name, other) in others.sorted(by: { $0.key < $1.key }) {
          lines.append("n\(node).named[\"\(name)\"] = n\(other)")
        }
      }
      return lines.map { "  " + $0 }.joined(separator: "\n")
    }

    /// The names of the variables by their first paths, with the parameters apart.
    var names: (parameters: Set<String>, statistics: Set<String>) {
      var parameters: Set<String> = []
      var statistics: Set<String> = []
      var seen: Set<Int> = []
      var cells: Set<Int> = []
      func cell(_ node: Int) -> Int { held[node].map { cell($0) } ?? node }
      func visit(_ node: Int, _ path: String) {
        guard seen.insert(node).inserted else { return }
        if cells.insert(cell(node)).inserted { parameters.insert(path + "held") }
        for (place, other) in (list[node] ?? []).enumerated() { visit(other, path + "list.\(place).") }
        statistics.insert(path + "mean")
        for (name, other) in (named[node] ?? [:]).sorted(by: { $0.key < $1.key }) {
          visit(other, path + "named.\(name).")
        }
        if let other = next[node] { visit(other, path + "next.") }
        parameters.insert(path + "weight")
      }
      visit(0, "")
      return (parameters, statistics)
    }
  }

  static func source(_ graph: Graph, _ body: String) -> String {
    """
    final class Node: Module {
      @Param var weight: Tensor<Float>
      @BatchStat var mean: Tensor<Float>
      let held: Param
      var next: Node? = nil
      var list: [Node] = []
      var named: [String: Node] = [:]
      init(_ number: Int, _ held: Param) {
        weight = Tensor<Float>(Float(number))
        mean = Tensor<Float>(1)
        self.held = held
      }
    }
    func build() -> Node {
    \(graph.source)
      return n0
    }
    func law(@Like(build()) _ model: Node, @Shape() x: Tensor<Float>) {
    \(body)
    }
    """
  }

  @Test func laws() throws {
    var generator = SplitMix(seed: testSeed)
    for _ in 0..<8 {
      let graph = Graph(&generator)
      let (parameters, statistics) = graph.names
      // Everything goes through split by filters, merge, clone and state; parameters come back doubled.
      let body = """
          let (definition, weights, rest) = split(model, Param.self, .rest)
          let copy = clone(merge(definition, weights, rest))
          update(copy, map(state(copy, Param.self)) { w in w * 2 })
          update(model, state(copy))
        """
      let program = try Elaborated.program(Self.source(graph, body))
      #expect(
        Set(program.parameters.map(\.name)).isSuperset(of: parameters), "\(graph.source)")
      let arguments = program.parameters.indices.map { Literal([], [Double($0) + 1]) }
      let results = try Elaborated.evaluate(program, arguments)
      #expect(Set(results.keys) == parameters, "\(graph.source)")
      for (index, parameter) in program.parameters.enumerated() where parameters.contains(parameter.name) {
        #expect(results[parameter.name]?.reals == [2 * Double(index + 1)], "\(parameter.name) of \(graph.source)")
      }
      // What comes back as it was is no result.
      let nothing = try Elaborated.program(
        Self.source(graph, "  update(model, state(merge(graphdef(model), state(clone(model)))))"))
      #expect(nothing.results.isEmpty, "\(graph.source)")
      // Statistics alone.
      let shifted = try Elaborated.program(
        Self.source(graph, "  update(model, map(state(model, .not(Param.self))) { m in m + x })"))
      #expect(Set(shifted.results.map(\.name)) == statistics, "\(graph.source)")
    }
  }
}
