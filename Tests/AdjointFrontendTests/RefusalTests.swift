import AdjointDiagnostics
import AdjointFrontend
import Testing

@Suite struct RefusalTests {
  @Test func syntaxOutsideTheSubset() {
    #expect(refusals(body: "return await g(x)").contains("1:8 fence.async"))
    #expect(refusals(body: "do { return x } catch { return x }") == ["1:17 fence.catch"])
    #expect(refusals(body: "let k = \\Int.bitWidth\nreturn x") == ["1:9 fence.key-path"])
    #expect(refusals(body: "let s = #file\nreturn x") == ["1:9 fence.macro"])
    #expect(refusals(body: "#if DEBUG\nlet y = x\n#endif\nreturn x") == ["1:1 fence.conditional-compilation"])
    #expect(refusals(body: "struct S {}\nreturn x") == ["1:1 fence.local-type"])
    #expect(refusals(body: "lazy var y = x\nreturn y").contains("1:1 fence.lazy"))
    #expect(refusals(body: "let y = try? g()\nreturn x").contains("1:9 fence.try"))
    #expect(refusals(body: "print(1)\nreturn x") == ["1:1 fence.print"])
  }

  @Test func allFindingsOfARunAtOnce() {
    let source = """
      func f(@Shape(2) _ x: Tensor<Float>) -> Tensor<Float> {
        let a = unknownThing(x)
        let b = #line
        return helper(x)
      }
      func helper(_ x: Tensor<Float>) -> Tensor<Float> {
        do { return x } catch { return x }
      }
      func g(_ y: Tensor<Float>, @Shape(2) z: Tensor<Float>) {}
      func unused() async { do { } catch { } }
      """
    #expect(
      refusals(source) == [
        "2:11 name.unknown", "3:11 fence.macro", "7:19 fence.catch", "9:8 annotation.missing",
      ])
  }

  @Test func anEntryPointWithoutABody() {
    #expect(refusals("func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float>") == ["1:6 name.body"])
  }

  @Test func names() {
    #expect(refusals(body: "return y") == ["1:8 name.unknown"])
    #expect(refusals(body: "return x.foo") == ["1:10 name.member"])
    #expect(refusals(body: "let v: Foo = x\nreturn x") == ["1:8 name.unknown"])
    #expect(refusals(body: "return Softmax(x)") == ["1:8 name.unknown"])
  }

  @Test("numbers of closures' arguments that do not fit")
  func anonymousArguments() {
    for number in ["70000", "9223372036854775807", "9223372036854775808"] {
      #expect(refusals(body: "let g = { $\(number) }\nreturn g(x)") == ["1:11 name.unknown"])
    }
  }

  @Test func values() {
    #expect(refusals(body: "let n = 5 / 0\nreturn x") == ["1:11 number.division"])
    #expect(refusals(body: "let n = Int.max + 1\nreturn x") == ["1:17 number.overflow"])
    #expect(refusals(body: "let a = [1, 2]\nlet b = a[2]\nreturn x") == ["2:10 value.index"])
    #expect(refusals(body: "let a: Int? = nil\nlet b = a!\nreturn x") == ["2:10 value.nil"])
    #expect(refusals(body: "precondition(x.shape[0] == 3, \"three\")\nreturn x") == ["1:1 value.precondition"])
    #expect(refusals(body: "fatalError(\"no\")") == ["1:1 value.failure"])
    #expect(refusals(body: "return x * (1 / 2)") == ["1:13 type.literal"])
  }

  @Test func limits() {
    #expect(refusals(body: "var n = 0\nfor i in 0..<1_000_000_000 { n += i }\nreturn x") == ["2:10 limit.loop"])
    #expect(refusals(body: "var n = 0\nwhile true { n += 1 }\nreturn x") == ["2:1 limit.loop"])
    #expect(refusals(body: "func g(_ n: Int) -> Int { g(n + 1) }\nlet m = g(0)\nreturn x") == ["1:27 limit.depth"])
    let deep = String(repeating: "-(", count: 3000) + "x" + String(repeating: ")", count: 3000)
    #expect(!refusals(body: "return \(deep)").isEmpty)
    let long = Array(repeating: "x", count: 3000).joined(separator: " + ")
    #expect(refusals(body: "return \(long)") == [])
  }

  @Test func shapes() {
    #expect(refusals(body: "return matmul(x, x.reshaped([1, 2]))").first?.hasPrefix("1:8 ") == true)
    #expect(
      refusals(
        """
        func step(@Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear, @Shape(1, 4) x: Tensor<Float>) -> Tensor<Float> {
          let h = model(x)
          return h
        }
        """) == ["2:11 value.precondition"])
    #expect(
      refusals(
        """
        func step(@Like(Linear(2, 3, rngs: Rngs(0))) _ model: Linear, @Shape(1, 2) x: Tensor<Float>) {
          let g = grad { (model: Linear) in model(x) }(model)
        }
        """
      ).first?.hasSuffix("grad.scalar") == true)
  }

  @Test func dynamicConditions() {
    #expect(refusals(body: "if x.sum() > 0 { return x }\nreturn x").first?.hasPrefix("1:") == true)
    #expect(
      refusals(
        "func f(@Traced rate: Float, @Shape(2) x: Tensor<Float>) -> Tensor<Float> {\n  if rate > 0 { return x }\n  return x\n}"
      )
        == ["2:6 fence.dynamic-condition"])
  }

  @Test func annotations() {
    #expect(refusals("func f(@Shape(2) x: Tensor<Float>, y: Tensor<Float>) {}") == ["1:36 annotation.missing"])
    #expect(refusals("func f(@Shape(2) x: Tensor<Float>, rate: Float) {}") == ["1:36 annotation.missing"])
    #expect(refusals("func f(@Shape(.batch) x: Tensor<Float>) {}") == ["1:16 annotation.dim"])
    #expect(refusals("func f(@Shape(2) x: Tensor<Float>, _ m: Linear) {}") == ["1:36 model.init"])
    #expect(refusals("func f(@Shape(2) x: Tensor<Float>, _ r: Rngs) {}") == ["1:36 model.init"])
    #expect(
      refusals("func f(@Shape(2) x: Tensor<Float>, _ o: Optimizer<Linear, Adam>) {}") == ["1:36 model.init"])
  }

  @Test func whatGeneratedCodeCannotSee() {
    let model = """
      final class M: Module {
        private let inner = Linear(2, 2, rngs: Rngs(0))
        private let heads = 2
        private(set) var size = 3
      }
      func f(_ m: M, @Shape(2) x: Tensor<Float>) -> Tensor<Float> { x }
      """
    #expect(refusals(model) == ["2:15 access.private", "3:15 access.private"])
  }

  @Test func assignments() {
    let model = """
      final class M: Module {
        @Param var w: Tensor<Float>
        var count: Int
        init() { w = Tensor<Float>.zeros([2]); count = 0 }
      }

      """
    #expect(
      refusals(model + "func f(_ m: M, @Shape(2) x: Tensor<Float>) {\n  m.count = 1\n}") == ["7:5 assign.structure"])
    #expect(
      refusals(model + "func f(_ m: M, @Shape(3) x: Tensor<Float>) {\n  m.w = x\n}") == ["7:5 assign.type"])
    #expect(refusals(body: "let n = 1\nn = 2\nreturn x") == ["2:1 assign.let"])
    #expect(
      refusals("var total = 0\nfunc f(@Shape(2) x: Tensor<Float>) { total = 1 }") == ["2:38 assign.global"])
    #expect(
      refusals(
        model + "let shared = M()\nfunc f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x + shared.w }")
        == ["7:59 fence.global-model"])
  }

  @Test func brokenSyntax() {
    #expect(refusals("func f(@Shape(2) x: Tensor<Float>) { let = 3 }").first?.hasSuffix(" syntax") == true)
  }
}

/// The behaviours of Documentation/behaviours.md that need what Adjoint does not have yet: refused by name.
@Suite struct LaterBehaviourTests {
  @Test(arguments: [
    (38, "customVJP"), (39, "customVJP"), (39, "remat"), (41, "remat"), (43, "vmap"), (44, "vmap"), (45, "vmap"),
    (46, "vmap"), (47, "scan"), (48, "scan"), (49, "scan"), (50, "RNN"), (51, "cond"), (51, "switchCase"), (52, "cond"),
    (53, "whileLoop"), (53, "foriLoop"), (54, "whileLoop"), (66, "LoRA"), (67, "Conv"), (67, "MultiHeadAttention"),
    (67, "GRUCell"), (67, "LSTMCell"),
  ])
  func refusedByName(_ behaviour: Int, _ name: String) {
    for body in ["let g = \(name)(x)\nreturn g", "return \(name)(of: { $0 }, x)"] {
      #expect(throws: Findings.self, "behaviour \(behaviour)") {
        do {
          _ = try elaborated("func f(@Shape(2) _ x: Tensor<Float>) -> Tensor<Float> {\n\(body)\n}")
        } catch let findings as Findings {
          #expect(findings.all.map(\.message) == ["'\(name)' is not part of Adjoint yet"], "behaviour \(behaviour)")
          #expect(findings.all.map(\.id) == ["name.unknown"])
          throw findings
        }
      }
    }
  }

  @Test("behaviours 51–54: control flow on a computed value is refused") func computedControlFlow() {
    #expect(refusals(body: "if x.sum() > 0 { return x }\nreturn -x") != [])
    #expect(refusals(body: "var y = x\nwhile y.sum() > 0 { y = y - 1 }\nreturn y") != [])
  }
}
