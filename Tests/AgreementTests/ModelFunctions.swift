import Adjoint

// Functions over models, optimisers, streams and metrics. The tests run each of them eagerly, through the IR's reference
// evaluation and as generated C, from the same values, and compare every variable and result.

/// A matrix and a vector to be trained.
final class Pair: Module {
  @Param var kernel: Tensor<Float>
  let bias: Param?

  init() {
    kernel = Tensor<Float>.iota([3, 4], axis: 1) * 0.3 - 0.4
    bias = Param(Tensor<Float>.ones([4]))
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { matmul(x, kernel) + bias!.value }
}

private func pairGradients(_ model: Pair, _ x: Tensor<Float>) -> State<Pair> {
  grad { (model: Pair) in (tanh(model(x)) * x.sum()).mean() }(model)
}

func adaGradStep(
  _ model: Pair,
  @Like(Optimizer(Pair(), AdaGrad(learningRate: 0.1), wrt: Param.self))
  _ optimizer: Optimizer<Pair, AdaGrad>, @Shape(2, 3) x: Tensor<Float>
) {
  optimizer.update(model, pairGradients(model, x))
}

func rmsPropStep(
  _ model: Pair,
  @Like(
    Optimizer(
      Pair(), RMSProp(learningRate: 0.1, initialScale: 0.5, centered: true, momentum: 0.8, nesterov: true),
      wrt: Param.self))
  _ optimizer: Optimizer<Pair, RMSProp>, @Shape(2, 3) x: Tensor<Float>
) {
  optimizer.update(model, pairGradients(model, x))
}

func lionStep(
  _ model: Pair,
  @Like(
    Optimizer(
      Pair(), Lion(learningRate: 0.1, weightDecay: 0.2, mask: .not(.pathContains("bias"))), wrt: Param.self))
  _ optimizer: Optimizer<Pair, Lion>, @Shape(2, 3) x: Tensor<Float>
) {
  optimizer.update(model, pairGradients(model, x))
}

func lambStep(
  _ model: Pair,
  @Like(Optimizer(Pair(), LAMB(learningRate: 0.1, weightDecay: 0.1), wrt: Param.self))
  _ optimizer: Optimizer<Pair, LAMB>, @Shape(2, 3) x: Tensor<Float>
) {
  optimizer.update(model, pairGradients(model, x))
}

func adafactorStep(
  _ model: Pair,
  @Like(
    Optimizer(
      Pair(), Adafactor(learningRate: 0.1, minimumExtent: 2, momentum: 0.9, weightDecay: 0.01), wrt: Param.self))
  _ optimizer: Optimizer<Pair, Adafactor>, @Shape(2, 3) x: Tensor<Float>
) {
  optimizer.update(model, pairGradients(model, x))
}

func chainStep(
  _ model: Pair,
  @Like(
    Optimizer(
      Pair(),
      chain(
        ClipByGlobalNorm(0.1), ClipByNorm(0.08), ClipByValue(0.05), ClipByBlockRMS(0.04), Trace(0.5), ScaleByAdam(),
        AddDecayedWeights(0.1, mask: .paths("kernel")), ScaleByTrustRatio(), Scale(0.5), Trace(0.9, nesterov: true),
        ScaleByLearningRate(WarmupCosineSchedule(peak: 0.1, warmup: 2, steps: 6))), wrt: Param.self))
  _ optimizer: Optimizer<Pair, Chain>, @Shape(2, 3) x: Tensor<Float>
) {
  optimizer.update(model, pairGradients(model, x))
}

func multiStepsStep(
  _ model: Pair,
  @Like(Optimizer(Pair(), MultiSteps(Adam(learningRate: 0.1), every: 2), wrt: .pathContains("bias")))
  _ optimizer: Optimizer<Pair, MultiSteps>, @Shape(2, 3) x: Tensor<Float>
) {
  optimizer.update(model, pairGradients(model, x))
}

/// The optimiser's numbers are read from the one that is given, as it has no schedule.
func adamNumbersStep(_ model: Pair, _ optimizer: Optimizer<Pair, Adam>, @Shape(2, 3) x: Tensor<Float>) {
  optimizer.update(model, pairGradients(model, x))
}

func averageStep(
  _ model: Pair, @Like(EMA(Pair(), decay: 0.9)) _ average: EMA<Pair>, @Shape(2, 3) x: Tensor<Float>
) -> Tensor<Float> {
  update(model, map(state(model, Param.self)) { p in p * 2 })
  average.update(model)
  return average.applied(to: model)(x)
}

func schedulesAgreement(@Shape(13) step: Tensor<Int32>) -> Tensor<Float> {
  var schedules: [any Schedule] = [
    ConstantSchedule(0.25), LinearSchedule(from: 1, to: 0.1, steps: 7, delay: 1),
    PolynomialSchedule(from: 2, to: 0.5, power: 2, steps: 5),
    ExponentialSchedule(from: 1, steps: 3, rate: 0.5, delay: 1, staircase: true, end: 0.1),
    CosineSchedule(from: 0.5, steps: 9, floor: 0.1, exponent: 2),
    WarmupCosineSchedule(from: 0.1, peak: 1, warmup: 4, steps: 12, end: 0.05),
    PiecewiseConstantSchedule(from: 1, boundaries: [2, 6], factors: [0.5, 0.1]),
    PiecewiseSchedule(.cosine, from: 1, boundaries: [3, 8], factors: [2, 0.25]),
    PiecewiseSchedule(.linear, from: 1, boundaries: [3, 8], factors: [2, 0.25]),
  ]
  schedules.append(JoinedSchedule([schedules[1], schedules[4]], boundaries: [5]))
  var sum = Tensor<Float>.zeros(step.shape)
  for schedule in schedules { sum = sum * 1.25 + schedule(step) }
  return sum
}

/// Statistics, groups, dropout and an activation in one model.
final class Normed: Module {
  let first: Linear
  let norm: BatchNorm
  let second: BatchNorm
  let groups: GroupNorm
  let root: RMSNorm
  let dropout: Dropout
  /// The same object as `first`.
  let last: Linear

  init() {
    let rngs = Rngs(params: 1, dropout: 2)
    first = Linear(4, 4, rngs: rngs)
    norm = BatchNorm(4, rngs: rngs)
    second = BatchNorm(4, momentum: 0.8, useScale: false, useFastVariance: false, rngs: rngs)
    // Large enough that a small variance does not enlarge differences in rounding.
    groups = GroupNorm(4, groups: 2, epsilon: 0.1, rngs: rngs)
    root = RMSNorm(4, rngs: rngs)
    dropout = Dropout(0.5, rngs: rngs)
    last = first
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    let h = groups(second(hardSilu(norm(first(x)))))
    sow("hidden", h)
    return last(dropout(root(selu(h))))
  }
}

func normedStep(
  _ model: Normed,
  @Like(Optimizer(Normed(), SGD(learningRate: 0.1), wrt: Param.self))
  _ optimizer: Optimizer<Normed, SGD>, @Shape(5, 4) x: Tensor<Float>
) -> (Tensor<Float>, Tensor<Float>) {
  let ((loss, grads), captured) = capture(model) { model in
    valueAndGrad(model) { model in ((model(x) - x) ** 2).mean() }
  }
  optimizer.update(model, grads)
  return (loss, captured["hidden"][0])
}

/// The same variables with other flags: nothing of the statistics or the streams changes.
func normedUse(_ model: Normed, @Shape(5, 4) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  let use = view(model, ["useRunningAverage": true, "deterministic": true])
  let copy = clone(model)
  copy.eval()
  return (use(x), copy(x))
}

/// Gradients of the scales alone: the rest stays as it is.
func normedScales(_ model: Normed, @Shape(5, 4) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
  func loss(_ model: Normed, _ x: Tensor<Float>) -> Tensor<Float> { (model(x) ** 2).mean() }
  let (scales, dx) = grad(loss, argnums: (.first(.pathContains("scale")), .second))(model, x)
  update(model, map(state(model, .pathContains("scale")), scales) { p, g in p - 0.1 * g })
  return (dx, (scales.root.scale ?? dx).sum())
}

func rngsDraws(@Like(Rngs(params: 0, dropout: 1)) _ rngs: Rngs, @Shape(3) scale: Tensor<Float>) -> (
  Tensor<Float>, Tensor<Int32>, Tensor<Float>
) {
  let key = rngs.params()
  let forked = rngs.fork()
  let parts = rngs.split(2, only: ["dropout"])
  let shared = parts[0].params()
  let reals = [
    normal(key, [3]), uniform(foldIn(key, 3), [3], low: -1, high: 3), truncatedNormal(key, -1, 2, [3]),
    gumbel(forked.dropout(), [3]), exponential(parts[0].dropout(), [3]), parts[1].dropout.normal([3]),
    rngs.dropout.uniform([3]), normal(shared, [3]), bernoulli(key, scale * 0.1 + 0.5).cast(to: Float.self),
  ]
  let whole = [
    randint(key, [3], low: -5, high: 40), permutation(key, Tensor<Int32>.iota([3], axis: 0)),
    choice(key, 9, [3], replace: false), choice(key, [3], probabilities: softmax(scale)),
    categorical(key, scale + Tensor<Float>.zeros([3, 3])), rademacher(key, [3]),
  ]
  rngs.reseed("dropout", 7)
  return (concatenated(reals, axis: 0) * 2, concatenated(whole, axis: 0), normal(rngs.dropout(), [3]) * scale)
}

func reseeded(_ model: Normed, @Shape(5, 4) x: Tensor<Float>) -> Tensor<Float> {
  reseed(model, ["dropout": 42])
  return model(x)
}

func metricsStep(
  @Like(
    MultiMetric([
      "loss": Average("loss"), "accuracy": Accuracy(), "welford": Welford("loss"), "sure": Accuracy(threshold: 0.5),
    ]))
  _ metrics: MultiMetric, @Shape(6) losses: Tensor<Float>, @Shape(6) labels: Tensor<Int32>
) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
  metrics["sure"].reset()
  let positive = labels .> 0
  metrics["loss"].update(MetricInputs(["loss": losses]))
  metrics["welford"].update(MetricInputs(["loss": losses], mask: positive))
  metrics["accuracy"].update(MetricInputs(logits: oneHot(labels, 4) + losses.expandedDims(axis: 1), labels: labels))
  metrics["sure"].update(MetricInputs(logits: losses, labels: labels, mask: losses .< 1.5))
  let all = metrics.compute()
  return (all["loss"]! + all["accuracy"]!, all["welford.mean"]!, all["sure"]!)
}
