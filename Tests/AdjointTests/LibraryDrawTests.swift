import Adjoint
import Testing

/// The random draws are JAX's to the bit.
@Suite struct LibraryDrawTests {
  static let cases = Golden.library["draws"]["cases"].array

  @Test(arguments: cases) func integers(_ golden: Golden) {
    let key = key(golden["seed"].int)
    #expect(key.data.scalars == golden["key"].uint32s)
    #expect(split(key, 3).flatMap(\.data.scalars) == golden["split3"].uint32s)
    #expect(foldIn(key, 7).data.scalars == golden["foldIn7"].uint32s)
    #expect(foldIn(key, Tensor<UInt32>(7)).data.scalars == golden["foldIn7"].uint32s)
    for bits in golden["bits"].array {
      #expect(randomBits(key, bits["shape"].ints) == bits.uint32Tensor)
    }
    #expect(bernoulli(key, 0.3, [16]) == golden["bernoulli"].boolTensor)
    #expect(randint(key, [12], low: -3, high: 10) == golden["randint"].int32Tensor)
    #expect(permutation(key, 17) == golden["permutation"]["values"].ints)
  }

  @Test(arguments: cases) func reals(_ golden: Golden) {
    let key = key(golden["seed"].int)
    expectSameBits(uniform(key, [7]), golden["uniform"].tensor, "uniform")
    expectSameBits(uniform(key, [2, 5], low: -2.5, high: 3.25), golden["uniformRange"].tensor, "uniform in a range")
    for expected in golden["normal"].array {
      expectSameBits(normal(key, expected["shape"].ints), expected.tensor, "normal")
    }
    expectSameBits(truncatedNormal(key, -2, 2, [9]), golden["truncatedNormal"].tensor, "truncatedNormal")
    expectSameBits(
      truncatedNormal(key, -1.5, 0.75, [9]), golden["truncatedNormalSkew"].tensor, "truncatedNormal, uneven bounds")
  }

  @Test(arguments: cases) func manyAtOnce(_ golden: Golden) {
    let key = key(golden["seed"].int)
    #expect(checksum(uniform(key, [5000], low: -0.3, high: 1.7).scalars) == UInt32(golden["bigUniform"].int))
    #expect(checksum(normal(key, [5000]).scalars) == UInt32(golden["bigNormal"].int))
    #expect(checksum(truncatedNormal(key, -2, 2, [5000]).scalars) == UInt32(golden["bigTruncated"].int))
  }

  @Test(arguments: cases) func logarithmic(_ golden: Golden) {
    let key = key(golden["seed"].int)
    expectClose(gumbel(key, [8]), golden["gumbel"].tensor, "gumbel")
    let logits = log(Tensor<Float>([0.1, 0.2, 0.7])).broadcast(to: [6, 3])
    #expect(categorical(key, logits) == golden["categorical"].int32Tensor)
  }

  @Test func largePermutation() {
    let order = permutation(key(7), 3000)
    #expect(order.sorted() == Array(0..<3000))
    var sum: UInt32 = 0
    for (index, item) in order.enumerated() { sum &+= UInt32(item) &* UInt32(index + 1) }
    #expect(sum == UInt32(Golden.library["draws"]["permutation3000"].int))
  }

  @Test func smallPermutations() {
    #expect(permutation(key(0), 0) == [])
    #expect(permutation(key(0), 1) == [0])
  }

  @Test func emptyRanges() {
    #expect(randint(key(3), [4], low: 5, high: 5).scalars == [5, 5, 5, 5])
  }
}
