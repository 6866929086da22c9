import AdjointDiagnostics
import AdjointIR
import Testing

@testable import AdjointFrontend

/// Behaviours of Flax NNX in compiled code, by their numbers in Documentation/behaviours.md. Those that need generated C
/// are in AgreementTests.
@Suite struct StateBehaviourTests {
  /// Names of the variables that a source's entry point changes.
  private func changes(_ source: String) throws -> [String] {
    try Elaborated.program(source).results.compactMap { result in
      if case .variable = result.destination { return result.name }
      return nil
    }
  }

  private func ids(_ source: String) -> [String] { Elaborated.findings(source).map(\.id) }

  static let counter = """
    enum CountKind: VariableKind {}
    typealias Count = VariableOf<CountKind, Int32>
    final class Counter: Module {
      @Count var n: Tensor<Int32>
      var calls = 0
      init() { n = Tensor<Int32>(0) }
      func callAsFunction() { n += 1 }
    }

    """
  static let five = [Literal(TensorType([], .i32), .integer([5])), Literal([], [1])]

  @Test("behaviour 18: a counter called twice in a step counts two, inside grad too") func counts() throws {
    let twice = Self.counter + "func f(_ c: Counter, @Shape() x: Tensor<Float>) { c(); c() }"
    #expect(try Elaborated.evaluate(Elaborated.program(twice), Self.five)["n"]?.integers == [7])
    let inside =
      Self.counter + """
        func f(_ c: Counter, @Shape() x: Tensor<Float>) -> Tensor<Float> {
          c()
          return grad { (x: Tensor<Float>) in
            c()
            return x * x
          }(x)
        }
        """
    #expect(try Elaborated.evaluate(Elaborated.program(inside), Self.five)["n"]?.integers == [7])
  }

  @Test("behaviour 19: a model that is captured and not given is refused") func captured() {
    let source = Self.counter + "let counter = Counter()\nfunc f(@Shape() x: Tensor<Float>) { counter() }"
    #expect(ids(source) == ["fence.global-model"])
  }

  @Test("behaviour 20: a pure step leaves its argument and returns the update") func pure() throws {
    let source =
      Self.counter + """
        func f(_ graphdef: GraphDef<Counter>, _ state: State<Counter>, @Shape() x: Tensor<Float>) -> State<Counter> {
          let counter = merge(graphdef, state)
          counter()
          return Adjoint.state(counter)
        }
        """
    #expect(try changes(source) == [])
    #expect(try Elaborated.evaluate(Elaborated.program(source), Self.five)["0"]?.integers == [6])
  }

  static let pair = """
    final class Part: Module {
      @Param var w: Tensor<Float>
      init(_ x: Float) { w = Tensor<Float>(x) }
    }
    final class Model: Module {
      var a: Part
      var b: Part
      var next: Model?
      init() { a = Part(1); b = Part(2) }
    }

    """

  @Test(
    "behaviours 21, 22, 23: a step that changes the structure is refused, one that puts it back is not",
    arguments: [
      ("model.a = model.b", ["assign.structure"]), ("model.a = Part(3)", ["assign.structure"]),
      ("let t = model.a; model.a = model.b; model.b = t", ["assign.structure"]),
      ("model.next = model", ["assign.structure"]), ("pop(model, .pathContains(\"a\"))", ["state.structure"]),
      ("let t = model.a; model.a = model.b; model.a.w += 1; model.a = t", []),
    ])
  func structure(_ body: String, _ expected: [String]) throws {
    let source = Self.pair + "func f(_ model: Model, @Shape() x: Tensor<Float>) { \(body) }"
    #expect(ids(source) == expected)
    if expected.isEmpty { #expect(try changes(source) == ["b.w"]) }
  }

  @Test("behaviour 21: a static attribute that a step changes is refused") func statics() {
    let own = "func f(_ c: Counter, @Shape() x: Tensor<Float>) { c.calls += 1 }"
    #expect(ids(Self.counter + own) == ["assign.structure"])
    let flags = """
      func f(@Like(Dropout(0.5, rngs: Rngs(0))) _ d: Dropout, @Shape(2) x: Tensor<Float>) { d.eval() }
      """
    #expect(ids(flags) == ["assign.structure"])
  }

  @Test("behaviour 24: a step that returns its model returns that argument") func returned() throws {
    let source = Self.counter + "func f(_ c: Counter, @Shape() x: Tensor<Float>) -> Counter { c(); return c }"
    #expect(try Elaborated.entry(source).returns == .argument(0))
  }

  @Test("behaviour 29: every key that is taken is counted") func keys() throws {
    let source = """
      func f(@Like(Rngs(0)) _ rngs: Rngs, @Shape(3) x: Tensor<Float>) -> (Tensor<UInt32>, Tensor<Float>) {
        let layer = Linear(3, 3, rngs: rngs)
        let dropout = Dropout(0.5, rngs: rngs)
        let y = dropout(dropout(layer(x)))
        return (dropout.rngs!.count, y)
      }
      """
    let program = try Elaborated.program(source)
    let arguments = program.parameters.map { parameter in
      parameter.name.hasSuffix("count")
        ? Literal(TensorType([], .u32), .integer([4]))
        : parameter.name == "x" ? Literal([3], [1, 2, 3]) : Literal(TensorType([2], .u32), .integer([0, 1]))
    }
    let results = try Elaborated.evaluate(program, arguments)
    #expect(results.first { $0.key.hasSuffix("count") }?.value.integers == [7])
    #expect(results["0"]?.integers == [2])
  }

  /// `a` and `b` share one variable.
  static let tied = """
    final class Part: Module {
      @Param var w: Tensor<Float>
      @Param var bias: Tensor<Float>
      @BatchStat var seen: Tensor<Float>
      init() { w = Tensor<Float>(1); bias = Tensor<Float>(0); seen = Tensor<Float>(0) }
    }
    final class Model: Module {
      let a: Part
      let b: Part
      init() { a = Part(); b = a }
    }
    func loss(_ m: Model, _ x: Tensor<Float>, _ n: Part) -> Tensor<Float> {
      3 * m.a.w + 4 * m.b.w * x + n.bias * x + m.b.bias
    }

    """
  /// bias, seen, w of the model; x; bias, seen, w of the other part.
  static let tiedValues = [0.5, 0, 2, 10, 7, 0, 1].map { Literal([], [$0]) }

  private func gradients(_ expression: String, count: Int) throws -> [[Double]] {
    let names = Array(repeating: "Tensor<Float>", count: count).joined(separator: ", ")
    let source =
      Self.tied + """
        func f(_ m: Model, @Shape() x: Tensor<Float>, _ n: Part) -> (\(names)) {
          \(expression)
        }
        """
    let program = try Elaborated.program(source)
    return try Elaborated.run(source, Array(Self.tiedValues.prefix(program.parameters.count))).map(\.reals)
  }

  @Test("behaviours 4, 5: a shared variable has one leaf, which sums what it does in both places") func shared() throws
  {
    let gradient = "let g = grad(loss)(m, x, n)"
    #expect(try gradients("\(gradient); return (g.a.w, g.b.w)", count: 2) == [[43], [43]])
    #expect(
      try gradients("\(gradient); precondition(g.count == 2); update(m, g); return (m.a.w, m.b.w)", count: 2)
        == [[43], [43]])
  }

  @Test("behaviour 32: several arguments, and part of a model by filter") func argnums() throws {
    #expect(
      try gradients("let (g, h) = grad(loss, argnums: (.first, .third))(m, x, n); return (g.a.w, h.bias)", count: 2)
        == [[43], [10]])
    #expect(
      try gradients(
        """
        let g = grad(loss, argnums: .first(.pathContains("bias")))(m, x, n)
        precondition(g.names == ["a.bias"])
        return (g.a.bias, x)
        """, count: 2)[0] == [1])
    #expect(
      try gradients(
        """
        let (g, dx) = grad(loss, argnums: (.first(.paths("a.w")), .second))(m, x, n)
        precondition(g.names == ["a.w"])
        return (g.a.w, dx)
        """, count: 2) == [[43], [15]])
    #expect(
      try gradients(
        "let (l, g) = valueAndGrad(m, wrt: .pathContains(\"bias\")) { m in loss(m, x, n) }; return (l, g.b.bias)",
        count: 2) == [[156.5], [1]])
  }

  @Test("behaviour 33: one model as two differentiated arguments: the first gradient is whole, the second empty")
  func twice() throws {
    let body = """
      func two(_ p: Model, _ q: Model) -> Tensor<Float> { p.a.w * q.b.w }
      let (g, h) = grad(two, argnums: (.first, .second))(m, m)
      precondition(h.count == 0)
      return (g.a.w, x)
      """
    #expect(try gradients(body, count: 2)[0] == [4])
  }

  @Test("behaviours 34, 36: inconsistent aliasing, and a loss that is no scalar, are refused") func refused() {
    let aliasing = """
      func two(_ p: Model, _ q: Model) -> Tensor<Float> { p.a.w * q.b.w }
      func f(_ m: Model, @Shape() x: Tensor<Float>) -> State<Model> { grad(two)(m, m) }
      """
    #expect(ids(Self.tied + aliasing) == ["grad.aliasing"])
    let loss = "func f(@Shape(1) x: Tensor<Float>) -> Tensor<Float> { grad { (x: Tensor<Float>) in x * x }(x) }"
    #expect(ids(loss) == ["grad.scalar"])
    let filter = """
      func f(_ m: Model, @Shape() x: Tensor<Float>, _ n: Part) -> Tensor<Float> {
        grad(loss, argnums: .second(Param.self))(m, x, n)
      }
      """
    #expect(ids(Self.tied + filter) == ["grad.argnums"])
  }

  @Test("behaviour 31: grad differentiates parameters, and statistics change once") func statistics() throws {
    let source =
      Self.tied + """
        func f(_ m: Model, @Shape() x: Tensor<Float>) -> State<Model> {
          grad { (m: Model) in
            m.a.seen += x
            return m.b.w * m.a.seen
          }(m)
        }
        """
    let values = try Elaborated.evaluate(Elaborated.program(source), Array(Self.tiedValues.prefix(4)))
    #expect(values["a.seen"]?.reals == [10])
    #expect(values["0"]?.reals == [0] && values["1"]?.reals == [10] && values["2"] == nil)
  }

  @Test("behaviours 35, 42: a further result beside the value; nested gradients") func nested() throws {
    let aux = """
      func f(@Shape() x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
        let ((loss, aux), g) = valueAndGrad(x) { x in (x * x, x + 1) }
        return (loss, aux, g)
      }
      """
    #expect(try Elaborated.run(aux, [Literal([], [3])]).map(\.reals) == [[9], [4], [6]])
    let third = """
      func f(@Shape() x: Tensor<Float>) -> Tensor<Float> {
        let d = grad { (x: Tensor<Float>) in x ** 4 }
        let dd = grad { (x: Tensor<Float>) in d(x) }
        return grad { (x: Tensor<Float>) in dd(x) }(x)
      }
      """
    #expect(try Elaborated.run(third, [Literal([], [1])]).map(\.reals) == [[24]])
  }

  @Test("behaviour 59: keys and counters by filter") func filters() throws {
    let source = """
      func f(@Like(Rngs(params: 0, dropout: 1)) _ rngs: Rngs, @Shape() x: Tensor<Float>) -> Tensor<Float> {
        let (_, keys, counts) = split(rngs, RngKey.self, RngCount.self)
        precondition(keys.count == 2 && counts.count == 2)
        precondition(counts.names == ["streams.0.count", "streams.1.count"])
        let (_, all, dropout, rest) = split(rngs, .of(RngCount.self), .stream("dropout"), .rest)
        precondition(all.count == 2 && dropout.names == ["streams.1.key"] && rest.names == ["streams.0.key"])
        precondition(state(rngs, .not(.stream("params"))).names == ["streams.1.count", "streams.1.key"])
        return x
      }
      """
    #expect(ids(source) == [])
  }

  @Test("behaviour 60: an optimiser changes what it trains, and nothing else is computed") func frozen() throws {
    let source =
      Self.tied + """
        func f(
          _ m: Model, @Like(Optimizer(Model(), Adam(), wrt: .pathContains("bias"))) _ o: Optimizer<Model, Adam>,
          @Shape() x: Tensor<Float>
        ) {
          o.update(m, grad(m, wrt: .pathContains("bias")) { m in m.a.w * m.b.bias * x })
        }
        """
    #expect(try changes(source) == ["a.bias", "mu.a.bias", "nu.a.bias", "step"])
  }

  @Test("behaviours 64, 65: flags by name: use takes the kept statistics and changes nothing; rate 1 drops all")
  func flags() throws {
    let source = """
      final class Model: Module {
        let norm: BatchNorm
        let dropout: Dropout
        init() { norm = BatchNorm(2, rngs: Rngs(0)); dropout = Dropout(0.5, rngs: Rngs(0)) }
        func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { dropout(norm(x)) }
      }
      func f(_ model: Model, @Shape(3, 2) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
        let use = view(model, ["useRunningAverage": true])
        use.dropout.deterministic = true
        let all = Dropout(1, rngs: Rngs(0))
        return (use(x), grad { (x: Tensor<Float>) in all(x).sum() }(x))
      }
      """
    #expect(try changes(source) == [])
    let program = try Elaborated.program(source)
    let arguments = program.parameters.enumerated().map { index, parameter in
      let type = program.body.parameters[index].type
      return parameter.name == "norm.mean" ? Literal([2], [1, 1]) : Literal(scalar: 4, type.dtype).repeated(to: type)
    }
    let values = try Elaborated.evaluate(program, arguments)
    expectClose(values["0"]?.reals ?? [], Array(repeating: 3 / (4 + 1e-5).squareRoot() * 4 + 4, count: 6))
    #expect(values["1"]?.reals == Array(repeating: 0, count: 6))
    let unknown = """
      func f(@Like(Linear(2, 2, rngs: Rngs(0))) _ l: Linear, @Shape() x: Tensor<Float>) {
        l.setAttribute("rate", to: 1)
      }
      """
    #expect(ids(unknown) == ["name.member"])
  }

  @Test("behaviour 68: a module inside a struct or tuple is refused; in dictionaries and arrays it is found")
  func containers() throws {
    let part = """
      final class Part: Module {
        @Param var w: Tensor<Float>
        init() { w = Tensor<Float>(1) }
      }

      """
    for holder in ["struct Box { var part: Part }", "typealias Box = (part: Part, n: Int)"] {
      let make = holder.hasPrefix("struct") ? "Box(part: Part())" : "(part: Part(), n: 1)"
      let source =
        part + """
          \(holder)
          final class Model: Module {
            var box: Box
            init() { box = \(make) }
          }
          func f(_ model: Model, @Shape() x: Tensor<Float>) { model.box.part.w += x }
          """
      #expect(ids(source).contains("attribute.unchecked"), "\(holder)")
    }
    let found =
      part + """
        final class Model: Module {
          let parts: [String: Part]
          let more: [Part]
          init() { parts = ["b": Part(), "a": Part()]; more = [parts["b"]!] }
        }
        func f(_ model: Model, @Shape() x: Tensor<Float>) { model.more[0].w += x }
        """
    let entry = try Elaborated.entry(found)
    guard case .object(let graph) = entry.arguments[0].kind else { return }
    #expect(graph.variables.map(\.name) == ["more.0.w", "parts.a.w"])
    let access = graph.objects.map(\.access)
    #expect(access.contains([[.property("more"), .element(0)], [.property("parts"), .key("b")]]))
  }

  @Test("behaviour 69: sown values are captured in order, also from inside a gradient") func sown() throws {
    let source =
      Self.tied + """
        func f(_ m: Model, @Shape() x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
          m.sow("lost", x)
          let (g, captured) = capture(m) { m in
            grad { (m: Model) in
              m.a.sow("h", m.a.w * x)
              m.a.sow("h", m.a.w + x)
              m.sow(Intermediate.self, "sum", x) { s, v in s + v }
              m.sow(Intermediate.self, "sum", x) { s, v in s + v }
              m.sow(Cache.self, "other", x)
              return m.a.w * x
            }(m)
          }
          precondition(captured.names == ["a.h", "sum"] && captured["a.h"].count == 2)
          return (captured["a.h"][0] + captured["a.h"][1], captured["sum"][0], g.a.w)
        }
        """
    #expect(
      try Elaborated.run(source, Array(Self.tiedValues.prefix(4))).map(\.reals) == [[32], [20], [10]])
  }

  @Test("a rule that nests others is checked part by part, and refused where its parts are not known")
  func rules() throws {
    let like = """
      func f(
        @Like(Linear(2, 2, rngs: Rngs(0))) _ m: Linear,
        @Like(
          Optimizer(
            Linear(2, 2, rngs: Rngs(0)),
            chain(
              ClipByGlobalNorm(2), ScaleByTrustRatio(),
              Lion(learningRate: CosineSchedule(from: 1, steps: 3), mask: .paths("kernel"))),
            wrt: Param.self)) _ o: Optimizer<Linear, Chain>, @Shape(1, 2) x: Tensor<Float>
      ) {
        o.update(m, grad(m) { m in m(x).sum() })
      }
      """
    guard case .object(let graph) = try Elaborated.entry(like).arguments[1].kind else { return }
    let statics = graph.objects[0].statics
    func text(_ path: String) -> String? { statics.first { $0.path == path && $0.text != nil }?.text }
    #expect(text("rule.parts.count") == "3" && text("rule.parts.0.limit") == "2.0" && text("wrt") == "Param")
    #expect(text("rule.parts.2.mask") == "paths(kernel)" && text("rule.parts.2.schedule.steps") == "3")
    #expect(
      statics.contains {
        $0.path == "rule.parts.1"
          && $0.access == [.property("rule"), .property("parts"), .element(1), .cast("ScaleByTrustRatio")]
      })
    let unknown = """
      func f(
        @Like(Linear(2, 2, rngs: Rngs(0))) _ m: Linear, _ o: Optimizer<Linear, Chain>, @Shape(1, 2) x: Tensor<Float>
      ) {}
      """
    let finding = try #require(Elaborated.findings(unknown).first)
    #expect(finding.id == "model.init" && finding.message.contains("@Like(Optimizer("))
  }
}

extension Literal {
  /// A scalar's number everywhere.
  fileprivate func repeated(to type: TensorType) -> Literal {
    type.dtype.isFloat
      ? Literal(type, .real(Array(repeating: reals[0], count: type.count)))
      : Literal(type, .integer(Array(repeating: integers[0], count: type.count)))
  }
}
