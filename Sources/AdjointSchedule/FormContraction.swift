import AdjointIR

extension KernelWriter {
  /// Writes a dot product and the element-wise work on its results.
  ///
  /// Sums over the rows of those results, the gradients of biases, are kernels of their own. Added up within the tiles they
  /// take as long: a few lines to each tile, read and written again, against one pass that the next product's reads then
  /// find in a nearer cache (in W2b and E5 of the benchmark the step takes the same time, on one thread and on two). And
  /// then products could only be cut along columns.
  mutating func formContraction(_ dot: Int) {
    guard case .dot(let batchRank, let contracting) = graph.nodes[dot].kind else { return }
    let sides = graph.nodes[dot].operands
    let shapes = sides.map { graph.nodes[$0].type.shape }
    let free = shapes.map { $0.count - batchRank - contracting }
    let loops = group.space.enumerated().map { _, extent in
      Loop(variable: scalars.makeVariable("i", .i64, level: 2, extent: extent), extent: extent)
    }
    // The loop of each dimension of the result, nil where the extent is 1.
    var loopOfDimension: [Loop?] = []
    for extent in graph.nodes[dot].type.shape {
      loopOfDimension.append(extent == 1 ? nil : loops[loopOfDimension.compactMap { $0 }.count])
    }
    let batchLoops = loopOfDimension[..<batchRank].compactMap { $0 }
    let leftLoops = loopOfDimension[batchRank..<batchRank + free[0]].compactMap { $0 }
    let rightLoops = loopOfDimension[(batchRank + free[0])...].compactMap { $0 }
    let outer = batchLoops + leftLoops.dropLast() + rightLoops.dropLast()
    let rows = leftLoops.last ?? makeLoops([1], level: 2)[0]
    let columns = rightLoops.last ?? makeLoops([1], level: 2)[0]

    var operands: [Contraction.Operand] = []
    for (side, operand) in sides.enumerated() {
      guard case .success(let view) = fusion.matrix(operand, rank: fusion.rank(number)),
        let depthStride = fusion.mergedStride(view.index, shapes[side], contracting)
      else { preconditionFailure("an operand of a dot product is not in memory") }
      /// The stride along the dimension that a loop of the result runs over, 0 where the operand does not vary.
      func stride(_ loop: Loop) -> Int {
        guard let dimension = loopOfDimension.firstIndex(where: { $0?.variable == loop.variable }) else { return 0 }
        if dimension < batchRank { return view.index.coefficient(of: dimension) }
        let first = side == 0 ? batchRank : batchRank + free[0]
        guard (first..<first + free[side]).contains(dimension) else { return 0 }
        return view.index.coefficient(of: dimension - first + batchRank)
      }
      operands.append(
        Contraction.Operand(
          buffer: buffer(of: view.node), offset: view.index.constant, batchStrides: outer.map(stride),
          freeStride: stride(side == 0 ? rows : columns),
          depthStride: depthStride))
    }
    let depth = shapes[0].suffix(contracting).reduce(1, *)
    let isSingle = rows.extent == 1 && columns.extent == 1
    let name = graph.nodes[dot].name.map(identifier) ?? "sum"
    let accumulator = scalars.makeVariable(name, graph.nodes[dot].type.dtype, level: 2)
    reductionVariables[dot] = accumulator
    begin(0)
    let writes = group.members.compactMap { member -> Write? in
      guard let buffer = table.ofNode[member], let placement = fusion.placement[member] else { return nil }
      return Write(buffer: buffer, index: placement.flat, term: self.member(member))
    }
    scalars.count(writes.map(\.term), definesLoads: writes.count > 1)
    append(writes, in: 2)
    let contraction = Contraction(
      batch: outer, rows: rows, columns: columns, depth: depth, left: operands[0], right: operands[1],
      lanes: isSingle && graph.nodes[dot].type.dtype.isFloat ? reductionLanes(depth) : 1, accumulator: accumulator,
      epilogue: close(2))
    scalars.statements[0].append(.contract(contraction))
  }
}
