import Adjoint
import AdjointIR
import Foundation
import Testing

/// The four forms of one training loop.
let trainingForms = ["tiedStateful", "tiedStatefulAroundPure", "tiedPure", "tiedPureAroundStateful"]

/// The four forms of one training loop as generated C.
@Suite struct TrainingTests {
  /// The variables of the model and of the optimiser.
  struct Variables: Equatable {
    var model: [AnyTensor]
    var optimizer: [AnyTensor]
  }

  /// One step of a form: which argument is the model's and which the optimiser's depends on it.
  private func run(_ form: String, _ variables: Variables, _ x: AnyTensor) throws -> (Variables, loss: AnyTensor) {
    let harness = try Harness.training.get()
    let function = try #require(harness.functions.first { $0.entry.name == form })
    let (model, optimizer) = function.entry.arguments.count == 5 ? (1, 3) : (0, 1)
    let arguments = function.program.parameters.map { parameter -> AnyTensor in
      switch parameter.source {
      case .variable(model, let variable): return variables.model[variable]
      case .variable(_, let variable): return variables.optimizer[variable]
      default: return x
      }
    }
    let values = try harness.runC(function, arguments)
    var result = variables
    var loss = x
    for (output, value) in zip(function.program.results, values) {
      switch output.destination {
      case .variable(model, let variable): result.model[variable] = value
      case .variable(optimizer, let variable): result.optimizer[variable] = value
      case .variable: Issue.record("\(form) changes \(output.name) of another argument")
      case .returned(let leaf) where leaf < variables.model.count && model == 1: result.model[leaf] = value
      case .returned(let leaf) where leaf < variables.model.count + variables.optimizer.count && model == 1:
        result.optimizer[leaf - variables.model.count] = value
      case .returned: loss = value
      }
    }
    return (result, loss)
  }

  private func start() -> (TiedNet, TiedTrainer, Variables) {
    let model = TiedNet()
    let optimizer = tiedTrainer(model)
    return (model, optimizer, Variables(model: state(model).values, optimizer: state(optimizer).values))
  }

  private func batch(_ step: Int) -> AnyTensor { normal(foldIn(key(9), step), [6, 4]).erased }

  private func train(_ form: String, _ variables: Variables, _ steps: Range<Int>) throws -> (Variables, [AnyTensor]) {
    var variables = variables
    var losses: [AnyTensor] = []
    for step in steps {
      let (next, loss) = try run(form, variables, batch(step))
      variables = next
      losses.append(loss)
    }
    return (variables, losses)
  }

  @Test("behaviour 70: stateful, pure and mixed steps end bit-identical after 100 steps")
  func forms() throws {
    let (_, _, first) = start()
    let (expected, losses) = try train(trainingForms[0], first, 0..<100)
    #expect(losses[99].numbers[0] < losses[0].numbers[0])
    for form in trainingForms.dropFirst() {
      let (variables, others) = try train(form, first, 0..<100)
      #expect(variables == expected && others == losses, "\(form)")
    }
    // The shared layer is one, every key was counted, the statistics moved.
    let (model, optimizer, _) = start()
    let names = state(model).names
    #expect(!names.contains { $0.hasPrefix("output") })
    #expect(expected.model[names.firstIndex(of: "dropout.rngs.count")!].numbers == [100])
    #expect(expected.model[names.firstIndex(of: "norm.mean")!] != first.model[names.firstIndex(of: "norm.mean")!])
    #expect(expected.optimizer[state(optimizer).names.firstIndex(of: "step")!].numbers == [100])
  }

  @Test("compiled steps agree with eager ones over a while")
  func eager() throws {
    let (model, optimizer, first) = start()
    let (compiled, losses) = try train(trainingForms[0], first, 0..<10)
    for step in 0..<10 {
      let loss = tiedStateful(model, optimizer, x: Tensor(batch(step)))
      #expect(deviation(loss.erased.numbers, losses[step].numbers) < 1e-4)
    }
    for (eager, value) in zip(state(model).values + state(optimizer).values, compiled.model + compiled.optimizer) {
      #expect(deviation(eager.numbers, value.numbers) < 1e-3)
    }
  }

  @Test("saving at step 50, loading into new objects and going on ends bit-identical", arguments: trainingForms)
  func resumes(form: String) throws {
    let (model, optimizer, first) = start()
    let (expected, _) = try train(form, first, 0..<100)
    let (half, _) = try train(form, first, 0..<50)
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    let paths = ["model", "trainer"].map { folder.appendingPathComponent($0).path }
    try save(graphdef(model).state(half.model), to: paths[0])
    try save(graphdef(optimizer).state(half.optimizer), to: paths[1])
    let (freshModel, freshOptimizer, _) = start()
    let loaded = Variables(
      model: try load(paths[0], like: state(freshModel)).state.values,
      optimizer: try load(paths[1], like: state(freshOptimizer)).state.values)
    #expect(loaded == half)
    let (resumed, _) = try train(form, loaded, 50..<100)
    #expect(resumed == expected)
  }
}
