import Adjoint
import Testing

/// Update rules follow optax for twenty steps.
@Suite struct LibraryOptimizerTests {
  static let golden = Golden.library["optimisers"]

  /// Parameters without a model around them.
  final class Parameters: Module {
    @Param var bias: Tensor<Float>
    @Param var kernel: Tensor<Float>

    init() {
      bias = LibraryOptimizerTests.golden["start"]["bias"].tensor
      kernel = LibraryOptimizerTests.golden["start"]["kernel"].tensor
    }
  }

  @Test(arguments: golden["cases"].array.map { $0["name"].string }) func trajectory(_ name: String) {
    switch name {
    case "sgd": follow(SGD(learningRate: 0.1), name)
    case "momentum": follow(SGD(learningRate: 0.05, momentum: 0.9), name)
    case "nesterov": follow(SGD(learningRate: 0.05, momentum: 0.9, nesterov: true), name)
    case "adam": follow(Adam(learningRate: 1e-3), name)
    case "adamCustom": follow(Adam(learningRate: 0.02, beta1: 0.8, beta2: 0.95, epsilon: 1e-5), name)
    case "adamW": follow(AdamW(learningRate: 1e-3), name)
    case "adamWDecay": follow(AdamW(learningRate: 0.01, weightDecay: 0.05), name)
    default: Issue.record("no rule \(name)")
    }
  }

  func follow<Rule: GradientTransformation>(_ rule: Rule, _ name: String) {
    let golden = Self.golden["cases"].array.first { $0["name"].string == name }!["steps"]
    let model = Parameters()
    let optimizer = Optimizer(model, rule, wrt: Param.self)
    for step in 0..<20 {
      optimizer.update(model, gradients(of: model, step: step))
      if let expected = golden[ifPresent: String(step + 1)] {
        let what = "\(name), step \(step + 1)"
        expectClose(model.bias, expected["bias"].tensor, what + ", bias")
        expectClose(model.kernel, expected["kernel"].tensor, what + ", kernel")
      }
    }
    #expect(optimizer.step.scalar == 20)
  }

  /// The gradients that the golden script made, by way of a linear loss.
  func gradients(of model: Parameters, step: Int) -> State<Parameters> {
    let bias = normal(foldIn(key(500 + step), 0), [3])
    let kernel = normal(foldIn(key(500 + step), 1), [2, 3])
    return grad { (model: Parameters) in (model.bias * bias).sum() + (model.kernel * kernel).sum() }(model)
  }

  @Test func stateNames() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let adam = Optimizer(model, Adam(learningRate: 1e-3), wrt: Param.self)
    #expect(
      state(adam).names
        == ["mu.bias", "mu.kernel", "nu.bias", "nu.kernel", "step"])
    let plain = Optimizer(model, SGD(learningRate: 1e-3), wrt: Param.self)
    #expect(state(plain).names == ["step"])
  }

  @Test func onlyWhatTheFilterMeans() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let kernel = model.kernel
    let optimizer = Optimizer(model, SGD(learningRate: 0.1, momentum: 0.5), wrt: .pathContains("bias"))
    let x = normal(key(0), [4, 2])
    for _ in 0..<2 {
      optimizer.update(model, grad { (model: Linear) in (model(x) ** 2).mean() }(model))
    }
    #expect(model.kernel == kernel)
    #expect(model.bias!.value != Tensor<Float>.zeros([3]))
    #expect(state(optimizer).names == ["trace.bias", "step"])
  }

  @Test func goesOnFromASavedState() {
    let model = Parameters()
    let optimizer = Optimizer(model, Adam(learningRate: 0.1), wrt: Param.self)
    optimizer.update(model, gradients(of: model, step: 0))
    let (savedModel, savedOptimizer) = (clone(model), state(optimizer))
    optimizer.update(model, gradients(of: model, step: 1))
    let resumed = Optimizer(savedModel, Adam(learningRate: 0.1), wrt: Param.self)
    update(resumed, savedOptimizer)
    resumed.update(savedModel, gradients(of: savedModel, step: 1))
    #expect(state(savedModel) == state(model))
    #expect(state(resumed) == state(optimizer))
  }
}
