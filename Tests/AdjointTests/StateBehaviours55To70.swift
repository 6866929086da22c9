import Adjoint
import Foundation
import Testing

/// Random streams, training and layers. The numbers are those of Documentation/behaviours.md.
@Suite struct StateBehaviours55To70 {
  @Test("behaviour 55: a source splits into independent ones and goes on itself") func splitting() {
    let rngs = Rngs(params: 0, dropout: 1)
    let parts = rngs.split(5)
    #expect(parts.count == 5 && rngs.params.count.scalar == 1)
    let keys = split(foldIn(key(0), 0), 5)
    for (part, key) in zip(parts, keys) {
      #expect(part.params.key == key.data && part.params.key.shape == [2] && part.params.count.scalar == 0)
    }
    #expect(rngs.params().data == foldIn(key(0), 1).data)
  }

  @Test("behaviour 56: a fork has other keys and takes one; a seed begins again") func forking() {
    let rngs = Rngs(params: 0, dropout: 1)
    let child = rngs.fork()
    #expect(child.dropout.key != rngs.dropout.key && rngs.dropout.count.scalar == 1)
    let dropout = Dropout(0.5, rngs: Rngs(dropout: 42))
    let x = Tensor<Float>.ones([50])
    reseed(dropout, ["dropout": 3])
    let first = dropout(x)
    #expect(dropout(x) != first)
    reseed(dropout, ["dropout": 3])
    #expect(dropout(x) == first)
  }

  @Test("behaviour 57: streams fall back to the default one and share its count; without one they are refused")
  func fallback() async {
    let rngs = Rngs(0)
    #expect(rngs.dropout().data != rngs.params().data)
    #expect(rngs["default"].count.scalar == 2)
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      _ = Rngs(params: 0).dropout()
    }
    #expect(message(result).contains("neither a stream named 'dropout' nor a default stream"))
  }

  @Test("behaviour 58: a source's draw is the draw of its next key") func sourceDraws() {
    #expect(Rngs(0).normal([2, 3]) == normal(foldIn(key(0), 0), [2, 3]))
  }

  final class Noisy: Module {
    let linear: Linear
    let rngs: Rngs
    init() {
      rngs = Rngs(params: 0, dropout: 1)
      linear = Linear(2, 3, rngs: rngs)
    }
  }

  @Test("behaviour 59: keys, counters and streams can be told apart by filters") func rngFilters() {
    let (_, parameters, counts, rest) = split(Noisy(), Param.self, RngCount.self, .rest)
    #expect(parameters.names == ["linear.bias", "linear.kernel"])
    #expect(counts.names == ["rngs.streams.0.count", "rngs.streams.1.count"])
    #expect(rest.names == ["rngs.streams.0.key", "rngs.streams.1.key"])
    #expect(state(Noisy(), .paths("rngs.streams.1")).count == 2)
    let (_, _, both, dropout, params) = split(
      Noisy(), .of(Param.self), .of(RngCount.self), .stream("dropout"), .stream("params"))
    #expect(both.count == 2)
    #expect(dropout.names == ["rngs.streams.1.key"] && params.names == ["rngs.streams.0.key"])
    #expect(Tensor<UInt32>(dropout.values[0]) == key(1).data && Tensor<UInt32>(params.values[0]) == key(0).data)
    // Streams are told apart by name wherever they are; a layer's own is of the name it was taken from.
    let layer = Dropout(0.5, rngs: Rngs(0, dropout: 1))
    #expect(state(layer, .stream("dropout")).names == ["rngs.count", "rngs.key"])
    #expect(state(layer, .not(.stream("dropout"))).count == 0 && state(layer, .stream("params")).count == 0)
    #expect(
      state(Noisy(), .all(.stream("params"), .of(RngKey.self))).names == ["rngs.streams.0.key"])
    #expect(pop(Noisy(), .stream("nothing")).count == 0)
  }

  @Test("behaviour 59: streams are saved and restored with the rest, and go on where they were") func savedStreams()
    throws
  {
    let model = Noisy()
    _ = (model.rngs.dropout(), model.rngs.params())
    let saved = try Checkpoint(serialized: Data(Checkpoint(state(model)).serialized()))
    let expected = [model.rngs.dropout(), model.rngs.dropout(), model.rngs.params()].map(\.data.scalars)
    let other = Noisy()
    update(other, try saved.state(like: state(other)))
    #expect([other.rngs.dropout(), other.rngs.dropout(), other.rngs.params()].map(\.data.scalars) == expected)
    #expect(other.rngs.dropout.count.scalar == 3 && other.rngs.params.count.scalar == 4)
  }

  @Test("behaviour 60: an optimiser counts, names its slots by parameter, and leaves frozen parameters as they are")
  func optimiser() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let kernel = model.kernel
    let optimizer = Optimizer(model, Adam(learningRate: 0.1), wrt: .pathContains("bias"))
    let x = normal(key(0), [4, 2])
    let grads = grad(model, wrt: .pathContains("bias")) { (($0(x) - 1) ** 2).mean() }
    #expect(grads.names == ["bias"])
    optimizer.update(model, grads)
    #expect(optimizer.step.scalar == 1)
    #expect(state(optimizer).names == ["mu.bias", "nu.bias", "step"])
    #expect(model.kernel == kernel && model.bias!.value != Tensor<Float>.zeros([3]))
    // More gradients than are trained are no mistake.
    optimizer.update(model, grad { (model: Linear) in ((model(x) - 1) ** 2).mean() }(model))
    #expect(model.kernel == kernel && optimizer.step.scalar == 2)
  }

  @Test("behaviour 60: too few gradients are refused") func missingGradients() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Linear(2, 3, rngs: Rngs(0))
      let optimizer = Optimizer(model, Adam(learningRate: 0.1), wrt: Param.self)
      optimizer.update(model, grad(model, wrt: .pathContains("bias")) { $0(Tensor<Float>([[1, 2]])).sum() })
    }
    #expect(message(result).contains("kernel"))
  }

  @Test("behaviour 61: gradients of parts make the update of the whole") func accumulation() {
    let (whole, parts) = (Linear(2, 3, rngs: Rngs(0)), Linear(2, 3, rngs: Rngs(0)))
    let x = normal(key(0), [8, 2])
    func gradients(_ model: Linear, _ x: Tensor<Float>) -> State<Linear> {
      grad { (model: Linear) in ((model(x) - 1) ** 2).mean() }(model)
    }
    let once = Optimizer(whole, Adam(learningRate: 0.1), wrt: Param.self)
    once.update(whole, gradients(whole, x))
    let twice = Optimizer(parts, MultiSteps(Adam(learningRate: 0.1), every: 2), wrt: Param.self)
    twice.update(parts, gradients(parts, x.sliced(starts: [0, 0], limits: [4, 2])))
    twice.update(parts, gradients(parts, x.sliced(starts: [4, 0], limits: [8, 2])))
    expectClose(parts.kernel, whole.kernel, "kernel")
    expectClose(parts.bias!.value, whole.bias!.value, "bias")
  }

  @Test("behaviour 62: metrics sum up, begin again, and know nothing of nothing") func metrics() {
    let accuracy = Accuracy()
    let logits = Tensor<Float>([[1, 0], [0, 1], [1, 0], [1, 0], [0, 1]])
    accuracy.update(logits: logits, labels: Tensor<Int32>([0, 1, 0, 1, 0]))
    expectClose(accuracy.compute(), Tensor(0.6), "accuracy")
    accuracy.update(logits: logits, labels: Tensor<Int32>([0, 1, 0, 0, 0]))
    expectClose(accuracy.compute(), Tensor(0.7), "accuracy of both")
    let average = Average()
    average.update(Tensor<Float>([1, 2, 3]))
    average.update(Tensor<Float>(4))
    #expect(average.compute().scalar == 2.5)
    average.reset()
    #expect(average.compute().scalar.isNaN)
    let welford = Welford()
    welford.update(Tensor<Float>([1, 2, 3, 4]))
    expectClose(welford.compute().standardDeviation, Tensor(1.118034), "of the population")
    expectClose(welford.compute().standardErrorOfMean, Tensor(0.559017), "of the mean")
    let both = MultiMetric(["all": Average("loss"), "some": Average("loss")])
    both.update(["loss": Tensor<Float>([1, 5])], masks: ["some": Tensor<Bool>([true, false])])
    #expect(both.compute() == ["all": Tensor<Float>(3), "some": Tensor<Float>(1)])
  }

  @Test("behaviour 63: an average of parameters moves by a tenth") func average() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let kernel = model.kernel
    let average = EMA(model, decay: 0.9)
    model.kernel = kernel * 2
    average.update(model)
    expectClose(average.applied(to: model).kernel, kernel * 0.9 + kernel * 2 * 0.1, "average")
  }

  @Test("behaviour 64: batch normalisation learns statistics in training and uses them afterwards") func normalisation()
  {
    let norm = BatchNorm(2, rngs: Rngs(0))
    let x = Tensor<Float>([[1, 10], [3, 30]])
    norm.train()
    _ = norm(x)
    expectClose(norm.mean, Tensor<Float>([0.02, 0.2]), "mean")
    expectClose(norm.variance, Tensor<Float>([0.99 + 0.01, 0.99 + 1]), "variance, of the population")
    norm.eval()
    let before = state(norm)
    expectClose(norm(x), (x - norm.mean) * rsqrt(norm.variance + 1e-5), "in use")
    #expect(state(norm) == before)
  }

  @Test("behaviour 65: dropout does nothing in use, drops all at rate 1, and masks gradients like values")
  func dropout() {
    let x = normal(key(0), [100])
    let layer = Dropout(0.5, rngs: Rngs(0))
    layer.eval()
    #expect(layer(x) == x)
    #expect(Dropout(1, rngs: Rngs(0))(x) == Tensor<Float>.zeros([100]))
    let (training, twin) = (Dropout(0.5, rngs: Rngs(0)), Dropout(0.5, rngs: Rngs(0)))
    let y = training(x)
    let gradient = grad { (x: Tensor<Float>) in twin(x).sum() }(x)
    #expect(gradient.scalars.map { $0 != 0 } == y.scalars.map { $0 != 0 })
  }

  @Test("behaviour 68: sub-models in plain arrays, dictionaries and optionals are found; elsewhere they are refused")
  func containers() async {
    final class Holder: Module {
      let list: [Linear]
      let named: [String: Linear]
      let maybe: Linear?
      init() {
        let rngs = Rngs(0)
        list = [Linear(1, 1, useBias: false, rngs: rngs)]
        named = ["x": Linear(1, 1, useBias: false, rngs: rngs)]
        maybe = Linear(1, 1, useBias: false, rngs: rngs)
      }
    }
    #expect(state(Holder()).names == ["list.0.kernel", "maybe.kernel", "named.x.kernel"])
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      final class Hidden: Module {
        let pair = (Linear(1, 1, rngs: Rngs(0)), 3)
      }
      _ = state(Hidden())
    }
    #expect(message(result).contains("a state cannot see it there"))
  }

  final class Shows: Module {
    let linear: Linear
    init() { linear = Linear(2, 3, rngs: Rngs(0)) }
    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
      let h = linear(x)
      sow("h", h)
      sow(Intermediate.self, "norm", (h * h).sum(), combining: +)
      return tanh(h)
    }
  }

  final class Twice: Module {
    let inner = Shows()
    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { inner(x) + inner(x * 2) }
  }

  @Test("behaviour 69: what a model shows on its way is captured, several values in order") func capturing() {
    let model = Twice()
    let x = Tensor<Float>([[1, 2]])
    #expect(model(x) == model(x))
    let (y, shown) = capture(model) { $0(x) }
    #expect(y == model(x))
    #expect(shown.names == ["inner.h", "inner.norm"])
    #expect(shown["inner.h"] == [model.inner.linear(x), model.inner.linear(x * 2)])
    #expect(shown["inner.norm"].count == 1)
    #expect(capture(model, BatchStat.self) { $0(x) }.1.names.isEmpty)
    // Inside a gradient what is shown comes out as a further result.
    let ((loss, inside), _) = valueAndGrad(model) { model in
      let (y, shown) = capture(model) { $0(x) }
      return (y.sum(), shown)
    }
    #expect(loss == y.sum() && inside["inner.h"] == shown["inner.h"])
    #expect(state(model).names == ["inner.linear.bias", "inner.linear.kernel"])
  }

  @Test("behaviour 70: stateful, pure and mixed steps end with the same bits") func fourWays() {
    let runs = (0..<4).map { StateTraining.run(form: $0, steps: 5) }
    for form in 1..<4 {
      #expect(haveSameBits(runs[form].model, runs[0].model))
      #expect(haveSameBits(runs[form].optimizer, runs[0].optimizer))
    }
  }
}
