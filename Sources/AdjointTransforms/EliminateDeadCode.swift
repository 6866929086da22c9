import AdjointIR

/// The region without the operations that its results do not depend on, in nested regions too. No operation has an
/// effect other than its results.
func eliminateDeadCode(_ region: Region) -> Region {
  var live = Set(region.results)
  var region = region
  var kept: [Operation] = []
  for var operation in region.operations.reversed() where operation.results.contains(where: live.contains) {
    operation.regions = operation.regions.map(eliminateDeadCode)
    operation.forEachUse { live.insert($0) }
    kept.append(operation)
  }
  region.operations = kept.reversed()
  return region
}
