import AdjointDiagnostics
import AdjointFrontend
import Testing

/// What of the functional API cannot be compiled is refused on the line that asks for it, with the reason.
@Suite struct StateRefusalTests {
  static let model = """
    final class Part: Module {
      @Param var w: Tensor<Float>
      @BatchStat var seen: Tensor<Float>
      init() { w = Tensor<Float>(1); seen = Tensor<Float>(0) }
      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { seen += x; return w * x }
    }
    final class Model: Module {
      let a: Part
      var b: Part
      var held: Param?
      var count = 0
      init() { a = Part(); b = Part(); held = Param(Tensor<Float>(2)) }
      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { b(a(x)) }
    }
    let shared = Part()

    """
  static let modelLines = 15

  /// The findings of a stateful function's body, lines counted in the body.
  private func findings(stateful body: String) -> [Finding] {
    findings(
      "func f(_ model: Model, @Shape() x: Tensor<Float>, @Shape(2) y: Tensor<Float>) -> Tensor<Float> {\n\(body)\n}")
  }

  /// The findings of a pure function's body, lines counted in the body.
  private func findings(pure body: String) -> [Finding] {
    findings(
      "func f(_ graphdef: GraphDef<Model>, _ state: State<Model>, @Shape() x: Tensor<Float>, "
        + "@Shape(2) y: Tensor<Float>) throws -> State<Model> {\n\(body)\n}")
  }

  private func findings(_ source: String) -> [Finding] {
    do {
      _ = try elaborated(Self.model + source)
      return []
    } catch let findings as Findings { return findings.all } catch { return [] }
  }

  private func text(_ findings: [Finding]) -> [String] {
    findings.map { "\($0.span.line - Self.modelLines - 1):\($0.span.column) \($0.id)" }
  }

  /// A case: the body of a function, where it is refused and why.
  struct Case: Sendable, CustomTestStringConvertible {
    let body: String
    let place: String
    let reason: String
    var testDescription: String { body }

    init(_ body: String, _ place: String, _ reason: String) {
      self.body = body
      self.place = place
      self.reason = reason
    }
  }

  static let statefulCases: [Case] = [
    Case("model.b = model.a\nreturn x", "1:7 assign.structure", "changes the structure of 'model'"),
    Case("model.count += 1\nreturn x", "1:7 assign.structure", "changes the structure of 'model'"),
    Case("model.held = nil\nreturn x", "1:7 assign.structure", "changes the structure of 'model'"),
    Case("let p = pop(model, .paths(\"held\"))\nreturn x", "1:9 assign.structure", "changes the structure of 'model'"),
    Case("let p = pop(model, BatchStat.self)\nreturn x", "1:9 state.structure", "is part of every object of its class"),
    Case("model.a.setAttribute(\"w\", to: 1)\nreturn x", "1:9 name.member", "no module of Part"),
    Case("return shared(x)", "1:8 fence.global-model", "variables at run time are not known here"),
    Case(
      "let s = try! state(model).partitioned([.rest, .of(Param.self)])\nreturn x", "1:27 state.filter",
      ".rest must be the last filter"),
    Case(
      "let s = try! state(model).partitioned([.of(Param.self)])\nreturn x", "1:27 state.filter",
      "no filter means a.seen (BatchStat), b.seen (BatchStat)"),
    Case(
      "let s = try! state(model.a).merging(state(model).filter(.paths(\"b\")).filter(.none))\nreturn x", "", ""),
    Case(
      "let d: PureDictionary = [\"c\": .tensor(x.erased)]\nlet s = try! state(model).replacing(with: d)\nreturn x",
      "2:27 state.unknown", "c: the state has no such variable"),
    Case(
      "let d: PureDictionary = [\"held\": .tensor(y.erased)]\nlet s = try! state(model).replacing(with: d)\nreturn x",
      "2:27 state.unknown", "held: is f32[2], f32[] was expected"),
    Case("return grad(x, wrt: Param.self) { x in x * x }", "1:8 grad.argnums", "this argument is Tensor<Float>"),
    Case("let n = graphdef(model).hashValue\nreturn x", "1:25 name.member", "has no member 'hashValue'"),
    Case("model.variable(at: \"a.w\")!.value = y.erased\nreturn x", "1:28 assign.type", "keeps its shape"),
    Case("return model.variable(at: \"c\")!.value", "1:31 value.nil", "is nil"),
    Case("let m = model.module(at: \"a\") as! Model\nreturn x", "1:31 type.cast", "is not Model"),
    Case(
      "let f = Filter(\"run\") { kind, path in x.sum() > 0 }\nlet s = state(model, f)\nreturn x",
      "1:47 type.operands", "compares scalars"),
    Case(
      "let (y, c) = capture(model.a) { a in model.b.sow(\"h\", x); return a(x) }\nreturn y", "1:46 state.sow",
      "is no part of the captured Part"),
    Case("var s = state(model)\ns.a.w = y\nreturn x", "2:5 state.shape", "cannot take"),
    Case("return clone(model)(x) + merge(graphdef(model), state(model.a))(x)", "1:26 state.unknown", "merge"),
  ]

  @Test("a stateful function is refused where it asks for what cannot be compiled", arguments: statefulCases)
  func refusesStateful(item: Case) { expect(item, findings(stateful: item.body)) }

  static let pureCases: [Case] = [
    Case("shared.w += x\nreturn state", "1:1 fence.global-model", "pass it as a parameter"),
    Case("let m = shared\nm.seen = x\nreturn state", "1:9 fence.global-model", "pass it as a parameter"),
    Case(
      "let model = merge(graphdef, state)\nmodel.b = model.a\nreturn Adjoint.state(model)", "", ""),
    Case("return try state.merging(state.filter(Param.self)).partitioned([.all])[1]", "1:71 value.index", "outside"),
    Case("return merge(graphdef, state, state)", "1:8 state.unknown", "given twice"),
    Case(
      "let model = merge(graphdef, state.filter(Param.self))\nreturn state", "1:13 state.unknown", "is missing"),
  ]

  @Test("a pure function is refused where it asks for what cannot be compiled", arguments: pureCases)
  func refusesPure(item: Case) { expect(item, findings(pure: item.body)) }

  private func expect(_ item: Case, _ findings: [Finding]) {
    #expect(text(findings) == (item.place.isEmpty ? [] : [item.place]), "\(findings.map(\.message))")
    if let first = findings.first { #expect(first.message.contains(item.reason), "\(first.message)") }
  }

  @Test("the equality of structures is refused where a call alone knows a number of theirs") func runTimeNumbers() {
    let source = """
      func f(_ model: Model, _ o: Optimizer<Model, Adam>, @Shape() x: Tensor<Float>) -> Tensor<Float> {
        graphdef(o) == graphdef(o) ? x : x * 2
      }
      """
    let found = findings(source)
    #expect(text(found) == ["1:15 state.structure"])
    #expect(found.first?.message.contains("known when code is generated") ?? false)
  }

  @Test("metadata is known when code is generated, or refused") func metadata() {
    let source = """
      final class Noted: Module {
        @Param(metadata: ["axes": "in"]) var w: Tensor<Float> = Tensor<Float>(1)
        @Param(1) var v: Tensor<Float>
        init() {}
      }
      func f(_ model: Noted, @Shape() x: Tensor<Float>) -> Tensor<Float> { x }
      """
    #expect(findings(source).map(\.id).contains("init.missing") || findings(source).map(\.id).contains("fence.wrapper"))
    let read = """
      final class Noted: Module {
        @Param(metadata: ["axes": "in"]) var w: Tensor<Float> = Tensor<Float>(1)
        init() {}
      }
      func f(_ model: Noted, @Shape() x: Tensor<Float>) -> Tensor<Float> {
        model.$w.metadata["axes"] == "in" ? x : x * 2
      }
      func g(_ model: Noted, @Shape() x: Tensor<Float>) -> Tensor<Float> { x * model.w }
      """
    let entries = (try? elaborated(read).entryPoints) ?? []
    #expect(entries.map(\.readsMetadata) == [true, false])
  }
}
