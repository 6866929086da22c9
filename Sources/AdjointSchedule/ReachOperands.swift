import AdjointIR

extension Fusion {
  mutating func resolveOperands(
    _ number: Int, _ node: Graph.Node, _ coordinates: Coordinates, _ site: Site, _ level: Placement.Level
  ) -> Bool {
    if case .gather = node.kind {
      let table = actual(node.operands[0], rank: site.rank)
      guard isInMemory(table, rank: site.rank) else {
        culprit = table
        return false
      }
      let rank = graph.nodes[node.operands[1]].type.rank
      return resolve(node.operands[1], .coordinates(Array(coordinates[..<rank])), site, level)
    }
    for operand in node.operands where !resolve(operand, .coordinates(coordinates), site, level) { return false }
    return true
  }

  /// Whether a group of that rank can load the node from memory.
  func isInMemory(_ node: Int, rank: Int) -> Bool {
    switch graph.nodes[node].kind {
    case .parameter, .table: true
    default: placement[node].map { self.rank($0.group) < rank } ?? false
    }
  }

  /// The copy of a view, where a group of that rank can read it.
  func actual(_ node: Int, rank: Int) -> Int {
    if let copy = copies[node], let place = placement[copy], self.rank(place.group) < rank { return copy }
    return node
  }

  /// Whether the site's loops can compute or load the element of `original` at a place.
  mutating func resolve(
    _ original: Int, _ place: Place, _ site: Site, _ level: Placement.Level
  ) -> Bool {
    let number = actual(original, rank: site.rank)
    let node = graph.nodes[number]
    if case .splat = node.kind { return true }
    if isInMemory(number, rank: site.rank) { return true }
    let flat = place.flat(node.type.shape)
    if let member = trial.placement(of: number)
      ?? placement[number].flatMap({ $0.group == site.group ? $0 : nil })
    {
      if member.flat == flat, isAvailable(member.level, to: level) { return true }
      if !isInlinable(number) || expandedAgain(number) > 4 {
        if placement[number] == nil { culprit = number }
        return false
      }
    } else if placement[number] != nil {
      return false
    }
    if case .view(.reshape) = node.kind { return resolve(node.operands[0], .flat(flat), site, level) }
    guard let coordinates = place.coordinates(node.type.shape, site.space) else {
      culprit = number
      return false
    }
    switch node.kind {
    case .iota: return true
    case .view(let map):
      let operand = graph.nodes[node.operands[0]].type.shape
      let mapped = coordinatesOfOperand(map, coordinates, result: node.type.shape, operand: operand, site.space)
      return mapped.map { resolve(node.operands[0], .coordinates($0), site, level) } ?? false
    case .elementwise, .gather:
      if virtual.contains(number) { return resolveOperands(number, node, coordinates, site, level) }
      return resolvePutOff(number, node, coordinates, flat, site, level)
    default: return false
    }
  }

  /// The work of computing a member again from other members and memory.
  private func expandedAgain(_ node: Int) -> Int {
    graph.nodes[node].operands.reduce(cost(node)) { $0 + expandedCost($1) }
  }

  private func isAvailable(_ member: Placement.Level, to reader: Placement.Level) -> Bool {
    switch (member, reader) {
    case (.full, .full), (.row, .full), (.row, .row), (.outer, .outer): true
    default: false
    }
  }

  /// A node without a place yet: it goes where its reader goes if each of its elements is computed once there; is
  /// computed again if that is cheap; else gets a kernel before.
  mutating func resolvePutOff(
    _ number: Int, _ node: Graph.Node, _ coordinates: Coordinates, _ flat: Index, _ site: Site,
    _ level: Placement.Level
  ) -> Bool {
    let isNew = placement[number] == nil && !trial.holds(number)
    if isNew, fuses, case let inside = self.level(flat, node.type.count, site), let inside,
      isAvailable(inside, to: level),
      !isMovement(site.kind)
    {
      let mark = trial.mark
      if resolveOperands(number, node, coordinates, site, inside) {
        trial.place(number, Placement(group: -1, coordinates: coordinates, flat: flat, level: inside))
        return true
      }
      trial.goBack(to: mark)
      if culprit != nil { return false }
    }
    let isOnlyUse = isMovement(site.kind) && graph.users[number].count == 1 && !node.needsBuffer
    if !isNew || (fuses && (isOnlyUse || (!node.needsBuffer && expandedCost(number) <= 4))) {
      let mark = trial.mark
      if resolveOperands(number, node, coordinates, site, level) {
        trial.inline(number)
        return true
      }
      trial.goBack(to: mark)
      if culprit != nil || !isNew { return false }
    }
    let saved = (trial, culprit)
    placeAlone(number)
    (trial, culprit) = saved
    return isInMemory(number, rank: site.rank)
  }

  private func isMovement(_ kind: Group.Kind) -> Bool {
    if case .movement = kind { return true }
    return false
  }
}
