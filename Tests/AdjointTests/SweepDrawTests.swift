import Adjoint
import Testing

/// Draws and first values over many seeds and shapes: each answer is one checksum, which changes with any bit.
@Suite struct SweepDrawTests {
  /// The checksum of `make_sweep_golden.py`: sum of (i + 1) * word[i], modulo 2³², over everything that is added.
  struct Sum {
    private(set) var total: UInt32 = 0
    private var count: UInt32 = 0

    mutating func add(_ words: some Sequence<UInt32>) {
      for word in words {
        count &+= 1
        total &+= word &* count
      }
    }
    // 0 and −0 count as one.
    mutating func add(_ x: Tensor<Float>) { add(x.scalars.map { ($0 + 0).bitPattern }) }
    mutating func add(_ x: Tensor<UInt32>) { add(x.scalars) }
    mutating func add(_ x: Tensor<Int32>) { add(x.scalars.map { UInt32(bitPattern: $0) }) }
    mutating func add(_ x: Tensor<Bool>) { add(x.scalars.map { $0 ? 1 : 0 }) }
  }

  static let shapes: [[Int]] = [
    [], [1], [2], [7], [8], [9], [3, 5], [2, 3, 4], [1, 1, 9], [0], [3, 0], [257], [1000],
  ]
  static let ranges = [
    (0, 1), (-3, 10), (0, 256), (5, 70000), (-1, 1), (0, 1 << 31 - 1), (-(1 << 31), 1 << 31 - 1), (7, 7),
  ]

  static let bounds: [(Float, Float)] = [(-2, 2), (-0.5, 3), (1, 4), (0.3, 0.31), (-5.29, 5.3), (-8, -1.1)]

  static func sum(_ name: String, _ key: Key) -> UInt32 {
    var sum = Sum()
    switch name {
    case "key": sum.add(key.data)
    case "split": for count in [1, 2, 5, 17] { for part in split(key, count) { sum.add(part.data) } }
    case "foldIn": for number in [0, 1, 7, 1 << 31, 1 << 32 - 1] { sum.add(foldIn(key, number).data) }
    case "bits": for shape in shapes { sum.add(randomBits(key, shape)) }
    case "uniform": for shape in shapes { sum.add(uniform(key, shape)) }
    case "uniformRange":
      for shape in shapes {
        for (low, high) in [(-1, 1), (-2.5, 3.25), (0.001, 1000), (-0.3, 0.7)] as [(Float, Float)] {
          sum.add(uniform(key, shape, low: low, high: high))
        }
      }
    case "normal": for shape in shapes { sum.add(normal(key, shape)) }
    case "truncatedNormal":
      for shape in shapes {
        for (low, high) in bounds {
          sum.add(truncatedNormal(key, low, high, shape))
        }
      }
    case "bernoulli":
      for shape in shapes { for p in [0, 0.3, 0.5, 0.999, 1] as [Float] { sum.add(bernoulli(key, p, shape)) } }
    case "randint":
      for shape in shapes { for (low, high) in ranges { sum.add(randint(key, shape, low: low, high: high)) } }
    case "permutation":
      for count in [1, 2, 5, 64, 200] { sum.add(permutation(key, count).map { UInt32($0) }) }
    case "permutationRows":
      for count in [1, 2, 9] {
        sum.add(permutation(key, Tensor<Int32>.iota([count * 3], axis: 0).reshaped([count, 3])))
      }
    case "gumbel": for shape in shapes { sum.add(gumbel(key, shape)) }
    case "exponential": for shape in shapes { sum.add(exponential(key, shape)) }
    case "rademacher": for shape in shapes { sum.add(rademacher(key, shape)) }
    case "categorical":
      for (index, (shape, scale)) in ([([4, 6], 2), ([1, 3], 1), ([2, 3, 5], 4)] as [([Int], Float)]).enumerated() {
        let logits = normal(key, shape) * scale
        for axis in [-1, 0] { sum.add(categorical(foldIn(key, index), logits, axis: axis)) }
      }
    case "choice":
      for count in [1, 10, 1000] { for shape in [[], [5], [2, 3]] { sum.add(choice(key, count, shape)) } }
    case "choiceOnce": for count in [1, 5, 33] { sum.add(choice(key, count, [count], replace: false)) }
    case "choiceWeighted":
      sum.add(choice(key, [9], probabilities: Tensor<Float>([0, 1, 2, 3, 4, 0, 5, 1]) / 16))
    case "choiceWeightedOnce":
      sum.add(choice(key, [4], probabilities: Tensor<Float>([1, 1, 2, 3, 4, 1, 5, 1]) / 18, replace: false))
    default: preconditionFailure("no draw \(name)")
    }
    return sum.total
  }

  @Test(arguments: Golden.sweep["draws"]["sums"].entries.map(\.key)) func draws(_ name: String) {
    for (seed, expected) in zip(Golden.sweep["draws"]["seeds"].ints, Golden.sweep["draws"]["sums"][name].uint32s) {
      #expect(Self.sum(name, key(seed)) == expected, "\(name), seed \(seed)")
    }
  }

  static func initializer(_ name: String) -> Initializer {
    let parts = name.split(separator: " ").map(String.init)
    if parts.count == 3 {
      let fans: [String: Initializer.Fan] = [
        "fan_in": .fanIn, "fan_out": .fanOut, "fan_avg": .fanAverage, "fan_geo_avg": .fanGeometric,
      ]
      let distributions: [String: Initializer.Distribution] = [
        "normal": .normal, "truncated_normal": .truncatedNormal, "uniform": .uniform,
      ]
      return .varianceScaling(Double(parts[2])!, fans[parts[1]]!, distributions[parts[0]]!)
    }
    switch name {
    case "normal": return .normal()
    case "normalLarge": return .normal(1.5)
    case "truncatedNormal": return .truncatedNormal()
    case "truncatedNormalUneven": return .truncatedNormal(0.5, lower: -1, upper: 3)
    case "uniform": return .uniform()
    case "uniformLarge": return .uniform(3)
    case "constant": return .constant(0.1)
    default: return LibraryInitializerTests.initializer(named: name)
    }
  }

  static let kernels = [[2, 3], [1, 1], [7, 4], [64, 50], [5, 6, 7], [3, 3, 2, 5], [1, 2, 2, 3, 1]]

  @Test(arguments: Golden.sweep["initialisers"]["sums"].entries.map(\.key)) func initialisers(_ name: String) {
    let golden = Golden.sweep["initialisers"]
    for (seed, expected) in zip(golden["seeds"].ints, golden["sums"][name].uint32s) {
      var sum = Sum()
      for shape in name == "embedding" ? Array(Self.kernels.prefix(4)) : Self.kernels {
        sum.add(Self.initializer(name)(key(seed), shape))
      }
      #expect(sum.total == expected, "\(name), seed \(seed)")
    }
  }

  @Test(arguments: Golden.sweep["initialisers"]["orthogonal"].array) func orthogonal(_ golden: Golden) {
    let expected = golden["value"].tensor
    let initializer = Initializer.orthogonal(golden["scale"].float, columnAxis: golden["axis"].int)
    let value = initializer(key(golden["seed"].int), expected.shape)
    expectClose(value, expected, "orthogonal \(expected.shape)", tolerance: 1e-5, absolute: 3e-6)
  }

  @Test(arguments: Golden.sweep["initialisers"]["delta"].array) func deltaOrthogonal(_ golden: Golden) {
    let expected = golden["value"].tensor
    let value = Initializer.deltaOrthogonal(golden["scale"].float)(key(golden["seed"].int), expected.shape)
    expectClose(value, expected, "deltaOrthogonal \(expected.shape)", tolerance: 1e-5, absolute: 3e-6)
  }
}
