import Testing

@Suite struct StatementTests {
  @Test func loopsAndConditions() throws {
    #expect(try value("var s = 0\nfor i in 0..<5 { if i == 3 { continue }; s += i }\nreturn Double(s)") == 7)
    #expect(try value("var s = 0\nfor (i, v) in [5, 6].enumerated() { s += i * v }\nreturn Double(s)") == 6)
    #expect(try value("var s = 0\nfor (a, b) in zip([1, 2], [3, 4]) { s += a * b }\nreturn Double(s)") == 11)
    #expect(try value("var n = 0\nwhile true { n += 1\n if n > 4 { break } }\nreturn Double(n)") == 5)
    #expect(try value("var n = 0\nrepeat { n += 2 } while n < 5\nreturn Double(n)") == 6)
    #expect(
      try value(
        "var n = 0\nouter: for i in 0..<3 { for j in 0..<3 { if j == 1 { continue outer }\n if i == 2 { break outer }\n "
          + "n += 1 } }\nreturn Double(n)") == 2)
    #expect(
      try value("var s = 0\nfor i in stride(from: 0, to: 6, by: 2) where i > 0 { s += i }\nreturn Double(s)") == 6)
    #expect(try value("guard x.shape[0] == 2 else { return 1 }\nreturn 2") == 2)
    #expect(try value("let n = 3\nreturn n > 2 ? 1.5 : 2.5") == 1.5)
    #expect(try value("let v = if x.rank == 1 { 4.0 } else { 5.0 }\nreturn v") == 4)
    #expect(try value("var s = 0.0\ndo { let t = 2.0\n s += t }\nreturn s") == 2)
  }

  @Test func switches() throws {
    let mode = "enum Mode { case train, test(Int), other(rate: Double) }"
    #expect(
      try value(
        """
        let m = Mode.test(3)
        switch m {
        case .train: return 1
        case .test(let n) where n > 5: return 2
        case .test(let n): return Double(n)
        case .other(let rate): return rate
        }
        """, declarations: mode) == 3)
    #expect(try value("switch 7 { case 0..<5: return 1\ncase 5...: return 2\ndefault: return 3 }") == 2)
    #expect(try value("switch (1, 2) { case (1, let b): return Double(b)\ndefault: return 0 }") == 2)
    #expect(try value("let o: Int? = 4\nswitch o { case nil: return 0\ncase let n?: return Double(n) }") == 4)
    #expect(
      try value("if case .other(rate: let r) = Mode.other(rate: 0.5) { return r }\nreturn 0", declarations: mode) == 0.5
    )
  }

  @Test func optionals() throws {
    #expect(try value("let a: Int? = nil\nreturn Double(a ?? 3)") == 3)
    #expect(try value("let a: Int? = 2\nif let a { return Double(a) }\nreturn 0") == 2)
    #expect(try value("let a: [Int]? = [1, 2]\nreturn Double(a?.count ?? 0)") == 2)
    #expect(try value("let a: Int? = 2\nreturn Double(a!)") == 2)
    #expect(
      try value(
        "let p: P? = P(q: nil)\nreturn p?.q?.v ?? 9",
        declarations: "struct Q { var v: Double }\nstruct P { var q: Q? }") == 9)
  }

  @Test func functionsAndClosures() throws {
    #expect(try value("func fact(_ n: Int) -> Int { n <= 1 ? 1 : n * fact(n - 1) }\nreturn Double(fact(5))") == 120)
    #expect(try value("let add = { (a: Int, b: Int) in a + b }\nreturn Double(add(2, 3))") == 5)
    #expect(try value("return Double([1, 2, 3].map { $0 * 2 }.reduce(0, +))") == 12)
    #expect(
      try value("func g(_ n: Int, times: Int = 3) -> Int { n * times }\nreturn Double(g(2) + g(1, times: 4))") == 10)
    #expect(try value("func g(_ v: Int...) -> Int { v.count }\nreturn Double(g(1, 2, 3))") == 3)
    #expect(try value("func bump(_ n: inout Int) { n += 1 }\nvar n = 1\nbump(&n)\nreturn Double(n)") == 2)
    #expect(try value("var n = 0\nlet f = { n += 2 }\nf()\nf()\nreturn Double(n)") == 4)
    #expect(try value("func twice(_ f: (Int) -> Int) -> Int { f(f(1)) }\nreturn Double(twice { $0 + 3 })") == 7)
    #expect(try value("let (a, b) = (1, 2)\nvar c = 0\n(c, _) = (b, a)\nreturn Double(c)") == 2)
    #expect(try value("func id<T>(_ v: T) -> T { v }\nreturn id(2.5)") == 2.5)
  }

  @Test func literals() throws {
    #expect(try value("let half: Float = 1 / 2\nreturn Double(half)") == 0.5)
    #expect(try value("let n = 1 / 2\nreturn Double(n)") == 0)
    #expect(try value("let f: Float = 3\nreturn Double(f * (1 / 2))") == 1.5)
    #expect(try value("func g(_ v: Double) -> Double { v }\nreturn g(1 / 4)") == 0.25)
    #expect(try value("let a: [Double] = [1 / 2, 2]\nreturn a[0]") == 0.5)
    #expect(try value("let v: Float = 0.1\nreturn Double(v)") == Double(Float(0.1)))
    #expect(try value("return 2 * 0.5 + 1") == 2)
  }

  @Test func types() throws {
    let vector = """
      struct V { var x: Double; var y = 1.0
        static let unit = V(x: 1)
        var sum: Double { x + y }
        mutating func scale(by k: Double) { x *= k; y *= k }
        static func + (a: V, b: V) -> V { V(x: a.x + b.x, y: a.y + b.y) }
        subscript(i: Int) -> Double { i == 0 ? x : y }
      }
      extension V { func doubled() -> V { self + self } }
      """
    #expect(try value("var v = V(x: 2)\nv.scale(by: 3)\nreturn v.sum", declarations: vector) == 9)
    #expect(try value("let a = V.unit\nvar b = a\nb.x = 5\nreturn a.x + b.x", declarations: vector) == 6)
    #expect(try value("return (V.unit + V(x: 2)).doubled()[0]", declarations: vector) == 6)
    #expect(try value("return Double(E.b.rawValue)", declarations: "enum E: Int { case a = 4, b }") == 5)
    #expect(
      try value("let k: K = .big\nreturn Double(k.size)", declarations: "enum K { case big; var size: Int { 7 } }") == 7
    )
    #expect(
      try value("return area()", declarations: "typealias D = Double\nfunc area() -> D { pi2 }\nlet pi2 = 6.25") == 6.25
    )
    #expect(
      try value(
        "return Double(C(2).next().n)",
        declarations: "final class C { var n: Int\ninit(_ n: Int) { self.n = n }\n"
          + "func next() -> C { C(n + 1) } }") == 3)
    #expect(
      try value(
        "return S().area",
        declarations: "protocol Shape2 { var side: Double { get } }\nextension Shape2 { var area: "
          + "Double { side * side } }\nstruct S: Shape2 { let side = 3.0 }") == 9)
  }

  @Test func tensors() throws {
    #expect(try tensor("return x + 1") == [4, 5])
    #expect(try tensor("var y = x\nfor _ in 0..<2 { y = y * 2 }\nreturn y") == [12, 16])
    #expect(try tensor("var y = x\ny += 1\ny *= x\nreturn y") == [12, 20])
    #expect(
      try tensor(
        "let layers: [(Tensor<Float>) -> Tensor<Float>] = [{ $0 * 2 }, relu]\nvar y = x\n"
          + "for layer in layers { y = layer(y) }\nreturn y") == [6, 8])
    #expect(
      try tensor(
        "func f(_ t: Tensor<Float>, _ n: Int) -> Tensor<Float> { n == 0 ? t : f(t * x, n - 1) }\n"
          + "return f(x, 2)") == [27, 64])
  }
}
