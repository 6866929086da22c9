import AdjointIR

extension KernelWriter {
  /// Writes a group of loops: phases inside rows, rows inside the kernel.
  mutating func formLoops() {
    let rowRank = group.rowRank
    let variables = group.space.enumerated().map { dimension, extent in
      Loop(
        variable: scalars.makeVariable("i", .i64, level: dimension < (rowRank ?? 0) ? 1 : 2, extent: extent),
        extent: extent)
    }
    clearColumns()
    for phase in 0..<phases.count { formPhase(phase, variables[(rowRank ?? 0)...]) }
    guard let rowRank else { return }
    formRowEnd(variables[..<rowRank])
  }

  private func members(_ level: Placement.Level) -> [Int] {
    group.members.filter { fusion.placement[$0]?.level == level }
  }

  private func isReduction(_ node: Int) -> Bool {
    switch graph.nodes[node].kind {
    case .reduce, .argReduce: true
    default: false
    }
  }

  /// Sets what is accumulated in memory to its neutral element.
  private mutating func clearColumns() {
    for member in members(.column) {
      guard case .reduce(let reduction, _) = graph.nodes[member].kind, let buffer = table.ofNode[member] else {
        continue
      }
      let type = graph.nodes[member].type
      let loops = makeLoops(type.shape.filter { $0 != 1 }, level: 2)
      let index = flatten(loops.map { Index(variable: $0.variable) }, loops.map(\.extent))
      let neutral = Expression.constant(neutralElement(reduction, type.dtype), type.dtype)
      scalars.statements[0] += nest(loops, [.store(buffer: buffer, at: index, neutral)])
    }
  }

  /// One run of the innermost loops.
  private mutating func formPhase(_ phase: Int, _ loops: ArraySlice<Loop>) {
    begin(phase)
    var writes: [Write] = []
    for member in members(.full) where phases.home[member] == phase {
      guard let placement = fusion.placement[member] else { continue }
      if let buffer = table.ofNode[member] {
        writes.append(Write(buffer: buffer, index: placement.flat, term: self.member(member)))
      } else if phases.isKept.contains(member) {
        writes.append(rowWrite(member, self.member(member)))
      }
    }
    for member in members(.column) where phases.home[member] == phase {
      guard case .reduce(let reduction, _) = graph.nodes[member].kind, let placement = fusion.placement[member],
        let buffer = table.ofNode[member]
      else { continue }
      writes.append(
        Write(buffer: buffer, index: placement.flat, term: operandTerm(member, .full), reduction: reduction))
    }
    let rowScope = group.rowRank == nil ? 0 : 1
    let reductions = members(.row).filter { isReduction($0) && phases.home[$0] == phase }
      .filter { !lookUp($0, loops, in: rowScope) }
    // Reductions with as many lanes share a nest; the first one takes the writes along.
    var nests: [(lanes: Int, members: [Int])] = []
    for member in reductions {
      let form = graph.reductionShape(member)
      let isAlone = form.isArgument
      if !isAlone, let position = nests.firstIndex(where: { $0.lanes == form.lanes }) {
        nests[position].members.append(member)
      } else {
        nests.append((isAlone ? 0 : form.lanes, [member]))
      }
    }
    if nests.isEmpty {
      guard !writes.isEmpty else { return }
      scalars.count(writes.map(\.term), definesLoads: writes.count > 1)
      let corrections = corrections(&writes, loops, in: rowScope)
      let scope = loops.isEmpty ? rowScope : 2
      append(writes, in: scope)
      if scope == 2 { scalars.statements[rowScope] += nest(loops, close(2)) }
      scalars.statements[rowScope] += corrections
      return
    }
    for (position, reduction) in nests.enumerated() {
      var writes = position == 0 ? writes : []
      let values = reduction.members.map { operandTerm($0, .full) }
      scalars.count(writes.map(\.term) + values, definesLoads: !writes.isEmpty)
      let corrections = corrections(&writes, loops, in: rowScope)
      append(writes, in: 2, before: values, reduction.members, lanes: max(1, reduction.lanes), loops, rowScope)
      scalars.statements[rowScope] += corrections
    }
  }

  /// What is done after the loops to single elements of what they write.
  private mutating func corrections(
    _ writes: inout [Write], _ loops: ArraySlice<Loop>, in scope: Int
  ) -> [Statement] {
    var statements: [Statement] = []
    for number in writes.indices { statements += correction(&writes[number], loops, in: scope) }
    return statements
  }

  /// Appends a nest that combines values, with writes in its body.
  private mutating func append(
    _ writes: [Write], in scope: Int, before values: [Int], _ members: [Int], lanes: Int, _ loops: ArraySlice<Loop>,
    _ outer: Int
  ) {
    // Values are evaluated after the body, so what they read of memory that is written is read before.
    let expressions = values.map { scalars.expression($0, in: scope) }
    append(writes, in: scope)
    let body = close(scope)
    var accumulators: [ReductionNest.Accumulator] = []
    for (member, expression) in zip(members, expressions) {
      accumulators.append(accumulator(member, expression, level: outer))
    }
    scalars.statements[outer].append(
      .reduce(ReductionNest(lanes: lanes, loops: Array(loops), accumulators: accumulators, body: body)))
  }

  private mutating func accumulator(
    _ member: Int, _ value: Expression, level: Int
  ) -> ReductionNest.Accumulator {
    let node = graph.nodes[member]
    let combine: ReductionNest.Combine
    switch node.kind {
    case .argReduce(let largest, _): combine = .argument(largest: largest)
    case .reduce(let reduction, _): combine = .reduce(reduction)
    default: combine = .reduce(.sum)
    }
    let name = node.name.map(identifier) ?? reductionName(combine)
    let variable = scalars.makeVariable(name, node.type.dtype, level: level)
    reductionVariables[member] = variable
    return ReductionNest.Accumulator(variable: variable, combine: combine, value: value)
  }

  private func reductionName(_ combine: ReductionNest.Combine) -> String {
    switch combine {
    case .reduce(.sum): "total"
    case .reduce(.max): "largest"
    case .reduce(.min): "smallest"
    case .reduce(.product): "product"
    case .argument: "position"
    }
  }

  mutating func operandTerm(_ member: Int, _ level: Placement.Level) -> Int {
    let coordinates = fusion.placement[member]?.operandCoordinates ?? []
    return term(graph.nodes[member].operands[0], .coordinates(coordinates), level)
  }

  /// What is written once a row, the loops over rows, and what is combined over them.
  private mutating func formRowEnd(_ loops: ArraySlice<Loop>) {
    begin(phases.count)
    var writes: [Write] = []
    for member in members(.row) {
      guard let buffer = table.ofNode[member], let placement = fusion.placement[member] else { continue }
      writes.append(Write(buffer: buffer, index: placement.flat, term: self.member(member)))
    }
    let outer = members(.outer)
    let reductions = outer.filter(isReduction)
    let values = reductions.map { operandTerm($0, .row) }
    scalars.count(writes.map(\.term) + values, definesLoads: writes.count + values.count > 1)
    if reductions.isEmpty {
      append(writes, in: 1)
      scalars.statements[0] += nest(loops, close(1))
    } else {
      append(writes, in: 1, before: values, reductions, lanes: group.outerLanes ?? 1, loops, 0)
    }
    begin(phases.count + 1)
    let results = outer.compactMap { member -> Write? in
      guard let buffer = table.ofNode[member] else { return nil }
      return Write(buffer: buffer, index: Index(), term: self.member(member))
    }
    scalars.count(results.map(\.term), definesLoads: results.count > 1)
    append(results, in: 0)
  }
}

/// What combining starts from.
func neutralElement(_ reduction: Reduction, _ dtype: DType) -> Double {
  switch reduction {
  case .sum: 0
  case .product: 1
  case .max: lowest(dtype)
  case .min: highest(dtype)
  }
}

private func lowest(_ dtype: DType) -> Double {
  switch dtype {
  case .f32, .f64: -.infinity
  case .i32: Double(Int32.min)
  case .i64: Double(Int64.min)
  case .u32, .bool: 0
  }
}

private func highest(_ dtype: DType) -> Double {
  switch dtype {
  case .f32, .f64: .infinity
  case .i32: Double(Int32.max)
  case .i64: Double(Int64.max)
  case .u32: Double(UInt32.max)
  case .bool: 1
  }
}
