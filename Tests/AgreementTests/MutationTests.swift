import Adjoint
import AdjointIR
import Testing

/// One function of MutationFunctions.swift on objects, with its types erased.
struct Mutation: Sendable, CustomTestStringConvertible {
  typealias Objects = (model: MutationNet, metric: Average, trainer: MutationTrainer)

  let name: String
  let isPure: Bool
  /// Runs it eagerly; a pure one's results are put into the objects.
  let run: @Sendable (Objects, Tensor<Float>) -> Tensor<Float>

  var testDescription: String { name }

  static func stateful(
    _ name: String,
    _ run: @escaping @Sendable (MutationNet, Average, MutationTrainer, Tensor<Float>) -> Tensor<Float>
  ) -> Mutation {
    Mutation(name: name, isPure: false) { run($0.model, $0.metric, $0.trainer, $1) }
  }

  static func pure(
    _ name: String,
    _ run:
      @escaping @Sendable (
        GraphDef<MutationNet>, State<MutationNet>, GraphDef<Average>, State<Average>, GraphDef<MutationTrainer>,
        State<MutationTrainer>, Tensor<Float>
      ) -> (State<MutationNet>, State<Average>, State<MutationTrainer>, Tensor<Float>)
  ) -> Mutation {
    Mutation(name: name, isPure: true) { objects, x in
      let (graphdef, before) = split(objects.model)
      let (measure, sofar) = split(objects.metric)
      let (rule, slots) = split(objects.trainer)
      let (state, measured, trained, loss) = run(graphdef, before, measure, sofar, rule, slots, x)
      #expect(split(objects.model).1 == before, "\(name) leaves its argument")
      update(objects.model, state)
      update(objects.metric, measured)
      update(objects.trainer, trained)
      return loss
    }
  }

  static let all: [Mutation] = [
    stateful("mutationOutside") { mutationOutside($0, $1, $2, x: $3) },
    stateful("mutationInside") { mutationInside($0, $1, $2, x: $3) },
    stateful("mutationDeep") { mutationDeep($0, $1, $2, x: $3) },
    stateful("mutationAroundPure") { mutationAroundPure($0, $1, $2, x: $3) },
    pure("mutationPure") { mutationPure($0, $1, $2, $3, $4, $5, x: $6) },
    pure("mutationPureInside") { mutationPureInside($0, $1, $2, $3, $4, $5, x: $6) },
    pure("mutationPureDeep") { mutationPureDeep($0, $1, $2, $3, $4, $5, x: $6) },
    pure("mutationPureAroundPure") { mutationPureAroundPure($0, $1, $2, $3, $4, $5, x: $6) },
  ]
}

/// Every kind of mutation reaches the caller's objects exactly once, in every form of a step.
@Suite struct MutationTests {
  /// The values of all objects by argument and variable.
  private typealias Values = [[AnyTensor]]

  private func values(_ objects: Mutation.Objects) -> Values {
    [state(objects.model).values, state(objects.metric).values, state(objects.trainer).values]
  }

  private func start() -> Mutation.Objects { (MutationNet(), Average("y"), mutationTrainer()) }

  /// One compiled step.
  private func step(_ mutation: Mutation, _ values: Values, _ x: AnyTensor) throws -> (Values, loss: AnyTensor) {
    let harness = try Harness.mutations.get()
    let compiled = try #require(harness.functions.first { $0.entry.name == mutation.name })
    func place(_ argument: Int) -> Int { mutation.isPure ? argument / 2 : argument }
    let arguments = compiled.program.parameters.map { parameter -> AnyTensor in
      if case .variable(let argument, let variable) = parameter.source { return values[place(argument)][variable] }
      return x
    }
    let results = try harness.runC(compiled, arguments)
    let swift = try harness.runSwift(compiled, arguments)
    var after = values
    var loss = x
    var written: Set<[Int]> = []
    for (index, result) in compiled.program.results.enumerated() {
      #expect(haveSameBits(results[index].numbers, swift[index].numbers), "\(result.name) of \(mutation.name)")
      switch result.destination {
      case .variable(let argument, let variable):
        #expect(written.insert([argument, variable]).inserted, "\(result.name) is written twice")
        after[argument][variable] = results[index]
      case .returned(var leaf):
        let owner = values.indices.first { index in
          if leaf < values[index].count { return true }
          leaf -= values[index].count
          return false
        }
        if mutation.isPure, let owner { after[owner][leaf] = results[index] } else { loss = results[index] }
      }
    }
    return (after, loss)
  }

  @Test("every mutation arrives once: statistics, counters, slots, metrics, sown values", arguments: Mutation.all)
  func once(mutation: Mutation) throws {
    let objects = start()
    var compiled = values(objects)
    let names = [state(objects.model).names, state(objects.metric).names, state(objects.trainer).names]
    func number(_ object: Int, _ name: String) throws -> Double {
      compiled[object][try #require(names[object].firstIndex(of: name))].numbers[0]
    }
    var mean: Float = 0
    for index in 0..<4 {
      let x = Float(index) * 0.75 - 1
      let (after, loss) = try step(mutation, compiled, Tensor(x).erased)
      compiled = after
      let eager = mutation.run(objects, Tensor(x))
      #expect(haveSameBits(loss.numbers, eager.erased.numbers), "\(mutation.name), step \(index)")
      for (object, expected) in values(objects).enumerated() {
        for (variable, value) in expected.enumerated() {
          #expect(
            haveSameBits(compiled[object][variable].numbers, value.numbers),
            "\(names[object][variable]) of \(mutation.name), step \(index)")
        }
      }
      // What one application a step comes to, worked out here.
      mean = mean * 0.5 + x
      #expect(try number(0, "mean") == Double(mean))
      #expect(try number(0, "last") == Double(x))
      #expect(try number(0, "calls") == Double(index + 1))
      #expect(try number(0, "rngs.streams.0.count") == Double(index + 1))
      #expect(try number(1, "count") == Double(index + 1))
      #expect(try number(2, "step") == Double(index + 1))
    }
    #expect(try number(0, "w") != 1.5 && number(2, "velocity.w") != 0)
  }

  @Test("a user's own rule composes with the library's, and runs as compiled as it does eagerly")
  func composed() throws {
    let harness = try Harness.mutations.get()
    let compiled = try #require(harness.functions.first { $0.entry.name == "composedRule" })
    let (model, trainer) = (MutationNet(), composedTrainer())
    var values = [state(model).values, state(trainer).values]
    for index in 0..<5 {
      let x = Tensor<Float>(Float(index) * 0.5 - 0.75)
      let arguments = compiled.program.parameters.map { parameter -> AnyTensor in
        if case .variable(let argument, let variable) = parameter.source { return values[argument][variable] }
        return x.erased
      }
      let results = try harness.runC(compiled, arguments)
      let swift = try harness.runSwift(compiled, arguments)
      let loss = composedRule(model, trainer, x: x)
      for (place, result) in compiled.program.results.enumerated() {
        let note = "\(result.name), step \(index)"
        #expect(haveSameBits(results[place].numbers, swift[place].numbers), "\(note)")
        switch result.destination {
        case .variable(let argument, let variable):
          values[argument][variable] = results[place]
          let eager = argument == 0 ? state(model).values[variable] : state(trainer).values[variable]
          #expect(haveSameBits(results[place].numbers, eager.numbers), "\(note)")
        case .returned: #expect(haveSameBits(results[place].numbers, loss.erased.numbers), "\(note)")
        }
      }
    }
    #expect(values == [state(model).values, state(trainer).values])
    #expect(state(model).w.scalar != MutationNet().w.scalar)
  }

  @Test("all forms end with the same bits")
  func forms() throws {
    var ends: [String: Values] = [:]
    for mutation in Mutation.all {
      var compiled = values(start())
      for index in 0..<6 { compiled = try step(mutation, compiled, Tensor(Float(index) - 2.5).erased).0 }
      ends[mutation.name] = compiled
    }
    for group in [
      ["mutationOutside", "mutationPure"],
      [
        "mutationInside", "mutationDeep", "mutationAroundPure", "mutationPureInside", "mutationPureDeep",
        "mutationPureAroundPure",
      ],
    ] {
      for name in group { #expect(ends[name] == ends[group[0]], "\(name)") }
    }
  }
}
