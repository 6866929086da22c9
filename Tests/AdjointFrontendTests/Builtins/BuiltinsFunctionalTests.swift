import AdjointIR
import Testing

/// split, merge, state, update, clone and map on the abstract heap.
@Suite struct BuiltinsFunctionalTests {
  static let model = """
    enum CountKind: VariableKind {}
    typealias Count = VariableOf<CountKind, Int32>

    final class Leaf: Module {
      @Param var w: Tensor<Float>
      init(_ value: Float) { w = Tensor<Float>(repeating: value, shape: [2]) }
    }

    final class Model: Module {
      let b: Leaf
      let a: Leaf
      let tied: Leaf
      let list: [Leaf]
      @Count var n: Tensor<Int32>
      init() {
        b = Leaf(2)
        a = Leaf(1)
        tied = b
        list = [Leaf(3), Leaf(4)]
        n = Tensor<Int32>(0)
      }
    }

    """

  /// The variables a, b (shared with tied), list.0, list.1 and n, as arguments.
  static let variables: [Literal] = [
    Literal([2], [1, 1]), Literal([2], [2, 2]), Literal([2], [3, 3]), Literal([2], [4, 4]),
    Literal(TensorType([], .i32), .integer([0])),
  ]

  @Test func stateReads() throws {
    let source =
      Self.model + """
        func f(_ model: Model, @Shape(2) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
          let params = state(model, Param.self)
          return (params.a.w + x, params.tied.w * x, params.list[1].w)
        }
        """
    let results = try Elaborated.run(source, Self.variables + [Literal([2], [5, 6])])
    expectClose(results.map(\.reals), [[6, 7], [10, 12], [4, 4]])
  }

  @Test func updateWritesBack() throws {
    let source =
      Self.model + """
        func f(_ model: Model, @Shape(2) x: Tensor<Float>) {
          update(model, map(pure(state(model, Param.self))) { p in p + x })
          model.n += 1
        }
        """
    let results = try Elaborated.run(source, Self.variables + [Literal([2], [10, 20])])
    expectClose(results.map(\.reals), [[11, 21], [12, 22], [13, 23], [14, 24], [1]])
  }

  @Test func splitAndMergeCopy() throws {
    let source =
      Self.model + """
        func f(_ model: Model, @Shape(2) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>) {
          let (graphdef, all) = split(model)
          let copy = merge(graphdef, all)
          copy.tied.w = copy.b.w * x
          precondition(copy.tied === copy.b && copy.b !== model.b)
          let (_, params, others) = split(copy, Param.self, .rest)
          let again = merge(graphdef, params, others)
          return (again.b.w, model.b.w)
        }
        """
    let results = try Elaborated.run(source, Self.variables + [Literal([2], [10, 20])])
    expectClose(results.map(\.reals), [[20, 40], [2, 2]])
  }

  /// A part of a state is assigned through its path, by any path of a shared object; the model keeps its own.
  @Test func stateWrites() throws {
    let source =
      Self.model + """
        func f(_ model: Model, @Shape(2) x: Tensor<Float>) -> (Tensor<Float>, Tensor<Float>, Tensor<Float>) {
          var params = state(model, .all(.of(Param.self), .not(.paths("list.1"))))
          params.tied.w = x
          params.list[0].w += 1
          params.a = params.b
          update(model, params)
          return (model.b.w, model.list[0].w + model.list[1].w, model.a.w)
        }
        """
    let results = try Elaborated.run(source, Self.variables + [Literal([2], [5, 6])])
    expectClose(results.map(\.reals), [[5, 6], [8, 8], [5, 6]])
  }

  @Test func cloneIsApart() throws {
    let source =
      Self.model + """
        func f(_ model: Model, @Shape(2) x: Tensor<Float>) -> Tensor<Float> {
          let copy = clone(model)
          copy.a.w = x
          return model.a.w + copy.a.w
        }
        """
    expectClose(try Elaborated.run(source, Self.variables + [Literal([2], [5, 6])])[0].reals, [6, 7])
  }

  @Test func graphDefinitionsAreEqual() throws {
    let source =
      Self.model + """
        func f(_ model: Model, @Shape(2) x: Tensor<Float>) -> Tensor<Float> {
          let (one, _) = split(model)
          let (two, _) = split(clone(model))
          precondition(one == two)
          return x
        }
        """
    expectClose(try Elaborated.run(source, Self.variables + [Literal([2], [5, 6])])[0].reals, [5, 6])
  }

  @Test(arguments: [
    ("update(model.a, state(model, Param.self))", "state.unknown"),
    ("let (_, _, _) = split(model, Param.self, Param.self)", "state.filter"),
    ("update(model, map(state(model, Param.self)) { p in p.sum() })", "state.shape"),
    ("let _ = merge(split(model).0, state(model, Param.self))", "state.unknown"),
    ("let _ = map(state(model)) { p in p }", "state.dtype"),
    ("var s = state(model); s.a.w = x.sum()", "state.shape"),
  ]) func refusals(_ statement: String, _ id: String) throws {
    let source =
      Self.model
      + "func f(_ model: Model, @Shape(2) x: Tensor<Float>) -> Tensor<Float> {\n  \(statement)\n  return x\n}"
    let findings = Elaborated.findings(source)
    #expect(findings.map(\.id) == [id], "\(findings.map(\.text))")
    #expect(findings.first?.span.line == source.split(separator: "\n", omittingEmptySubsequences: false).count - 2)
  }
}
