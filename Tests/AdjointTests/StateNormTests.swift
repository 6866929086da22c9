import Adjoint
import Testing

/// Normalisation over batches and groups, and the flags of training and use, as Flax's.
@Suite struct StateNormTests {
  static let cases = Golden.state["normalisation"]["cases"].array

  @Test(arguments: cases) func batches(_ golden: Golden) {
    let (seed, shape) = (golden["seed"].int, golden["shape"].ints)
    let features = shape[shape.count - 1]
    let layer = BatchNorm(
      features, momentum: golden["momentum"].float, epsilon: golden["epsilon"].float,
      useFastVariance: golden["fast"].bool, rngs: Rngs(0))
    layer.scale!.value = normal(key(seed + 50), [features])
    layer.bias!.value = normal(key(seed + 60), [features])
    func input(_ step: Int) -> Tensor<Float> { normal(foldIn(key(seed), step), shape) * 2 + 1 }
    for (step, expected) in golden["outputs"].array.enumerated() {
      expectClose(layer(input(step)), expected.tensor, "batch \(step)", tolerance: 1e-5, absolute: 1e-5)
    }
    let weights = normal(key(seed + 70), shape)
    let x = input(2)
    let grads = grad { (layer: BatchNorm) in (layer(x) * weights).sum() }(layer)
    expectClose(grads.scale!, golden["scaleGradient"].tensor, "scale", tolerance: 1e-5, absolute: 1e-5)
    expectClose(grads.bias!, golden["biasGradient"].tensor, "bias", tolerance: 1e-5, absolute: 1e-5)
    #expect(grads.names == ["bias", "scale"])
    let byInput = grad { (x: Tensor<Float>) in (layer(x) * weights).sum() }(x)
    // Batches of one example have gradients that are differences of nearly equal numbers.
    expectClose(byInput, golden["inputGradient"].tensor, "input", tolerance: 1e-4, absolute: 1e-4)
    // Five batches, two of them inside of gradients.
    expectClose(layer.mean, golden["mean"].tensor, "mean")
    expectClose(layer.variance, golden["variance"].tensor, "variance")
    let before = state(layer)
    layer.eval()
    expectClose(layer(x), golden["evaluated"].tensor, "in use", tolerance: 1e-5, absolute: 1e-5)
    #expect(state(layer) == before)
  }

  @Test(arguments: Golden.state["normalisation"]["groups"].array) func groups(_ golden: Golden) {
    let expected = golden["output"].tensor
    let seed = golden["seed"].int
    let features = expected.shape[expected.rank - 1]
    let layer = GroupNorm(features, groups: golden["groups"].int, rngs: Rngs(0))
    layer.scale!.value = normal(key(seed + 80), [features])
    expectClose(layer(normal(key(seed), expected.shape)), expected, "groups", tolerance: 1e-5, absolute: 1e-5)
  }

  final class Net: Module {
    let linear: Linear
    let norm: BatchNorm
    let drops: [Dropout]
    init(rngs: Rngs) {
      linear = Linear(3, 4, rngs: rngs)
      norm = BatchNorm(4, rngs: rngs)
      drops = [Dropout(0.5, rngs: rngs), Dropout(0.2, rngs: rngs)]
    }
    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
      var y = norm(linear(x))
      for drop in drops { y = drop(y) }
      return y
    }
  }

  @Test func flagsReachEveryLayer() {
    let net = Net(rngs: Rngs(0))
    net.eval()
    #expect(net.norm.useRunningAverage && net.drops.allSatisfy(\.deterministic))
    net.train()
    #expect(!net.norm.useRunningAverage && !net.drops.contains { $0.deterministic })
    net.setAttributes(["deterministic": true]) { ($0 as? Dropout)?.rate == 0.5 }
    #expect(net.drops.map(\.deterministic) == [true, false])
    net.setAttributes(["deterministic": true, "useRunningAverage": true])
    let x = normal(key(1), [5, 3])
    let before = state(net)
    #expect(net(x) == net(x))
    #expect(state(net) == before)
    // Flags belong to the structure.
    let inUse = graphdef(net)
    net.train()
    #expect(graphdef(net) != inUse)
  }

  @Test func viewsShareVariables() {
    let net = Net(rngs: Rngs(0))
    let use = view(net, ["deterministic": true, "useRunningAverage": true])
    #expect(use !== net && use.linear !== net.linear)
    #expect(use.linear.$kernel === net.linear.$kernel)
    #expect(!net.norm.useRunningAverage && use.norm.useRunningAverage)
    _ = net(normal(key(1), [5, 3]))
    #expect(use.norm.mean == net.norm.mean && use.norm.mean != Tensor<Float>.zeros([4]))
  }

  @Test func optionalAttributes() {
    final class Layer: Module {
      var limit: Float?
      var rate = 0.5
    }
    let layer = Layer()
    layer.setAttribute("limit", to: Float(2))
    layer.setAttribute("rate", to: 0.25)
    #expect(layer.limit == 2 && layer.rate == 0.25)
  }
}
