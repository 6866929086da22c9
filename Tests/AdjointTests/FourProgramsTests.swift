import Adjoint
import Testing

/// The seed's layer, with its parameters given.
final class Dense: Module {
  @Param var kernel: Tensor<Float>
  @Param var bias: Tensor<Float>

  init(kernel: Tensor<Float>, bias: Tensor<Float>) {
    self.kernel = kernel
    self.bias = bias
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { matmul(x, kernel) + bias }
}

private func seedModel() -> Dense {
  Dense(
    kernel: Tensor([[0.7567299, -0.68570054, -0.5688337], [-0.8757605, -0.65994275, 0.44935086]]),
    bias: Tensor([0, 0, 0]))
}

private let x = Tensor<Float>([[1.6226422, 2.0252647]])
private let y = Tensor<Float>([[-0.15443718, 0.08470728, -0.13598049]])

// The four ways to write a train step.

private func statefulStep(
  @Like(seedModel()) _ model: Dense, @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>
) {
  func loss(_ model: Dense) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
  let grads = grad(loss)(model)
  let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
}

private func pureStep(
  @Like(seedModel()) _ graphdef: GraphDef<Dense>, _ state: State<Dense>, @Shape(1, 2) x: Tensor<Float>,
  @Shape(1, 3) y: Tensor<Float>
) -> (GraphDef<Dense>, State<Dense>) {
  func loss(_ graphdef: GraphDef<Dense>, _ state: State<Dense>) -> Tensor<Float> {
    let model = merge(graphdef, state)
    return ((model(x) - y) ** 2).mean()
  }
  let grads = grad(loss, argnums: .second)(graphdef, state)
  let model = merge(graphdef, state)
  let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
  return split(model)
}

private func statefulStepPureGrad(_ model: Dense, x: Tensor<Float>, y: Tensor<Float>) {
  func loss(_ graphdef: GraphDef<Dense>, _ state: State<Dense>) -> Tensor<Float> {
    let model = merge(graphdef, state)
    return ((model(x) - y) ** 2).mean()
  }
  let (graphdef, state) = split(model)
  let grads = grad(loss, argnums: .second)(graphdef, state)
  let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
}

private func pureStepStatefulGrad(
  _ graphdef: GraphDef<Dense>, _ state: State<Dense>, x: Tensor<Float>, y: Tensor<Float>
) -> (GraphDef<Dense>, State<Dense>) {
  func loss(_ model: Dense) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
  let model = merge(graphdef, state)
  let grads = grad(loss)(model)
  let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
  update(model, params)
  return split(model)
}

@Suite struct FourProgramsTests {
  private static func run(_ steps: Int, program: Int) -> State<Dense> {
    let model = seedModel()
    var (graphdef, state) = split(model)
    for _ in 0..<steps {
      switch program {
      case 1: statefulStep(model, x: x, y: y)
      case 2: (graphdef, state) = pureStep(graphdef, state, x: x, y: y)
      case 3: statefulStepPureGrad(model, x: x, y: y)
      default: (graphdef, state) = pureStepStatefulGrad(graphdef, state, x: x, y: y)
      }
    }
    return program == 1 || program == 3 ? Adjoint.state(model) : state
  }

  @Test(arguments: 1...4) func oneStepGivesFlaxsNumbers(program: Int) {
    let state = Self.run(1, program: program)
    let kernel: [Float] = [0.79906005, -0.41159162, -0.5821417, -0.82292706, -0.3178198, 0.4327408]
    let bias: [Float] = [0.02608719, 0.16892752, -0.00820143]
    for (value, expected) in zip(state.kernel.scalars + state.bias.scalars, kernel + bias) {
      #expect((value - expected).magnitude < 1e-6)
    }
  }

  @Test(arguments: [1, 3, 10, 100]) func allFourAgreeToTheBit(steps: Int) {
    let states = (1...4).map { Self.run(steps, program: $0) }
    for state in states {
      for (value, expected) in zip(state.values, states[0].values) {
        #expect(Tensor<Float>(value).scalars.map(\.bitPattern) == Tensor<Float>(expected).scalars.map(\.bitPattern))
      }
    }
  }

  @Test func theLossFalls() {
    let model = seedModel()
    func loss(_ model: Dense) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
    #expect((loss(model).scalar - 2.1963234).magnitude < 1e-6)
    for _ in 0..<100 { statefulStep(model, x: x, y: y) }
    #expect(loss(model).scalar < 1e-12)
  }

  @Test func pureStepsLeaveTheirInputsAlone() {
    let model = seedModel()
    let (graphdef, state) = split(model)
    let before = state
    _ = pureStep(graphdef, state, x: x, y: y)
    _ = pureStepStatefulGrad(graphdef, state, x: x, y: y)
    #expect(state == before)
    #expect(state == Adjoint.state(seedModel()))
    #expect(Adjoint.state(model) == before)
  }

  @Test func valueAndGradWithAClosure() {
    let model = seedModel()
    let (loss, grads) = valueAndGrad(model) { model in
      ((model(x) - y) ** 2).mean()
    }
    #expect((loss.scalar - 2.1963234).magnitude < 1e-6)
    #expect(grads.names == ["bias", "kernel"])
    let ((same, output), again) = valueAndGrad(model) { model in
      let output = model(x)
      return (((output - y) ** 2).mean(), output)
    }
    #expect(same == loss)
    #expect(output == model(x))
    #expect(again == grads)
    let (first, aux) = grad { (model: Dense) in (model(x).sum(), model(x)) }(model)
    #expect(first.bias == Tensor([1, 1, 1]))
    #expect(aux.shape == [1, 3])
  }
}
