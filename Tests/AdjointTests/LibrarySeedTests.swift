import Adjoint
import Testing

/// The program that the README begins with gives Flax's numbers.
@Suite struct LibrarySeedTests {
  static let golden = Golden.library["seed"]

  @Test func startsFromTheSameBits() {
    expectSameBits(normal(key(0), [1, 2]), Self.golden["x"].tensor, "x")
    expectSameBits(normal(key(1), [1, 3]), Self.golden["y"].tensor, "y")
    let model = Linear(2, 3, rngs: Rngs(0))
    expectSameBits(model.kernel, Self.golden["kernel"].tensor, "kernel")
    #expect(model.bias?.value == Tensor<Float>.zeros([3]))
  }

  @Test func trainsToTheSameParameters() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let x = normal(key(0), [1, 2])
    let y = normal(key(1), [1, 3])
    for step in 1...100 {
      let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
      update(model, map(state(model, Param.self), grads) { p, g in p - 0.1 * g })
      guard let expected = Self.golden["steps"][ifPresent: String(step)] else { continue }
      if step == 100 {
        #expect(loss.scalar < 1e-12)
      } else {
        expectClose(loss, Tensor(expected["loss"].float), "loss \(step)")
      }
      expectClose(model.kernel, expected["kernel"].tensor, "kernel \(step)")
      expectClose(model.bias!.value, expected["bias"].tensor, "bias \(step)")
    }
  }
}
