import Adjoint
import AdjointIR
import TestSupport
import Testing

/// The same numbers four ways: eager, the IR's reference evaluation, generated C and Swift; forward and gradient.
@Suite struct AgreementTests {
  @Test("every function is elaborated")
  func coverage() throws {
    let harness = try Harness.shared.get()
    let compiled = Set(harness.functions.map(\.entry.name))
    for function in eagerFunctions { #expect(compiled.contains(function.name)) }
    // Functions over models have tests of their own below.
    #expect(compiled.subtracting(eagerFunctions.map(\.name)) == ["zooForward", "zooStep", "sgdStep"])
  }

  @Test("functions of tensors agree", arguments: eagerFunctions)
  func tensors(function: EagerFunction) throws {
    let harness = try Harness.shared.get()
    var seed = testSeed
    for compiled in harness.functions where compiled.entry.name == function.name {
      seed &+= 1
      var generator = ProbeGenerator(seed: seed)
      let limit = max(1, compiled.sizes["n"] ?? 3)
      let arguments = compiled.program.body.parameters.map { AnyTensor.random($0.type, limit: limit, &generator) }
      let eager = function.run(arguments).map(\.numbers)
      let reference = try harness.runReference(compiled, arguments)
      let c = try harness.runC(compiled, arguments).map(\.numbers)
      let swift = try harness.runSwift(compiled, arguments).map(\.numbers)
      let note = "\(function.name) \(compiled.sizes) seed \(seed)"
      #expect(eager.count == reference.count && eager.count == c.count, "\(note)")
      for (index, expected) in reference.enumerated() {
        #expect(deviation(eager[index], expected) < 2e-5, "eager, result \(index) of \(note)")
        #expect(deviation(c[index], expected) < 2e-5, "C, result \(index) of \(note)")
        #expect(isSame(swift[index], c[index]), "Swift is not C, result \(index) of \(note)")
      }
    }
  }

  /// Runs a step eagerly on clones and as C, from the same state, and compares every variable afterwards.
  private func compareSteps<Rule>(
    _ name: String, _ rule: Rule, _ step: (Zoo, Optimizer<Zoo, Rule>, Tensor<Int32>, Tensor<Int32>) -> Tensor<Float>
  ) throws {
    let harness = try Harness.shared.get()
    for compiled in harness.functions where compiled.entry.name == name {
      let seed = testSeed
      var generator = ProbeGenerator(seed: seed)
      let model = Zoo(rngs: Rngs(3))
      let optimizer = Optimizer(model, rule, wrt: Param.self)
      let count = [compiled.sizes["m"]!]
      for repetition in 0..<3 {
        let tokens = AnyTensor.random(TensorType(count, .i32), limit: 11, &generator)
        let labels = AnyTensor.random(TensorType(count, .i32), limit: 3, &generator)
        let states = [split(model).1.values, split(optimizer).1.values]
        let arguments = compiled.program.parameters.enumerated().map { index, parameter -> AnyTensor in
          switch parameter.source {
          case .variable(let argument, let variable): return states[argument][variable]
          case .argument(let argument): return argument == 2 ? tokens : labels
          case .property(_, let path): return hyperparameter(path, of: optimizer)
          }
        }
        let reference = try harness.runReference(compiled, arguments)
        let c = try harness.runC(compiled, arguments).map(\.numbers)
        let swift = try harness.runSwift(compiled, arguments).map(\.numbers)
        let loss = step(model, optimizer, Tensor(tokens), Tensor(labels))
        let after = [split(model).1.values, split(optimizer).1.values]
        let note = "\(name) \(compiled.sizes) step \(repetition) seed \(seed)"
        for (index, result) in compiled.program.results.enumerated() {
          let eager: [Double]
          switch result.destination {
          case .variable(let argument, let variable): eager = after[argument][variable].numbers
          case .returned: eager = loss.erased.numbers
          }
          #expect(deviation(eager, reference[index]) < 5e-5, "eager, \(result.name) of \(note)")
          #expect(deviation(c[index], reference[index]) < 5e-5, "C, \(result.name) of \(note)")
          #expect(isSame(swift[index], c[index]), "Swift is not C, \(result.name) of \(note)")
        }
      }
    }
  }

  private func hyperparameter<Rule>(_ path: [PathComponentIR], of optimizer: Optimizer<Zoo, Rule>) -> AnyTensor {
    var value: Any = optimizer
    for component in path {
      value = Mirror(reflecting: value).children.first { $0.label == component.description }!.value
    }
    if let value = value as? Float { return Tensor<Float>(value).erased }
    return Tensor<Double>(value as! Double).erased
  }

  @Test("a model of every layer agrees, with AdamW")
  func adamw() throws {
    try compareSteps("zooStep", AdamW(learningRate: 1e-2)) { zooStep($0, $1, tokens: $2, labels: $3) }
  }

  @Test("a model of every layer agrees, with momentum")
  func momentum() throws {
    try compareSteps("sgdStep", SGD(learningRate: 1e-2, momentum: 0.9)) { sgdStep($0, $1, tokens: $2, labels: $3) }
  }
}

/// Whether two results are the same numbers: Swift and C compute in the same order, each rounding on its own.
func isSame(_ left: [Double], _ right: [Double]) -> Bool {
  left.count == right.count && zip(left, right).allSatisfy { $0 == $1 || $0.isNaN && $1.isNaN }
}

typealias PathComponentIR = AdjointIR.PathComponent
