import AdjointIR

/// Gathers nodes into groups, each of which becomes one kernel.
///
/// Groups are made in order, and a node joins only a group that comes after everything it needs, so the order never
/// becomes a circle. A node that depends on nothing computed is put off until a node that reads it is placed, and
/// goes where that one goes.
struct Fusion {
  var graph: Graph
  let fuses: Bool
  var groups: [Group] = []
  /// Where each node is computed.
  var placement: [Int: Placement] = [:]
  /// Nodes that are computed again wherever they are read: cheap ones that read at most one array.
  var virtual: Set<Int> = []
  /// Placed nodes that other groups compute again instead of reading them.
  var recomputed: Set<Int> = []
  /// Views that had to be copied, by the copy.
  var copies: [Int: Int] = [:]
  /// The groups that read each node, ascending.
  private var readers: [Int: [Int]] = [:]

  // One attempt to place a node.
  var trial = Trial()
  /// A node that needs memory of its own before the attempt can succeed.
  var culprit: Int?

  /// A group that a node may join, or one about to be made.
  struct Site {
    var group: Int?
    var kind: Group.Kind
    var space: [Int]
    var rowRank: Int?
    var rank: Int
  }

  init(_ graph: Graph, fuses: Bool) {
    self.graph = graph
    self.fuses = fuses
    if fuses { findVirtualNodes() }
    for node in graph.nodes.indices { place(node) }
    // What nothing placed has asked for, but a result or a kernel's operand needs.
    // The last one first, since it takes along what it reads.
    for node in graph.nodes.indices.reversed()
    where graph.nodes[node].needsBuffer && placement[node] == nil && isInlinable(node) {
      if fuses, candidates(sources(node)).contains(where: { join(node, $0) }) { continue }
      placeAlone(node)
    }
  }

  /// Groups of a prologue come before all others.
  func rank(_ group: Int) -> Int { groups[group].isPrologue ? group : group + 1 << 32 }

  func isInlinable(_ node: Int) -> Bool {
    switch graph.nodes[node].kind {
    case .elementwise, .gather: true
    default: false
    }
  }

  // MARK: What a node needs

  /// The placed nodes, and the parameters and tables, that a node's elements are computed from.
  private mutating func sources(_ node: Int) -> Set<Int> {
    var found: Set<Int> = []
    var seen: Set<Int> = []
    var stack = graph.nodes[node].operands
    // A long chain of nodes that are put off is not walked again for every one of them.
    if knownSources.placed != placement.count { knownSources = (placement.count, [:]) }
    while let next = stack.popLast() {
      guard seen.insert(next).inserted else { continue }
      if placement[next] != nil {
        found.insert(next)
        continue
      }
      switch graph.nodes[next].kind {
      case .parameter, .table: found.insert(next)
      default:
        if let known = knownSources.ofNode[next] {
          found.formUnion(known)
        } else {
          stack += graph.nodes[next].operands
        }
      }
    }
    knownSources.ofNode[node] = found
    return found
  }

  /// What `sources` found since a node was last placed.
  private var knownSources: (placed: Int, ofNode: [Int: Set<Int>]) = (0, [:])

  /// The groups that a node may join: the last one it needs something of, then those that read what it reads.
  private func candidates(_ sources: Set<Int>) -> [Int] {
    let needed = sources.compactMap { placement[$0]?.group }.filter { !groups[$0].isPrologue }
    let last = needed.max()
    var siblings: Set<Int> = []
    for source in sources { siblings.formUnion((readers[source] ?? []).suffix(8)) }
    let later = siblings.filter { !groups[$0].isPrologue && $0 > (last ?? -1) }.sorted().prefix(8)
    return (last.map { [$0] } ?? []) + later
  }

  // MARK: Placing

  private mutating func place(_ node: Int) {
    switch graph.nodes[node].kind {
    case .parameter, .splat, .table, .iota, .view: break
    case .elementwise, .gather:
      guard !virtual.contains(node), placement[node] == nil else { return }
      guard fuses else { return placeAlone(node) }
      let sources = sources(node)
      let isFree = sources.allSatisfy { source in placement[source].map { groups[$0.group].isPrologue } ?? true }
      if isFree { return }  // put off until it is read
      for group in candidates(sources) where join(node, group) { return }
      placeAlone(node)
    case .reduce, .argReduce:
      if fuses {
        let sources = sources(node)
        for group in candidates(sources) where joinReduction(node, group) { return }
      }
      placeReductionAlone(node)
    case .dot: placeDot(node)
    case .concatenate, .pad, .scatterAdd: placeMovement(node)
    }
  }

  func site(_ group: Int) -> Site {
    Site(
      group: group, kind: groups[group].kind, space: groups[group].space, rowRank: groups[group].rowRank,
      rank: rank(group))
  }

  func newSite(_ kind: Group.Kind, _ space: [Int], rowRank: Int? = nil) -> Site {
    Site(group: nil, kind: kind, space: space, rowRank: rowRank, rank: Int.max)
  }

  /// Runs an attempt; what it has found out is forgotten where it fails.
  private mutating func attempt(_ body: (inout Fusion) -> Bool) -> Bool {
    let saved = trial
    (trial, culprit) = (Trial(), nil)
    let succeeded = body(&self)
    if !succeeded { trial = saved }
    return succeeded
  }

  /// Enters what a successful attempt has found: put-off operands first, then the node.
  private mutating func commit(_ node: Int, _ placement: Placement) {
    let group = placement.group
    groups[group].inlined.formUnion(trial.inlined)
    for (member, place) in trial.placed + [(node, placement)] where self.placement[member] == nil {
      for source in sources(member) where readers[source]?.last != group { readers[source, default: []].append(group) }
      var place = place
      place.group = group
      self.placement[member] = place
      groups[group].members.append(member)
    }
    trial = Trial()
  }

  /// Makes a group from a successful attempt.
  private mutating func open(_ site: Site, isPrologue: Bool = false) -> Int {
    groups.append(Group(kind: site.kind, space: site.space, rowRank: site.rowRank, isPrologue: isPrologue))
    return groups.count - 1
  }

  /// Repeats an attempt until it succeeds, giving memory to what stands in its way.
  private mutating func insist(_ body: (inout Fusion) -> Bool) {
    let saved = (trial, culprit)
    var previous: Int?
    while !attempt(body) {
      guard let node = culprit, node != previous else {
        preconditionFailure("a value cannot be reached from the loops of its own kernel")
      }
      previous = node
      giveMemory(node)
    }
    savedAttempts.append(saved)
  }

  private var savedAttempts: [(Trial, Int?)] = []

  private mutating func restore() { (trial, culprit) = savedAttempts.removeLast() }

  /// Computes a node into memory of its own, in a group before the next.
  private mutating func giveMemory(_ node: Int) {
    switch graph.nodes[node].kind {
    case .elementwise, .gather:
      graph.nodes[node].needsBuffer = true
      placeAlone(node)
    default:
      let copy = graph.appendCopy(of: node)
      placeAlone(copy)
      copies[node] = copy
    }
  }

  /// The coordinates of a tensor that loops of its own shape run over, and the extents of those loops.
  func identity(_ shape: [Int]) -> (coordinates: Coordinates, space: [Int]) {
    var space: [Int] = []
    let coordinates = shape.map { extent -> Index in
      guard extent != 1 else { return Index() }
      space.append(extent)
      return Index(variable: space.count - 1)
    }
    return (coordinates, space)
  }

  mutating func placeAlone(_ node: Int) {
    let (coordinates, space) = identity(graph.nodes[node].type.shape)
    let operands = graph.nodes[node]
    let read = fuses ? sources(node) : []
    let isPrologue =
      fuses
      && read.allSatisfy { source in
        placement[source].map { groups[$0.group].isPrologue } ?? true
      }
    if isPrologue, space.isEmpty, joinScalars(node, coordinates) { return }
    let site = newSite(.loops, space)
    insist { $0.resolveOperands(node, operands, coordinates, site, .full) }
    let target = open(site, isPrologue: isPrologue)
    commit(
      node,
      Placement(
        group: target, coordinates: coordinates, flat: flatten(coordinates, graph.nodes[node].type.shape), level: .full)
    )
    restore()
  }

  /// Scalars that depend on nothing computed share a kernel, where it comes after all that they load: rows of a table
  /// that the kernel itself computes are not there yet.
  private mutating func joinScalars(_ node: Int, _ coordinates: Coordinates) -> Bool {
    guard let group = groups.lastIndex(where: { $0.isPrologue && $0.space.isEmpty }) else { return false }
    let saved = (trial, culprit)
    defer { (trial, culprit) = saved }
    let (copy, site) = (graph.nodes[node], site(group))
    guard attempt({ $0.resolveOperands(node, copy, coordinates, site, .full) }) else { return false }
    commit(node, Placement(group: group, coordinates: coordinates, flat: Index(), level: .full))
    return true
  }

  private mutating func placeDot(_ node: Int) {
    for operand in graph.nodes[node].operands { makeMatrix(operand, node) }
    let (coordinates, space) = identity(graph.nodes[node].type.shape)
    let group = open(newSite(.contraction(dot: node), space))
    trial = Trial()
    let flat = flatten(coordinates, graph.nodes[node].type.shape)
    commit(node, Placement(group: group, coordinates: coordinates, flat: flat, level: .full))
  }

  /// Sees to it that an operand of a dot product is in memory with one stride along the contracted dimensions.
  private mutating func makeMatrix(_ operand: Int, _ dot: Int) {
    while true {
      switch matrix(operand, rank: Int.max) {
      case .success(let matrix):
        guard case .dot(_, let contracting) = graph.nodes[dot].kind else { return }
        let shape = graph.nodes[operand].type.shape
        if mergedStride(matrix.index, shape, contracting) != nil { return }
        return giveMemory(operand)
      case .failure(let obstacle): giveMemory(obstacle.node)
      }
    }
  }

  private mutating func placeMovement(_ node: Int) {
    let nests = graph.movementNests(node)
    var extents: [[Int]] = nests.map(\.extents)
    var operands = nests.map { ($0.operand, $0.operandCoordinates) }
    if case .scatterAdd = graph.nodes[node].kind {
      for operand in graph.nodes[node].operands.dropFirst() {
        let shape = graph.nodes[operand].type.shape
        extents.append(shape)
        operands.append((operand, shape.indices.map { Index(variable: $0) }))
      }
    }
    insist { fusion in
      zip(extents, operands).allSatisfy { extents, operand in
        fusion.resolve(
          operand.0, .coordinates(operand.1), fusion.newSite(.movement(node), extents), .full)
      }
    }
    let group = open(newSite(.movement(node), []))
    let (coordinates, _) = identity(graph.nodes[node].type.shape)
    commit(node, Placement(group: group, coordinates: coordinates, flat: Index(), level: .column))
    graph.nodes[node].needsBuffer = true
    restore()
  }

  /// Enters a reduction into a group if its operand can be reached there.
  mutating func tryReduction(
    _ node: Int, _ coordinates: Coordinates, _ site: Site, _ fit: ReductionFit, into group: Int
  ) -> Bool {
    let operand = graph.nodes[node].operands[0]
    guard attempt({ $0.resolve(operand, .coordinates(coordinates), site, fit.level) }) else { return false }
    groups[group].rowRank = fit.rowRank
    if let lanes = fit.outerLanes { groups[group].outerLanes = lanes }
    enterReduction(node, coordinates, fit, group)
    return true
  }

  /// Makes a group for a reduction, whatever that takes.
  mutating func placeReduction(_ node: Int, _ coordinates: Coordinates, _ site: Site, _ fit: ReductionFit) {
    let operand = graph.nodes[node].operands[0]
    insist { $0.resolve(operand, .coordinates(coordinates), site, fit.level) }
    enterReduction(node, coordinates, fit, open(site))
    restore()
  }

  private mutating func enterReduction(_ node: Int, _ coordinates: Coordinates, _ fit: ReductionFit, _ group: Int) {
    let result = graph.resultCoordinates(node, coordinates)
    if fit.result == .column { graph.nodes[node].needsBuffer = true }
    commit(
      node,
      Placement(
        group: group, coordinates: result, flat: flatten(result, graph.nodes[node].type.shape), level: fit.result,
        operandCoordinates: coordinates))
  }

  // MARK: Joining

  /// The coordinates at which a node might be computed in a group.
  private func coordinateCandidates(_ node: Int, _ group: Int) -> [Coordinates] {
    let shape = graph.nodes[node].type.shape
    var found: [Coordinates] = []
    func add(_ coordinates: Coordinates?) {
      if let coordinates, !found.contains(coordinates) { found.append(coordinates) }
    }
    // A gather's operands have coordinates of their own.
    for operand in graph.nodes[node].operands where graph.nodes[operand].type.shape == shape {
      add(reached(operand, group))
    }
    let (own, space) = identity(shape)
    if space == groups[group].space { add(own) }
    if let rowRank = groups[group].rowRank, space == Array(groups[group].space[..<rowRank]) { add(own) }
    if space.isEmpty { add(own) }
    return found
  }

  /// The coordinates of a value that a group's members fix: the value is a member, seen through views that keep all
  /// elements.
  func reached(_ node: Int, _ group: Int) -> Coordinates? {
    if let place = placement[node] { return place.group == group && place.level != .column ? place.coordinates : nil }
    guard case .view(let map) = graph.nodes[node].kind else { return nil }
    let operand = graph.nodes[node].operands[0]
    guard let inner = reached(operand, group) else { return nil }
    return coordinatesOfResult(
      map, inner, result: graph.nodes[node].type.shape, operand: graph.nodes[operand].type.shape, groups[group].space)
  }

  /// How deep in a site's loops a value with these elements is computed once each; nil where no level fits.
  func level(_ flat: Index, _ count: Int, _ site: Site) -> Placement.Level? {
    guard let order = countingOrder(flat, site.space), order.reduce(1, { $0 * site.space[$1] }) == count else {
      return nil
    }
    if order.count == site.space.count { return .full }
    guard let rowRank = site.rowRank else { return nil }
    return order.sorted() == Array(0..<rowRank) ? .row : nil
  }

  private mutating func join(_ node: Int, _ group: Int) -> Bool {
    if case .movement = groups[group].kind { return false }
    let site = site(group)
    let copy = graph.nodes[node]
    for coordinates in coordinateCandidates(node, group) {
      let flat = flatten(coordinates, copy.type.shape)
      var level = level(flat, copy.type.count, site)
      if level == nil, copy.type.count == 1, flat == Index(), (site.rowRank ?? 0) > 0 { level = .outer }
      guard let level else { continue }
      if attempt({ $0.resolveOperands(node, copy, coordinates, site, level) }) {
        commit(node, Placement(group: group, coordinates: coordinates, flat: flat, level: level))
        return true
      }
    }
    return false
  }
}
