import Adjoint
import TestSupport
import Testing

extension SplitMix {
  mutating func tensor(_ shape: [Int], in range: ClosedRange<Double> = -2...2) -> Tensor<Double> {
    Tensor(shape: shape, (0..<shape.reduce(1, *)).map { _ in Double.random(in: range, using: &self) })
  }
}

/// One differentiable function of tensors, with the arguments to try it on.
struct Derivable: Sendable, CustomTestStringConvertible {
  let name: String
  let shapes: [[Int]]
  var range: ClosedRange<Double> = -2...2
  /// Whether it has kinks where arguments meet each other or 0, which differences must stay away from.
  var hasKinks = false
  let f: @Sendable ([Tensor<Double>]) -> Tensor<Double>

  var testDescription: String { name }

  static let all: [Derivable] = unary + binary + structural + reductions + products

  static let unary: [Derivable] = [
    Derivable(name: "exp", shapes: [[3]]) { exp($0[0]) },
    Derivable(name: "expm1", shapes: [[3]]) { expm1($0[0]) },
    Derivable(name: "log", shapes: [[3]], range: 0.5...3) { log($0[0]) },
    Derivable(name: "log1p", shapes: [[3]], range: -0.5...3) { log1p($0[0]) },
    Derivable(name: "sqrt", shapes: [[3]], range: 0.5...3) { sqrt($0[0]) },
    Derivable(name: "rsqrt", shapes: [[3]], range: 0.5...3) { rsqrt($0[0]) },
    Derivable(name: "tanh", shapes: [[3]]) { tanh($0[0]) },
    Derivable(name: "sigmoid", shapes: [[3]]) { sigmoid($0[0]) },
    Derivable(name: "erf", shapes: [[3]]) { erf($0[0]) },
    Derivable(name: "erfInv", shapes: [[3]], range: -0.8...0.8) { erfInv($0[0]) },
    Derivable(name: "sin", shapes: [[3]]) { sin($0[0]) },
    Derivable(name: "cos", shapes: [[3]]) { cos($0[0]) },
    Derivable(name: "abs", shapes: [[3]], range: 0.1...3) { abs($0[0]) },
    Derivable(name: "abs of negatives", shapes: [[3]], range: -3 ... -0.1) { abs($0[0]) },
    Derivable(name: "sign", shapes: [[3]], range: 0.1...3) { sign($0[0]) * $0[0] },
    Derivable(name: "floor", shapes: [[3]], range: 0.1...0.9) { floor($0[0]) + $0[0] },
    Derivable(name: "negative", shapes: [[3]]) { -$0[0] },
    Derivable(name: "whole power", shapes: [[3]]) { $0[0] ** 5 },
    Derivable(name: "negative power", shapes: [[3]], range: 0.5...2) { $0[0] ** -3 },
    Derivable(name: "real power", shapes: [[3]], range: 0.5...2) { $0[0] ** 2.5 },
    Derivable(name: "cast", shapes: [[3]]) { $0[0].cast(to: Double.self) * 2 },
  ]

  static let binary: [Derivable] = [
    Derivable(name: "sum", shapes: [[2, 3], [3]]) { $0[0] + $0[1] },
    Derivable(name: "difference", shapes: [[3], [2, 3]]) { $0[0] - $0[1] },
    Derivable(name: "product", shapes: [[2, 1], [1, 3]]) { $0[0] * $0[1] },
    Derivable(name: "quotient", shapes: [[2, 3], []], range: 0.5...2) { $0[0] / $0[1] },
    Derivable(name: "remainder", shapes: [[4], [4]], range: 0.6...0.9) { ($0[0] + 3) % ($0[1] * 0.1 + 1.4) },
    Derivable(name: "power", shapes: [[2, 3], [3]], range: 0.5...2) { pow($0[0], $0[1]) },
    Derivable(name: "maximum", shapes: [[4], [4]], hasKinks: true) { maximum($0[0], $0[1]) },
    Derivable(name: "minimum", shapes: [[4], [4]], hasKinks: true) { minimum($0[0], $0[1]) },
    Derivable(name: "select", shapes: [[4], [4], [4]], hasKinks: true) { select($0[0] .> 0, $0[1], $0[2]) },
    Derivable(name: "addingProduct", shapes: [[2, 3], [3], [2, 1]]) { $0[0].addingProduct($0[1], $0[2]) },
    Derivable(name: "addingProduct of one", shapes: [[3]]) { x in
      x[0].addingProduct(x[0], x[0]).addingProduct(0.5, x[0])
    },
    Derivable(name: "numbers", shapes: [[3]]) { 2 * $0[0] - 1 + $0[0] / 4 + 3 / (5 + $0[0]) },
  ]

  static let structural: [Derivable] = [
    Derivable(name: "reshaped", shapes: [[2, 3]]) { $0[0].reshaped([3, -1]) },
    Derivable(name: "transposed", shapes: [[2, 3]]) { $0[0].transposed() },
    Derivable(name: "transposed by axes", shapes: [[2, 3, 4]]) { $0[0].transposed([2, 0, 1]) },
    Derivable(name: "broadcast", shapes: [[3, 1]]) { $0[0].broadcast(to: [2, 3, 4]) },
    Derivable(name: "sliced", shapes: [[5, 6]]) { $0[0].sliced(starts: [1, 0], limits: [5, 6], strides: [2, 3]) },
    Derivable(name: "padded", shapes: [[2, 3], []]) {
      $0[0].padded(low: [1, -1], high: [0, 2], interior: [1, 1], value: $0[1])
    },
    Derivable(name: "concatenated", shapes: [[2, 3], [2, 1]]) { concatenated([$0[0], $0[1], $0[0]], axis: 1) },
    Derivable(name: "expandedDims and squeezed", shapes: [[3]]) { $0[0].expandedDims(axis: 0).squeezed(axis: 0) },
    Derivable(name: "gathered", shapes: [[4, 2]]) { $0[0].gathered(rows: Tensor<Int32>([[3, 0], [3, 1]])) },
  ]

  static let reductions: [Derivable] = [
    Derivable(name: "sum of all", shapes: [[2, 3]]) { $0[0].sum() },
    Derivable(name: "sum along an axis", shapes: [[2, 3]]) { $0[0].sum(axis: 1) },
    Derivable(name: "mean keeping dims", shapes: [[2, 3]]) { $0[0].mean(axis: 0, keepDims: true) },
    Derivable(name: "max", shapes: [[2, 3, 2]], hasKinks: true) { $0[0].max(axes: [0, 2]) },
    Derivable(name: "min", shapes: [[2, 3]], hasKinks: true) { $0[0].min(axis: -1) },
    Derivable(name: "product", shapes: [[5, 2]]) { $0[0].product(axis: 0) },
  ]

  static let products: [Derivable] = [
    Derivable(name: "matmul", shapes: [[2, 3], [3, 4]]) { matmul($0[0], $0[1]) },
    Derivable(name: "matmul of batches", shapes: [[2, 1, 3, 2], [4, 2, 3]]) { matmul($0[0], $0[1]) },
    Derivable(name: "matmul by a vector", shapes: [[2, 3], [3]]) { matmul($0[0], $0[1]) },
    Derivable(name: "dotGeneral", shapes: [[3, 2, 4], [4, 5, 3]]) {
      dotGeneral($0[0], $0[1], contracting: ([2], [0]), batch: ([0], [2]))
    },
  ]

  /// Arguments to try it on.
  func arguments(_ random: inout SplitMix) -> [Tensor<Double>] {
    if !hasKinks { return shapes.map { random.tensor($0, in: range) } }
    let count = shapes.reduce(0) { $0 + $1.reduce(1, *) }
    var values = (0..<count).map { (Double($0) - Double(count) / 2 + 0.3) * 0.2 }.shuffled(using: &random)
    return shapes.map { shape in
      let own = shape.reduce(1, *)
      defer { values.removeFirst(own) }
      return Tensor(shape: shape, Array(values.prefix(own)))
    }
  }

  /// A scalar of the function in which every element of the result counts differently.
  func scalar(_ arguments: [Tensor<Double>]) -> Tensor<Double> {
    let result = f(arguments)
    let weights = Tensor(shape: result.shape, (0..<result.count).map { sin(Double($0) * 1.7 + 0.3) })
    return (result * weights).sum()
  }
}

private func sin(_ x: Double) -> Double { Adjoint.sin(Tensor(x)).scalar }

/// The derivative of `f` by each element, by central differences of fourth order.
private func differences(
  _ arguments: [Tensor<Double>], _ f: ([Tensor<Double>]) -> Double
) -> [Tensor<Double>] {
  let h = 1e-3
  return arguments.indices.map { place in
    var slopes: [Double] = []
    for element in 0..<arguments[place].count {
      func at(_ offset: Double) -> Double {
        var moved = arguments
        var values = moved[place].scalars
        values[element] += offset
        moved[place] = Tensor(shape: moved[place].shape, values)
        return f(moved)
      }
      slopes.append((8 * (at(h) - at(-h)) - (at(2 * h) - at(-2 * h))) / (12 * h))
    }
    return Tensor(shape: arguments[place].shape, slopes)
  }
}

private func expectClose(_ found: [Tensor<Double>], _ expected: [Tensor<Double>], _ tolerance: Double, _ note: String) {
  for (left, right) in zip(found, expected) {
    #expect(left.shape == right.shape, "\(note)")
    for (a, b) in zip(left.scalars, right.scalars) {
      #expect((a - b).magnitude <= tolerance * (1 + b.magnitude), "\(note): \(left) is not \(right)")
    }
  }
}

@Suite struct DerivativeTests {
  @Test(arguments: Derivable.all) func gradientsAreSlopes(_ function: Derivable) {
    let seed = testSeed
    var random = SplitMix(seed: seed)
    let arguments = function.arguments(&random)
    let gradients = grad(function.scalar)(arguments)
    expectClose(gradients, differences(arguments) { function.scalar($0).scalar }, 1e-8, "seed \(seed)")
  }

  @Test(arguments: Derivable.all) func gradientsOfGradientsAreSlopes(_ function: Derivable) {
    let seed = testSeed
    var random = SplitMix(seed: seed)
    let arguments = function.arguments(&random)
    let directions = function.shapes.map { random.tensor($0) }
    // The slope of the gradient along a direction: the Hessian times it.
    @Sendable func along(_ arguments: [Tensor<Double>]) -> Tensor<Double> {
      let gradients = grad(function.scalar)(arguments)
      return zip(gradients, directions).reduce(Tensor<Double>(0)) { $0 + ($1.0 * $1.1).sum() }
    }
    expectClose(grad(along)(arguments), differences(arguments) { along($0).scalar }, 1e-7, "seed \(seed)")
  }

  @Test(arguments: Derivable.all) func forwardAndReverseAgree(_ function: Derivable) {
    let seed = testSeed
    var random = SplitMix(seed: seed)
    let arguments = function.arguments(&random)
    let tangents = function.shapes.map { random.tensor($0) }
    let (value, derivative) = jvp(function.f, arguments, tangents)
    let cotangent = random.tensor(value.shape)
    let (same, pullback) = vjp(function.f, arguments)
    #expect(value == same)
    let left = (derivative * cotangent).sum().scalar
    let right = zip(pullback(cotangent), tangents).reduce(0) { $0 + ($1.0 * $1.1).sum().scalar }
    #expect((left - right).magnitude < 1e-9 * (1 + left.magnitude), "seed \(seed)")
  }

  @Test func thriceNested() {
    func fourthPower(_ x: Tensor<Double>) -> Tensor<Double> { x ** 4 }
    #expect(grad(grad(grad(fourthPower)))(Tensor(1)).scalar == 24)
    // An inner variable is not the outer one of the same value.
    func mixed(_ x: Tensor<Double>) -> Tensor<Double> { x * grad { (y: Tensor<Double>) in x * y }(x) }
    #expect(grad(mixed)(Tensor(3)).scalar == 6)
  }

  @Test func conventionsAtSingularPoints() {
    func slope(_ x: Double, _ f: @escaping (Tensor<Double>) -> Tensor<Double>) -> Double { grad(f)(Tensor(x)).scalar }
    #expect(slope(0) { abs($0) } == 1)
    #expect(slope(2) { maximum($0, 2) } == 0.5)
    #expect(slope(2) { minimum($0, 2) } == 0.5)
    #expect(slope(0) { sqrt($0) } == .infinity)
    #expect(slope(0) { log($0) } == .infinity)
    #expect(slope(0) { pow($0, 2.5) } == 0)
    #expect(slope(0) { pow($0, Tensor(0)) }.isNaN)
    #expect(slope(5) { $0 % 3 } == 1)
    #expect(slope(3) { 5 % $0 } == -1)
    #expect(slope(1) { sign($0) } == 0)
    func largest(_ x: Tensor<Double>) -> Tensor<Double> { x.max() }
    #expect(grad(largest)(Tensor([2, 1, 2, 1])) == Tensor([0.5, 0, 0.5, 0]))
    func product(_ x: Tensor<Double>) -> Tensor<Double> { x.product() }
    #expect(grad(product)(Tensor([2, 0, 3])) == Tensor([0, 6, 0]))
    let table = Tensor<Double>([[1, 2], [3, 4]])
    let outside = Tensor<Int32>([1, 7, -1])
    #expect(table.gathered(rows: outside) == Tensor([[3, 4], [3, 4], [1, 2]]))
    func rows(_ table: Tensor<Double>) -> Tensor<Double> { table.gathered(rows: outside).sum() }
    #expect(grad(rows)(table) == Tensor([[0, 0], [1, 1]]))
  }

  @Test func argmaxTakesTheFirst() {
    #expect(Tensor<Float>([1, 3, 3]).argmax().scalar == 1)
    #expect(Tensor<Float>([1, .nan, 3, .nan]).argmax().scalar == 1)
    #expect(Tensor<Float>([[1, 2], [4, 3]]).argmax(axis: 1) == Tensor([1, 0]))
  }

  @Test func whatATransformReturnsIsConstant() {
    var kept: [Tensor<Double>] = []
    func f(_ x: Tensor<Double>) -> Tensor<Double> {
      kept.append(x)
      return (x * x).sum()
    }
    let first = grad(f)(Tensor([1, 2]))
    #expect(first == Tensor([2, 4]))
    // A value that escaped is a number like any other.
    #expect(grad { (x: Tensor<Double>) in (x * kept[0]).sum() }(Tensor([1, 1])) == Tensor([1, 2]))
  }

  @Test func stoppedGradients() {
    #expect(grad { (x: Tensor<Double>) in x * stopGradient(x) }(Tensor(3)).scalar == 3)
    #expect(grad { (x: Tensor<Double>) in stopGradient(x) }(Tensor(3)).scalar == 0)
  }
}
