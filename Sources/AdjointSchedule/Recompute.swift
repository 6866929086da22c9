import AdjointIR

extension Fusion {
  /// The work of one element, counting only the node itself.
  func cost(_ node: Int) -> Int {
    switch graph.nodes[node].kind {
    case .elementwise(let expression): AdjointSchedule.cost(expression)
    case .gather: 3
    default: 0
    }
  }

  /// The work of one element with everything put off or computed again below it.
  func expandedCost(_ node: Int, limit: Int = 5) -> Int {
    if placement[node] != nil || limit <= 0 { return 0 }
    switch graph.nodes[node].kind {
    case .view: return expandedCost(graph.nodes[node].operands[0], limit: limit)
    case .elementwise, .gather:
      var total = cost(node)
      for operand in graph.nodes[node].operands { total += expandedCost(operand, limit: limit - total) }
      return total
    default: return 0
    }
  }

  mutating func findVirtualNodes() {
    var leaves: [Int: Set<Int>] = [:]
    var costs: [Int: Int] = [:]
    func leaf(_ node: Int) -> Set<Int> {
      let base = graph.base(of: node)
      switch graph.nodes[base].kind {
      case .splat, .iota: return []
      default: return leaves[base] ?? [base]
      }
    }
    for (number, node) in graph.nodes.enumerated() {
      guard case .elementwise = node.kind, !node.needsBuffer else { continue }
      let reads = node.operands.reduce(into: Set<Int>()) { $0.formUnion(leaf($1)) }
      let total = cost(number) + node.operands.map { costs[graph.base(of: $0)] ?? 0 }.reduce(0, +)
      let inMemory = reads.allSatisfy {
        switch graph.nodes[$0].kind {
        case .parameter, .table: true
        default: graph.nodes[$0].needsBuffer
        }
      }
      let arrays = reads.count { graph.nodes[$0].type.count > 1 }
      if total <= 4, inMemory, arrays <= 1, reads.count <= 3 {
        virtual.insert(number)
        leaves[number] = reads
        costs[number] = total
      }
    }
  }
}

/// The work of an expression in additions, roughly.
func cost(_ expression: ScalarExpression) -> Int {
  switch expression {
  case .operand, .constant: 0
  case .call(let function, let arguments):
    arguments.reduce(cost(function)) { $0 + cost($1) }
  case .compare(_, let left, let right): 1 + cost(left) + cost(right)
  case .select(let predicate, let onTrue, let onFalse): 1 + cost(predicate) + cost(onTrue) + cost(onFalse)
  case .convert(let value, to: _), .bitcast(let value, to: _): 1 + cost(value)
  }
}

private func cost(_ function: ScalarFunction) -> Int {
  switch function {
  case .negate, .add, .subtract, .multiply, .fma, .maximum, .minimum, .abs, .and, .or, .xor, .not, .shiftLeft,
    .shiftRightLogical:
    1
  case .sign: 2
  case .divide, .sqrt, .rsqrt, .floor, .remainder: 5
  default: 20
  }
}
