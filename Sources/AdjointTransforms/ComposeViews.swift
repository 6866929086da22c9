import AdjointIR

extension Simplifier {
  /// Data movements that move nothing disappear; a movement of a movement becomes one; a contraction reads its
  /// operands as they lie instead of transposed.
  mutating func composeViews(_ operation: Operation) throws -> Rewrite? {
    let operands = operation.operands
    let shape = operation.results[0].type.shape
    switch operation.op {
    case is Reshape, is Transpose, is Slice, is BroadcastInDim:
      if isIdentity(operation) { return .values([operands[0]]) }
      if let scalar = splatSource(of: operands[0]) {
        return .operation(BroadcastInDim(shape: shape, dimensions: []), [scalar])
      }
      guard let inner = definition(of: operands[0]) else { return nil }
      return compose(operation.op, inner, shape)
    case let pad as Pad:
      let moves = [pad.low, pad.high, pad.interior].contains { $0.contains { $0 != 0 } }
      return moves ? nil : .values([operands[0]])
    case is Concatenate: return operands.count == 1 ? .values(operands) : nil
    case let reduce as Reduce: return reduce.axes.isEmpty ? .values(operands) : nil
    case let dot as DotGeneral: return absorbTranspositions(dot.dimensions, operands)
    default: return nil
    }
  }

  private func isIdentity(_ operation: Operation) -> Bool {
    guard operation.operands[0].type == operation.results[0].type else { return false }
    return switch operation.op {
    case is Reshape: true
    case let transpose as Transpose: transpose.permutation == Array(transpose.permutation.indices)
    // Of the same shape, nothing is cut off and every axis runs along itself.
    case let slice as Slice: slice.strides.allSatisfy { $0 == 1 }
    case let broadcast as BroadcastInDim: broadcast.dimensions == Array(broadcast.dimensions.indices)
    default: false
    }
  }

  /// The movement `outer` of the result of the operation `inner`.
  private func compose(_ outer: any Op, _ inner: Operation, _ shape: [Int]) -> Rewrite? {
    let source = inner.operands.first
    switch (outer, inner.op) {
    case (is Reshape, is Reshape): return .operation(Reshape(shape: shape), [source!])
    case (let outer as Transpose, let inner as Transpose):
      return .operation(Transpose(permutation: outer.permutation.map { inner.permutation[$0] }), [source!])
    case (let outer as BroadcastInDim, let inner as BroadcastInDim):
      let dimensions = inner.dimensions.map { outer.dimensions[$0] }
      return .operation(BroadcastInDim(shape: shape, dimensions: dimensions), [source!])
    case (let outer as Transpose, let inner as BroadcastInDim):
      let dimensions = inner.dimensions.map { outer.permutation.firstIndex(of: $0)! }
      guard dimensions == dimensions.sorted() else { return nil }
      return .operation(BroadcastInDim(shape: shape, dimensions: dimensions), [source!])
    case (let outer as BroadcastInDim, is Reshape):
      guard let dimensions = dimensions(of: source!.type.shape, through: inner.results[0].type.shape, outer) else {
        return nil
      }
      return .operation(BroadcastInDim(shape: shape, dimensions: dimensions), [source!])
    case (let outer as Slice, let inner as Slice):
      let axes = outer.starts.indices
      let starts = axes.map { inner.starts[$0] + outer.starts[$0] * inner.strides[$0] }
      let limits = axes.map { inner.starts[$0] + (outer.limits[$0] - 1) * inner.strides[$0] + 1 }
      let strides = axes.map { inner.strides[$0] * outer.strides[$0] }
      guard axes.allSatisfy({ outer.limits[$0] > outer.starts[$0] }) else { return nil }
      return .operation(Slice(starts: starts, limits: limits, strides: strides), [source!])
    case (let outer as Transpose, let dot as DotGeneral) where hasOneUse(inner.results[0]):
      return swapDot(outer.permutation, dot.dimensions, source!, inner.operands[1])
    default: return nil
    }
  }

  /// Where a broadcast puts the axes of a tensor that was first reshaped by inserting axes of extent 1; nil where the
  /// reshape does something else.
  private func dimensions(of source: [Int], through reshaped: [Int], _ broadcast: BroadcastInDim) -> [Int]? {
    guard !source.contains(1), reshaped.filter({ $0 != 1 }) == source else { return nil }
    return reshaped.indices.filter { reshaped[$0] != 1 }.map { broadcast.dimensions[$0] }
  }

  /// A contraction of a transposed tensor pairs the axes of the tensor itself, where that leaves the order of the
  /// result's axes.
  private func absorbTranspositions(_ dimensions: DotDimensions, _ operands: [Value]) -> Rewrite? {
    if let (inner, permutation) = transposition(operands[0]) {
      var absorbed = dimensions
      absorbed.leftBatch = dimensions.leftBatch.map { permutation[$0] }
      absorbed.leftContracting = dimensions.leftContracting.map { permutation[$0] }
      if isOrdered(permutation, without: dimensions.leftBatch + dimensions.leftContracting) {
        return .operation(DotGeneral(absorbed), [inner, operands[1]])
      }
    }
    if let (inner, permutation) = transposition(operands[1]) {
      var absorbed = dimensions
      absorbed.rightBatch = dimensions.rightBatch.map { permutation[$0] }
      absorbed.rightContracting = dimensions.rightContracting.map { permutation[$0] }
      if isOrdered(permutation, without: dimensions.rightBatch + dimensions.rightContracting) {
        return .operation(DotGeneral(absorbed), [operands[0], inner])
      }
    }
    return nil
  }

  private func transposition(_ value: Value) -> (operand: Value, permutation: [Int])? {
    guard let definition = definition(of: value), let transpose = definition.op as? Transpose else { return nil }
    return (definition.operands[0], transpose.permutation)
  }

  private func isOrdered(_ permutation: [Int], without axes: [Int]) -> Bool {
    let free = permutation.indices.filter { !axes.contains($0) }.map { permutation[$0] }
    return free == free.sorted()
  }

  /// A contraction with its free axes swapped is the contraction of the swapped operands: the same products, summed
  /// in the same order.
  private func swapDot(
    _ permutation: [Int], _ dimensions: DotDimensions, _ left: Value, _ right: Value
  ) -> Rewrite? {
    let batch = dimensions.leftBatch.count
    let leftFree = left.type.rank - batch - dimensions.leftContracting.count
    let rightFree = right.type.rank - batch - dimensions.rightContracting.count
    let swap =
      Array(0..<batch) + Array((batch + leftFree)..<(batch + leftFree + rightFree))
      + Array(batch..<(batch + leftFree))
    guard permutation == swap else { return nil }
    let swapped = DotDimensions(
      leftContracting: dimensions.rightContracting, rightContracting: dimensions.leftContracting,
      leftBatch: dimensions.rightBatch, rightBatch: dimensions.leftBatch)
    return .operation(DotGeneral(swapped), [right, left])
  }
}
