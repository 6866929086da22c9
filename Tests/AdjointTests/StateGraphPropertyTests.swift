import Adjoint
import Foundation
import TestSupport
import Testing

/// Laws of split, merge, state, update and clone on random object graphs: nesting, arrays, dictionaries, optionals,
/// shared objects, shared variables and cycles.
@Suite struct StateGraphPropertyTests {
  final class Node: Module {
    @Param var weight: Tensor<Float>
    @BatchStat var mean: Tensor<Float>
    let held: Param?
    var flag: Bool
    var next: Node?
    var list: [Node] = []
    var named: [String: Node] = [:]
    var loose: [Param] = []
    var keyed: [String: BatchStat] = [:]
    var rows: [[Node]] = []
    var maybe: [Node]?
    let table: VariableTable
    let stream: RngStream?

    init(_ generator: inout SplitMix, sharing known: [Node]) {
      let shape = (0..<Int.random(in: 0...2, using: &generator)).map { _ in Int.random(in: 1...3, using: &generator) }
      func numbers() -> Tensor<Float> { generator.tensor(shape).cast(to: Float.self) }
      weight = numbers()
      mean = numbers()
      flag = Bool.random(using: &generator)
      let old = Bool.random(using: &generator) ? known.randomElement(using: &generator)?.held : nil
      held = Bool.random(using: &generator) ? old ?? Param(numbers()) : nil
      stream = Int.random(in: 0..<4, using: &generator) == 0 ? RngStream("noise", key(shape.count)) : nil
      table = VariableTable(
        ["mu.0.a", "mu.1", "nu.x"].shuffled(using: &generator).prefix(Int.random(in: 0...3, using: &generator)).map {
          VariableTable.Entry($0, Variable(kind: "OptState", numbers().erased))
        })
      if let other = known.randomElement(using: &generator), let shared = other.held {
        loose = [Param(numbers()), shared]
      }
      for name in ["z", "a"] where Int.random(in: 0..<3, using: &generator) == 0 {
        keyed[name] = known.randomElement(using: &generator)?.keyed["z"] ?? BatchStat(numbers())
      }
    }

    /// Breaks cycles, so that the nodes go away.
    func unlink() { (next, list, named, rows, maybe) = (nil, [], [:], [], nil) }
  }

  /// A random graph; its first node is the root.
  static func graph(_ generator: inout SplitMix) -> [Node] {
    var nodes: [Node] = []
    for _ in 0..<Int.random(in: 1...7, using: &generator) { nodes.append(Node(&generator, sharing: nodes)) }
    for node in nodes {
      for _ in 0..<Int.random(in: 0...2, using: &generator) {
        let other = nodes.randomElement(using: &generator)!
        switch Int.random(in: 0..<5, using: &generator) {
        case 0: node.next = other
        case 1: node.list.append(other)
        case 2: node.rows.append(Bool.random(using: &generator) ? [] : [other, node])
        case 3: node.maybe = (node.maybe ?? []) + [other]
        default: node.named[["a", "b", "c"].randomElement(using: &generator)!] = other
        }
      }
    }
    return nodes
  }

  /// A state of the same structure with other numbers.
  static func map(_ model: Node, _ transform: (Tensor<Float>) -> Tensor<Float>) -> State<Node> {
    let values = state(model)
    return State(
      layout: values.layout,
      values: values.values.map { $0.scalarType == .f32 ? transform(Tensor($0)).erased : $0 })
  }

  @Test func laws() throws {
    let seed = testSeed
    var generator = SplitMix(seed: seed)
    for round in 0..<200 {
      let nodes = Self.graph(&generator)
      let root = nodes[0]
      let note: Comment = "seed \(seed), graph \(round)"
      let (definition, values) = split(root)
      let copy = merge(definition, values)
      let twin = clone(root)
      var made = [root, copy, twin]
      for other in [copy, twin] {
        #expect(state(other) == values, note)
        #expect(graphdef(other) == definition && graphdef(other).hashValue == definition.hashValue, note)
        #expect(
          findDuplicates(other).map { $0.map(\.dotted) } == findDuplicates(root).map { $0.map(\.dotted) }, note)
        #expect(
          iterModules(other).map(\.path.dotted) == iterModules(root).map(\.path.dotted), note)
        #expect(haveSameBits(state(other), values), note)
        let own = Set(root.variables.map { ObjectIdentifier($0.variable) })
        #expect(!other.variables.contains { own.contains(ObjectIdentifier($0.variable)) }, note)
      }
      // Splitting by filters and merging again is the whole.
      let parts = try values.partitioned([.of(Param.self), .pathContains("mean"), .rest])
      made.append(try definition.merged(with: parts))
      #expect(state(made[3]) == values, note)
      #expect(try parts[2].merging(parts[0]).merging(parts[1]) == values, note)
      #expect(try values.replacing(with: values.pureDictionary.restoringIndices) == values, note)
      #expect(try values.replacing(with: [:]) == values, note)
      // Through a file and back, into the values of another model of the structure.
      let file = try Checkpoint(serialized: Data(Checkpoint(values).serialized()))
      let blank = Self.map(copy) { $0 * 0 }
      let loaded = try file.state(like: blank)
      #expect(haveSameBits(loaded, values), note)
      // update ∘ state changes nothing; other numbers reach every place, and the clone keeps its own.
      update(root, state(root))
      #expect(state(root) == values, note)
      let doubled = Adjoint.map(state(root, Param.self)) { $0 * 2 }
      update(root, doubled)
      #expect(
        state(root, Param.self) == doubled && state(root, .not(Param.self)) == values.filter(.not(Param.self)), note)
      for (path, variable) in root.variables { #expect(root.variable(at: path.dotted) === variable, note) }
      #expect(state(twin) == values, note)
      update(twin, state(root))
      #expect(state(twin) == state(root), note)
      // One flag is another structure.
      twin.flag.toggle()
      #expect(graphdef(twin) != definition, note)
      // Children come before parents, each module once.
      let modules = iterModules(root).map { ObjectIdentifier($0.module) }
      #expect(Set(modules).count == modules.count && modules.last == ObjectIdentifier(root), note)
      for start in made { for (_, module) in start.modules { (module as? Node)?.unlink() } }
      for node in nodes { node.unlink() }
    }
  }
}
