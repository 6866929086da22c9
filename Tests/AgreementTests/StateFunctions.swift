import Adjoint

// Functions over models whose state changes: statistics, counters, slots, metrics, sown values. The tests run each of
// them eagerly, through the IR's reference evaluation and as generated code.

/// Batch statistics, dropout and tied weights.
final class StateNet: Module {
  let embedding: Linear
  let norm: BatchNorm
  let groups: GroupNorm
  let dropout: Dropout
  /// The same object as `embedding`.
  let output: Linear

  init() {
    let rngs = Rngs(params: 3, dropout: 4)
    embedding = Linear(4, 4, rngs: rngs)
    norm = BatchNorm(4, rngs: rngs)
    // Large enough that a small variance does not enlarge differences in rounding.
    groups = GroupNorm(4, groups: 2, epsilon: 0.1, rngs: rngs)
    dropout = Dropout(0.25, rngs: rngs)
    output = embedding
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    let h = tanh(norm(embedding(x)))
    sow("h", h)
    sow(Intermediate.self, "size", (h * h).mean(), combining: +)
    return output(dropout(groups(h)))
  }
}

/// Clipping, decay with a mask, and a schedule.
func stateStep(
  _ model: StateNet,
  @Like(
    Optimizer(
      StateNet(),
      chain(
        ClipByGlobalNorm(0.5),
        AdamW(
          learningRate: WarmupCosineSchedule(peak: 0.05, warmup: 10, steps: 100), weightDecay: 0.01,
          mask: .not(.pathContains("bias")))), wrt: Param.self)) _ optimizer: Optimizer<StateNet, Chain>,
  @Shape(6, 4) x: Tensor<Float>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in ((model(x) - x) ** 2).mean() }
  optimizer.update(model, grads)
  return loss
}

/// The same with a gradient by a state; what else changes comes out as a further result.
func statePureStep(
  _ model: StateNet,
  @Like(Optimizer(StateNet(), Lion(learningRate: 0.01), wrt: Param.self)) _ optimizer: Optimizer<StateNet, Lion>,
  @Shape(6, 4) x: Tensor<Float>
) -> Tensor<Float> {
  let (definition, parameters, rest) = split(model, Param.self, .rest)
  let ((loss, changed), grads) = valueAndGrad(parameters) { parameters in
    let model = merge(definition, parameters, rest)
    return (((model(x) - x) ** 2).mean(), state(model, .not(Param.self)))
  }
  update(model, changed)
  optimizer.update(model, grads)
  return loss
}

/// Only a part is trained.
func stateFrozenStep(
  _ model: StateNet,
  @Like(Optimizer(StateNet(), LAMB(learningRate: 0.01), wrt: .pathContains("norm")))
  _ optimizer: Optimizer<StateNet, LAMB>, @Shape(6, 4) x: Tensor<Float>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model, wrt: .all(.pathContains("norm"), .of(Param.self))) { model in
    ((model(x) - x) ** 2).mean()
  }
  update(model, map(state(model, .all(.pathContains("norm"), .of(Param.self))), grads) { p, g in p - 0.1 * g })
  return loss
}

/// In use: no statistics change, nothing is dropped.
func stateUse(_ model: StateNet, @Shape(6, 4) x: Tensor<Float>) -> Tensor<Float> {
  view(model, ["deterministic": true, "useRunningAverage": true])(x)
}

/// What the model shows on its way, inside of a gradient and outside.
func stateShown(_ model: StateNet, @Shape(6, 4) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
  let (y, shown) = capture(model) { $0(x) + $0(x * 2) }
  let ((_, inside), _) = valueAndGrad(model) { model in
    let (y, shown) = capture(model) { $0(x) }
    return (y.sum(), shown)
  }
  return (y, shown["h"][1] + inside["h"][0], shown["size"][0])
}

/// Two models at once.
final class StateLayer: Module {
  let linear: Linear
  init(_ seed: Int) { linear = Linear(4, 3, rngs: Rngs(seed)) }
  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { linear(x) }
}

func stateBoth(
  @Like(StateLayer(1)) _ a: StateLayer, @Like(StateLayer(2)) _ b: StateLayer, @Shape(6, 4) x: Tensor<Float>
) -> Tensor<Float> {
  func loss(_ a: StateLayer, _ b: StateLayer) -> Tensor<Float> { (a(x) * b(x)).mean() }
  let (value, (byA, byB)) = valueAndGrad(loss, argnums: (.first(.pathContains("bias")), .second))(a, b)
  update(a, map(state(a, .pathContains("bias")), byA) { p, g in p - g })
  update(b, map(state(b, Param.self), byB) { p, g in p - g })
  return value
}

/// Parameters alone, for one step of each rule.
final class StateParameters: Module {
  @Param var bias: Tensor<Float>
  @Param var kernel: Tensor<Float>
  init() {
    bias = Tensor<Float>.ones([4])
    kernel = normal(key(5), [6, 4])
  }

  func loss(_ x: Tensor<Float>) -> Tensor<Float> { ((x * kernel + bias) ** 2).mean() }
}

func stateAdaGrad(
  _ model: StateParameters,
  @Like(
    Optimizer(
      StateParameters(), AdaGrad(learningRate: ExponentialSchedule(from: 0.1, steps: 3, rate: 0.5)), wrt: Param.self))
  _ optimizer: Optimizer<StateParameters, AdaGrad>, @Shape(6, 4) x: Tensor<Float>
) {
  optimizer.update(model, grad { (model: StateParameters) in model.loss(x) }(model))
}

func stateRMSProp(
  _ model: StateParameters,
  @Like(
    Optimizer(StateParameters(), RMSProp(learningRate: 0.01, centered: true, momentum: 0.9), wrt: Param.self))
  _ optimizer: Optimizer<StateParameters, RMSProp>, @Shape(6, 4) x: Tensor<Float>
) {
  optimizer.update(model, grad { (model: StateParameters) in model.loss(x) }(model))
}

func stateAdafactor(
  _ model: StateParameters,
  @Like(
    Optimizer(
      StateParameters(), Adafactor(learningRate: 0.1, minimumExtent: 3, momentum: 0.9, weightDecay: 0.01),
      wrt: Param.self)) _ optimizer: Optimizer<StateParameters, Adafactor>, @Shape(6, 4) x: Tensor<Float>
) {
  optimizer.update(model, grad { (model: StateParameters) in model.loss(x) }(model))
}

func stateMultiSteps(
  _ model: StateParameters,
  @Like(Optimizer(StateParameters(), MultiSteps(Adam(learningRate: 0.1), every: 2), wrt: Param.self))
  _ optimizer: Optimizer<StateParameters, MultiSteps>, @Shape(6, 4) x: Tensor<Float>
) {
  optimizer.update(model, grad { (model: StateParameters) in model.loss(x) }(model))
}

func stateParts(
  _ model: StateParameters,
  @Like(
    Optimizer(
      StateParameters(),
      chain(
        ClipByValue(0.1), ClipByNorm(1), ClipByBlockRMS(0.05), Trace(0.9), ScaleByAdam(), ScaleByTrustRatio(),
        Trace(0.5, nesterov: true),
        ScaleByLearningRate(
          JoinedSchedule(
            [LinearSchedule(from: 0, to: 0.1, steps: 2), CosineSchedule(from: 0.1, steps: 10)], boundaries: [2]))),
      wrt: Param.self)) _ optimizer: Optimizer<StateParameters, Chain>, @Shape(6, 4) x: Tensor<Float>
) {
  optimizer.update(model, grad { (model: StateParameters) in model.loss(x) }(model))
}

func stateAverage(
  _ model: StateParameters, @Like(EMA(StateParameters(), decay: 0.9)) _ average: EMA<StateParameters>,
  @Shape(6, 4) x: Tensor<Float>
) -> Tensor<Float> {
  average.update(model)
  return average.applied(to: model).loss(x)
}

func stateMetrics(
  @Like(
    MultiMetric(["loss": Average("loss"), "accuracy": Accuracy(), "spread": Welford("loss"), "some": Average("loss")]))
  _ metrics: MultiMetric, @Shape(6) loss: Tensor<Float>, @Shape(6, 4) logits: Tensor<Float>,
  @Shape(6) labels: Tensor<Int32>, @Shape(6) mask: Tensor<Bool>
) -> (Tensor<Float>, Tensor<Float>) {
  metrics.update(["loss": loss], logits: logits, labels: labels, masks: ["some": mask])
  let results = metrics.compute()
  return (results["spread.standardDeviation"]!, results["accuracy"]!)
}

func stateDraws(
  @Like(Rngs(0, dropout: 1)) _ rngs: Rngs, @Shape(5) x: Tensor<Float>, @Shape(3, 5) logits: Tensor<Float>
) -> (Tensor<Float>, Tensor<Int32>, Tensor<Float>, Tensor<Int32>) {
  let chances = sigmoid(x)
  let reals = rngs.normal([5]) + rngs.params.uniform([5]) + exponential(rngs(), [5]) + permutation(rngs(), x)
  let integers =
    choice(rngs(), 5, [3], replace: false) + choice(rngs(), [3], probabilities: chances)
    + categorical(rngs["sample"](), logits, axis: -1) + rademacher(rngs(), [3]) + rngs.randint([3], low: 0, high: 9)
  let parts = rngs.split(3)
  let child = rngs.fork()
  rngs.reseed("dropout", 4)
  let further = parts[1].dropout.normal([2]) + child.params.normal([2]) + rngs.dropout.normal([2])
  return (reals, integers, further, bernoulli(rngs(), chances).cast(to: Int32.self).sum())
}
