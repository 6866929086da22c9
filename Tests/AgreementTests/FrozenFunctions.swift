import Adjoint

// One network, trained whole and in parts.

final class TwoLayers: Module {
  let hidden: Linear
  let output: Linear

  init() {
    let rngs = Rngs(0)
    hidden = Linear(8, 16, rngs: rngs)
    output = Linear(16, 4, rngs: rngs)
  }

  func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { output(tanh(hidden(x))) }
}

typealias LayersTrainer = Optimizer<TwoLayers, SGD>

func layersTrainer(_ filter: Filter) -> LayersTrainer {
  Optimizer(TwoLayers(), SGD(learningRate: 0.1, momentum: 0.9), wrt: filter)
}

func trainEverything(
  _ model: TwoLayers, @Like(layersTrainer(.of(Param.self))) _ trainer: LayersTrainer, @Shape(5, 8) x: Tensor<Float>
) {
  trainer.update(model, grad(model) { model in (model(x) ** 2).mean() })
}

/// The first layer is frozen: for the gradient and the optimiser.
func trainHead(
  _ model: TwoLayers, @Like(layersTrainer(.pathContains("output"))) _ trainer: LayersTrainer,
  @Shape(5, 8) x: Tensor<Float>
) {
  trainer.update(model, grad(model, wrt: .pathContains("output")) { model in (model(x) ** 2).mean() })
}

/// The optimiser alone says what is trained; the gradient is written for all parameters.
func trainHeadOnly(
  _ model: TwoLayers, @Like(layersTrainer(.pathContains("output"))) _ trainer: LayersTrainer,
  @Shape(5, 8) x: Tensor<Float>
) {
  trainer.update(model, grad(model) { model in (model(x) ** 2).mean() })
}

/// The second layer is frozen: the gradient passes through it.
func trainBody(
  _ model: TwoLayers, @Like(layersTrainer(.pathContains("hidden"))) _ trainer: LayersTrainer,
  @Shape(5, 8) x: Tensor<Float>
) {
  trainer.update(model, grad(model, wrt: .pathContains("hidden")) { model in (model(x) ** 2).mean() })
}

/// As `trainHead`, by the part of a state and in a pure function.
func trainHeadPure(
  _ graphdef: GraphDef<TwoLayers>, _ state: State<TwoLayers>,
  @Like(layersTrainer(.pathContains("output"))) _ rule: GraphDef<LayersTrainer>, _ slots: State<LayersTrainer>,
  @Shape(5, 8) x: Tensor<Float>
) -> (State<TwoLayers>, State<LayersTrainer>) {
  let (model, trainer) = (merge(graphdef, state), merge(rule, slots))
  let grads = grad(state, wrt: .pathContains("output")) { state in (merge(graphdef, state)(x) ** 2).mean() }
  trainer.update(model, grads)
  return (Adjoint.state(model), Adjoint.state(trainer))
}
