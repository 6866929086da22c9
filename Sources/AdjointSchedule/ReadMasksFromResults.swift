import AdjointIR

extension Graph {
  /// A rectified value tells on which side of the threshold its argument was. Where the rectified value is in memory
  /// anyway, what comes later asks it instead, and neither the argument nor the mask is kept.
  ///
  /// For h = (t where x ≤ t else x), h ≤ t exactly where x ≤ t, and so for ≥ and =; for h = (x where x > t else t) or
  /// the maximum of x and t, h > t exactly where x > t, and so for < and the minimum, and for ≠. A NaN goes through.
  mutating func readMasksFromResults() {
    for mask in nodes.indices {
      guard let (comparison, x, threshold) = comparison(mask), !threshold.isNaN else { continue }
      let rectified = users[x].first { user in
        nodes[user].needsBuffer && nodes[user].type == nodes[x].type
          && tells(user, comparison, mask, x, threshold)
      }
      guard let rectified else { continue }
      let later = users[mask].filter { $0 > rectified }
      if later.isEmpty { continue }
      var copy = nodes[mask]
      copy.operands = copy.operands.map { $0 == x ? rectified : $0 }
      let number = append(copy)
      for user in later {
        nodes[user].operands = nodes[user].operands.map { $0 == mask ? number : $0 }
        users[number].append(user)
      }
      users[mask].removeAll { later.contains($0) }
    }
  }

  /// A comparison of an array with one number: which, the array, the number.
  private func comparison(_ node: Int) -> (Comparison, array: Int, threshold: Double)? {
    guard case .elementwise(.compare(let comparison, .operand(let left), .operand(let right))) = nodes[node].kind,
      !nodes[node].needsBuffer, case .splat(let threshold) = nodes[nodes[node].operands[right]].kind
    else { return nil }
    return (comparison, nodes[node].operands[left], threshold)
  }

  private func tells(
    _ node: Int, _ comparison: Comparison, _ mask: Int, _ x: Int, _ threshold: Double
  ) -> Bool {
    let operands = nodes[node].operands
    func isThreshold(_ operand: Int) -> Bool {
      if case .splat(let value) = nodes[operands[operand]].kind { return value == threshold }
      return false
    }
    switch nodes[node].kind {
    case .elementwise(.select(.operand(let predicate), .operand(let yes), .operand(let no))):
      guard operands[predicate] == mask else { return false }
      switch comparison {
      case .lessOrEqual, .greaterOrEqual, .equal: return isThreshold(yes) && operands[no] == x
      case .less, .greater, .notEqual: return operands[yes] == x && isThreshold(no)
      }
    case .elementwise(.call(let function, let arguments)):
      guard arguments.count == 2, case .operand(let left) = arguments[0], case .operand(let right) = arguments[1],
        operands[left] == x && isThreshold(right) || operands[right] == x && isThreshold(left)
      else { return false }
      return (function == .maximum && comparison == .greater) || (function == .minimum && comparison == .less)
    default: return false
    }
  }
}
