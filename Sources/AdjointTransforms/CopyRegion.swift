import AdjointIR

/// Copies operations into a builder under a substitution of values. Every value defined by a copied operation, in
/// nested regions too, gets a fresh number; values defined elsewhere (captured ones) stand for themselves.
struct RegionCopier {
  let builder: Builder
  private var substitution: [Value: Value] = [:]

  init(_ builder: Builder) { self.builder = builder }

  /// What `value` is called in the copy.
  func callAsFunction(_ value: Value) -> Value { substitution[value] ?? value }

  /// What `values` are called in the copy.
  func callAsFunction(_ values: [Value]) -> [Value] { values.map { substitution[$0] ?? $0 } }

  /// Lets `copies` stand for `originals` from here on.
  mutating func bind(_ originals: [Value], to copies: [Value]) {
    for (original, copy) in zip(originals, copies) { substitution[original] = copy }
  }

  /// Appends a copy of `operation`, with its span, role and name, and returns it.
  @discardableResult
  mutating func copy(_ operation: Operation) -> Operation {
    var copied = operation
    copied.operands = self(operation.operands)
    copied.regions = operation.regions.map { copy($0) }
    copied.results = builder.append(copying: operation, operands: copied.operands, regions: copied.regions)
    bind(operation.results, to: copied.results)
    return copied
  }

  /// A copy of a nested region.
  mutating func copy(_ region: Region) -> Region {
    builder.region(parameters: region.parameters.map(\.type)) { parameters in
      bind(region.parameters, to: parameters)
      for operation in region.operations { copy(operation) }
      return self(region.results)
    }
  }
}
