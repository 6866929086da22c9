import AdjointFrontend
import AdjointIR
import AdjointTransforms
import Testing

@Suite struct EntryPointTests {
  static let stateful = """
    import Adjoint
    func trainStep(@Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear,
                   @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>) {
      func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
      let grads = grad(loss)(model)
      let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
      update(model, params)
    }
    """

  static func pure(_ body: String) -> String {
    """
    func trainStep(@Like(Linear(2, 3, rngs: Rngs(0))) _ graphdef: GraphDef<Linear>, _ state: State<Linear>,
                   @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>) -> (GraphDef<Linear>, State<Linear>) {
      \(body)
      let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
      update(model, params)
      return split(model)
    }
    """
  }

  static let pureGrad = pure(
    """
    func loss(_ graphdef: GraphDef<Linear>, _ state: State<Linear>) -> Tensor<Float> {
      let model = merge(graphdef, state)
      return ((model(x) - y) ** 2).mean()
    }
    let grads = grad(loss, argnums: .second)(graphdef, state)
    let model = merge(graphdef, state)
    """)

  static let mixedPure = pure(
    """
    func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
    let model = merge(graphdef, state)
    let grads = grad(loss)(model)
    """)

  static let mixedStateful = """
    func trainStep(@Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear,
                   @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>) {
      func loss(_ graphdef: GraphDef<Linear>, _ state: State<Linear>) -> Tensor<Float> {
        let model = merge(graphdef, state)
        return ((model(x) - y) ** 2).mean()
      }
      let (graphdef, state) = split(model)
      let grads = grad(loss, argnums: .second)(graphdef, state)
      let params = map(pure(state), grads) { p, g in p - 0.1 * g }
      update(model, params)
    }
    """

  @Test(arguments: [stateful, pureGrad, mixedStateful, mixedPure])
  func theFourTrainSteps(source: String) throws {
    let made = try program(source)
    #expect(made.parameters.map(\.name) == ["bias", "kernel", "x", "y"])
    #expect(made.results.map(\.reuses) == [0, 1])
    let arguments = [
      Literal([3], [0, 0, 0]), Literal([2, 3], [0.8, -0.4, -0.6, -0.8, -0.3, 0.4]), Literal([1, 2], [0.5, -1]),
      Literal([1, 3], [0.1, 0.2, 0.3]),
    ]
    let outcome = try evaluate(try simplify(expandDerivatives(made)), arguments, precision: .asTyped)
    // d bias = 2 (x·k - y) / 3
    let product = [0.5 * 0.8 + 0.8, -0.5 * 0.4 + 0.3, -0.5 * 0.6 - 0.4]
    for (i, target) in [0.1, 0.2, 0.3].enumerated() {
      #expect(abs(outcome[0].reals[i] + 0.1 * 2 * (product[i] - target) / 3) < 1e-6)
    }
  }

  @Test func returnsAndReuse() throws {
    let stateful = try elaborated(Self.stateful).entryPoints[0]
    #expect(stateful.returns == .void)
    let pure = try elaborated(Self.pureGrad).entryPoints[0]
    guard case .tuple(let parts) = pure.returns, parts.count == 2, case .graphDefinition = parts[0].value,
      case .state(let graph, let text, let leaves) = parts[1].value
    else {
      Issue.record("\(pure.returns)")
      return
    }
    #expect(text == "State<Linear>")
    #expect(leaves == [0, 1])
    #expect(graph.variables.map(\.name) == ["bias", "kernel"])
  }

  static let digits = """
    final class MLP: Module {
      let hidden: Linear
      let output: Linear

      init(rngs: Rngs) {
        hidden = Linear(64, 128, rngs: rngs)
        output = Linear(128, 10, rngs: rngs)
      }

      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
        output(relu(hidden(x)))
      }
    }

    extension Dim { static let batch = Dim(32, 128) }

    func trainStep(_ model: MLP, _ optimizer: Optimizer<MLP, Adam>,
                   @Shape(.batch, 64) images: Tensor<Float>,
                   @Shape(.batch) labels: Tensor<Int32>) -> Tensor<Float> {
      let (loss, grads) = valueAndGrad(model) { model in
        softmaxCrossEntropy(logits: model(images), labels: labels).mean()
      }
      optimizer.update(model, grads)
      return loss
    }
    """

  @Test func specialisations() throws {
    let result = try elaborated(Self.digits)
    let entry = try #require(result.entryPoints.first)
    #expect(entry.specialisations.map(\.sizes) == [["batch": 32], ["batch": 128]])
    #expect(entry.arguments[2].kind == .tensor(.f32, dimensions: [.named("batch"), .fixed(64)]))
    #expect(entry.arguments[1].typeText == "Optimizer<MLP, Adam>")
    for specialisation in entry.specialisations {
      try verify(specialisation.program)
      #expect(specialisation.program.results.count == 14)
      #expect(specialisation.program.results.last?.name == "loss")
    }
    let text = entry.specialisations[0].program.text
    #expect(text.contains("%hidden: f32[32, 128]"))
    #expect(text.contains("Model.swift:11"))
    guard case .object(let optimizer) = entry.arguments[1].kind else { return }
    #expect(optimizer.variables.map(\.name).contains("mu.hidden.kernel"))
    // The rule's numbers are read at each call, so the code is not specialised for them.
    #expect(!optimizer.objects[0].statics.contains { $0.path == "rule.learningRate" })
    let program = entry.specialisations[0].program
    #expect(
      program.parameters.contains {
        $0.source == .property(argument: 1, path: [.name("rule"), .name("learningRate")])
      })
    #expect(result.models.map(\.typeName) == ["MLP", "Optimizer<MLP, Adam>"])
  }

  @Test func theOrderOfFilesDoesNotMatter() throws {
    let parts = Self.digits.split(separator: "\n\n", omittingEmptySubsequences: true).map(String.init)
    let model = parts[0...2].joined(separator: "\n\n")
    let files = [
      SourceFile(name: "A.swift", text: model), SourceFile(name: "B.swift", text: parts[3]),
      SourceFile(name: "C.swift", text: parts[4...].joined(separator: "\n\n")),
    ]
    let first = try elaborate(files)
    let second = try elaborate(files.reversed())
    #expect(
      first.entryPoints.map { $0.specialisations.map(\.program.text) }
        == second.entryPoints.map { $0.specialisations.map(\.program.text) })
    #expect(first.models == second.models)
  }

  @Test func methodsAndSharing() throws {
    let source = """
      final class Tied: Module {
        let embed: Linear
        let again: Linear
        @BatchStat var count: Tensor<Float>
        init(rngs: Rngs) {
          embed = Linear(2, 2, useBias: false, rngs: rngs)
          again = embed
          count = Tensor<Float>(0)
        }
        func step(@Shape(1, 2) x: Tensor<Float>) -> Tensor<Float> {
          count += 1
          return again(embed(x))
        }
      }
      """
    let entry = try #require(try elaborated(source).entryPoints.first)
    #expect(entry.enclosingType == "Tied")
    guard case .object(let graph) = entry.arguments[0].kind else { return }
    #expect(graph.variables.map(\.name) == ["again.kernel", "count"])
    #expect(graph.objects[1].aliases == [[.name("embed")]])
    #expect(entry.specialisations[0].program.results.map(\.name) == ["count", "again"])
  }

  @Test func objectsBehindProtocolsAreCast() throws {
    let source = """
      func f(@Like(Sequential(Linear(2, 3, useBias: false, rngs: Rngs(0)), Activation(.relu))) _ m: Sequential,
             @Shape(1, 2) x: Tensor<Float>) -> Tensor<Float> { m(x) }
      """
    let entry = try #require(try elaborated(source).entryPoints.first)
    guard case .object(let graph) = entry.arguments[0].kind else { return }
    #expect(
      graph.variables[0].access == [[.property("layers"), .element(0), .cast("Linear"), .wrappedVariable("kernel")]])
  }

  @Test func tensorsOfAnInitAreNotBakedIn() {
    let source = """
      final class M: Module {
        let w: Tensor<Float>
        init(rngs: Rngs) { w = normal(rngs.params(), [2]) }
      }
      func f(_ m: M, @Shape(2) x: Tensor<Float>) -> Tensor<Float> { x * m.w }
      """
    #expect(refusals(source).allSatisfy { $0.hasSuffix("variable.kind") })
    #expect(!refusals(source).isEmpty)
  }

  @Test func functionsOfArgumentsAreRefused() {
    let source = """
      final class M: Module {
        let act: (Tensor<Float>) -> Tensor<Float>
        init() { act = { $0 * 2 } }
      }
      func f(_ m: M, @Shape(2) x: Tensor<Float>) -> Tensor<Float> { m.act(x) }
      """
    #expect(refusals(source) == ["5:65 attribute.function"])
  }

  @Test func userNamesShadowTheLibrary() throws {
    #expect(
      try tensor("return relu(x)", declarations: "func relu(_ x: Tensor<Float>) -> Tensor<Float> { x * 3 }") == [9, 12])
    #expect(
      try tensor(
        "return Linear().callAsFunction(x)",
        declarations: "struct Linear { func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { x * 5 } }") == [
          15, 20,
        ])
  }
}
