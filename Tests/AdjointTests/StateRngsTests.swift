import Adjoint
import Testing

/// Streams fork, split and begin again as Flax's.
@Suite struct StateRngsTests {
  static let cases = Golden.state["streams"].array

  @Test(arguments: cases) func keys(_ golden: Golden) {
    let rngs = Rngs(golden["default"].int, params: golden["params"].int, dropout: 1)
    let taken = [rngs.params(), rngs.dropout(), rngs.noise(), rngs()]
    #expect(taken.map(\.data.scalars) == golden["taken"].array.map(\.uint32s))
    let child = rngs.fork()
    let forked = [child.params(), child(), child.dropout()]
    #expect(forked.map(\.data.scalars) == golden["forked"].array.map(\.uint32s))
    let parts = rngs.split(5)
    for (name, expected) in golden["split"].entries {
      #expect(parts.flatMap { $0[name].key.scalars } == expected.uint32s, "\(name)")
      #expect(parts.allSatisfy { $0[name].count.scalar == 0 })
    }
    for (name, expected) in golden["counts"].entries { #expect(Int(rngs[name].count.scalar) == expected.int) }
    rngs.reseed("dropout", 42)
    #expect(rngs.dropout().data.scalars == golden["reseeded"].uint32s)
  }

  @Test(arguments: cases) func drawsTakeAKey(_ golden: Golden) {
    let rngs = Rngs(golden["default"].int)
    expectSameBits(rngs.normal([2, 3]), golden["normal"].tensor, "normal")
    #expect(rngs["default"].count.scalar == 1)
    let copy = clone(rngs)
    #expect(rngs.uniform([4]) == uniform(copy(), [4]))
    #expect(rngs.params.bits([3]) == randomBits(copy(), [3]))
    #expect(rngs.randint([3], low: 0, high: 9) == randint(copy(), [3], low: 0, high: 9))
    #expect(rngs.bernoulli(0.5, [3]) == bernoulli(copy(), 0.5, [3]))
    #expect(rngs.truncatedNormal(-1, 1, [3]) == truncatedNormal(copy(), -1, 1, [3]))
    #expect(rngs.gumbel([3]) == gumbel(copy(), [3]))
    #expect(rngs.exponential([3]) == exponential(copy(), [3]))
    #expect(rngs.rademacher([3]) == rademacher(copy(), [3]))
    let logits = Tensor<Float>([0, 1, 2])
    #expect(rngs.categorical(logits) == categorical(copy(), logits))
  }

  @Test func streamsByName() {
    let rngs = Rngs(["carry": 3, "params": 0])
    #expect(rngs.names == ["carry", "params"])
    #expect(rngs.contains("carry") && !rngs.contains("dropout"))
    #expect(rngs["carry"]().data == foldIn(key(3), 0).data)
    #expect(rngs.params().data == foldIn(key(0), 0).data)
    #expect(Rngs(key(7))().data == foldIn(key(7), 0).data)
  }

  @Test func splitOnlyOneStream() {
    let rngs = Rngs(params: 0, dropout: 1)
    let parts = rngs.split(3, only: ["dropout"])
    #expect(rngs.dropout.count.scalar == 1)
    #expect(rngs.params.count.scalar == 0)
    #expect(Set(parts.map { $0.dropout.key.scalars }).count == 3)
    // The other stream is one and the same, so no key is given out twice.
    #expect(parts.allSatisfy { $0["params"] === rngs["params"] })
  }

  @Test func keysAreState() {
    final class Sampler: Module {
      @RngKey var key: Tensor<UInt32>
      init(_ key: Key) { self.key = key.data }
      func draw() -> Tensor<Float> {
        let keys = split(Key(key), 2)
        key = keys[0].data
        return normal(keys[1], [3])
      }
    }
    let sampler = Sampler(key(0))
    let (definition, saved) = split(sampler)
    let (first, second) = (sampler.draw(), sampler.draw())
    #expect(first != second)
    let copy = merge(definition, saved)
    #expect(copy.draw() == first)
    #expect(copy.draw() == second)
  }
}
