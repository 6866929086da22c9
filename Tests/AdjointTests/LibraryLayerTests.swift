import Adjoint
import Testing

/// Layers have Flax's first parameters to the bit, and its outputs and gradients.
@Suite struct LibraryLayerTests {
  static let golden = Golden.library["layers"]

  @Test(arguments: golden["cases"].array) func layer(_ golden: Golden) {
    let arguments = golden["arguments"]
    let rngs = Rngs(golden["seed"].int)
    switch golden["name"].string {
    case "Linear":
      let useBias = arguments["useBias"].bool
      check(Linear(arguments["in"].int, arguments["out"].int, useBias: useBias, rngs: rngs), golden)
    case "Embed":
      checkEmbed(Embed(arguments["count"].int, arguments["features"].int, rngs: rngs), golden)
    case "LayerNorm":
      let useBias = arguments["useBias"].bool
      let useScale = arguments["useScale"].bool
      check(LayerNorm(arguments["features"].int, useBias: useBias, useScale: useScale, rngs: rngs), golden)
    case "RMSNorm":
      check(RMSNorm(arguments["features"].int, rngs: rngs), golden)
    case "Sequential":
      let hidden = arguments["hidden"].int
      let model = Sequential(
        Linear(arguments["in"].int, hidden, rngs: rngs), Activation(.relu), LayerNorm(hidden, rngs: rngs),
        Linear(hidden, arguments["out"].int, rngs: rngs))
      check(model, golden)
    default: Issue.record("no layer \(golden["name"])")
    }
  }

  /// Parameters, output, and the gradients of sum(output * weights).
  func check<Model: Layer>(_ model: Model, _ golden: Golden) {
    let what = "\(golden["name"].string) \(golden["arguments"])"
    checkLeaves(state(model), golden["parameters"], what, exact: true)
    let x = golden["input"].tensor
    let w = golden["weights"].tensor
    expectClose(model(x), golden["output"].tensor, what)
    let grads = grad { (model: Model) in (model(x) * w).sum() }(model)
    checkLeaves(grads, golden["gradients"], what + " gradient", exact: false)
    let inputGradient = grad { (x: Tensor<Float>) in (model(x) * w).sum() }(x)
    expectClose(inputGradient, golden["inputGradient"].tensor, what + " input gradient", absolute: 2e-6)
  }

  func checkEmbed(_ model: Embed, _ golden: Golden) {
    checkLeaves(state(model), golden["parameters"], "Embed", exact: true)
    let indices = golden["input"].int32Tensor
    let w = golden["weights"].tensor
    expectSameBits(model(indices), golden["output"].tensor, "Embed")
    let grads = grad { (model: Embed) in (model(indices) * w).sum() }(model)
    checkLeaves(grads, golden["gradients"], "Embed gradient", exact: false)
  }

  func checkLeaves<Model>(_ state: State<Model>, _ golden: Golden, _ what: String, exact: Bool) {
    let expected = golden.entries
    #expect(state.names.sorted() == expected.map(\.key), "\(what)")
    for (name, value) in expected {
      guard let actual = state[name] else { continue }
      if exact {
        expectSameBits(Tensor(actual), value.tensor, "\(what) \(name)")
      } else {
        expectClose(Tensor(actual), value.tensor, "\(what) \(name)", absolute: 2e-6)
      }
    }
  }

  @Test(arguments: golden["dropout"].array) func dropout(_ golden: Golden) {
    let rngs = Rngs(golden["seed"].int)
    let layer = Dropout(golden["rate"].double, rngs: rngs)
    let x = golden["input"].tensor
    expectSameBits(layer(x), golden["first"].tensor, "first mask")
    expectSameBits(layer(x), golden["second"].tensor, "second mask")
    #expect(layer.rngs?.key.scalars == golden["streamKey"].uint32s)
    #expect(layer.rngs?.count.scalar == UInt32(golden["streamCount"].int))
    expectSameBits(Linear(2, 3, rngs: rngs).kernel, golden["follower"].tensor, "the layer after it")
  }

  @Test func dropoutGradientPassesTheMask() {
    let layer = Dropout(0.5, rngs: Rngs(1))
    let x = normal(key(8), [4, 8])
    let again = clone(layer)
    let mask = layer(Tensor<Float>.ones([4, 8]))
    let gradient = grad { (x: Tensor<Float>) in again(x).sum() }(x)
    #expect(gradient == mask)
  }

  @Test func dropoutWithoutEffect() {
    let x = normal(key(8), [4, 8])
    let layer = Dropout(0.5, deterministic: true)
    #expect(layer(x) == x)
    let all = Dropout(1, rngs: Rngs(0))
    #expect(all(x) == Tensor<Float>.zeros([4, 8]))
  }

  @Test func separateStreams() {
    let golden = Self.golden["separateStreams"]
    let rngs = Rngs(params: 4, dropout: 5)
    let dropout = Dropout(0.4, rngs: rngs)
    expectSameBits(Linear(3, 2, rngs: rngs).kernel, golden["kernel"].tensor, "kernel")
    expectSameBits(dropout(Tensor<Float>.ones([2, 5])), golden["dropped"].tensor, "dropped")
  }

  @Test func attendIsTheTransposedTable() {
    let embed = Embed(5, 4, rngs: Rngs(2))
    let query = normal(key(3), [2, 3, 4])
    let expected = matmul(query.reshaped([6, 4]), embed.embedding.transposed()).reshaped([2, 3, 5])
    expectClose(embed.attend(query), expected, "attend")
  }

  @Test func indicesOutOfRange() {
    let embed = Embed(3, 2, rngs: Rngs(0))
    let table = embed.embedding.scalars
    let indices = Tensor<Int32>([7, -2])
    #expect(embed(indices).scalars == [table[4], table[5], table[0], table[1]])
    let grads = grad { (model: Embed) in model(indices).sum() }(embed)
    #expect(grads.embedding == Tensor<Float>.zeros([3, 2]))
  }

  @Test func layersSurviveSplitAndMerge() {
    let rngs = Rngs(7)
    let model = Sequential(
      Linear(3, 4, useBias: false, rngs: rngs), Activation(.gelu), Dropout(0.5, rngs: rngs),
      RMSNorm(4, rngs: rngs))
    let (definition, values) = split(model)
    #expect(
      values.names == [
        "layers.0.kernel", "layers.2.rngs.count", "layers.2.rngs.key", "layers.3.scale",
      ])
    let copy = merge(definition, values)
    let x = normal(key(1), [5, 3])
    #expect(copy(x) == model(x))
    #expect(state(copy) == state(model))
    #expect(state(copy) != values)
  }
}
