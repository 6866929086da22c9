import AdjointDiagnostics
import AdjointDriver
import Foundation
import Testing

/// Models that no one would write: each is an error on its line within seconds, in bounded memory.
@Suite(.serialized) struct HostileModelTests {
  private func refusals(_ text: String, within limit: Double = 120) throws -> [String] {
    var refusals: [String] = []
    let time = try seconds { refusals = try AdjointDriverTests.refusals(text) }
    #expect(time < limit, "took \(time) s")
    return refusals
  }

  /// As the body of an entry point's result, on line 2.
  private func refusals(body: String, within limit: Double = 120) throws -> [String] {
    try refusals("func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> {\n\(body)\n}\n", within: limit)
  }

  @Test(arguments: [("(", ")"), ("[", "]"), ("{", "}"), ("f(", ")"), ("-(", ")"), ("{ (", ") }")])
  func bracketsNestedDeep(open: String, close: String) throws {
    let deep = String(repeating: open, count: 100_000) + "x" + String(repeating: close, count: 100_000)
    let found = try refusals(body: "return " + deep)
    #expect(found.first?.hasPrefix("2:") == true, "\(found.prefix(3))")
    #expect(!found.isEmpty && found.count < 100)
    // Unbalanced.
    #expect(try !refusals(body: "return " + String(repeating: open, count: 100_000)).isEmpty)
  }

  @Test(arguments: [
    (" + x", "return x"), (".foo", "return x"), ("()", "return x"), ("[0]", "return x"), ("!", "return x"),
    (" ? x : x", "return true"), (" as Int", "return x"), ("-", "return "), (" else if true { }", "if true { }"),
    ("if true { ", ""), ("func g() { ", ""), ("\"\\(", "return "), (".?", "let a: Int"),
    ("[", "let a: "), ("Array<", "let a: "), ("?", "let a: Int"), ("x = ", ""),
    ("switch 1 { case 1: ", ""), ("@A ", ""), ("(_: ", "let a: "), ("try ", "return "),
    ("&", "return "),
  ])
  func chainsWithoutEnd(piece: String, start: String) throws {
    let found = try refusals(body: start + String(repeating: piece, count: 20_000))
    #expect(!found.isEmpty && found.count < 1000, "\(found.prefix(3))")
  }

  @Test func recursionWithoutEnd() throws {
    #expect(
      try refusals(
        """
        func g(_ x: Tensor<Float>) -> Tensor<Float> { g(x) }
        func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { g(x) }
        """) == ["1:47 limit.depth"])
    #expect(
      try refusals(
        """
        final class M: Module {
          let inner: M
          init() { inner = M() }
          func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { x }
        }
        func f(_ m: M, @Shape(2) x: Tensor<Float>) -> Tensor<Float> { m(x) }
        """) == ["3:20 limit.depth"])
    // Calls that double at every level are work without end, though they are not deep.
    let found = try refusals(
      "func fib(_ n: Int) -> Int { n < 2 ? n : fib(n - 1) + fib(n - 2) }\n"
        + "func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x * Float(fib(300)) }")
    #expect(found.first?.hasSuffix("limit.steps") == true, "\(found)")
  }

  @Test func typesWithoutEnd() throws {
    #expect(try !refusals("typealias A = B\ntypealias B = A\nfunc f(@Shape(2) x: Tensor<A>) {}").isEmpty)
    #expect(
      try !refusals("final class A: B {}\nfinal class B: A {}\nfunc f(_ m: A, @Shape(2) x: Tensor<Float>) { }").isEmpty)
    #expect(try !refusals("let a = b\nlet b = a\nfunc f(@Shape(a) x: Tensor<Float>) { }").isEmpty)
    #expect(
      try !refusals("struct S { var s: S\n init() { s = S() } }\nfunc f(@Shape(2) x: Tensor<Float>) { _ = S() }")
        .isEmpty)
  }

  @Test func loopsWithoutEnd() throws {
    #expect(try refusals(body: "var n = 0\nfor i in 0..<1_000_000_000 { n += i }\nreturn x") == ["3:10 limit.loop"])
    #expect(try refusals(body: "var n = 0\nwhile true { n += 1 }\nreturn x") == ["3:1 limit.loop"])
    let nested = "var n = 0\nfor i in 0..<90_000 { for j in 0..<90_000 { n += i * j } }\nreturn x"
    #expect(try refusals(body: nested).first?.hasSuffix("limit.steps") == true)
    // Each iteration leaves operations in the program.
    let unrolled = "var y = x\nfor _ in 0..<90_000 { for _ in 0..<50 { y = y * 2 + x } }\nreturn y"
    #expect(try refusals(body: unrolled).first?.contains("limit.") == true)
  }

  @Test(arguments: [
    "let a = Array(repeating: 0, count: 1_000_000_000)", "let a = (0..<1_000_000_000).map { $0 }",
    "let a = Array(0..<1_000_000_000)", "let a = stride(from: 0, to: 1_000_000_000, by: 1).map { $0 }",
    "var a = [1, 2]\nfor _ in 0..<60 { a = a + a }", "var a = [1, 2]\nfor _ in 0..<60 { a += a }",
    "var s = \"ab\"\nfor _ in 0..<60 { s += s }", "var s = \"ab\"\nfor _ in 0..<60 { s = s + s }",
    "var s = \"ab\"\nfor _ in 0..<60 { s = \"\\(s)\\(s)\" }", "let s = String(repeating: \"a\", count: 1_000_000_000)",
    "var a = [[1]]\nfor _ in 0..<60 { a.append(contentsOf: a) }", "let a = (0..<1_000_000_000).reduce(0, +)",
    "let t = iota([1_000_000_000_000], axis: 0)", "var t = x\nfor _ in 0..<70 { t = concatenated([t, t], axis: 0) }",
    "let t = Tensor(repeating: 1.0, shape: [1_000_000, 1_000_000_000])",
    "let t = Tensor<Float>.zeros([4_000_000_000, 4_000_000_000, 4_000_000_000])",
    "let t = x.broadcast(to: [9_000_000_000_000_000_000, 2])",
    "let t = x.padded(low: [9_000_000_000_000_000_000], high: [9_000_000_000_000_000_000], value: 0)",
    "let t = matmul(x.reshaped([2, 1]).broadcast(to: [2, 4_000_000_000]), x.reshaped([2, 1]).broadcast(to: [2, 4_000_000_000]))",
    "let t = x.reshaped([9_000_000_000_000_000_000, 9_000_000_000_000_000_000])",
    "let t = x.reshaped([-9_000_000_000_000_000_000, -9_000_000_000_000_000_000, -1])",
    "let t = x.sliced(starts: [-9_223_372_036_854_775_808], limits: [9_223_372_036_854_775_807])",
    "let t = x.sum(axis: -9_223_372_036_854_775_808)", "let n = Int.min / -1", "let n = -Int.min",
    "let n = abs(Int.min)",
    "let n = Int(1e300)", "let n = Int(Double.nan)", "let n = Int.min % -1",
    "let n = 99999999999999999999999999", "let n: Int32 = 99999999999", "let n = UInt32(-1)", "let n = Int32(1 << 40)",
    "let t = Tensor(shape: [3], [1.0, 2.0])", "let t = oneHot(x.argmax(axis: 0), 9_000_000_000_000_000_000)",
    "let a = [1, 2, 3][5...7]", "let a = [1, 2, 3][-1]", "let a = (5..<2).map { $0 }", "let s = \"abc\".dropFirst(-1)",
    "let t = x.transposed([0, 0])", "let a: [Int] = []\nlet b = a.first! + a.max()!",
  ])
  func valuesTooLarge(statement: String) throws {
    let found = try refusals(body: statement + "\nreturn x")
    #expect(!found.isEmpty && found.allSatisfy { $0.hasPrefix("2:") || $0.hasPrefix("3:") }, "\(found)")
  }

  @Test(arguments: [
    "9223372036854775807, 9223372036854775807", "4294967296, 4294967296", "9223372036854775807",
    "3037000500, 3037000500", "1000000000000", "99999999999999999999",
  ])
  func shapesTooLarge(shape: String) throws {
    let found = try refusals("func f(@Shape(\(shape)) x: Tensor<Float>) -> Tensor<Float> { x * 2 }")
    #expect(found.count == 1 && found[0].hasPrefix("1:"), "\(found)")
  }

  @Test func aModelTooLarge() throws {
    let found = try refusals(
      """
      func f(@Like(Linear(4_000_000_000, 4_000_000_000, rngs: Rngs(0))) _ m: Linear, @Shape(2) x: Tensor<Float>) -> Tensor<Float> { x }
      """)
    #expect(found.count == 1 && found[0].hasPrefix("1:"), "\(found)")
  }

  @Test func manySpecialisations() throws {
    let sizes = (1...400).map(String.init).joined(separator: ", ")
    let found = try refusals(
      """
      extension Dim { static let a = Dim(\(sizes)); static let b = Dim(\(sizes)) }
      func f(@Shape(.a, .b) x: Tensor<Float>) -> Tensor<Float> { x }
      """)
    #expect(found.count == 1 && found[0].contains("limit."), "\(found)")
  }
}
