import AdjointIR
import Testing

/// grad, valueAndGrad, vjp and jvp on tensors, models and states.
@Suite struct BuiltinsTransformTests {
  @Test(arguments: [
    // d/dx of the mean of x³ is x².
    ("grad(f)(x)", [[1.0, 4, 9]]),
    ("grad { x in (x ** 3).sum() / 3 }(x)", [[1, 4, 9]]),
    ("valueAndGrad(f)(x)", [[12], [1, 4, 9]]),
    ("valueAndGrad(x) { x in (x * x).sum() }", [[14], [2, 4, 6]]),
    ("grad(g, argnums: .second)(x, x + 1)", [[1, 2, 3]]),
    ("grad(g, argnums: [.first, .second])(x, x + 1)", [[2, 3, 4], [1, 2, 3]]),
    // Gradient of a gradient: d/dx of x² · 1.
    ("grad { x in grad(f)(x).sum() }(x)", [[2, 4, 6]]),
    ("grad { x in grad { y in (x * y * y).sum() }(x).sum() }(x)", [[4, 8, 12]]),
    ("jvp(f, x, Tensor<Float>.ones([3]))", [[12], [14]]),
    ("jvp(h, x, x)", [[1, 4, 9], [2, 8, 18]]),
  ]) func tensors(_ expression: String, _ expected: [[Double]]) throws {
    let tuple = "(" + Array(repeating: "Tensor<Float>", count: expected.count).joined(separator: ", ") + ")"
    let source = """
      func f(_ x: Tensor<Float>) -> Tensor<Float> { (x ** 3).sum() / 3 }
      func g(_ x: Tensor<Float>, _ y: Tensor<Float>) -> Tensor<Float> { (x * y).sum() }
      func h(_ x: Tensor<Float>) -> Tensor<Float> { x * x }
      func entry(@Shape(3) x: Tensor<Float>) -> \(expected.count == 1 ? "Tensor<Float>" : tuple) {
        \(expression)
      }
      """
    expectClose(try Elaborated.run(source, [Literal([3], [1, 2, 3])]).map(\.reals), expected)
  }

  @Test func pullbacks() throws {
    let source = """
      func entry(@Shape(2) x: Tensor<Float>, @Shape(2) c: Tensor<Float>)
        -> (Tensor<Float>, Tensor<Float>, Tensor<Float>)
      {
        let (y, pullback) = vjp({ x in x * x }, x)
        return (y, pullback(c), pullback(c * 2))
      }
      """
    let results = try Elaborated.run(source, [Literal([2], [3, 4]), Literal([2], [1, 10])])
    expectClose(results.map(\.reals), [[9, 16], [6, 80], [12, 160]])
  }

  static let model = """
    enum CountKind: VariableKind {}
    typealias Count = VariableOf<CountKind, Int32>

    final class Model: Module {
      @Param var a: Tensor<Float>
      @Param var b: Tensor<Float>
      @BatchStat var seen: Tensor<Float>
      @Count var n: Tensor<Int32>
      init() {
        a = Tensor<Float>(3)
        b = Tensor<Float>(4)
        seen = Tensor<Float>(0)
        n = Tensor<Int32>(0)
      }
      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
        n += 1
        seen = seen * 0.5 + x * a
        return a * x * x + b * x
      }
    }

    """
  static let variables: [Literal] = [
    Literal([], [3]), Literal([], [4]), Literal(TensorType([], .i32), .integer([7])), Literal([], [10]),
  ]

  /// Variables that the loss mutates are written back once, with the values the loss gave them.
  @Test func mutationInsideALoss() throws {
    let source =
      Self.model + """
        func step(_ model: Model, @Shape() x: Tensor<Float>) -> (Tensor<Float>, State<Model>) {
          valueAndGrad(model) { model in model(x) }
        }
        """
    let results = try Elaborated.program(source)
    let values = try Elaborated.evaluate(results, Self.variables + [Literal([], [2])])
    #expect(Set(values.keys) == ["n", "seen", "0", "1", "2"])
    #expect(values["n"]?.integers == [8])
    expectClose(values["seen"]?.reals ?? [], [5 + 6])
    expectClose(values["0"]?.reals ?? [], [20])
    expectClose([values["1"]?.reals ?? [], values["2"]?.reals ?? []], [[4], [2]])
  }

  @Test func capturedVariablesAndAux() throws {
    let source =
      Self.model + """
        func step(_ model: Model, @Shape() x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
          var last = x
          let ((loss, aux), grads) = valueAndGrad({ model in
            last = model(x)
            return (last * last, last + 1)
          })(model)
          return (loss + last, aux, grads.a)
        }
        """
    let values = try Elaborated.evaluate(Elaborated.program(source), Self.variables + [Literal([], [2])])
    expectClose([values["0"], values["1"], values["2"]].map { $0?.reals ?? [] }, [[420], [21], [160]])
  }

  @Test(arguments: [
    ("grad { x in x * 2 }(x)", "grad.scalar", 14), ("grad(model) { model in model.a * x }", "grad.scalar", 0),
    ("grad { n in n.cast(to: Float.self).sum() }(model.n)", "grad.dtype", 3),
    ("grad(model) { model in\n    model.a = x.sum()\n    return model.a\n  }", "grad.mutation", 3),
    ("grad({ a, b in a.b * b.a }, argnums: .first)(model, model)", "grad.aliasing", 0),
    ("grad(split(model).1) { s in x.sum() }", "grad.dtype", 3),
    ("grad({ x in x.sum() }, argnums: .second)(x)", "grad.argnums", 0),
    (
      "x\n  var kept: (Tensor<Float>) -> Tensor<Float> = { $0 }\n  let g = grad { x in\n    let y = x * 2\n"
        + "    kept = { z in z + y }\n    return y.sum()\n  }(x)\n  _ = kept(g)", "grad.escape", 0
    ),
  ]) func refusals(_ statement: String, _ id: String, _ column: Int) throws {
    let source =
      Self.model + "func f(_ model: Model, @Shape(2) x: Tensor<Float>) {\n  _ = \(statement)\n}"
    let findings = Elaborated.findings(source)
    #expect(findings.map(\.id) == [id], "\(findings.map(\.text))")
  }

  /// What a function changes is changed once by vjp, whatever is done with the pullback; gradients of gradients and
  /// objects that are made inside a loss come out whole.
  @Test func effectsOfOtherTransforms() throws {
    let source =
      Self.model + """
        func step(_ model: Model, @Shape() x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
          let (y, pullback) = vjp({ model in model(x) }, model)
          let one = pullback(Tensor<Float>(1))
          let two = pullback(y)
          return (y, one.a + two.a, model.seen)
        }
        """
    let values = try Elaborated.evaluate(Elaborated.program(source), Self.variables + [Literal([], [2])])
    #expect(values["n"]?.integers == [8])
    expectClose([values["0"], values["1"], values["2"]].map { $0?.reals ?? [] }, [[20], [4 + 80], [11]])
  }

  @Test func nestedGradientsWithEffects() throws {
    let source =
      Self.model + """
        func step(_ model: Model, @Shape() x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
          var list: [Tensor<Float>] = []
          let outer = grad { x in
            let inner = grad(model) { model in
              let y = model(x)
              list.append(y * 2)
              return y * y
            }
            return inner.b + list[0]
          }(x)
          return (outer, list[0] + model.seen)
        }
        """
    // y = 3x² + 4x; d(y²)/db = 2 y x = 6x³ + 8x²; plus 2y; its slope is 18x² + 16x + 12x + 8.
    let values = try Elaborated.evaluate(Elaborated.program(source), Self.variables + [Literal([], [2])])
    #expect(values["n"]?.integers == [8])
    expectClose([values["0"], values["1"]].map { $0?.reals ?? [] }, [[72 + 32 + 24 + 8], [40 + 11]])
  }

  @Test func objectsMadeInsideALoss() throws {
    let source =
      Self.model + """
        func step(_ model: Model, @Shape() x: Tensor<Float>) -> (State<Model>, Tensor<Float>) {
          let (graphdef, params, others) = split(model, Param.self, .rest)
          let ((_, copy), grads) = valueAndGrad(params) { params in
            let copy = merge(graphdef, params, others)
            let y = copy(x)
            return (y, copy)
          }
          return (grads, copy.seen + copy.a + model.seen)
        }
        """
    let values = try Elaborated.evaluate(Elaborated.program(source), Self.variables + [Literal([], [2])])
    expectClose([values["0"], values["1"], values["2"]].map { $0?.reals ?? [] }, [[4], [2], [11 + 3 + 10]])
    #expect(values["n"] == nil)
  }

  /// `y = a x + b` with a tied weight: the gradient of 3a + 4b with a and b one variable is 7.
  @Test func tiedWeights() throws {
    let source = """
      final class Leaf: Module {
        @Param var w: Tensor<Float>
        init() { w = Tensor<Float>(1) }
      }
      final class Tied: Module {
        let a: Leaf
        let b: Leaf
        init() {
          a = Leaf()
          b = a
        }
      }
      func f(_ model: Tied, @Shape() x: Tensor<Float>) -> State<Tied> {
        grad(model) { m in m.a.w * 3 * x + m.b.w * 4 * x }
      }
      """
    expectClose(try Elaborated.run(source, [Literal([], [1]), Literal([], [1])]).map(\.reals), [[7]])
  }
}
