/// The threefry2x32 block with 20 rounds (Salmon, Moraes, Dror and Shaw, "Parallel random numbers: as easy as 1, 2, 3",
/// SC 2011): two random words from two words of key and two of counter.
public struct Threefry: Op {
  /// Makes the op.
  public init() {}

  public static let name = "threefry"
  public static let summary = "The threefry2x32 block: two random words from two words of key and two of counter."
  public var attributes: String { "" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(4, operands)
    try expectSameTypes(operands)
    guard operands[0].dtype == .u32 else {
      throw OpError("dtype.operand", "threefry needs u32 keys and counters, got \(operands[0])")
    }
    return [operands[0], operands[0]]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let words = operands.map { $0.integers.map { UInt32(truncatingIfNeeded: $0) } }
    let blocks = words[0].indices.map { Self.block(words[0][$0], words[1][$0], words[2][$0], words[3][$0]) }
    return [
      Literal(operands[0].type, .integer(blocks.map { Int64($0.0) })),
      Literal(operands[0].type, .integer(blocks.map { Int64($0.1) })),
    ]
  }

  /// One block.
  static func block(_ key0: UInt32, _ key1: UInt32, _ counter0: UInt32, _ counter1: UInt32) -> (UInt32, UInt32) {
    let keys = [key0, key1, key0 ^ key1 ^ 0x1BD1_1BDA]
    let rotations: [[UInt32]] = [[13, 15, 26, 6], [17, 29, 16, 24]]
    var (x0, x1) = (counter0 &+ key0, counter1 &+ key1)
    for group in 0..<5 {
      for rotation in rotations[group % 2] {
        x0 &+= x1
        x1 = (x1 << rotation | x1 >> (32 - rotation)) ^ x0
      }
      x0 &+= keys[(group + 1) % 3]
      x1 &+= keys[(group + 2) % 3] &+ UInt32(group + 1)
    }
    return (x0, x1)
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil, nil] }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw notLinear(in: linear)
  }

  public var lowering: Lowering {
    let operands: [ScalarExpression] = [.operand(0), .operand(1), .operand(2), .operand(3)]
    return .elementwise([.call(.threefryFirst, operands), .call(.threefrySecond, operands)])
  }

  public static let probes = [
    Probe { generator in
      let type = TensorType(generator.shape(), .u32)
      let words = Probe.Domain.integer(0...0xFFFF_FFFF)
      return Probe.Case(
        op: Threefry(), operands: [type, type, type, type], domains: [words, words, words, words])
    }
  ]
}

extension Builder {
  /// Appends a threefry block, and returns its two words.
  public func threefry(
    _ key0: Value, _ key1: Value, _ counter0: Value, _ counter1: Value
  ) throws(OpError) -> (Value, Value) {
    let words = try append(Threefry(), [key0, key1, counter0, counter1])
    return (words[0], words[1])
  }
}
