extension Probe {
  /// Random shapes, the operands real numbers of the given domains.
  static func elementwise(_ op: some Op, _ domains: Domain..., tolerance: Double = 2e-6) -> Probe {
    Probe(tolerance: tolerance) { generator in
      let type = TensorType(generator.shape())
      return Case(op: op, operands: domains.map { _ in type }, domains: domains)
    }
  }

  /// Random shapes, the operands integers of a random type and the given ranges (only natural ones for u32).
  static func integers(_ op: some Op, _ ranges: ClosedRange<Int>...) -> Probe {
    Probe { generator in
      let dtype = [DType.i32, .i64, .u32].randomElement(using: &generator)!
      let type = TensorType(generator.shape(), dtype)
      let domains = ranges.map { range in
        Domain.integer(dtype == .u32 ? max(0, range.lowerBound)...max(0, range.upperBound) : range)
      }
      return Case(op: op, operands: domains.map { _ in type }, domains: domains)
    }
  }
}

extension Probe.Case {
  /// Draws operands from the domains. `distinct` operands have no element in common, with each other either.
  public func arguments(using generator: inout ProbeGenerator) -> [Literal] {
    var pool = distinctPool(using: &generator)[...]
    return zip(operands, domains).map { type, domain in
      switch domain {
      case .real(let range):
        let values = (0..<type.count).map { _ in Double.random(in: range, using: &generator) }
        return Literal(type, .real(type.dtype == .f32 ? values.map { Double(Float($0)) } : values))
      case .integer(let range):
        return Literal(
          type, integers: (0..<type.count).map { _ in Int64(Int.random(in: range, using: &generator)) })
      case .bool:
        return Literal(type, .bool((0..<type.count).map { _ in Bool.random(using: &generator) }))
      case .distinct(let range):
        let values = pool.prefix(type.count)
        pool = pool.dropFirst(type.count)
        return Literal(type, .real(values.map { Double(Float(range.lowerBound + $0)) }))
      }
    }
  }

  /// As many multiples of 0.0625 as the distinct operands have elements, shuffled.
  private func distinctPool(using generator: inout ProbeGenerator) -> [Double] {
    var count = 0
    for case (let type, .distinct) in zip(operands, domains) { count += type.count }
    return (0..<count).map { Double($0) * 0.0625 }.shuffled(using: &generator)
  }
}
