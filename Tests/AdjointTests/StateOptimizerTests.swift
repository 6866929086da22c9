import Adjoint
import Testing

/// Update rules and their compositions follow optax for thirty steps.
@Suite struct StateOptimizerTests {
  static let cases = Golden.state["trajectories"]["cases"].array

  /// Parameters without a model around them.
  final class Parameters: Module {
    @Param var bias: Tensor<Float>
    @Param var block: Tensor<Float>
    @Param var kernel: Tensor<Float>

    init(seed: Int) {
      bias = StateOptimizerTests.numbers(seed, 999, 0, [3])
      block = StateOptimizerTests.numbers(seed, 999, 1, [2, 3, 2])
      kernel = StateOptimizerTests.numbers(seed, 999, 2, [2, 3])
    }
  }

  static func numbers(_ seed: Int, _ step: Int, _ index: Int, _ shape: [Int]) -> Tensor<Float> {
    normal(foldIn(key(1000 * seed + step), index), shape)
  }

  /// The golden script's gradients, by way of a linear loss.
  static func gradients(of model: Parameters, seed: Int, step: Int) -> State<Parameters> {
    let (bias, block) = (numbers(seed, step, 0, [3]), numbers(seed, step, 1, [2, 3, 2]))
    let kernel = numbers(seed, step, 2, [2, 3])
    return grad { (model: Parameters) in
      (model.bias * bias).sum() + (model.block * block).sum() + (model.kernel * kernel).sum()
    }(model)
  }

  static let notBias = Filter.not(.pathContains("bias"))

  static func rule(_ name: String) -> any GradientTransformation {
    switch name {
    case "sgd": SGD(learningRate: 0.1)
    case "sgdCosine": SGD(learningRate: CosineSchedule(from: 0.1, steps: 20))
    case "momentumWarmup":
      SGD(learningRate: WarmupCosineSchedule(from: 0.001, peak: 0.1, warmup: 8, steps: 26, end: 0.005), momentum: 0.9)
    case "nesterovStaircase":
      SGD(
        learningRate: ExponentialSchedule(from: 0.1, steps: 5, rate: 0.3, delay: 4, staircase: true), momentum: 0.8,
        nesterov: true)
    case "adam": Adam(learningRate: 1e-2)
    case "adamLinear": Adam(learningRate: LinearSchedule(from: 0.1, to: 0.01, steps: 12, delay: 3))
    case "adamW": AdamW(learningRate: 1e-2, weightDecay: 0.05)
    case "adamWMask": AdamW(learningRate: 1e-2, weightDecay: 0.05, mask: notBias)
    case "adamWMaskWarmup":
      AdamW(
        learningRate: WarmupCosineSchedule(from: 0.001, peak: 0.1, warmup: 8, steps: 26, end: 0.005), beta1: 0.8,
        weightDecay: 0.1, mask: notBias)
    case "adagrad": AdaGrad(learningRate: 0.1)
    case "adagradCustom":
      AdaGrad(
        learningRate: ExponentialSchedule(from: 0.1, steps: 7, rate: 0.5), initialAccumulator: 0, epsilon: 1e-5)
    case "rmsprop": RMSProp(learningRate: 0.01)
    case "rmspropCentered": RMSProp(learningRate: 0.01, decay: 0.8, initialScale: 1, centered: true)
    case "rmspropMomentum": RMSProp(learningRate: 0.01, momentum: 0.9, nesterov: true)
    case "rmspropPlainMomentum":
      RMSProp(
        learningRate: PiecewiseConstantSchedule(from: 0.1, boundaries: [5, 11, 20], factors: [0.5, 0.1, 3]),
        epsilon: 1e-4, momentum: 0.5)
    case "lion": Lion(learningRate: 0.01)
    case "lionDecay": Lion(learningRate: 0.01, beta1: 0.8, beta2: 0.95, weightDecay: 0.1, mask: notBias)
    case "lamb": LAMB(learningRate: 0.01)
    case "lambDecay":
      LAMB(learningRate: LinearSchedule(from: 0.1, to: 0.01, steps: 12, delay: 3), weightDecay: 0.1, mask: notBias)
    case "adafactor": Adafactor(learningRate: 0.1)
    case "adafactorFactored": Adafactor(learningRate: 0.1, minimumExtent: 2)
    case "adafactorAll":
      Adafactor(learningRate: 0.1, minimumExtent: 3, momentum: 0.9, weightDecay: 0.01, mask: notBias)
    case "adafactorPlain":
      Adafactor(
        learningRate: LinearSchedule(from: 0.1, to: 0.01, steps: 12, delay: 3), minimumExtent: 2, decayRate: 0.7,
        relativeToParameters: false, clippingThreshold: nil)
    case "clipValue": chain(ClipByValue(0.5), SGD(learningRate: 0.1))
    case "clipNorm": chain(ClipByNorm(1), SGD(learningRate: 0.1))
    case "clipBlock": chain(ClipByBlockRMS(0.5), SGD(learningRate: 0.1))
    case "clipGlobal": chain(ClipByGlobalNorm(1), AdamW(learningRate: 1e-2))
    case "clipGlobalLoose": chain(ClipByGlobalNorm(5), SGD(learningRate: 0.05, momentum: 0.9))
    case "parts":
      chain(
        ClipByGlobalNorm(2), ScaleByAdam(beta1: 0.85), AddDecayedWeights(0.05, mask: notBias), ScaleByTrustRatio(),
        ScaleByLearningRate(CosineSchedule(from: 0.1, steps: 25, floor: 0.1, exponent: 1.5)))
    case "twoTraces": chain(Trace(0.9), Scale(0.5), Trace(0.5, nesterov: true), ScaleByLearningRate(0.05))
    case "multiSteps": MultiSteps(Adam(learningRate: 1e-2), every: 4)
    case "multiStepsChain":
      MultiSteps(
        chain(
          ClipByGlobalNorm(0.7),
          AdamW(learningRate: LinearSchedule(from: 0.1, to: 0.01, steps: 12, delay: 3), weightDecay: 0.05)), every: 3)
    default: preconditionFailure("no rule \(name)")
    }
  }

  @Test("behaviour 61: update rules follow optax", arguments: cases) func trajectory(_ golden: Golden) {
    func follow<Rule: GradientTransformation>(_ rule: Rule) {
      let (name, seed) = (golden["name"].string, golden["seed"].int)
      let model = Parameters(seed: seed)
      let optimizer = Optimizer(model, rule, wrt: Param.self)
      for step in 0..<30 {
        optimizer.update(model, Self.gradients(of: model, seed: seed, step: step))
        guard let expected = golden["steps"][ifPresent: String(step + 1)] else { continue }
        let what = "\(name), seed \(seed), step \(step + 1)"
        expectClose(model.bias, expected["bias"].tensor, what + ", bias")
        expectClose(model.block, expected["block"].tensor, what + ", block")
        expectClose(model.kernel, expected["kernel"].tensor, what + ", kernel")
      }
      #expect(optimizer.step.scalar == 30)
    }
    follow(Self.rule(golden["name"].string))
  }

  static func schedule(_ name: String) -> any Schedule {
    switch name {
    case "constant": ConstantSchedule(0.05)
    case "linear": LinearSchedule(from: 0.1, to: 0.01, steps: 12, delay: 3)
    case "polynomial": PolynomialSchedule(from: 0.1, to: 0.001, power: 2.5, steps: 20, delay: 2)
    case "exponential": ExponentialSchedule(from: 0.1, steps: 7, rate: 0.5)
    case "staircase": ExponentialSchedule(from: 0.1, steps: 5, rate: 0.3, delay: 4, staircase: true)
    case "limited": ExponentialSchedule(from: 0.1, steps: 5, rate: 0.3, end: 0.02)
    case "growing": ExponentialSchedule(from: 0.01, steps: 5, rate: 2, end: 0.1)
    case "cosine": CosineSchedule(from: 0.1, steps: 20)
    case "cosineFloor": CosineSchedule(from: 0.1, steps: 25, floor: 0.1, exponent: 1.5)
    case "warmupCosine": WarmupCosineSchedule(from: 0.001, peak: 0.1, warmup: 8, steps: 26, end: 0.005)
    case "warmupCosineSteep":
      WarmupCosineSchedule(from: 0, peak: 0.2, warmup: 3, steps: 18, end: 0.01, exponent: 2)
    case "piecewiseConstant":
      PiecewiseConstantSchedule(from: 0.1, boundaries: [5, 11, 20], factors: [0.5, 0.1, 3])
    case "piecewiseLinear": PiecewiseSchedule(.linear, from: 0.1, boundaries: [6, 14, 22], factors: [2, 0.25, 0.1])
    case "piecewiseCosine": PiecewiseSchedule(.cosine, from: 0.1, boundaries: [6, 14, 22], factors: [2, 0.25, 0.1])
    case "joined":
      JoinedSchedule(
        [LinearSchedule(from: 0, to: 0.1, steps: 5), ConstantSchedule(0.1), CosineSchedule(from: 0.1, steps: 10)],
        boundaries: [5, 12])
    default: preconditionFailure("no schedule \(name)")
    }
  }

  @Test(arguments: Golden.state["schedules"].entries.map(\.key)) func schedules(_ name: String) {
    let schedule = Self.schedule(name)
    for (step, expected) in Golden.state["schedules"][name].floats.enumerated() {
      let actual = schedule(Tensor<Int32>(Int32(step))).scalar
      #expect(abs(actual - expected) <= 1e-7 * abs(expected) + 1e-12, "\(name) at \(step): \(actual), \(expected)")
    }
  }

  @Test func slotsKeepTheirNamesInAChain() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let rule = chain(Trace(0.9), ClipByGlobalNorm(1), Trace(0.5), Adam(learningRate: 0.1))
    let optimizer = Optimizer(model, MultiSteps(rule, every: 2), wrt: Param.self)
    #expect(
      state(optimizer).names == [
        "accumulated.bias", "accumulated.kernel", "mu.bias", "mu.kernel", "nu.bias", "nu.kernel", "trace.bias",
        "trace.kernel", "trace2.bias", "trace2.kernel", "step",
      ])
  }

  @Test func noChangeBetweenLargeBatches() {
    let model = Parameters(seed: 1)
    let before = state(model)
    let optimizer = Optimizer(model, MultiSteps(Adam(learningRate: 0.1), every: 3), wrt: Param.self)
    for step in 0..<2 {
      optimizer.update(model, Self.gradients(of: model, seed: 1, step: step))
      #expect(state(model) == before)
    }
    optimizer.update(model, Self.gradients(of: model, seed: 1, step: 2))
    #expect(state(model) != before)
  }

  @Test func aRuleOfOnesOwn() {
    struct SignDescent: GradientTransformation {
      let learningRate: Double
      func slots(for parameters: Tree) -> Slots { ["last": parameters.zeros] }
      func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
        slots["last"] = gradients
        return map(gradients) { g in sign(g) * -learningRate }
      }
    }
    let model = Linear(2, 2, rngs: Rngs(0))
    let kernel = model.kernel
    let optimizer = Optimizer(model, chain(SignDescent(learningRate: 0.5), Scale(2)), wrt: Param.self)
    let grads = grad { (model: Linear) in (model.kernel * Tensor<Float>([[1, -2], [3, 0]])).sum() }(model)
    optimizer.update(model, grads)
    #expect(model.kernel == kernel + Tensor<Float>([[-1, 1], [-1, 0]]))
    #expect(state(optimizer)["last.kernel"].map { Tensor<Float>($0) } == grads.kernel)
  }

  @Test func averagesOfParameters() {
    let model = Linear(2, 3, rngs: Rngs(0))
    let kernel = model.kernel
    let average = EMA(model, decay: 0.9)
    model.kernel = kernel * 2
    average.update(model)
    let smooth = average.applied(to: model)
    #expect(model.kernel == kernel * 2)
    expectClose(smooth.kernel, kernel * 0.9 + kernel * 2 * 0.1, "averages")
    #expect(state(average).names == ["average.bias", "average.kernel"])
    // Averages are state like an optimiser's.
    let (definition, saved) = split(average)
    #expect(merge(definition, saved).applied(to: model).kernel == smooth.kernel)
  }
}
