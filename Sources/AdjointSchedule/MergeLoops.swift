import AdjointIR

/// Makes one loop of two where every index steps through both as through one.
struct LoopMerger {
  /// Every index of some statements, each told how to rewrite them.
  private func indices(_ statements: [Statement]) -> [Index] {
    var found: [Index] = []
    for statement in statements { visitIndices(statement) { found.append($0) } }
    return found
  }

  private func canMerge(_ outer: Loop, _ inner: Loop, _ indices: [Index]) -> Bool {
    inner.extent > 0
      && indices.allSatisfy { $0.coefficient(of: outer.variable) == $0.coefficient(of: inner.variable) * inner.extent }
  }

  private func dropping(_ variable: Int) -> (Index) -> Index {
    { index in Index(constant: index.constant, terms: index.terms.filter { $0.variable != variable }) }
  }

  /// The statements with as few loops as their indices allow.
  func merged(_ statements: [Statement]) -> [Statement] { statements.map(merged) }

  private func merged(_ statement: Statement) -> Statement {
    switch statement {
    case .loop(let outer, let body):
      let body = merged(body)
      guard body.count == 1, case .loop(let inner, let statements) = body[0],
        canMerge(outer, inner, indices(statements))
      else { return .loop(outer, body) }
      let loop = Loop(variable: inner.variable, extent: outer.extent * inner.extent)
      return .loop(loop, statements.map { mapIndices($0, dropping(outer.variable)) })
    case .reduce(var nest):
      nest.body = merged(nest.body)
      while nest.loops.count > 1 {
        let count = nest.loops.count
        let (outer, inner) = (nest.loops[count - 2], nest.loops[count - 1])
        // The innermost index says into which partial result an element goes.
        guard nest.lanes == 1 || inner.extent % nest.lanes == 0, !isArgument(nest),
          canMerge(outer, inner, indices([.reduce(nest)]))
        else { break }
        nest.loops.removeLast(2)
        nest.loops.append(Loop(variable: inner.variable, extent: outer.extent * inner.extent))
        guard case .reduce(let rewritten) = mapIndices(.reduce(nest), dropping(outer.variable)) else { break }
        nest = rewritten
      }
      return .reduce(nest)
    case .when(let condition, let body): return .when(condition, merged(body))
    case .contract(let contraction): return .contract(merged(contraction))
    case .define, .store, .accumulate: return statement
    }
  }

  private func isArgument(_ nest: ReductionNest) -> Bool {
    nest.accumulators.contains {
      if case .argument = $0.combine { return true }
      return false
    }
  }

  private func merged(_ contraction: Contraction) -> Contraction {
    var result = contraction
    while let (position, isRow) = mergeable(result) {
      let outer = result.batch[position]
      if isRow {
        result.rows.extent *= outer.extent
      } else {
        result.columns.extent *= outer.extent
      }
      result.batch.remove(at: position)
      result.left.batchStrides.remove(at: position)
      result.right.batchStrides.remove(at: position)
      result.epilogue = result.epilogue.map { mapIndices($0, dropping(outer.variable)) }
    }
    return result
  }

  /// The outer loop that can become a part of the rows or of the columns.
  private func mergeable(_ contraction: Contraction) -> (Int, isRow: Bool)? {
    let indices = indices(contraction.epilogue)
    for (position, outer) in contraction.batch.enumerated().reversed() {
      let (left, right) = (contraction.left.batchStrides[position], contraction.right.batchStrides[position])
      if right == 0, left == contraction.left.freeStride * contraction.rows.extent, contraction.rows.extent > 1,
        canMerge(outer, contraction.rows, indices)
      {
        return (position, true)
      }
      if left == 0, right == contraction.right.freeStride * contraction.columns.extent, contraction.columns.extent > 1,
        canMerge(outer, contraction.columns, indices)
      {
        return (position, false)
      }
    }
    return nil
  }
}
