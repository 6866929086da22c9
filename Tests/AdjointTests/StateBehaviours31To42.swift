import Adjoint
import Testing

/// Gradients by models. The numbers are those of Documentation/behaviours.md.
@Suite struct StateBehaviours31To42 {
  final class Net: Module {
    let linear: Linear
    let norm: BatchNorm
    let dropout: Dropout
    init(_ seed: Int = 0) {
      let rngs = Rngs(seed)
      linear = Linear(2, 3, rngs: rngs)
      norm = BatchNorm(3, rngs: rngs)
      dropout = Dropout(0.5, rngs: rngs)
    }
    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { dropout(norm(linear(x))) }
  }

  static let x = normal(key(7), [6, 2])

  @Test("behaviour 31: gradients are of parameters; statistics and counters change once") func parametersOnly() {
    let model = Net()
    let grads = grad { (model: Net) in (model(Self.x) ** 2).mean() }(model)
    #expect(grads.names == ["linear.bias", "linear.kernel", "norm.bias", "norm.scale"])
    let reference = Net()
    _ = reference(Self.x)
    #expect(model.norm.mean == reference.norm.mean && model.norm.mean != Tensor<Float>.zeros([3]))
    #expect(model.dropout.rngs!.count.scalar == 1)
  }

  @Test("behaviour 32: gradients by several arguments, and by a part of a model") func severalArguments() {
    let (a, b) = (Linear(2, 3, rngs: Rngs(0)), Linear(2, 3, rngs: Rngs(1)))
    func loss(_ a: Linear, _ scale: Tensor<Float>, _ b: Linear) -> Tensor<Float> {
      (a(Self.x) * scale * b(Self.x)).sum()
    }
    let (byA, byB) = grad(loss, argnums: (.first, .third))(a, Tensor<Float>(2), b)
    #expect(byA == grad(loss)(a, Tensor<Float>(2), b))
    #expect(byB == grad(loss, argnums: .third)(a, Tensor<Float>(2), b))
    let biases = grad(loss, argnums: .first(.pathContains("bias")))(a, Tensor<Float>(2), b)
    #expect(biases.names == ["bias"] && biases["bias"] == byA["bias"])
    let (value, both) = valueAndGrad(loss, argnums: (.first(.pathContains("kernel")), .second))(a, Tensor<Float>(2), b)
    #expect(both.0.names == ["kernel"] && both.0["kernel"] == byA["kernel"])
    #expect(value.scalar == loss(a, Tensor<Float>(2), b).scalar)
    expectClose(both.1 * 2, value, "by the scale", tolerance: 1e-5)
    let immediate = grad(a, wrt: .pathContains("bias")) { loss($0, Tensor<Float>(2), b) }
    #expect(immediate == biases)
  }

  @Test("behaviour 32: gradients by the statistics, which no default takes") func otherKinds() {
    let norm = BatchNorm(3, useRunningAverage: true, rngs: Rngs(0))
    let x = normal(key(1), [4, 3])
    let grads = grad(norm, wrt: .any(BatchStat.self)) { $0(x).sum() }
    #expect(grads.names == ["mean", "variance"])
    expectClose(grads.mean, Tensor<Float>([-4, -4, -4]), "by the mean", tolerance: 1e-4)
  }

  @Test("behaviour 33: a model that is two arguments has one gradient, the first") func twice() {
    let model = Linear(2, 3, rngs: Rngs(0))
    func loss(_ a: Linear, _ b: Linear) -> Tensor<Float> { (a(Self.x) + b(Self.x) * 2).sum() }
    let (first, second) = grad(loss, argnums: (.first, .second))(model, model)
    #expect(second.count == 0)
    let single = grad { (model: Linear) in loss(model, model) }(model)
    #expect(first == single)
    #expect(first.bias!.scalars == [18, 18, 18])
  }

  @Test("behaviour 34: a model is not differentiated and kept constant at once") func inconsistentAliasing() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Linear(2, 3, rngs: Rngs(0))
      _ = grad { (a: Linear, b: Linear) in (a(Self.x) + b(Self.x)).sum() }(model, model)
    }
    #expect(message(result).contains("grad: inconsistent aliasing: bias of the differentiated Linear is also bias"))
  }

  @Test("behaviour 35: a further result comes with the value") func furtherResult() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let ((loss, y), grads) = valueAndGrad(model) { model in
      let y = model(Self.x)
      return ((y ** 2).mean(), y)
    }
    #expect(y == model(Self.x) && loss == (y ** 2).mean())
    #expect(grads == grad { (model: Linear) in (model(Self.x) ** 2).mean() }(model))
  }

  @Test("behaviour 36: a loss that is no scalar has no gradient") func scalarLoss() async {
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let model = Linear(2, 1, rngs: Rngs(0))
      _ = grad { (model: Linear) in model(Self.x).mean(axis: 0) }(model)
    }
    #expect(
      message(result).contains("a gradient is defined for functions with a scalar result, this one has shape [1]"))
  }

  @Test("behaviour 37: a state's gradient holds all that is in the state; what has no derivative is split off first")
  func stateGradient() async {
    let model = BatchNorm(3, rngs: Rngs(0))
    let (definition, values) = split(model)
    let x = normal(key(1), [4, 3])
    func loss(_ definition: GraphDef<BatchNorm>, _ values: State<BatchNorm>) -> Tensor<Float> {
      (merge(definition, values)(x) ** 2).sum()
    }
    let grads = grad(loss, argnums: .second)(definition, values)
    #expect(grads.names == ["bias", "mean", "scale", "variance"])
    // The batch's own statistics are used, not the decaying ones.
    #expect(grads.mean == Tensor<Float>.zeros([3]))
    let result = await #expect(processExitsWith: .failure, observing: [\.standardErrorContent]) {
      let (definition, values) = split(Net())
      func loss(_ definition: GraphDef<Net>, _ values: State<Net>) -> Tensor<Float> {
        merge(definition, values)(Self.x).sum()
      }
      _ = grad(loss, argnums: .second)(definition, values)
    }
    #expect(message(result).contains("which has no derivative; split it off first"))
  }

  @Test("behaviour 40: products with the Jacobian from both sides agree with the pure form; state changes once")
  func products() {
    let model = Net()
    let twin = clone(model)
    let (y, pullback) = vjp({ (model: Net) in model(Self.x) }, model)
    #expect(model.dropout.rngs!.count.scalar == 1)
    let cotangent = normal(key(3), y.shape)
    let grads = pullback(cotangent)
    let (definition, parameters, rest) = split(twin, Param.self, .rest)
    let (pureY, purePullback) = vjp(
      { (parameters: State<Net>) in merge(definition, parameters, rest)(Self.x) }, parameters)
    #expect(y == pureY && grads == purePullback(cotangent))
    let tangent = map(parameters) { p in p * 0 + 1 }
    let (_, forward) = jvp(
      { (parameters: State<Net>) in merge(definition, parameters, rest)(Self.x) }, parameters, tangent)
    let (_, modelForward) = jvp({ (model: Net) in model(Self.x) }, twin, tangent)
    #expect(forward == modelForward)
    let dot = zip(grads.leaves, tangent.leaves).reduce(Float(0)) { sum, pair in
      sum + (Tensor<Float>(pair.0.value) * Tensor<Float>(pair.1.value)).sum().scalar
    }
    expectClose((forward * cotangent).sum(), Tensor(dot), "both sides", tolerance: 1e-4, absolute: 1e-4)
    #expect(twin.dropout.rngs!.count.scalar == 1)
  }

  @Test("behaviour 42: the third derivative of x⁴ at 1 is 24") func nested() {
    let third = grad(grad(grad { (x: Tensor<Float>) in x ** 4 }))
    #expect(third(Tensor<Float>(1)).scalar == 24)
  }
}
