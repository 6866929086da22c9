import Adjoint
import AdjointIR
import TestSupport
import Testing

/// A function over objects and tensors with its types erased, so that one test runs them all.
struct ModelFunction: Sendable {
  let name: String
  /// The object arguments in order, as they are first.
  let make: @Sendable () -> [any Module]
  /// Runs the function, and gives what it returns.
  let run: @Sendable ([any Module], [AnyTensor]) -> [AnyTensor]
}

/// A pair and its optimiser.
private func pair(_ rule: some GradientTransformation, wrt: Filter = .of(Param.self)) -> [any Module] {
  let model = Pair()
  return [model, Optimizer(model, rule, wrt: wrt)]
}

private func step(
  _ name: String, _ make: @escaping @Sendable () -> [any Module],
  _ run: @escaping @Sendable (Pair, any Module, Tensor<Float>) -> Void
) -> ModelFunction {
  ModelFunction(
    name: name, make: make,
    run: { objects, tensors in
      run(objects[0] as! Pair, objects[1], Tensor(tensors[0]))
      return []
    })
}

private func forward(
  _ name: String, _ run: @escaping @Sendable (Normed, Tensor<Float>) -> [AnyTensor]
) -> ModelFunction {
  ModelFunction(name: name, make: { [Normed()] }, run: { run($0[0] as! Normed, Tensor($1[0])) })
}

/// Every function of ModelFunctions.swift that has an object among its arguments.
let modelFunctions: [ModelFunction] = [
  step("adaGradStep", { pair(AdaGrad(learningRate: 0.1)) }) {
    adaGradStep($0, $1 as! Optimizer<Pair, AdaGrad>, x: $2)
  },
  step(
    "rmsPropStep",
    { pair(RMSProp(learningRate: 0.1, initialScale: 0.5, centered: true, momentum: 0.8, nesterov: true)) }
  ) { rmsPropStep($0, $1 as! Optimizer<Pair, RMSProp>, x: $2) },
  step("lionStep", { pair(Lion(learningRate: 0.1, weightDecay: 0.2, mask: .not(.pathContains("bias")))) }) {
    lionStep($0, $1 as! Optimizer<Pair, Lion>, x: $2)
  },
  step("lambStep", { pair(LAMB(learningRate: 0.1, weightDecay: 0.1)) }) {
    lambStep($0, $1 as! Optimizer<Pair, LAMB>, x: $2)
  },
  step(
    "adafactorStep", { pair(Adafactor(learningRate: 0.1, minimumExtent: 2, momentum: 0.9, weightDecay: 0.01)) }
  ) { adafactorStep($0, $1 as! Optimizer<Pair, Adafactor>, x: $2) },
  step(
    "chainStep",
    {
      pair(
        chain(
          ClipByGlobalNorm(0.1), ClipByNorm(0.08), ClipByValue(0.05), ClipByBlockRMS(0.04), Trace(0.5), ScaleByAdam(),
          AddDecayedWeights(0.1, mask: .paths("kernel")), ScaleByTrustRatio(), Scale(0.5),
          Trace(0.9, nesterov: true), ScaleByLearningRate(WarmupCosineSchedule(peak: 0.1, warmup: 2, steps: 6))))
    }
  ) { chainStep($0, $1 as! Optimizer<Pair, Chain>, x: $2) },
  step("multiStepsStep", { pair(MultiSteps(Adam(learningRate: 0.1), every: 2), wrt: .pathContains("bias")) }) {
    multiStepsStep($0, $1 as! Optimizer<Pair, MultiSteps>, x: $2)
  },
  step("adamNumbersStep", { pair(Adam(learningRate: 0.03, beta1: 0.8)) }) {
    adamNumbersStep($0, $1 as! Optimizer<Pair, Adam>, x: $2)
  },
  ModelFunction(
    name: "averageStep",
    make: {
      let model = Pair()
      return [model, EMA(model, decay: 0.9)]
    },
    run: { [averageStep($0[0] as! Pair, $0[1] as! EMA<Pair>, x: Tensor($1[0])).erased] }),
  ModelFunction(
    name: "normedStep",
    make: {
      let model = Normed()
      return [model, Optimizer(model, SGD(learningRate: 0.1), wrt: Param.self)]
    },
    run: { objects, tensors in
      let optimizer = objects[1] as! Optimizer<Normed, SGD>
      let (loss, hidden) = normedStep(objects[0] as! Normed, optimizer, x: Tensor(tensors[0]))
      return [loss.erased, hidden.erased]
    }),
  forward("normedUse") { model, x in
    let (first, second) = normedUse(model, x: x)
    return [first.erased, second.erased]
  },
  forward("normedScales") { model, x in
    let (dx, sum) = normedScales(model, x: x)
    return [dx.erased, sum.erased]
  },
  forward("reseeded") { model, x in [reseeded(model, x: x).erased] },
  ModelFunction(
    name: "rngsDraws", make: { [Rngs(params: 5, dropout: 6)] },
    run: { objects, tensors in
      let (reals, whole, noise) = rngsDraws(objects[0] as! Rngs, scale: Tensor(tensors[0]))
      return [reals.erased, whole.erased, noise.erased]
    }),
  ModelFunction(
    name: "metricsStep",
    make: {
      [
        MultiMetric([
          "loss": Average("loss"), "accuracy": Accuracy(), "welford": Welford("loss"),
          "sure": Accuracy(threshold: 0.5),
        ])
      ]
    },
    run: { objects, tensors in
      let metrics = objects[0] as! MultiMetric
      let (sum, mean, sure) = metricsStep(metrics, losses: Tensor(tensors[0]), labels: Tensor(tensors[1]))
      return [sum.erased, mean.erased, sure.erased]
    }),
]

@Suite struct ModelAgreementTests {
  @Test("functions over models agree, and so do the variables that they change", arguments: modelFunctions)
  func models(function: ModelFunction) throws {
    let harness = try Harness.models.get()
    let compiled = try #require(harness.functions.first { $0.entry.name == function.name })
    let seed = testSeed
    var generator = ProbeGenerator(seed: seed)
    let objects = function.make()
    let places = compiled.entry.arguments.indices.filter { compiled.entry.arguments[$0].graph != nil }
    for (place, object) in zip(places, objects) {
      let graph = try #require(compiled.entry.arguments[place].graph)
      #expect(graph.variables.map(\.name) == object.variables.map(\.path.dotted), "\(function.name)")
      #expect(graph.variables.map(\.kind) == object.variables.map(\.variable.kind), "\(function.name)")
    }
    for repetition in 0..<3 {
      var tensors: [AnyTensor] = []
      let arguments = compiled.program.parameters.enumerated().map { index, parameter -> AnyTensor in
        switch parameter.source {
        case .variable(let argument, let variable):
          return objects[places.firstIndex(of: argument)!].variables[variable].variable.value
        case .argument:
          tensors.append(AnyTensor.random(compiled.program.body.parameters[index].type, limit: 4, &generator))
          return tensors[tensors.count - 1]
        case .property(let argument, let path): return number(path, of: objects[places.firstIndex(of: argument)!])
        }
      }
      let reference = try harness.runReference(compiled, arguments)
      let c = try harness.runC(compiled, arguments).map(\.numbers)
      let before = objects.map { $0.variables.map(\.variable.value) }
      let returned = function.run(objects, tensors)
      let note = "\(function.name) repetition \(repetition) seed \(seed)"
      var changed = Set<[Int]>()
      for (index, result) in compiled.program.results.enumerated() {
        let eager: [Double]
        switch result.destination {
        case .variable(let argument, let variable):
          let place = places.firstIndex(of: argument)!
          changed.insert([place, variable])
          eager = objects[place].variables[variable].variable.value.numbers
        case .returned(let leaf): eager = returned[leaf].numbers
        }
        #expect(deviation(eager, reference[index]) < 5e-5, "eager, \(result.name) of \(note)")
        #expect(deviation(c[index], reference[index]) < 5e-5, "C, \(result.name) of \(note)")
      }
      for (place, object) in objects.enumerated() {
        for (variable, entry) in object.variables.enumerated() where !changed.contains([place, variable]) {
          #expect(entry.variable.value == before[place][variable], "\(entry.path.dotted) of \(note)")
        }
      }
    }
  }

  @Test("every function over models is elaborated, and schedules agree")
  func coverage() throws {
    let harness = try Harness.models.get()
    let names = Set(harness.functions.map(\.entry.name))
    #expect(names == Set(modelFunctions.map(\.name) + ["schedulesAgreement"]))
    let schedules = try #require(harness.functions.first { $0.entry.name == "schedulesAgreement" })
    let steps = Tensor<Int32>.iota([13], axis: 0)
    let eager = schedulesAgreement(step: steps).erased.numbers
    #expect(deviation(eager, try harness.runReference(schedules, [steps.erased])[0]) < 2e-5)
    #expect(deviation(eager, try harness.runC(schedules, [steps.erased])[0].numbers) < 2e-5)
  }

  /// A number that an optimiser holds.
  private func number(_ path: [PathComponentIR], of object: Any) -> AnyTensor {
    var value = object
    for component in path {
      value = Mirror(reflecting: value).children.first { $0.label == component.description }!.value
    }
    if let value = value as? Float { return Tensor<Float>(value).erased }
    return Tensor<Double>(value as! Double).erased
  }
}

extension EntryPoint.Argument {
  /// The structure of an object argument.
  var graph: ModelGraph? {
    if case .object(let graph) = kind { return graph }
    return nil
  }
}
