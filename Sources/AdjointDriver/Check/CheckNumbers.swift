import AdjointIR

/// Random numbers that suit an entry point's parameters; the same ones for the same seed.
struct CheckNumbers: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  /// SplitMix64 (G. Steele et al., "Fast splittable pseudorandom number generators", OOPSLA 2014).
  mutating func next() -> UInt64 {
    state &+= 0x9e37_79b9_7f4a_7c15
    var z = state
    z = (z ^ (z >> 30)) &* 0xbf58_476d_1ce4_e5b9
    z = (z ^ (z >> 27)) &* 0x94d0_49bb_1331_11eb
    return z ^ (z >> 31)
  }

  /// Reals from −1 to 1, rounded to what a Float holds; a scalar number of a rule from 0.1 to 0.9; integers from 0 to 1,
  /// which are valid as labels, rows of a table and counts; any bits for keys.
  mutating func literal(for parameter: Program.Parameter, _ type: TensorType) -> Literal {
    switch type.dtype {
    case .f32, .f64:
      var range = -1.0...1.0
      if case .property = parameter.source { range = 0.1...0.9 }
      return Literal(
        type,
        .real(
          (0..<type.count).map { _ in
            Double(Float.random(in: Float(range.lowerBound)...Float(range.upperBound), using: &self))
          }))
    case .i32, .i64: return Literal(type, .integer((0..<type.count).map { _ in Int64.random(in: 0...1, using: &self) }))
    case .u32:
      return Literal(type, .integer((0..<type.count).map { _ in Int64(UInt32.random(in: 0 ... .max, using: &self)) }))
    case .bool: return Literal(type, .bool((0..<type.count).map { _ in Bool.random(using: &self) }))
    }
  }

  /// A direction: reals from −1 to 1.
  mutating func direction(_ type: TensorType) -> Literal {
    Literal(type, .real((0..<type.count).map { _ in Double.random(in: -1...1, using: &self) }))
  }
}
