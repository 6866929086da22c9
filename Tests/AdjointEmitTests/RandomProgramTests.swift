import AdjointIR
import AdjointSchedule
import AdjointTransforms
import Testing

/// A random smooth function of matrices with its gradient: whatever fusion makes of it must compute the same.
struct RandomNet {
  let seed: UInt64
  private let extents = [1, 3, 8, 17, 33]

  func program() throws -> Program {
    var generator = ProbeGenerator(seed: seed)
    let shapes = (0..<3).map { _ in
      (0..<2).map { _ in extents.randomElement(using: &generator) ?? 1 }
    }
    let function = try makeProgram("random", shapes.enumerated().map { ("p\($0)", TensorType($1)) }) {
      builder, values in
      let region = try builder.region(parameters: values.map(\.type)) { inner in
        var pool = inner
        for _ in 0..<12 { pool.append(try step(builder, pool, &generator)) }
        var loss = try builder.scalar(0, .f32)
        for value in pool.suffix(5) {
          let mean = try builder.multiply(value, builder.constant(1 / Double(value.type.count), like: value))
          loss = try builder.add(loss, builder.reduce(.sum, mean, axes: Array(value.type.shape.indices)))
        }
        return [loss, pool[pool.count - 1]]
      }
      return try builder.append(Differentiate(.gradient, auxiliaries: 1), values, regions: [region])
    }
    return try simplify(expandDerivatives(function))
  }

  private func step(_ builder: Builder, _ pool: [Value], _ generator: inout ProbeGenerator) throws -> Value {
    let x = (Bool.random(using: &generator) ? pool.last : pool.randomElement(using: &generator)) ?? pool[0]
    let other = pool.randomElement(using: &generator) ?? pool[0]
    let (rows, columns) = (x.type.shape[0], x.type.shape[1])
    func constant(_ value: Double) throws -> Value { try builder.constant(value, like: x) }
    switch Int.random(in: 0..<17, using: &generator) {
    case 0: return try builder.tanh(x)
    case 1: return try builder.exp(builder.tanh(x))
    case 2: return try builder.logistic(x)
    case 3: return try builder.erf(x)
    case 4: return try builder.log1p(builder.multiply(x, x))
    case 5: return try builder.rsqrt(builder.add(builder.multiply(x, x), constant(1)))
    case 6: return try builder.sin(x)
    case 7: return try builder.transpose(x, [1, 0])
    case 8: return try builder.broadcastInDim(mean(builder, x, 1), shape: [rows, columns], dimensions: [0])
    case 9:
      let means = try builder.broadcastInDim(mean(builder, x, 0), shape: [rows, columns], dimensions: [1])
      return try builder.subtract(x, means)
    case 10:
      return x.type.count > 1500 ? x : try builder.concatenate([x, builder.negate(x)], axis: columns < 40 ? 1 : 0)
    case 11: return try builder.slice(x, starts: [rows / 2, 0], limits: [rows, columns])
    case 12, 13:
      // x · otherᵀ where the inner extents agree, x · xᵀ elsewhere, scaled to keep numbers near 1.
      let right = other.type.shape[1] == columns ? other : x
      let product = try builder.dot(
        x, right, DotDimensions(leftContracting: [1], rightContracting: [1]))
      return try builder.multiply(product, builder.constant(1 / Double(columns), like: product))
    case 14: return try builder.maximum(x, constant(0.1))
    case 15:
      let partner = other.type.shape == x.type.shape ? other : try builder.cos(x)
      return try builder.fma(builder.tanh(x), constant(0.3), partner)
    default:
      let partner = other.type.shape == x.type.shape ? other : try builder.cos(x)
      return try builder.add(builder.multiply(x, partner), constant(0.25))
    }
  }

  private func mean(_ builder: Builder, _ x: Value, _ axis: Int) throws -> Value {
    let sum = try builder.reduce(.sum, x, axes: [axis])
    return try builder.multiply(sum, builder.constant(1 / Double(x.type.shape[axis]), like: sum))
  }
}

@Suite struct RandomProgramTests {
  static func subjects(_ seeds: ClosedRange<UInt64>) throws -> [Subject] {
    try seeds.map { seed in
      let program = try RandomNet(seed: seed).program()
      return Subject(
        title: "random program of seed \(seed)", program: program,
        arguments: NetTests.arguments(program, seed: seed), tolerance: 1e-4,
        unit: 0.003)
    }
  }

  @Test func randomProgramsAgreeWithTheReference() throws { try check(Self.subjects(1...10)) }

  @Test func randomProgramsAreCleanUnderSanitizers() throws {
    try check(
      Self.subjects(101...105), flags: ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"],
      isas: [instructionSets.last ?? "baseline"])
  }
}
