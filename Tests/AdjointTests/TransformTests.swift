import Adjoint
import Testing

private final class Scale: Module {
  @Param var weight: Tensor<Float>
  @BatchStat var calls: Tensor<Float>
  @RngCount var drawn: Tensor<UInt32>

  init(_ weight: Float) {
    self.weight = Tensor(weight)
    calls = Tensor(0)
    drawn = Tensor(0)
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    calls += 1
    drawn += 1
    return weight * x
  }
}

private final class Pair: Module {
  let left: Scale
  let right: Scale

  init(_ left: Scale, _ right: Scale) {
    self.left = left
    self.right = right
  }
}

@Suite struct TransformTests {
  @Test func onlyParametersAreDifferentiatedAndMutationsHappenOnce() {
    let model = Scale(3)
    let (loss, grads) = valueAndGrad(model) { model in model(Tensor(2)) * model.calls }
    #expect(loss.scalar == 6)
    #expect(grads.names == ["weight"])
    #expect(grads.weight.scalar == 2)
    #expect(model.calls.scalar == 1)
    #expect(model.drawn.scalar == 1)
    #expect(model.weight.scalar == 3)
  }

  @Test func aRunningStatisticOfParametersIsAConstantAfterwards() {
    let model = Scale(3)
    for _ in 0..<3 {
      let grads = grad(model) { model in
        model.calls = model.calls * 0.5 + model.weight
        return model.weight * model.calls
      }
      // calls = calls₀ / 2 + w, so the derivative of w · calls is calls + w; calls₀ is a constant of this call.
      #expect(grads.weight.scalar == model.calls.scalar + model.weight.scalar)
    }
    #expect(model.calls.scalar == 3 * 1.75)
  }

  @Test func aParameterThatTheFunctionAssignsStaysAssigned() {
    let model = Scale(3)
    let grads = grad(model) { model in
      model.weight = model.weight * 2
      return model.weight * model.weight
    }
    #expect(grads.weight.scalar == 24)
    #expect(model.weight.scalar == 6)
  }

  @Test func sharedModelsGetTheSumOfTheirGradients() {
    let shared = Scale(1)
    let model = Pair(shared, shared)
    let grads = grad(model) { model in 3 * model.left.weight + 4 * model.right.weight }
    #expect(grads.count == 1)
    #expect(grads.left.weight.scalar == 7)
    #expect(grads.right.weight.scalar == 7)
    #expect(shared.weight.scalar == 1)
    // The same through the pure interface.
    let (graphdef, parameters, rest) = split(model, Param.self, .rest)
    let pure = grad(parameters) { parameters in
      let model = merge(graphdef, parameters, rest)
      return 3 * model.left.weight + 4 * model.right.weight
    }
    #expect(pure.left.weight.scalar == 7)
  }

  @Test func anyArgumentCanBeDifferentiated() {
    func product(_ a: Tensor<Float>, _ model: Scale, _ n: Int) -> Tensor<Float> { a * a * model.weight * n }
    let (a, model) = (Tensor<Float>(3), Scale(5))
    #expect(grad(product)(a, model, 2).scalar == 60)
    #expect(grad(product, argnums: .first)(a, model, 2).scalar == 60)
    #expect(grad(product, argnums: .second)(a, model, 2).weight.scalar == 18)
    func last(_ n: Int, _ model: Scale, _ a: Tensor<Float>) -> Tensor<Float> { product(a, model, n) }
    #expect(grad(last, argnums: .third)(2, model, a).scalar == 60)
    let (value, slope) = valueAndGrad(last, argnums: .third)(2, model, a)
    #expect(value.scalar == 90)
    #expect(slope.scalar == 60)
    func withAux(_ a: Tensor<Float>, _ n: Int) -> (Tensor<Float>, [Tensor<Float>]) { (a * n, [a, a * a]) }
    let ((loss, aux), gradient) = valueAndGrad(withAux)(a, 4)
    #expect(loss.scalar == 12)
    #expect(aux.map(\.scalar) == [3, 9])
    #expect(gradient.scalar == 4)
  }

  @Test func errorsPassThroughAndLeaveTheModelAlone() {
    struct Stop: Error {}
    let model = Scale(3)
    #expect(throws: Stop.self) {
      _ = try valueAndGrad(model) { model -> Tensor<Float> in
        _ = model(Tensor(1))
        throw Stop()
      }
    }
    #expect(model.weight.scalar == 3)
    #expect(grad(model) { $0.weight * $0.weight }.weight.scalar == 6)
  }

  @Test func gradientsThroughAnInnerTrainStep() {
    // d/dr of the loss after one step w − r·w, by the step's own gradient: meta-learning in small.
    func after(_ rate: Tensor<Float>) -> Tensor<Float> {
      let model = Scale(3)
      let grads = grad(model) { model in model.weight * model.weight / 2 }
      let stepped = map(state(model, Param.self), grads) { p, g in p - rate * g }
      return stepped.weight * stepped.weight / 2
    }
    // w₁ = 3(1 − r); d/dr of w₁² / 2 is −3 · w₁.
    #expect((grad(after)(Tensor(0.5)).scalar + 4.5).magnitude < 1e-6)
  }

  @Test func pullbacksMayBeCalledOften() {
    func squares(_ x: Tensor<Double>) -> Tensor<Double> { x * x }
    let (value, pullback) = vjp(squares, Tensor([1, 2, 3]))
    #expect(value == Tensor([1, 4, 9]))
    for place in 0..<3 {
      let row = pullback(oneHot(Tensor<Int32>(Int32(place)), 3).cast(to: Double.self))
      #expect(row[place] == Double(2 * (place + 1)))
      #expect(row.sum().scalar == row[place])
    }
    let (_, tangent) = jvp(squares, Tensor([1, 2, 3]), Tensor([1, 0, 1]))
    #expect(tangent == Tensor([2, 0, 6]))
  }

  @Test func pullbacksCanBeDifferentiatedLater() {
    // The pullback of x³ at 2 is 12 · cotangent; made before the transform that differentiates it.
    let (_, pullback) = vjp({ (x: Tensor<Double>) in x ** 3 }, Tensor(2))
    func throughPullback(_ cotangent: Tensor<Double>) -> Tensor<Double> { pullback(cotangent * cotangent) }
    #expect(grad(throughPullback)(Tensor(5)).scalar == 120)
    // Made inside of it, by the argument too.
    func inside(_ x: Tensor<Double>) -> Tensor<Double> {
      let (_, pullback) = vjp({ (y: Tensor<Double>) in y ** 3 }, x)
      return pullback(x)
    }
    #expect(grad(inside)(Tensor(2)).scalar == 36)
  }

  @Test func modelsHaveVectorProductsToo() {
    let model = Scale(3)
    let (value, pullback) = vjp({ (model: Scale) in model(Tensor([1, 2])) }, model)
    #expect(value == Tensor([3, 6]))
    #expect(pullback(Tensor([1, 10])).weight.scalar == 21)
    var tangent = state(model, Param.self)
    tangent.weight = Tensor(2)
    let (_, derivative) = jvp({ (model: Scale) in model(Tensor([1, 2])) }, model, tangent)
    #expect(derivative == Tensor([2, 4]))
    #expect(model.weight.scalar == 3)
    #expect(model.calls.scalar == 2)
  }

  @Test func stoppedStatesAreConstants() {
    let parameters = state(Scale(3), Param.self)
    let grads = grad(parameters) { state in state.weight * stopGradient(state).weight }
    #expect(grads.weight.scalar == 3)
    #expect(Tensor<Float>.ones([2, 3]).sum(keepDims: true) == Tensor([[6]]))
  }

  @Test func longChainsNeedNoStack() {
    func long(_ x: Tensor<Float>) -> Tensor<Float> {
      var y = x
      for _ in 0..<50_000 { y = y + 1 }
      return y
    }
    #expect(grad(long)(Tensor(0)).scalar == 1)
  }

  @Test func misuseStops() async {
    await #expect(processExitsWith: .failure) { _ = grad { (x: Tensor<Float>) in x * 2 }(Tensor([1, 2])) }
    await #expect(processExitsWith: .failure) {
      _ = grad { (x: Tensor<Float>) in x.sum(axis: 0, keepDims: true) }(Tensor([1]))
    }
    await #expect(processExitsWith: .failure) { _ = grad(state(Scale(1))) { $0.weight } }
    await #expect(processExitsWith: .failure) {
      let (_, pullback) = vjp({ (x: Tensor<Float>) in x }, Tensor([1, 2]))
      _ = pullback(Tensor([1]))
    }
    await #expect(processExitsWith: .failure) {
      _ = grad { (x: Tensor<Float>) in
        var y = x * 2
        y.withUnsafeMutableBufferPointer { $0[0] = 1 }
        return y
      }(Tensor(1))
    }
    await #expect(processExitsWith: .failure) { _ = matmul(Tensor<Float>.zeros([2, 3]), Tensor<Float>.zeros([2, 3])) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>.zeros([2, 3]) + Tensor<Float>.zeros([2]) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Int32>([1]) * 0.5 }
  }
}
