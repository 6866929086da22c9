import AdjointIR

/// The operations that `results` depend on. What made the example instances is not among them.
func neededOperations(_ operations: [Operation], for results: [Value]) -> [Operation] {
  var needed = Set(results.map(\.id))
  var kept: [Operation] = []
  func use(_ region: Region) {
    needed.formUnion(region.results.map(\.id))
    for operation in region.operations { use(operation) }
  }
  func use(_ operation: Operation) {
    needed.formUnion(operation.operands.map(\.id))
    for region in operation.regions { use(region) }
  }
  for operation in operations.reversed() where operation.results.contains(where: { needed.contains($0.id) }) {
    kept.append(operation)
    use(operation)
  }
  return kept.reversed()
}
