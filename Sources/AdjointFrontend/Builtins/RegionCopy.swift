import AdjointIR

/// Copies of recorded regions with fresh values: a value is defined once in a program.
extension Builder {
  /// Writes a region's operations here, with `arguments` for its parameters, and returns its results.
  func inline(_ region: Region, _ arguments: [Value]) -> [Value] {
    var map = Dictionary(uniqueKeysWithValues: zip(region.parameters, arguments))
    inline(region.operations, &map)
    return region.results.map { map[$0] ?? $0 }
  }

  /// The same region with values of its own.
  func copy(_ region: Region) -> Region {
    var map: [Value: Value] = [:]
    return copy(region, &map)
  }

  private func inline(_ operations: [Operation], _ map: inout [Value: Value]) {
    for operation in operations {
      let regions = operation.regions.map { copy($0, &map) }
      let operands = operation.operands.map { map[$0] ?? $0 }
      let results = append(copying: operation, operands: operands, regions: regions)
      for (old, new) in zip(operation.results, results) { map[old] = new }
    }
  }

  private func copy(_ region: Region, _ map: inout [Value: Value]) -> Region {
    self.region(parameters: region.parameters.map(\.type)) { parameters in
      for (old, new) in zip(region.parameters, parameters) { map[old] = new }
      inline(region.operations, &map)
      return region.results.map { map[$0] ?? $0 }
    }
  }
}
