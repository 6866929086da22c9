import Adjoint
import Testing

/// Gradients by parts of states, and by two arguments with a further result.
@Suite struct StateGradientTests {
  final class Pair: Module {
    @Param var w: Tensor<Float>
    @Param var bias: Tensor<Float>
    @BatchStat var seen: Tensor<Float>
    @RngCount var count: Tensor<UInt32>

    init() {
      w = Tensor<Float>([2, 3])
      bias = Tensor<Float>([5, 7])
      seen = Tensor<Float>([1, 1])
      count = Tensor<UInt32>(4)
    }
  }

  private func loss(_ graphdef: GraphDef<Pair>, _ state: State<Pair>) -> Tensor<Float> {
    let model = merge(graphdef, state)
    return (model.w * model.w * model.bias * model.seen).sum()
  }

  @Test("a filter singles out leaves of a state; the others are constants, whole numbers among them")
  func parts() {
    let (graphdef, state) = split(Pair())
    let byKind = grad(state, wrt: Param.self) { loss(graphdef, $0) }
    #expect(byKind.names == ["bias", "w"])
    #expect(byKind.w.scalars == [20, 42] && byKind.bias.scalars == [4, 9])
    let (value, byPath) = valueAndGrad(state, wrt: .paths("seen")) { loss(graphdef, $0) }
    #expect(value.scalar == 83 && byPath.names == ["seen"] && byPath.seen.scalars == [20, 63])
    let ((_, further), one) = valueAndGrad(state, wrt: .pathContains("w")) { state in
      (loss(graphdef, state), state.bias * 2)
    }
    #expect(further.scalars == [10, 14] && one.names == ["w"])
    let second = grad(loss, argnums: .second(Param.self))(graphdef, state)
    #expect(second == byKind)
    let none = grad(state, wrt: Filter.none) { loss(graphdef, $0) }
    #expect(none.count == 0)
  }

  @Test("a gradient by a part is that by the whole, where that exists") func whole() {
    let (graphdef, all, _) = split(Pair(), .not(RngCount.self), .rest)
    let counts = state(Pair(), RngCount.self)
    func loss(_ part: State<Pair>) -> Tensor<Float> { self.loss(graphdef, try! part.merging(counts)) }
    let whole = grad(all) { loss($0) }
    for name in all.names {
      let part = grad(all, wrt: .paths(name)) { loss($0) }
      #expect(part.names == [name] && part[name] == whole[name], "\(name)")
    }
  }

  @Test("gradients by two arguments come with the function's further result") func pairs() {
    func product(_ a: Tensor<Float>, _ b: Tensor<Float>) -> (Tensor<Float>, String) { ((a * b * b).sum(), "seen") }
    let (x, y) = (Tensor<Float>([1, 2]), Tensor<Float>([3, 4]))
    let ((value, aux), (dx, dy)) = valueAndGrad(product, argnums: (.first, .second))(x, y)
    #expect(value.scalar == 41 && aux == "seen" && dx.scalars == [9, 16] && dy.scalars == [6, 16])
    let ((ex, ey), again) = grad(product, argnums: (.first, .second))(x, y)
    #expect(ex == dx && ey == dy && again == "seen")

    func mixed(_ model: Pair, _ n: Int, _ z: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
      model.seen = model.seen + 1
      return ((model.w * z).sum() * Tensor<Float>(Float(n)), model.seen)
    }
    let model = Pair()
    let ((byModel, dz), seen) = grad(mixed, argnums: (.first(.paths("w")), .third))(model, 3, y)
    #expect(byModel.names == ["w"] && byModel.w.scalars == [9, 12] && dz.scalars == [6, 9])
    #expect(seen.scalars == [2, 2] && model.seen.scalars == [2, 2])

    func two(_ p: Pair, _ q: Pair) -> (Tensor<Float>, Int) { ((p.w * q.bias).sum(), 1) }
    let ((loss, one), (g, h)) = valueAndGrad(two, argnums: (.first, .second))(model, model)
    #expect(loss.scalar == 31 && one == 1 && g.count == 2 && h.count == 0)
    #expect(g.w.scalars == [5, 7] && g.bias.scalars == [2, 3])
  }

  @Test("what is shared is found by every path") func paths() {
    final class Tied: Module {
      let a: Pair
      let b: Pair
      init() {
        a = Pair()
        b = a
      }
    }
    let model = Tied()
    #expect(model.variable(at: "b.w") === model.variable(at: "a.w") && model.variable(at: "b.w") != nil)
    #expect(model.module(at: "b") === model.a && model.module(at: "") === model && model.variable(at: "b.v") == nil)
  }
}
