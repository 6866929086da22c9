import Adjoint
import Foundation
import Testing

/// One training loop with batch statistics, dropout, tied weights, a schedule, decay with a mask and clipping, written
/// in four ways.
enum StateTraining {
  final class Net: Module {
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

  typealias Trainer = Optimizer<Net, Chain>

  static func trainer(_ model: Net) -> Trainer {
    Optimizer(
      model,
      chain(
        ClipByGlobalNorm(0.5),
        AdamW(
          learningRate: WarmupCosineSchedule(peak: 0.05, warmup: 10, steps: 100), weightDecay: 0.01,
          mask: .not(.pathContains("bias")))), wrt: Param.self)
  }

  static func batch(_ step: Int) -> Tensor<Float> { normal(foldIn(key(9), step), [6, 4]) }

  static func loss(_ model: Net, _ x: Tensor<Float>) -> Tensor<Float> { ((model(x) - x) ** 2).mean() }

  /// The gradient by parameters, stateful or by a state.
  static func gradients(_ model: Net, _ x: Tensor<Float>, isPure: Bool) -> State<Net> {
    if !isPure { return grad { (model: Net) in loss(model, x) }(model) }
    let (definition, parameters, rest) = split(model, Param.self, .rest)
    let ((_, changed), grads) = valueAndGrad(parameters) { parameters in
      let model = merge(definition, parameters, rest)
      return (loss(model, x), state(model, .not(Param.self)).values.map { $0 })
    }
    update(model, State(layout: rest.layout, values: changed))
    return grads
  }

  static func run(form: Int, steps: Int, from saved: (State<Net>, State<Trainer>)? = nil, first: Int = 0)
    -> (model: State<Net>, optimizer: State<Trainer>)
  {
    let model = Net()
    let optimizer = trainer(model)
    if let (modelState, optimizerState) = saved {
      update(model, modelState)
      update(optimizer, optimizerState)
    }
    let (isPureStep, isPureGrad) = (form / 2 == 1, form % 2 == 1)
    if !isPureStep {
      for step in first..<steps {
        optimizer.update(model, gradients(model, batch(step), isPure: isPureGrad))
      }
      return (state(model), state(optimizer))
    }
    var (definition, values) = split(model)
    var (trainer, slots) = split(optimizer)
    for step in first..<steps {
      let (model, optimizer) = (merge(definition, values), merge(trainer, slots))
      optimizer.update(model, gradients(model, batch(step), isPure: isPureGrad))
      (definition, values) = split(model)
      (trainer, slots) = split(optimizer)
    }
    return (values, slots)
  }
}

@Suite struct StateTrainingTests {
  @Test func fourFormsAfterAHundredSteps() {
    let runs = (0..<4).map { StateTraining.run(form: $0, steps: 100) }
    for form in 1..<4 {
      #expect(haveSameBits(runs[form].model, runs[0].model))
      #expect(haveSameBits(runs[form].optimizer, runs[0].optimizer))
    }
    #expect(runs[0].optimizer.step.scalar == 100)
    #expect(runs[0].model.norm.mean != Tensor<Float>.zeros([4]))
    #expect(runs[0].model["dropout.rngs.count"].map { Tensor<UInt32>($0).scalar } == 100)
  }

  @Test(arguments: 0..<4) func goesOnInAnotherProcess(_ form: Int) async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "adjoint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    // One process trains for 50 steps and saves, a second one loads and goes on.
    let path = folder.path
    await #expect(processExitsWith: .success) { [path = path as String, form = form as Int] in
      let half = StateTraining.run(form: form, steps: 50)
      try save(half.model, to: path + "/model", metadata: ["step": "50"])
      try save(half.optimizer, to: path + "/optimizer")
    }
    await #expect(processExitsWith: .success) { [path = path as String, form = form as Int] in
      let model = StateTraining.Net()
      let optimizer = StateTraining.trainer(model)
      let notes = try load(path + "/model", into: model)
      precondition(notes["step"] == "50")
      try load(path + "/optimizer", into: optimizer)
      let end = StateTraining.run(form: form, steps: 100, from: (state(model), state(optimizer)), first: 50)
      try save(end.model, to: path + "/model")
      try save(end.optimizer, to: path + "/optimizer")
    }
    let whole = StateTraining.run(form: form, steps: 100)
    let (model, optimizer) = (
      try load(path + "/model", like: whole.model).state, try load(path + "/optimizer", like: whole.optimizer).state
    )
    #expect(haveSameBits(model, whole.model) && haveSameBits(optimizer, whole.optimizer))
  }
}
