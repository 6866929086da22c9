import Adjoint
import Foundation
import Testing

/// Update rules, schedules, averages and metrics over many steps.
@Suite struct SweepTrainingTests {
  typealias Parameters = StateOptimizerTests.Parameters

  static let stepCount = 400

  /// The gradients of every step: they do not depend on the parameters.
  static let gradients: [Int: [State<Parameters>]] = Dictionary(
    uniqueKeysWithValues: [11, 12].map { seed in
      let layout = state(Parameters(seed: seed)).layout
      let steps = (0..<stepCount).map { step in
        let numbers = [[3], [2, 3, 2], [2, 3]].enumerated().map { index, shape in
          StateOptimizerTests.numbers(seed, step, index, shape).erased
        }
        return State<Parameters>(layout: layout, values: numbers)
      }
      return (seed, steps)
    })

  static func rule(_ name: String) -> any GradientTransformation {
    let notBias = StateOptimizerTests.notBias
    return switch name {
    case "sgd": SGD(learningRate: 0.01)
    case "momentum": SGD(learningRate: 0.01, momentum: 0.99)
    case "nesterov": SGD(learningRate: 0.01, momentum: 0.95, nesterov: true)
    case "adam": Adam(learningRate: 1e-3)
    case "adamSlow": Adam(learningRate: 1e-2, beta1: 0.9999, beta2: 0.999999, epsilon: 1e-6)
    case "adamCoarse": Adam(learningRate: 1e-2, beta1: 0.5, beta2: 0.8, epsilon: 1e-2)
    case "adamW":
      AdamW(
        learningRate: ExponentialSchedule(from: 0.1, steps: 7, rate: 0.5), beta2: 0.99, weightDecay: 0.2,
        mask: notBias)
    case "adagrad": AdaGrad(learningRate: 0.05, initialAccumulator: 0.5, epsilon: 1e-3)
    case "rmsprop": RMSProp(learningRate: 1e-3, decay: 0.99, epsilon: 1e-6)
    case "rmspropCentered":
      RMSProp(learningRate: 1e-3, decay: 0.95, initialScale: 0.1, centered: true, momentum: 0.8)
    case "lion": Lion(learningRate: 1e-3, beta1: 0.95, beta2: 0.98, weightDecay: 0.01)
    case "lamb": LAMB(learningRate: 1e-2, beta1: 0.8, beta2: 0.99, epsilon: 1e-4, weightDecay: 0.01)
    case "adafactor": Adafactor(learningRate: 0.01, minimumExtent: 2, decayRate: 0.9, clippingThreshold: 2)
    case "clipValue": chain(ClipByValue(0.1), Adam(learningRate: 1e-2))
    case "clipGlobal": chain(ClipByGlobalNorm(0.1), SGD(learningRate: 0.1, momentum: 0.9))
    case "multiSteps": MultiSteps(AdamW(learningRate: 1e-2, weightDecay: 0.1), every: 7)
    default: preconditionFailure("no rule \(name)")
    }
  }

  @Test(arguments: Golden.sweep["trajectories"]["cases"].array) func trajectory(_ golden: Golden) {
    func follow<Rule: GradientTransformation>(_ rule: Rule) {
      let (name, seed) = (golden["name"].string, golden["seed"].int)
      let model = Parameters(seed: seed)
      let optimizer = Optimizer(model, rule, wrt: Param.self)
      for (step, gradients) in Self.gradients[seed]!.enumerated() {
        optimizer.update(model, gradients)
        guard let expected = golden["steps"][ifPresent: String(step + 1)] else { continue }
        let what = "\(name), seed \(seed), step \(step + 1)"
        // The reference is in 64 bits; each step in 32 bits may round once more.
        let tolerance: Float = step < 10 ? 1e-6 : 2e-5
        for (leaf, value) in [("bias", model.bias), ("block", model.block), ("kernel", model.kernel)] {
          expectClose(
            value, expected[leaf].tensor, "\(what), \(leaf)", tolerance: tolerance, absolute: tolerance)
        }
      }
      #expect(optimizer.step.scalar == Self.stepCount)
    }
    follow(Self.rule(golden["name"].string))
  }

  @Test(arguments: Golden.sweep["lateSchedules"]["values"].entries.map(\.key)) func lateSteps(_ name: String) {
    let golden = Golden.sweep["lateSchedules"]
    let schedule = StateOptimizerTests.schedule(name)
    for (step, expected) in zip(golden["steps"].ints, golden["values"][name].floats) {
      let actual = schedule(Tensor<Int32>(Int32(step))).scalar
      #expect(abs(actual - expected) <= 1e-6 * abs(expected) + 1e-12, "\(name) at \(step): \(actual), \(expected)")
    }
  }

  @Test(arguments: Golden.sweep["averages"].array) func averages(_ golden: Golden) {
    let seed = golden["seed"].int
    let model = Linear(3, 4, rngs: Rngs(seed))
    let average = EMA(model, decay: golden["decay"].double)
    for step in 0..<60 {
      let key = foldIn(key(100 + seed), step)
      model.kernel = model.kernel + normal(key, [3, 4])
      model.bias!.value = model.bias!.value - normal(key, [4])
      average.update(model)
    }
    let applied = average.applied(to: model)
    expectClose(applied.kernel, golden["kernel"].tensor, "kernel, seed \(seed)", tolerance: 3e-6, absolute: 3e-6)
    expectClose(applied.bias!.value, golden["bias"].tensor, "bias, seed \(seed)", tolerance: 3e-6, absolute: 3e-6)
  }

  @Test(arguments: Golden.sweep["metrics"].array) func metrics(_ golden: Golden) {
    let seed = golden["seed"].int
    let every = MultiMetric(["loss": Average("loss"), "spread": Welford("loss"), "hits": Accuracy()])
    let masked = MultiMetric(["loss": Average("loss"), "hits": Accuracy()])
    for step in 0..<12 {
      let keys = split(foldIn(key(500 + seed), step), 4)
      let size = 1 + (seed * 7 + step * 5) % 23
      let logits = normal(keys[0], [size, 5])
      let labels = randint(keys[1], [size], low: 0, high: 5)
      let loss = normal(keys[2], [size]) * Float(1 + seed) + Float(step)
      let mask = bernoulli(keys[3], 0.5, [size])
      every.update(["loss": loss], logits: logits, labels: labels)
      masked.update(["loss": loss], logits: logits, labels: labels, masks: ["loss": mask, "hits": .!mask])
      guard step >= 2 else { continue }
      let (a, b) = (every.compute(), masked.compute())
      let actual = [
        a["loss"]!, a["spread.mean"]!, a["spread.standardDeviation"]!, a["spread.standardErrorOfMean"]!, a["hits"]!,
        b["loss"]!, b["hits"]!,
      ]
      for (index, expected) in golden["steps"].array[step - 2].floats.enumerated() {
        expectClose(
          actual[index], Tensor(expected), "seed \(seed), step \(step), number \(index)", tolerance: 3e-6,
          absolute: 3e-6)
      }
    }
  }

  /// Bias corrections as accurate as 64-bit ones, at the first step and at the millionth.
  @Test(arguments: [0, 1, 9, 999, 999_999, 2_000_000_000]) func biasCorrections(_ before: Int32) {
    let model = Linear(1, 1, useBias: false, rngs: Rngs(0))
    model.kernel = Tensor<Float>([[0]])
    let (beta1, beta2) = (0.99999, 0.9999999)
    let optimizer = Optimizer(
      model, Adam(learningRate: 1, beta1: beta1, beta2: beta2, epsilon: 0), wrt: Param.self)
    optimizer.step = Tensor<Int32>(before)
    var gradient = state(model)
    gradient.kernel = Tensor<Float>([[0.5]])
    optimizer.update(model, gradient)
    func correction(_ beta: Double) -> Double { (1 - beta) / -expm1(Double(before + 1) * log1p(beta - 1)) }
    let expected = -correction(beta1) / correction(beta2).squareRoot()
    let actual = Double(model.kernel.scalars[0])
    #expect(abs(actual / expected - 1) < 4e-7, "\(actual) instead of \(expected)")
  }
}
