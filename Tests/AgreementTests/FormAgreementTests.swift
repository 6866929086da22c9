import Adjoint
import AdjointIR
import TestSupport
import Testing

/// One function of FormFunctions.swift in its two forms.
struct Form: Sendable, CustomTestStringConvertible {
  let name: String
  let stateful: @Sendable (FormTree, Tensor<Float>) throws -> [AnyTensor]
  let pure: @Sendable (GraphDef<FormTree>, State<FormTree>, Tensor<Float>) throws -> (State<FormTree>, [AnyTensor])

  var testDescription: String { name }

  init(
    _ name: String, _ stateful: @escaping @Sendable (FormTree, Tensor<Float>) throws -> Tensor<Float>,
    _ pure:
      @escaping @Sendable (GraphDef<FormTree>, State<FormTree>, Tensor<Float>) throws -> (
        State<FormTree>, Tensor<Float>
      )
  ) {
    self.name = name
    self.stateful = { [try stateful($0, $1).erased] }
    self.pure = {
      let (state, y) = try pure($0, $1, $2)
      return (state, [y.erased])
    }
  }

  init(sown name: String) {
    self.name = name
    stateful = {
      let (y, calls) = formSown($0, x: $1)
      return [y.erased, calls.erased]
    }
    pure = {
      let (state, y, calls) = formSownPure($0, $1, x: $2)
      return (state, [y.erased, calls.erased])
    }
  }

  static let all: [Form] = [
    Form("formIteration", { formIteration($0, x: $1) }, { formIterationPure($0, $1, x: $2) }),
    Form("formDictionary", { try formDictionary($0, x: $1) }, { try formDictionaryPure($0, $1, x: $2) }),
    Form("formParts", { try formParts($0, x: $1) }, { try formPartsPure($0, $1, x: $2) }),
    Form("formPaths", { formPaths($0, x: $1) }, { formPathsPure($0, $1, x: $2) }),
    Form("formClone", { formClone($0, x: $1) }, { formClonePure($0, $1, x: $2) }),
    Form("formGradients", { formGradients($0, x: $1) }, { formGradientsPure($0, $1, x: $2) }),
    Form("formAux", { formAux($0, x: $1) }, { formAuxPure($0, $1, x: $2) }),
    Form("formMetadata", { formMetadata($0, x: $1) }, { formMetadataPure($0, $1, x: $2) }),
    Form(sown: "formSown"),
    Form("formEquality", { formEquality($0, x: $1) }, { formEqualityPure($0, $1, x: $2) }),
    Form("formPerturbed", { formPerturbed($0, x: $1) }, { formPerturbedPure($0, $1, x: $2) }),
    Form("formStreams", { formStreams($0, x: $1) }, { formStreamsPure($0, $1, x: $2) }),
  ]
}

/// The functional API inside of compiled code gives the eager run's bits, in stateful and in pure functions.
@Suite struct FormAgreementTests {
  @Test("every form is elaborated, stateful and pure")
  func coverage() throws {
    let compiled = Set(try Harness.forms.get().functions.map(\.entry.name))
    #expect(compiled == Set(Form.all.flatMap { [$0.name, $0.name + "Pure"] }))
  }

  @Test("forms of the functional API agree bit for bit, step by step", arguments: Form.all, [false, true])
  func steps(form: Form, isPure: Bool) throws {
    let harness = try Harness.forms.get()
    let name = form.name + (isPure ? "Pure" : "")
    let compiled = try #require(harness.functions.first { $0.entry.name == name })
    let seed = testSeed
    var generator = ProbeGenerator(seed: seed)
    let model = FormTree()
    for step in 0..<3 {
      let before = state(model)
      let x = AnyTensor.random(TensorType([3]), limit: 4, &generator)
      let arguments = compiled.program.parameters.map { parameter -> AnyTensor in
        if case .variable(_, let variable) = parameter.source { return before.values[variable] }
        return x
      }
      let c = try harness.runC(compiled, arguments)
      let swift = try harness.runSwift(compiled, arguments)
      let returned: [AnyTensor]
      if isPure {
        let (after, values) = try form.pure(graphdef(model), before, Tensor(x))
        #expect(state(model) == before, "the argument is left alone, \(name) seed \(seed)")
        update(model, after)
        returned = after.values + values
      } else {
        returned = try form.stateful(model, Tensor(x))
      }
      let after = state(model)
      var reported: Set<Int> = []
      for (index, result) in compiled.program.results.enumerated() {
        let eager: AnyTensor
        switch result.destination {
        case .variable(_, let variable):
          eager = after.values[variable]
          #expect(reported.insert(variable).inserted, "\(result.name) is written once")
        case .returned(let leaf): eager = returned[leaf]
        }
        let note = "\(result.name) of \(name), step \(step), seed \(seed)"
        #expect(haveSameBits(c[index].numbers, eager.numbers), "C is not eager, \(note)")
        #expect(haveSameBits(swift[index].numbers, eager.numbers), "Swift is not eager, \(note)")
      }
      if isPure { continue }
      for index in before.values.indices where !reported.contains(index) {
        #expect(after.values[index] == before.values[index], "\(before.names[index]) of \(name), seed \(seed)")
      }
    }
  }
}

/// Whether two results are the same to the bit; one NaN is as good as another.
func haveSameBits(_ left: [Double], _ right: [Double]) -> Bool {
  left.count == right.count
    && zip(left, right).allSatisfy { $0.bitPattern == $1.bitPattern || $0.isNaN && $1.isNaN }
}
