import AdjointIR

/// A row kernel runs its innermost loops several times for each row: what needs a row's maximum comes in a later
/// phase than what finds it. Says which phase computes each member.
struct Phases {
  var count = 1
  /// The phase that computes a member and, where it has memory, writes it.
  var home: [Int: Int] = [:]
  /// Members cheap enough to be computed again in every phase that reads them.
  var isRepeated: Set<Int> = []
  /// Members that are kept in an array of one row for later phases.
  var isKept: Set<Int> = []
  /// Members that need memory, because a row of them is too long to keep.
  var needsBuffer: Set<Int> = []

  /// The largest row that is kept on the stack, in bytes.
  static let longestRow = 16_384
  /// The operations and reads of an element that are as much as to write it to a row and to read it from there.
  private static let leastKept = 3

  init(_ fusion: Fusion, _ number: Int) {
    let group = fusion.groups[number]
    guard group.kind == .loops, let rowRank = group.rowRank else {
      for member in group.members { home[member] = 0 }
      return
    }
    var earliest: [Int: Int] = [:]
    var reads: [Int: [Int]] = [:]
    var loads: [Int: [Int]] = [:]
    func level(_ node: Int) -> Placement.Level { fusion.placement[node]?.level ?? .full }
    func isReduction(_ node: Int) -> Bool {
      switch fusion.graph.nodes[node].kind {
      case .reduce, .argReduce: true
      default: false
      }
    }
    for member in group.members {
      let (sources, loaded) = fusion.reads(member)
      (reads[member], loads[member]) = (sources, loaded)
      earliest[member] =
        sources.map { source in
          let phase = earliest[source] ?? 0
          return level(source) == .row && isReduction(source) ? phase + 1 : phase
        }.max() ?? 0
    }
    // From the last member to the first: in which phases is each needed?
    var needed: [Int: Set<Int>] = [:]
    var again: [Int: Int] = [:]
    // The arrays that a member is computed from, which have other elements along a row.
    var arrays: [Int: Set<Int>] = [:]
    let rowCount = group.space[rowRank...].reduce(1, *)
    for member in group.members where level(member) == .full {
      let full = (reads[member] ?? []).filter { level($0) == .full }
      let below = full.filter { !fusion.graph.nodes[$0].needsBuffer }
      again[member] = fusion.cost(member) + below.map { again[$0] ?? 0 }.reduce(0, +)
      let loaded = (loads[member] ?? []) + full.filter { fusion.graph.nodes[$0].needsBuffer }
      arrays[member] = below.reduce(into: Set(loaded.filter { fusion.graph.nodes[$0].type.count >= rowCount })) {
        $0.formUnion(arrays[$1] ?? [])
      }
    }
    for member in group.members.reversed() {
      let first = earliest[member] ?? 0
      var evaluated: Set<Int> = [first]
      home[member] = first
      if level(member) == .full, !isReduction(member), !fusion.graph.nodes[member].needsBuffer {
        let phases = needed[member] ?? []
        home[member] = phases.min() ?? first
        evaluated = [home[member] ?? first]
        if phases.count > 1 {
          let work = again[member] ?? 0
          let fits = rowCount * fusion.graph.nodes[member].type.dtype.size <= Phases.longestRow
          // A row of one element is a scalar, which is there as long as the row.
          if rowCount == 1 || work + (arrays[member]?.count ?? 0) <= Phases.leastKept || (!fits && work <= 4) {
            isRepeated.insert(member)
            evaluated = phases
          } else if fits {
            isKept.insert(member)
          } else {
            needsBuffer.insert(member)
          }
        }
      }
      // What rows need is computed when its own operands are there, and read by no innermost loop before.
      if level(member) == .full || level(member) == .column || isReduction(member) {
        for source in reads[member] ?? [] { needed[source, default: []].formUnion(evaluated) }
      }
      count = max(count, (evaluated.max() ?? 0) + 1)
    }
  }
}
