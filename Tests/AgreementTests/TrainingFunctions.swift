import Adjoint

// One training loop with batch statistics, dropout, tied weights, a schedule, decay with a mask and clipping, in four
// forms.

/// An autoencoder whose two layers are one.
final class TiedNet: Module {
  let embedding: Linear
  let norm: BatchNorm
  let dropout: Dropout
  /// The same object as `embedding`.
  let output: Linear

  init() {
    let rngs = Rngs(params: 3, dropout: 4)
    embedding = Linear(4, 4, rngs: rngs)
    norm = BatchNorm(4, rngs: rngs)
    dropout = Dropout(0.25, rngs: rngs)
    output = embedding
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { output(dropout(relu(norm(embedding(x))))) }
}

typealias TiedTrainer = Optimizer<TiedNet, Chain>

func tiedTrainer(_ model: TiedNet) -> TiedTrainer {
  Optimizer(
    model,
    chain(
      ClipByGlobalNorm(0.5),
      AdamW(
        learningRate: WarmupCosineSchedule(peak: 0.05, warmup: 10, steps: 100), weightDecay: 0.01,
        mask: .not(.pathContains("bias")))), wrt: Param.self)
}

private func loss(_ model: TiedNet, _ x: Tensor<Float>) -> Tensor<Float> { ((model(x) - x) ** 2).mean() }

/// The gradient by a state of the parameters; statistics and streams reach the model as a further result.
private func pureGradients(_ model: TiedNet, _ x: Tensor<Float>) -> (Tensor<Float>, State<TiedNet>) {
  let (definition, parameters, rest) = split(model, Param.self, .rest)
  let ((value, changed), grads) = valueAndGrad(parameters) { parameters in
    let model = merge(definition, parameters, rest)
    return (loss(model, x), state(model, .not(Param.self)))
  }
  update(model, changed)
  return (value, grads)
}

private func statefulGradients(_ model: TiedNet, _ x: Tensor<Float>) -> (Tensor<Float>, State<TiedNet>) {
  valueAndGrad(model) { model in loss(model, x) }
}

func tiedStateful(
  _ model: TiedNet, @Like(tiedTrainer(TiedNet())) _ optimizer: TiedTrainer, @Shape(6, 4) x: Tensor<Float>
) -> Tensor<Float> {
  let (loss, grads) = statefulGradients(model, x)
  optimizer.update(model, grads)
  return loss
}

func tiedStatefulAroundPure(
  _ model: TiedNet, @Like(tiedTrainer(TiedNet())) _ optimizer: TiedTrainer, @Shape(6, 4) x: Tensor<Float>
) -> Tensor<Float> {
  let (loss, grads) = pureGradients(model, x)
  optimizer.update(model, grads)
  return loss
}

func tiedPure(
  _ graphdef: GraphDef<TiedNet>, _ state: State<TiedNet>,
  @Like(tiedTrainer(TiedNet())) _ trainer: GraphDef<TiedTrainer>, _ slots: State<TiedTrainer>,
  @Shape(6, 4) x: Tensor<Float>
) -> (State<TiedNet>, State<TiedTrainer>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let optimizer = merge(trainer, slots)
  let (loss, grads) = pureGradients(model, x)
  optimizer.update(model, grads)
  return (Adjoint.state(model), Adjoint.state(optimizer), loss)
}

func tiedPureAroundStateful(
  _ graphdef: GraphDef<TiedNet>, _ state: State<TiedNet>,
  @Like(tiedTrainer(TiedNet())) _ trainer: GraphDef<TiedTrainer>, _ slots: State<TiedTrainer>,
  @Shape(6, 4) x: Tensor<Float>
) -> (State<TiedNet>, State<TiedTrainer>, Tensor<Float>) {
  let model = merge(graphdef, state)
  let optimizer = merge(trainer, slots)
  let (loss, grads) = statefulGradients(model, x)
  optimizer.update(model, grads)
  return (Adjoint.state(model), Adjoint.state(optimizer), loss)
}
