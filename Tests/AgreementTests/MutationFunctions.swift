import Adjoint

// Every kind of mutation, once a step, in stateful and pure functions, outside of gradients and inside.

enum MutationCountKind: VariableKind {}
typealias MutationCount = VariableOf<MutationCountKind, Int32>

/// Statistics, a counter of a user's own kind, a cache, random streams, something sown.
final class MutationNet: Module {
  @Param var w: Tensor<Float>
  @BatchStat var mean: Tensor<Float>
  @Cache var last: Tensor<Float>
  @MutationCount var calls: Tensor<Int32>
  let rngs: Rngs

  init() {
    w = Tensor<Float>(1.5)
    mean = Tensor<Float>(0)
    last = Tensor<Float>(0)
    calls = Tensor<Int32>(0)
    rngs = Rngs(dropout: 3)
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    mean = mean * 0.5 + x
    last = x
    calls += 1
    sow("x", x * 2)
    return x * w * rngs.dropout.uniform([])
  }
}

/// What a step changes, each part of it once.
private func touch(_ model: MutationNet, _ metric: Average, _ x: Tensor<Float>) -> Tensor<Float> {
  let y = model(x)
  metric.update(y)
  return y * y
}

/// A rule of a user's own, with a slot: momentum that forgets, and steps of one length.
struct Stepping: GradientTransformation {
  let length: Float
  let decay: Float

  func slots(for parameters: Tree) -> Slots { ["velocity": parameters.zeros] }

  func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let velocity = map(slots["velocity"]!, gradients) { v, g in v * decay + g }
    slots["velocity"] = velocity
    let damping = 1 / (1 + count.cast(to: Float.self))
    return map(velocity, parameters) { v, p in -length * damping * sign(v) - 0.01 * p }
  }
}

typealias MutationTrainer = Optimizer<MutationNet, Stepping>

func mutationTrainer() -> MutationTrainer {
  Optimizer(MutationNet(), Stepping(length: 0.25, decay: 0.5), wrt: Param.self)
}

/// The user's rule between rules of the library.
func composedTrainer() -> Optimizer<MutationNet, Chain> {
  Optimizer(
    MutationNet(),
    chain(ClipByValue(0.75), Stepping(length: 0.25, decay: 0.5), MultiSteps(Stepping(length: 2, decay: 0), every: 2)),
    wrt: Param.self)
}

func composedRule(
  _ model: MutationNet, @Like(composedTrainer()) _ trainer: Optimizer<MutationNet, Chain>, @Shape() x: Tensor<Float>
) -> Tensor<Float> {
  let (loss, grads) = valueAndGrad(model) { model in model.w * model.w * x }
  trainer.update(model, grads)
  return loss
}

// MARK: Stateful functions

func mutationOutside(
  _ model: MutationNet, @Like(Average("y")) _ metric: Average,
  @Like(mutationTrainer()) _ trainer: MutationTrainer, @Shape() x: Tensor<Float>
) -> Tensor<Float> {
  let (loss, shown) = capture(model) { model in touch(model, metric, x) }
  trainer.update(model, grad { (model: MutationNet) in model.w * x }(model))
  return loss + shown["x"][0]
}

func mutationInside(
  _ model: MutationNet, @Like(Average("y")) _ metric: Average,
  @Like(mutationTrainer()) _ trainer: MutationTrainer, @Shape() x: Tensor<Float>
) -> Tensor<Float> {
  let ((loss, grads), shown) = capture(model) { model in
    valueAndGrad(model) { model in touch(model, metric, x) }
  }
  trainer.update(model, grads)
  return loss + shown["x"][0]
}

/// The optimiser's own update, and everything else, inside of a gradient by something else.
func mutationDeep(
  _ model: MutationNet, @Like(Average("y")) _ metric: Average,
  @Like(mutationTrainer()) _ trainer: MutationTrainer, @Shape() x: Tensor<Float>
) -> Tensor<Float> {
  let ((_, loss), slope) = valueAndGrad(x) { z in
    let ((loss, grads), shown) = capture(model) { model in
      valueAndGrad(model) { model in touch(model, metric, x) }
    }
    trainer.update(model, grads)
    return (z * z, loss + shown["x"][0])
  }
  return loss + slope
}

/// A pure gradient: what changes comes out of it as a further result.
func mutationAroundPure(
  _ model: MutationNet, @Like(Average("y")) _ metric: Average,
  @Like(mutationTrainer()) _ trainer: MutationTrainer, @Shape() x: Tensor<Float>
) -> Tensor<Float> {
  let (value, grads, shown) = pureMutation(model, metric, x)
  trainer.update(model, grads)
  return value + shown
}

private func pureMutation(
  _ model: MutationNet, _ metric: Average, _ x: Tensor<Float>
) -> (Tensor<Float>, State<MutationNet>, Tensor<Float>) {
  let (definition, parameters, rest) = split(model, Param.self, .rest)
  let (measure, sofar) = split(metric)
  let ((value, (changed, measured, shown)), grads) = valueAndGrad(parameters) { parameters in
    let model = merge(definition, parameters, rest)
    let metric = merge(measure, sofar)
    let (y, shown) = capture(model) { model in touch(model, metric, x) }
    return (y, (state(model, .not(Param.self)), state(metric), shown["x"][0]))
  }
  update(model, changed)
  update(metric, measured)
  return (value, grads, shown)
}

// MARK: Pure functions

func mutationPure(
  _ graphdef: GraphDef<MutationNet>, _ state: State<MutationNet>, @Like(Average("y")) _ measure: GraphDef<Average>,
  _ sofar: State<Average>, @Like(mutationTrainer()) _ rule: GraphDef<MutationTrainer>,
  _ slots: State<MutationTrainer>, @Shape() x: Tensor<Float>
) -> (State<MutationNet>, State<Average>, State<MutationTrainer>, Tensor<Float>) {
  let (model, metric, trainer) = (merge(graphdef, state), merge(measure, sofar), merge(rule, slots))
  let loss = mutationOutside(model, metric, trainer, x: x)
  return (Adjoint.state(model), Adjoint.state(metric), Adjoint.state(trainer), loss)
}

func mutationPureInside(
  _ graphdef: GraphDef<MutationNet>, _ state: State<MutationNet>, @Like(Average("y")) _ measure: GraphDef<Average>,
  _ sofar: State<Average>, @Like(mutationTrainer()) _ rule: GraphDef<MutationTrainer>,
  _ slots: State<MutationTrainer>, @Shape() x: Tensor<Float>
) -> (State<MutationNet>, State<Average>, State<MutationTrainer>, Tensor<Float>) {
  let (model, metric, trainer) = (merge(graphdef, state), merge(measure, sofar), merge(rule, slots))
  let loss = mutationInside(model, metric, trainer, x: x)
  return (Adjoint.state(model), Adjoint.state(metric), Adjoint.state(trainer), loss)
}

func mutationPureDeep(
  _ graphdef: GraphDef<MutationNet>, _ state: State<MutationNet>, @Like(Average("y")) _ measure: GraphDef<Average>,
  _ sofar: State<Average>, @Like(mutationTrainer()) _ rule: GraphDef<MutationTrainer>,
  _ slots: State<MutationTrainer>, @Shape() x: Tensor<Float>
) -> (State<MutationNet>, State<Average>, State<MutationTrainer>, Tensor<Float>) {
  let (model, metric, trainer) = (merge(graphdef, state), merge(measure, sofar), merge(rule, slots))
  let loss = mutationDeep(model, metric, trainer, x: x)
  return (Adjoint.state(model), Adjoint.state(metric), Adjoint.state(trainer), loss)
}

func mutationPureAroundPure(
  _ graphdef: GraphDef<MutationNet>, _ state: State<MutationNet>, @Like(Average("y")) _ measure: GraphDef<Average>,
  _ sofar: State<Average>, @Like(mutationTrainer()) _ rule: GraphDef<MutationTrainer>,
  _ slots: State<MutationTrainer>, @Shape() x: Tensor<Float>
) -> (State<MutationNet>, State<Average>, State<MutationTrainer>, Tensor<Float>) {
  let (model, metric, trainer) = (merge(graphdef, state), merge(measure, sofar), merge(rule, slots))
  let loss = mutationAroundPure(model, metric, trainer, x: x)
  return (Adjoint.state(model), Adjoint.state(metric), Adjoint.state(trainer), loss)
}
