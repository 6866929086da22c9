import AdjointIR

/// How a group gets one element of a node.
enum Access {
  case splat(Double)
  /// The index along an axis.
  case position(Index)
  case load(node: Int, at: Index)
  /// The group computes it at the same place of its loops.
  case member(Int)
  /// From its own operands, at these coordinates.
  case expand(Int, Coordinates)
}

extension Fusion {
  /// How the element of a node at a place is had in a group, whose loop variables have those extents.
  func access(_ original: Int, _ place: Place, _ group: Int, _ level: Placement.Level, _ extents: [Int]) -> Access {
    let rank = rank(group)
    let number = actual(original, rank: rank)
    let node = graph.nodes[number]
    if case .splat(let value) = node.kind { return .splat(value) }
    let flat = place.flat(node.type.shape)
    if let member = placement[number], member.group == group, member.flat == flat {
      switch (member.level, level) {
      case (.full, .full), (.row, .full), (.row, .row), (.outer, .outer): return .member(number)
      default: break
      }
    }
    if isInMemory(number, rank: rank), !recomputed.contains(number) { return .load(node: number, at: flat) }
    if case .view(.reshape) = node.kind { return access(node.operands[0], .flat(flat), group, level, extents) }
    guard let coordinates = place.coordinates(node.type.shape, extents) else {
      preconditionFailure("a fused value is not where its group computes it")
    }
    switch node.kind {
    case .iota(let axis): return .position(coordinates[axis])
    case .view(let map):
      let operand = graph.nodes[node.operands[0]].type.shape
      let mapped = coordinatesOfOperand(map, coordinates, result: node.type.shape, operand: operand, extents)
      return access(node.operands[0], .coordinates(mapped ?? []), group, level, extents)
    default: return .expand(number, coordinates)
    }
  }

  /// The places at which an element-wise node or a gather reads its operands. A gather's table is not among them.
  func operandPlaces(_ node: Int, _ coordinates: Coordinates) -> [(operand: Int, place: Place)] {
    let operands = graph.nodes[node].operands
    if case .gather = graph.nodes[node].kind {
      let rank = graph.nodes[operands[1]].type.rank
      return [(operands[1], .coordinates(Array(coordinates[..<rank])))]
    }
    return operands.map { ($0, .coordinates(coordinates)) }
  }

  /// What a member's elements are computed from: members of its group, and nodes loaded from memory.
  func reads(_ member: Int) -> (members: [Int], loads: [Int]) {
    guard let placement = placement[member] else { return ([], []) }
    let group = placement.group
    let space = groups[group].space
    var members: Set<Int> = []
    var loads: Set<Int> = []
    func visit(_ node: Int, _ place: Place, _ level: Placement.Level, _ extents: [Int]) {
      switch access(node, place, group, level, extents) {
      case .splat, .position: break
      case .load(let node, _): loads.insert(node)
      case .member(let node): members.insert(node)
      case .expand(let node, let coordinates): expand(node, coordinates, level, extents)
      }
    }
    func expand(_ node: Int, _ coordinates: Coordinates, _ level: Placement.Level, _ extents: [Int]) {
      if case .gather = graph.nodes[node].kind {
        loads.insert(actual(graph.nodes[node].operands[0], rank: rank(group)))
      }
      for (operand, place) in operandPlaces(node, coordinates) { visit(operand, place, level, extents) }
    }
    let operands = graph.nodes[member].operands
    switch graph.nodes[member].kind {
    case .elementwise, .gather: expand(member, placement.coordinates, placement.level, space)
    case .reduce, .argReduce:
      let level: Placement.Level = placement.level == .outer ? .row : .full
      visit(operands[0], .coordinates(placement.operandCoordinates), level, space)
    case .dot:
      for operand in operands {
        if case .success(let view) = matrix(operand, rank: rank(group)) { loads.insert(view.node) }
      }
    default:
      for nest in graph.movementNests(member) {
        visit(nest.operand, .coordinates(nest.operandCoordinates), .full, nest.extents)
      }
      if case .scatterAdd = graph.nodes[member].kind {
        for operand in operands.dropFirst() {
          let shape = graph.nodes[operand].type.shape
          visit(operand, .coordinates(shape.indices.map { Index(variable: $0) }), .full, shape)
        }
      }
    }
    return (members.sorted(), loads.sorted())
  }
}

extension Fusion {
  /// Gives memory to every node that a group other than its own reads, unless it is as quickly computed again from
  /// another that is in memory.
  mutating func giveMemoryToWhatIsLoaded() {
    let fixed = Set(graph.nodes.indices.filter { graph.nodes[$0].needsBuffer })
    for group in groups {
      for member in group.members {
        for node in reads(member).loads { graph.nodes[node].needsBuffer = true }
      }
    }
    guard fuses else { return }
    for node in graph.nodes.indices where graph.nodes[node].needsBuffer && !fixed.contains(node) {
      guard case .elementwise = graph.nodes[node].kind, isReadByCoordinates(node),
        let source = source(node, limit: Fusion.againLimit)
      else { continue }
      guard source.arrays.count(where: { graph.nodes[$0].type.count > 1 }) == 1, source.arrays.count <= 2 else {
        continue
      }
      recomputed.formUnion(source.between)
      recomputed.insert(node)
      graph.nodes[node].needsBuffer = false
    }
  }

  /// The most work, for one element, that is done again rather than kept in memory.
  private static let againLimit = 4

  /// Whether everything that reads a node knows the coordinates of what it reads, not only a place in a reshape.
  private func isReadByCoordinates(_ node: Int) -> Bool {
    graph.users[node].allSatisfy { user in
      guard case .view(let map) = graph.nodes[user].kind else { return true }
      return map != .reshape && isReadByCoordinates(user)
    }
  }

  /// The arrays and scalars in memory that a node is computed from, the nodes between, and the work for one element
  /// of it; nil where there is anything else, or more work than `limit`.
  private func source(_ node: Int, limit: Int) -> (arrays: Set<Int>, between: Set<Int>, work: Int)? {
    var (arrays, between): (Set<Int>, Set<Int>) = ([], [])
    var work = cost(node)
    for operand in graph.nodes[node].operands where work <= limit {
      var base = operand
      while case .view(let map) = graph.nodes[base].kind {
        if map == .reshape || copies[base] != nil { return nil }
        base = graph.nodes[base].operands[0]
      }
      switch graph.nodes[base].kind {
      case .splat: continue
      case .parameter, .table: arrays.insert(base)
      default:
        if placement[base] != nil, graph.nodes[base].needsBuffer {
          arrays.insert(base)
        } else if case .elementwise = graph.nodes[base].kind, copies[base] == nil,
          let below = source(base, limit: limit - work)
        {
          arrays.formUnion(below.arrays)
          between.formUnion(below.between)
          between.insert(base)
          work += below.work
        } else {
          return nil
        }
      }
    }
    return work <= limit ? (arrays, between, work) : nil
  }
}
