import Adjoint
import Testing

/// Draws of every sort are JAX's.
@Suite struct StateDrawTests {
  static let cases = Golden.state["draws"]["cases"].array
  static let many = Golden.state["draws"]["many"]

  @Test(arguments: cases) func reals(_ golden: Golden) {
    let key = key(golden["seed"].int)
    let exponential = golden["exponential"].tensor
    expectSameBits(Adjoint.exponential(key, exponential.shape), exponential, "exponential")
    let gumbel = golden["gumbel"].tensor
    expectSameBits(Adjoint.gumbel(key, gumbel.shape), gumbel, "gumbel")
  }

  @Test(arguments: cases) func integers(_ golden: Golden) {
    let key = key(golden["seed"].int)
    let signs = golden["rademacher"].int32Tensor
    #expect(rademacher(key, signs.shape) == signs)
    let range = golden["randint"]
    #expect(randint(key, [17], low: range["low"].int, high: range["high"].int) == range.int32Tensor)
    let chances = golden["chances"].tensor
    #expect(bernoulli(key, chances) == golden["bernoulli"].boolTensor)
    #expect(bernoulli(key, chances, [2, 3, 5]) == golden["bernoulliMany"].boolTensor)
  }

  @Test(arguments: cases) func categories(_ golden: Golden) {
    let key = key(golden["seed"].int)
    let logits = golden["logits"].tensor
    #expect(categorical(key, logits) == golden["categorical"].int32Tensor)
    #expect(categorical(key, logits, axis: -1) == golden["categorical"].int32Tensor)
    #expect(categorical(key, logits, axis: 0) == golden["categoricalFirst"].int32Tensor)
    #expect(categorical(key, logits, axis: -1, shape: [5, 4]) == golden["categoricalMany"].int32Tensor)
  }

  @Test(arguments: cases) func choices(_ golden: Golden) {
    let key = key(golden["seed"].int)
    let rows = Tensor<Int32>.iota([12], axis: 0).reshaped([6, 2])
    #expect(choice(key, 10, [4, 2]) == golden["choice"].int32Tensor)
    #expect(choice(key, 10, [2, 3], replace: false) == golden["choiceOnce"].int32Tensor)
    #expect(choice(key, rowsOf: rows, [3]) == golden["choiceRows"].int32Tensor)
    let weights = golden["weights"].tensor
    #expect(choice(key, [11], probabilities: weights) == golden["choiceWeighted"].int32Tensor)
    #expect(choice(key, [5], probabilities: weights, replace: false) == golden["choiceWeightedOnce"].int32Tensor)
    let chosen = choice(key, rowsOf: rows, [4], probabilities: Tensor<Float>([0, 0, 1, 0, 0, 0]))
    #expect(chosen == Tensor<Int32>([[4, 5], [4, 5], [4, 5], [4, 5]]))
  }

  @Test(arguments: cases) func orders(_ golden: Golden) {
    let key = key(golden["seed"].int)
    let rows = Tensor<Int32>.iota([12], axis: 0).reshaped([6, 2])
    let order = golden["permutation"].int32Tensor
    #expect(permutation(key, Tensor<Int32>.iota([23], axis: 0)) == order)
    #expect(permutation(key, 23) == order.scalars.map { Int($0) })
    #expect(permutation(key, rows) == golden["permutationRows"].int32Tensor)
  }

  @Test func manyAtOnce() {
    let key = key(11)
    #expect(checksum(exponential(key, [5000]).scalars) == UInt32(Self.many["exponential"].int))
    #expect(checksum(gumbel(key, [5000]).scalars) == UInt32(Self.many["gumbel"].int))
    let integers = randint(key, [5000], low: -1000, high: 1_000_000).scalars
    #expect(integers.reduce(0) { $0 + Int($1) } == Self.many["randint"].int)
    #expect(Int(rademacher(key, [5000]).sum().scalar) == Self.many["rademacher"].int)
  }

  @Test func smallOrders() {
    #expect(permutation(key(0), Tensor<Float>([7])).scalars == [7])
    // Two rounds from 1626 elements on.
    let order = permutation(key(5), Tensor<Int32>.iota([1700], axis: 0)).scalars.map { Int($0) }
    #expect(order == permutation(key(5), 1700))
  }
}
