import AdjointIR
import TestSupport
import Testing

/// A random class of models as Swift source: nesting, arrays, dictionaries, optionals, sharing.
private struct RandomModels {
  var generator: ProbeGenerator
  private(set) var classes: [String] = []

  init(seed: UInt64) { generator = ProbeGenerator(seed: seed) }

  private mutating func number(_ range: Range<Int>) -> Int { Int.random(in: range, using: &generator) }

  /// Declares a class whose objects are at most `depth` deep and returns its name.
  mutating func makeClass(depth: Int) -> String {
    var stored: [String] = []
    var initial: [String] = []
    let variables = number(1..<3)
    for index in 0..<variables {
      let kind = ["Param", "BatchStat", "Cache"][number(0..<3)]
      let shape = ["[2]", "[]", "[2, 1]"][number(0..<3)]
      stored.append("@\(kind) var v\(index): Tensor<Float>")
      initial.append("v\(index) = Tensor<Float>.zeros(\(shape))")
    }
    stored.append("let held: Param?")
    initial.append(Bool.random(using: &generator) ? "held = Param(Tensor<Float>.ones([2]))" : "held = nil")
    if depth > 0 {
      for index in 0..<number(1..<4) {
        let part = makeClass(depth: depth - 1)
        switch number(0..<5) {
        case 0:
          stored.append("let p\(index): \(part)")
          initial.append("p\(index) = \(part)()")
        case 1:
          stored.append("let p\(index): [\(part)]")
          initial.append("let x\(index) = \(part)(); p\(index) = [x\(index), \(part)(), x\(index)]")
        case 2:
          stored.append("let p\(index): [String: \(part)]")
          initial.append("p\(index) = [\"z\": \(part)(), \"a\": \(part)()]")
        case 3:
          stored.append("let p\(index): \(part)?")
          initial.append("p\(index) = \(Bool.random(using: &generator) ? "\(part)()" : "nil")")
        default:
          stored += ["let p\(index): any Module", "let a\(index): \(part)"]
          initial.append("let x\(index) = \(part)(); p\(index) = x\(index); a\(index) = x\(index)")
        }
      }
    }
    let name = "C\(classes.count)"
    classes.append(
      """
      final class \(name): Module {
        \(stored.joined(separator: "\n  "))
        init() {
          \(initial.joined(separator: "\n    "))
        }
      }

      """)
    return name
  }
}

/// The laws of split, merge, state, update and clone in compiled code, over random models.
@Suite struct StateLawTests {
  private struct Case {
    let entry: EntryPoint
    let graph: ModelGraph
    let arguments: [Literal]
    let results: [String: Literal]
  }

  /// Elaborates `body` over a random model `m` and runs it on random values.
  private func run(_ seed: UInt64, _ signature: String, _ body: String) throws -> Case {
    var models = RandomModels(seed: seed)
    let model = models.makeClass(depth: 3)
    let source =
      models.classes.joined() + """
        func f(_ m: \(model), @Shape() x: Tensor<Float>) -> \(signature.replacing("M", with: model)) {
          \(body)
        }
        """
    let entry = try Elaborated.entry(source)
    let program = try #require(entry.specialisations.first).program
    try verify(program)
    guard case .object(let graph) = entry.arguments[0].kind else { throw OpError("test", "no object") }
    let arguments = program.body.parameters.map { value in
      let numbers = (0..<value.type.count).map { _ in Double(Float.random(in: -9...9, using: &models.generator)) }
      return Literal(value.type, .real(numbers))
    }
    return Case(
      entry: entry, graph: graph, arguments: arguments, results: try Elaborated.evaluate(program, arguments))
  }

  private static let seeds = (0..<12).map { testSeed &+ $0 }

  /// Which variables are changed.
  private func changed(_ item: Case) -> Set<String> {
    Set(item.results.keys.filter { Int($0) == nil })
  }

  @Test("merge of a split has the same state, and changes nothing", arguments: seeds)
  func splitMerge(seed: UInt64) throws {
    let bodies = [
      "let (g, s) = split(m); return state(merge(g, s))",
      "let (g, p, r) = split(m, Param.self, .rest); return state(merge(g, r, p))",
      """
      let (g, s) = split(m, filters: [.pathContains("p0"), .of(Cache.self), .rest])
      return state(merge(g, s[2], s[0], s[1]))
      """,
      "let (g, s) = split(m); let (h, t) = split(merge(g, s)); return state(merge(h, t))",
      "return state(clone(clone(m)))",
    ]
    for body in bodies {
      let item = try run(seed, "State<M>", body)
      #expect(changed(item).isEmpty, "seed \(seed)")
      for index in item.graph.variables.indices {
        #expect(item.results["\(index)"] == item.arguments[index], "\(body) seed \(seed)")
      }
    }
  }

  @Test("update with a model's own state changes nothing; with another it is that state", arguments: seeds)
  func updateState(seed: UInt64) throws {
    let own = try run(seed, "State<M>", "update(m, state(m)); return state(m)")
    #expect(changed(own).isEmpty, "seed \(seed)")
    let body = "update(m, map(state(m)) { p in p + 1 }); update(m, state(m, .not(Cache.self))); return state(m)"
    let other = try run(seed, "State<M>", body)
    for (index, variable) in other.graph.variables.enumerated() {
      let expected = other.arguments[index].reals.map { Double(Float($0) + 1) }
      #expect(other.results[variable.name]?.reals == expected, "\(variable.name) seed \(seed)")
      #expect(other.results["\(index)"]?.reals == expected, "\(variable.name) seed \(seed)")
    }
  }

  @Test("a clone's changes leave the original, the original's leave the clone", arguments: seeds)
  func clones(seed: UInt64) throws {
    let away = try run(
      seed, "State<M>", "let c = clone(m); update(c, map(state(c)) { p in p * x }); return state(c)")
    #expect(changed(away).isEmpty, "seed \(seed)")
    let back = try run(
      seed, "State<M>", "let c = clone(m); update(m, map(state(m)) { p in p * x }); return state(c)")
    #expect(changed(back) == Set(back.graph.variables.map(\.name)), "seed \(seed)")
    for index in back.graph.variables.indices {
      #expect(back.results["\(index)"] == back.arguments[index], "seed \(seed)")
    }
  }

  @Test("what is shared stays shared through split, merge and clone", arguments: seeds)
  func sharing(seed: UInt64) throws {
    // The graphs agree, aliases included: a second split of what came out has the same structure.
    let body = "let (g, s) = split(m); return (graphdef(merge(g, s)), graphdef(clone(m)))"
    let entry = try run(seed, "(GraphDef<M>, GraphDef<M>)", body).entry
    guard case .object(let graph) = entry.arguments[0].kind, case .tuple(let returned) = entry.returns else {
      Issue.record("unexpected signature")
      return
    }
    for element in returned {
      guard case .graphDefinition(let definition, _) = element.value else { continue }
      #expect(definition.variables == graph.variables && definition.objects == graph.objects, "seed \(seed)")
    }
  }
}
