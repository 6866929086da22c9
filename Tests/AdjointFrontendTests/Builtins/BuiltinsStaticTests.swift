import AdjointIR
import Testing

/// Swift's standard library on values known when code is generated. Each expression is made a tensor and compared.
@Suite struct BuiltinsStaticTests {
  @Test(arguments: [
    ("7 / 2", 3.0), ("7 % 3", 1), ("-7 / 2", -3), ("-7 % 2", -1), ("1 << 5", 32), ("0xF0 >> 4", 15), ("6 & 3", 2),
    ("min(3, 1, 2)", 1), ("max(3, 1, 2)", 3), ("abs(-4)", 4), ("Int(2.9)", 2), ("Int(Double(7) / 2)", 3),
    ("[1, 2, 3].count", 3), ("[1, 2, 3].map { $0 * 2 }.reduce(0, +)", 12), ("[1, 2, 3].filter { $0 != 2 }.count", 2),
    ("[3, 1, 2].sorted()[0]", 1), ("[3, 1, 2].sorted { $0 > $1 }[0]", 3), ("[3, 1, 2].max() ?? 0", 3),
    ("[1, 2, 3].first!", 1), ("[1, 2, 3].last ?? 0", 3), ("[1, 2, 3].reversed()[0]", 3),
    ("[1, 2, 3].contains(2) ? 1 : 0", 1), ("[1, 2, 3].firstIndex(of: 3)!", 2), ("[1, 2, 3][1...].count", 2),
    ("[1, 2, 3].dropFirst().reduce(0, +)", 5), ("[1, 2, 3].prefix(2).reduce(0, +)", 3),
    ("[1, 2, 3].suffix(1)[0]", 3), ("([1] + [2, 3]).count", 3), ("[[1, 2], [3]].flatMap { $0 }.count", 3),
    ("Array(repeating: 4, count: 3).reduce(0, +)", 12), ("(0..<5).reduce(0, +)", 10), ("(1...3).map { $0 * $0 }[2]", 9),
    ("Array(stride(from: 0, to: 10, by: 3)).count", 4), ("stride(from: 3, through: 0, by: -1).map { $0 }.count", 4),
    ("zip([1, 2], [3, 4]).map { $0 * $1 }.reduce(0, +)", 11),
    ("[5, 6].enumerated().map { $0.offset * $0.element }.reduce(0, +)", 6),
    ("[\"a\": 1, \"b\": 2][\"b\"]!", 2), ("[\"a\": 1][\"c\", default: 9]", 9), ("\"abc\".count", 3),
    ("\"abc\".hasPrefix(\"ab\") ? 1 : 0", 1), ("[\"a\", \"b\"].joined(separator: \"-\") == \"a-b\" ? 1 : 0", 1),
    ("Int(\"42\")!", 42), ("Int8.max > 126 ? Int(Int8.max) : 0", 127), ("9.isMultiple(of: 3) ? 1 : 0", 1),
  ]) func integers(_ expression: String, _ expected: Double) throws {
    let source = """
      func f(@Shape(1) x: Tensor<Float>) -> Tensor<Float> {
        let n: Int = \(expression)
        return x * Float(n)
      }
      """
    expectClose(try Elaborated.run(source, [Literal([1], [1])])[0].reals, [expected])
  }

  @Test(arguments: [
    ("1 / 2", 0.5), ("Float.pi", 3.14159274), ("sqrt(16)", 4), ("Float(2.25).squareRoot()", 1.5), ("exp(0)", 1),
    ("pow(2, 10)", 1024), ("Float(3) / 2", 1.5), ("Float(7.0 / 2)", 3.5), ("min(0.5, 0.25)", 0.25), ("abs(-1.5)", 1.5),
    ("Float(1.5).rounded(.down)", 1), ("Float(1).nextUp - 1", 1.1920929e-7), ("[Float(0.5), 1.5].reduce(0, +)", 2),
  ]) func reals(_ expression: String, _ expected: Double) throws {
    let source = """
      func f(@Shape(1) x: Tensor<Float>) -> Tensor<Float> {
        let n: Float = \(expression)
        return x * n
      }
      """
    expectClose(try Elaborated.run(source, [Literal([1], [1])])[0].reals, [expected])
  }

  @Test func changes() throws {
    let source = """
      func f(@Shape(1) x: Tensor<Float>) -> Tensor<Float> {
        var list = [1, 2]
        list.append(3)
        list.append(contentsOf: [4, 5])
        list.insert(0, at: 0)
        let last = list.removeLast()
        list[1] = 10
        list.swapAt(0, 1)
        var table: [String: Int] = [:]
        table["a"] = list[0]
        table["b"] = last
        table["a"] = nil
        var y = x
        for (index, n) in list.enumerated() where index != 1 { y += Float(n) }
        y *= 2
        return y + Float(table["b"]! + table.count)
      }
      """
    // list: [10, 0, 2, 3, 4] without the element at 1.
    expectClose(try Elaborated.run(source, [Literal([1], [1])])[0].reals, [2 * (1 + 19) + 6])
  }

  @Test(arguments: [
    ("[1, 2][2]", "value.index"), ("1 / 0", "number.division"), ("Int(Float.infinity)", "static.overflow"),
    ("Int8(200) > 0 ? 1 : 2", "static.overflow"),
  ]) func refusals(_ expression: String, _ id: String) throws {
    let source = """
      func f(@Shape(1) x: Tensor<Float>) -> Tensor<Float> {
        let n: Int = \(expression)
        return x * Float(n)
      }
      """
    let findings = Elaborated.findings(source)
    #expect(findings.map(\.id) == [id], "\(findings.map(\.text))")
    #expect(findings.first?.span.line == 2)
  }
}
