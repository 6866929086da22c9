import AdjointIR
import AdjointTransforms
import Testing

/// The four ways to write a train step: the numbers are those of Flax NNX, and the programs are the same.
@Suite struct BuiltinsSeedTests {
  static let stateful = """
    func trainStep(@Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear,
                   @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>) {
      func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
      let grads = grad(loss)(model)
      let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
      update(model, params)
    }
    """
  static let statefulAroundPure = """
    func trainStep(@Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear,
                   @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>) {
      func loss(_ graphdef: GraphDef<Linear>, _ state: State<Linear>) -> Tensor<Float> {
        let model = merge(graphdef, state)
        return ((model(x) - y) ** 2).mean()
      }
      let (graphdef, state) = split(model)
      let grads = grad(loss, argnums: .second)(graphdef, state)
      let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
      update(model, params)
    }
    """
  static let pureHead = """
    func trainStep(@Like(Linear(2, 3, rngs: Rngs(0))) _ graphdef: GraphDef<Linear>, _ state: State<Linear>,
                   @Shape(1, 2) x: Tensor<Float>, @Shape(1, 3) y: Tensor<Float>) -> (GraphDef<Linear>, State<Linear>) {

    """
  static let pure =
    pureHead + """
        func loss(_ graphdef: GraphDef<Linear>, _ state: State<Linear>) -> Tensor<Float> {
          let model = merge(graphdef, state)
          return ((model(x) - y) ** 2).mean()
        }
        let grads = grad(loss, argnums: .second)(graphdef, state)
        let model = merge(graphdef, state)
        let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
        update(model, params)
        return split(model)
      }
      """
  static let pureAroundStateful =
    pureHead + """
        func loss(_ model: Linear) -> Tensor<Float> { ((model(x) - y) ** 2).mean() }
        let model = merge(graphdef, state)
        let grads = grad(loss)(model)
        let params = map(pure(Adjoint.state(model, Param.self)), grads) { p, g in p - 0.1 * g }
        update(model, params)
        return split(model)
      }
      """
  static let variants = [stateful, pure, statefulAroundPure, pureAroundStateful]

  /// kernel, bias, x, y by parameter name.
  static let start: [String: Literal] = [
    "bias": Literal([3], [0, 0, 0]),
    "kernel": Literal([2, 3], [0.7567299, -0.68570054, -0.5688337, -0.8757605, -0.65994275, 0.44935086]),
    "x": Literal([1, 2], [1.6226422, 2.0252647]), "y": Literal([1, 3], [-0.15443718, 0.08470728, -0.13598049]),
  ]

  /// Parameters after some steps.
  static func train(_ program: Program, steps: Int) throws -> [String: Literal] {
    var values = start
    for _ in 0..<steps {
      let arguments = try program.parameters.map { parameter in
        try #require(values[leaf(parameter.name)], "no value for \(parameter.name)")
      }
      for (result, value) in zip(program.results, try evaluate(program, arguments)) {
        values[leaf(result.name)] = value
      }
    }
    return values
  }

  private static func leaf(_ name: String) -> String { name.split(separator: ".").last.map(String.init) ?? name }

  @Test(arguments: variants.indices) func numbers(_ variant: Int) throws {
    let program = try simplify(expandDerivatives(Elaborated.program(Self.variants[variant])))
    let once = try Self.train(program, steps: 1)
    expectClose(
      once["kernel"]?.reals ?? [], [0.79906005, -0.41159162, -0.5821417, -0.82292706, -0.3178198, 0.4327408],
      tolerance: 1e-6)
    expectClose(once["bias"]?.reals ?? [], [0.02608719, 0.16892752, -0.00820143], tolerance: 1e-6)
  }

  /// The four programs have the same operations in the same order, up to the order of parameters, and their parameters
  /// are the same to the bit after 100 steps.
  @Test func programsAgree() throws {
    let programs = try Self.variants.map { try simplify(expandDerivatives(Elaborated.program($0))) }
    let shapes = programs.map { program in
      program.body.operations.map { operation in
        "\(type(of: operation.op).name) \(operation.op.attributes) \(operation.results.map(\.type))"
      }
    }
    for (index, shape) in shapes.enumerated() {
      print("variant \(index + 1): \(shape.count) operations\(shape == shapes[0] ? ", as variant 1" : "")")
      if shape != shapes[0] { print(programs[index].text) }
    }
    #expect(Set(shapes).count == 1)
    let trained = try programs.map { try Self.train($0, steps: 100) }
    #expect(Set(trained.map { $0["kernel"] }).count == 1)
    #expect(Set(trained.map { $0["bias"] }).count == 1)
  }
}
