import Adjoint
import Testing

/// Gradients by values on a model's way.
@Suite struct PerturbationTests {
  final class Net: Module {
    let linear = Linear(2, 3, rngs: Rngs(0))
    @Perturbation var byHidden: Tensor<Float> = Tensor<Float>.zeros([4, 3])

    func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
      let h = linear(x) + byHidden
      return (h ** 2).sum()
    }
  }

  @Test func gradientsByIntermediateValues() {
    let model = Net()
    let x = normal(key(0), [4, 2])
    let grads = grad(model, wrt: .of(Perturbation.self)) { $0(x) }
    #expect(grads.names == ["byHidden"])
    #expect(grads.byHidden == model.linear(x) * 2)
    #expect(grad { (model: Net) in model(x) }(model).names == ["linear.bias", "linear.kernel"])
  }
}
