import Adjoint
import AdjointIR
import TestSupport
import Testing

/// A function over models with its types erased: how its models begin, and how it runs eagerly. Its closures capture
/// nothing but types and constants, so it may go to any thread.
struct StateFunction: @unchecked Sendable, CustomTestStringConvertible {
  let name: String
  let make: () -> [any Module]
  let run: ([any Module], [AnyTensor]) -> [AnyTensor]

  var testDescription: String { name }

  static func one<A: Module>(
    _ name: String, _ make: @escaping () -> A,
    _ run: @escaping (A, [AnyTensor]) -> [AnyTensor]
  ) -> StateFunction {
    StateFunction(name: name, make: { [make()] }) { run($0[0] as! A, $1) }
  }

  static func two<A: Module, B: Module>(
    _ name: String, _ make: @escaping () -> (A, B),
    _ run: @escaping (A, B, [AnyTensor]) -> [AnyTensor]
  ) -> StateFunction {
    StateFunction(
      name: name,
      make: {
        let (a, b) = make()
        return [a, b]
      }
    ) { run($0[0] as! A, $0[1] as! B, $1) }
  }

  /// A step of a rule on parameters alone.
  static func rule<Rule: GradientTransformation>(
    _ name: String, _ rule: Rule,
    _ step: @escaping (StateParameters, Optimizer<StateParameters, Rule>, Tensor<Float>) -> Void
  ) -> StateFunction {
    two(
      name,
      {
        let model = StateParameters()
        return (model, Optimizer(model, rule, wrt: Param.self))
      }
    ) { model, optimizer, tensors in
      step(model, optimizer, Tensor(tensors[0]))
      return []
    }
  }

  static let all: [StateFunction] = models + rules + others

  static let models: [StateFunction] = [
    two("stateStep", { trainer(clippedDecay(), wrt: .of(Param.self)) }) {
      [stateStep($0, $1, x: Tensor($2[0])).erased]
    },
    two("statePureStep", { trainer(Lion(learningRate: 0.01), wrt: .of(Param.self)) }) {
      [statePureStep($0, $1, x: Tensor($2[0])).erased]
    },
    two("stateFrozenStep", { trainer(LAMB(learningRate: 0.01), wrt: .pathContains("norm")) }) {
      [stateFrozenStep($0, $1, x: Tensor($2[0])).erased]
    },
    one("stateUse", { StateNet() }) { [stateUse($0, x: Tensor($1[0])).erased] },
    one("stateShown", { StateNet() }) {
      let (y, shown, size) = stateShown($0, x: Tensor($1[0]))
      return [y.erased, shown.erased, size.erased]
    },
    two("stateBoth", { (StateLayer(1), StateLayer(2)) }) { [stateBoth($0, $1, x: Tensor($2[0])).erased] },
  ]

  static func trainer<Rule>(_ rule: Rule, wrt filter: Filter) -> (StateNet, Optimizer<StateNet, Rule>) {
    let model = StateNet()
    return (model, Optimizer(model, rule, wrt: filter))
  }

  static func clippedDecay() -> Chain {
    chain(
      ClipByGlobalNorm(0.5),
      AdamW(
        learningRate: WarmupCosineSchedule(peak: 0.05, warmup: 10, steps: 100), weightDecay: 0.01,
        mask: .not(.pathContains("bias"))))
  }

  static let rules: [StateFunction] = [
    rule("stateAdaGrad", AdaGrad(learningRate: ExponentialSchedule(from: 0.1, steps: 3, rate: 0.5))) {
      stateAdaGrad($0, $1, x: $2)
    },
    rule("stateRMSProp", RMSProp(learningRate: 0.01, centered: true, momentum: 0.9)) { stateRMSProp($0, $1, x: $2) },
    rule("stateAdafactor", Adafactor(learningRate: 0.1, minimumExtent: 3, momentum: 0.9, weightDecay: 0.01)) {
      stateAdafactor($0, $1, x: $2)
    },
    rule("stateMultiSteps", MultiSteps(Adam(learningRate: 0.1), every: 2)) { stateMultiSteps($0, $1, x: $2) },
    rule(
      "stateParts",
      chain(
        ClipByValue(0.1), ClipByNorm(1), ClipByBlockRMS(0.05), Trace(0.9), ScaleByAdam(), ScaleByTrustRatio(),
        Trace(0.5, nesterov: true),
        ScaleByLearningRate(
          JoinedSchedule(
            [LinearSchedule(from: 0, to: 0.1, steps: 2), CosineSchedule(from: 0.1, steps: 10)], boundaries: [2])))
    ) { stateParts($0, $1, x: $2) },
  ]

  static let others: [StateFunction] = [
    two(
      "stateAverage",
      {
        let model = StateParameters()
        return (model, EMA(model, decay: 0.9))
      }
    ) { [stateAverage($0, $1, x: Tensor($2[0])).erased] },
    one(
      "stateMetrics",
      {
        MultiMetric([
          "loss": Average("loss"), "accuracy": Accuracy(), "spread": Welford("loss"), "some": Average("loss"),
        ])
      }
    ) {
      let (spread, accuracy) = stateMetrics(
        $0, loss: Tensor($1[0]), logits: Tensor($1[1]), labels: Tensor($1[2]), mask: Tensor($1[3]))
      return [spread.erased, accuracy.erased]
    },
    one("stateDraws", { Rngs(0, dropout: 1) }) {
      let (reals, integers, further, count) = stateDraws($0, x: Tensor($1[0]), logits: Tensor($1[1]))
      return [reals.erased, integers.erased, further.erased, count.erased]
    },
  ]
}

/// Every change of state arrives once, eagerly, by the reference evaluation and in generated code alike.
@Suite struct StateAgreementTests {
  @Test("every function of models is elaborated")
  func coverage() throws {
    let compiled = Set(try Harness.state.get().functions.map(\.entry.name))
    #expect(compiled == Set(StateFunction.all.map(\.name)))
  }

  @Test("functions of models agree, step by step", arguments: StateFunction.all)
  func steps(function: StateFunction) throws {
    let harness = try Harness.state.get()
    let compiled = try #require(harness.functions.first { $0.entry.name == function.name })
    let seed = testSeed
    var generator = ProbeGenerator(seed: seed)
    let modules = function.make()
    for step in 0..<5 {
      let before = modules.map { $0.variables.map(\.variable.value) }
      var tensors: [AnyTensor] = []
      let parameters = zip(compiled.program.parameters, compiled.program.body.parameters)
      let arguments = parameters.map { parameter, value -> AnyTensor in
        switch parameter.source {
        case .variable(let argument, let variable): return before[argument][variable]
        case .argument:
          tensors.append(.random(value.type, limit: 4, &generator))
          return tensors[tensors.count - 1]
        case .property: preconditionFailure("the rules of this test are constants")
        }
      }
      let reference = try harness.runReference(compiled, arguments)
      let c = try harness.runC(compiled, arguments).map(\.numbers)
      let swift = try harness.runSwift(compiled, arguments).map(\.numbers)
      let returned = function.run(modules, tensors)
      let after = modules.map { $0.variables.map(\.variable.value) }
      let note = "\(function.name) step \(step) seed \(seed)"
      var reported = before.map { $0.map { _ in false } }
      for (index, result) in compiled.program.results.enumerated() {
        let eager: [Double]
        switch result.destination {
        case .variable(let argument, let variable):
          eager = after[argument][variable].numbers
          reported[argument][variable] = true
        case .returned(let leaf): eager = returned[leaf].numbers
        }
        #expect(deviation(eager, reference[index]) < 5e-5, "eager, \(result.name) of \(note)")
        #expect(deviation(c[index], reference[index]) < 5e-5, "C, \(result.name) of \(note)")
        #expect(isSame(swift[index], c[index]), "Swift is not C, \(result.name) of \(note)")
      }
      // What the compiled function does not report, the eager one has not changed.
      for (argument, variables) in reported.enumerated() {
        for (variable, isReported) in variables.enumerated() where !isReported {
          #expect(after[argument][variable] == before[argument][variable], "variable \(variable) of \(note)")
        }
      }
    }
  }
}
