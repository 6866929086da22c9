import AdjointIR
import AdjointTransforms
import Testing

/// The library's Swift on the builtins: random draws, layers, dropout's streams, optimisers.
@Suite struct BuiltinsLibraryTests {
  @Test func draws() throws {
    let source = """
      func f(@Shape(1) one: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
        (normal(key(0), [1, 2]) * one, normal(key(1), [1, 3]) * one)
      }
      """
    let results = try Elaborated.run(source, [Literal([1], [1])])
    expectClose(
      results.map(\.reals), [[1.6226422, 2.0252647], [-0.15443718, 0.08470728, -0.13598049]])
  }

  /// A parameter made from `Rngs(0)` inside a function: Flax's numbers, and the stream has given out two keys.
  @Test func initialisers() throws {
    let source = """
      func f(@Shape(1) one: Tensor<Float>) -> (Tensor<Float>, Tensor<UInt32>) {
        let rngs = Rngs(0)
        let layer = Linear(2, 3, rngs: rngs)
        return (layer.kernel * one, rngs.streams[0].count)
      }
      """
    let results = try Elaborated.run(source, [Literal([1], [1])])
    expectClose(
      results.map(\.reals), [[0.7567299, -0.68570054, -0.5688337, -0.8757605, -0.65994275, 0.44935086], [2]])
  }

  @Test func dropoutCounts() throws {
    let source = """
      final class Model: Module {
        let dropout: Dropout
        init() { dropout = Dropout(0.5, rngs: Rngs(0)) }
      }
      func f(_ model: Model, @Shape(64) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
        (model.dropout(x), model.dropout(x))
      }
      """
    let program = try Elaborated.program(source)
    let arguments = program.parameters.map { parameter -> Literal in
      if parameter.name == "x" { return Literal([64], Array(repeating: 1, count: 64)) }
      if parameter.name.hasSuffix("count") { return Literal(TensorType([], .u32), .integer([5])) }
      return Literal(TensorType([2], .u32), .integer([1, 2]))
    }
    let results = try Elaborated.evaluate(program, arguments)
    #expect(results.first { $0.key.hasSuffix("count") }?.value.integers == [7])
    let (first, second) = (try #require(results["0"]).reals, try #require(results["1"]).reals)
    #expect(Set(first) == [0, 2] && Set(second) == [0, 2] && first != second)
  }

  /// A model's method calls the model itself.
  @Test func selfIsCalled() throws {
    let source = """
      final class Model: Module {
        @Param var w: Tensor<Float>
        init() { w = Tensor<Float>(2) }
        func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { x * w }
        func twice(_ x: Tensor<Float>) -> Tensor<Float> { self(self(x)) }
      }
      func f(_ model: Model, @Shape(2) x: Tensor<Float>) -> Tensor<Float> { model.twice(x) }
      """
    expectClose(try Elaborated.run(source, [Literal([], [2]), Literal([2], [1, 2])]).map(\.reals), [[4, 8]])
  }

  /// On the loss (w - 3)², from w = 1: the gradient is -4.
  static let model = """
    final class Model: Module {
      @Param var w: Tensor<Float>
      init() { w = Tensor<Float>(1) }
    }
    func step(
      _ model: Model, @Like(Optimizer(Model(), RULE, wrt: Param.self)) _ optimizer: Optimizer<Model, TYPE>,
      @Shape() target: Tensor<Float>
    ) -> Tensor<Float> {
      let (loss, grads) = valueAndGrad(model) { model in (model.w - target) ** 2 }
      optimizer.update(model, grads)
      return loss
    }
    """

  @Test(arguments: [
    ("SGD(learningRate: 0.1)", "SGD", [1.4, 1.72]),
    ("SGD(learningRate: 0.1, momentum: 0.9)", "SGD", [1.4, 2.08]),
    ("SGD(learningRate: 0.1, momentum: 0.9, nesterov: true)", "SGD", [1.76, 2.5552]),
    ("Adam(learningRate: 0.1)", "Adam", [1.1, 1.19990]),
    ("AdamW(learningRate: 0.1, weightDecay: 0.5)", "AdamW", [1.05, 1.09753]),
  ]) func optimisers(_ rule: String, _ type: String, _ expected: [Double]) throws {
    let source = Self.model.replacing("RULE", with: rule).replacing("TYPE", with: type)
    let program = try simplify(expandDerivatives(Elaborated.program(source)))
    var values: [String: Literal] = ["w": Literal([], [1]), "target": Literal([], [3])]
    for step in expected {
      let arguments = try program.parameters.enumerated().map { index, parameter in
        if let value = values[parameter.name] { return value }
        let type = program.body.parameters[index].type
        return try #require(type.shape.isEmpty ? Literal(scalar: 0, type.dtype) : nil)
      }
      for (result, value) in zip(program.results, try evaluate(program, arguments)) { values[result.name] = value }
      expectClose(values["w"]?.reals ?? [], [step], tolerance: 2e-4)
    }
    #expect(values.first { $0.key.hasSuffix("step") }?.value.integers == [2])
  }
}
