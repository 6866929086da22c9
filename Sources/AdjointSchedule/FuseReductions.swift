import AdjointIR

/// A reduction as loops see it. Which of the two forms it takes depends on its axes alone.
struct ReductionShape {
  /// The dimensions of the operand, without those of extent 1.
  var kept: [Int]
  var reduced: [Int]
  /// Whether rows (the innermost dimension among them) are combined into scalars; else elements are accumulated in
  /// memory, in the order of the operand.
  var isRows: Bool
  var lanes: Int
  var isArgument: Bool
}

extension Graph {
  func reductionShape(_ node: Int) -> ReductionShape {
    let shape = nodes[nodes[node].operands[0]].type.shape
    let axes: [Int]
    var isArgument = false
    switch nodes[node].kind {
    case .reduce(_, let reduced): axes = reduced
    case .argReduce(_, let axis):
      axes = [axis]
      isArgument = true
    default: axes = []
    }
    let reduced = axes.filter { shape[$0] != 1 }
    let kept = shape.indices.filter { shape[$0] != 1 && !axes.contains($0) }
    let isRows = isArgument || reduced.last.map { $0 > (kept.last ?? -1) } ?? true
    let lanes = isRows && !isArgument ? reductionLanes(reduced.last.map { shape[$0] } ?? 1) : 1
    return ReductionShape(kept: kept, reduced: reduced, isRows: isRows, lanes: lanes, isArgument: isArgument)
  }

  /// The coordinates of a reduction's result, given those of its operand.
  func resultCoordinates(_ node: Int, _ coordinates: Coordinates) -> Coordinates {
    let axes: [Int]
    switch nodes[node].kind {
    case .reduce(_, let reduced): axes = reduced
    case .argReduce(_, let axis): axes = [axis]
    default: axes = []
    }
    return coordinates.indices.filter { !axes.contains($0) }.map { coordinates[$0] }
  }
}

extension Fusion {
  /// Puts a reduction into a group whose loops visit its operand in the right order.
  mutating func joinReduction(_ node: Int, _ group: Int) -> Bool {
    guard groups[group].kind == .loops, !groups[group].isPrologue else { return false }
    let operand = graph.nodes[node].operands[0]
    for coordinates in operandCandidates(operand, node, group) {
      guard let fit = fit(node, coordinates, group) else { continue }
      var site = site(group)
      if site.rowRank == nil { site.rowRank = fit.rowRank }
      if tryReduction(node, coordinates, site, fit, into: group) { return true }
    }
    return false
  }

  /// Makes a group for a reduction.
  mutating func placeReductionAlone(_ node: Int) {
    let operand = graph.nodes[node].operands[0]
    let shape = graph.nodes[operand].type.shape
    let form = graph.reductionShape(node)
    let order = form.isRows ? form.kept + form.reduced : shape.indices.filter { shape[$0] != 1 }
    var coordinates = Coordinates(repeating: Index(), count: shape.count)
    for (variable, dimension) in order.enumerated() { coordinates[dimension] = Index(variable: variable) }
    let rowRank = form.isRows ? form.kept.count : nil
    let space = order.map { shape[$0] }
    let site = newSite(.loops, space, rowRank: rowRank)
    placeReduction(
      node, coordinates, site, ReductionFit(level: .full, result: form.isRows ? .row : .column, rowRank: rowRank))
  }

  /// How a reduction fits a group's loops.
  struct ReductionFit {
    /// The level of the operand.
    var level: Placement.Level
    /// The level of the result.
    var result: Placement.Level
    var rowRank: Int?
    var outerLanes: Int?
  }

  /// The coordinates at which a reduction's operand may be visited in a group.
  private func operandCandidates(_ operand: Int, _ node: Int, _ group: Int) -> [Coordinates] {
    var found: [Coordinates] = []
    if let reached = reached(operand, group) { found.append(reached) }
    let shape = graph.nodes[operand].type.shape
    let (own, space) = identity(shape)
    if space == groups[group].space, !found.contains(own) { found.append(own) }
    let form = graph.reductionShape(node)
    let order = form.kept + form.reduced
    if form.isRows, order.map({ shape[$0] }) == groups[group].space {
      var coordinates = Coordinates(repeating: Index(), count: shape.count)
      for (variable, dimension) in order.enumerated() { coordinates[dimension] = Index(variable: variable) }
      if !found.contains(coordinates) { found.append(coordinates) }
    }
    return found
  }

  /// Whether a group's loops, with the operand at these coordinates, combine elements in the order that the extents
  /// prescribe.
  private func fit(_ node: Int, _ coordinates: Coordinates, _ group: Int) -> ReductionFit? {
    let form = graph.reductionShape(node)
    let shape = graph.nodes[graph.nodes[node].operands[0]].type.shape
    let space = groups[group].space
    func order(_ dimensions: [Int]) -> [Int]? {
      countingOrder(flatten(dimensions.map { coordinates[$0] }, dimensions.map { shape[$0] }), space)
    }
    guard let kept = order(form.kept), let reduced = order(form.reduced), !reduced.isEmpty,
      Set(kept).isDisjoint(with: reduced), reduced == reduced.sorted(),
      kept.reduce(1, { $0 * space[$1] }) == form.kept.reduce(1, { $0 * shape[$1] }),
      reduced.reduce(1, { $0 * space[$1] }) == form.reduced.reduce(1, { $0 * shape[$1] })
    else { return nil }
    if form.isArgument, reduced.count != 1 { return nil }
    if form.lanes > 1, let last = form.reduced.last, coordinates[last] != Index(variable: reduced[reduced.count - 1]) {
      return nil
    }
    let rowRank = groups[group].rowRank
    guard kept.count + reduced.count == space.count else {
      // A sum of one number per row, over all rows.
      guard form.isRows, !form.isArgument, kept.isEmpty, let rowRank, rowRank > 0, reduced == Array(0..<rowRank),
        groups[group].outerLanes == nil || groups[group].outerLanes == form.lanes
      else { return nil }
      return ReductionFit(level: .row, result: .outer, rowRank: rowRank, outerLanes: form.lanes)
    }
    if !form.isRows { return ReductionFit(level: .full, result: .column, rowRank: rowRank) }
    guard kept.sorted() == Array(0..<kept.count), rowRank == nil || rowRank == kept.count else { return nil }
    return ReductionFit(level: .full, result: .row, rowRank: kept.count)
  }
}
