import AdjointIR
import Testing

/// Each expression over `x` = [[1, 2, 3], [4, 5, 6]], `v` = [1, 2, 3], `m` (3 × 2), `i` = [2, 0], `s` (a scalar 2.5).
@Suite struct BuiltinsTensorTests {
  static let parameters = """
    @Shape(2, 3) x: Tensor<Float>, @Shape(3) v: Tensor<Float>, @Shape(3, 2) m: Tensor<Float>,
    @Shape(2) i: Tensor<Int32>, @Traced s: Float
    """
  static let arguments: [Literal] = [
    Literal([2, 3], [1, 2, 3, 4, 5, 6]), Literal([3], [1, 2, 3]), Literal([3, 2], [1, 0, 0, 1, 2, 2]),
    Literal(TensorType([2], .i32), .integer([2, 0])), Literal(scalar: 2.5),
  ]

  struct Case: CustomTestStringConvertible {
    var expression: String
    var type: String
    var shape: [Int]
    var values: [Double]

    init(_ expression: String, _ shape: [Int], _ values: [Double], type: String = "Tensor<Float>") {
      self.expression = expression
      self.type = type
      self.shape = shape
      self.values = values
    }

    var testDescription: String { expression }
  }

  func check(_ test: Case) throws {
    let source = "func f(\(Self.parameters)) -> \(test.type) { \(test.expression) }"
    let results = try Elaborated.run(source, Self.arguments)
    #expect(results.count == 1)
    #expect(results[0].type.shape == test.shape)
    expectClose(results[0].reals, test.values)
  }

  @Test(arguments: [
    Case("x + v", [2, 3], [2, 4, 6, 5, 7, 9]),
    Case("v - x", [2, 3], [0, 0, 0, -3, -3, -3]),
    Case("2 * x", [2, 3], [2, 4, 6, 8, 10, 12]),
    Case("x / 2", [2, 3], [0.5, 1, 1.5, 2, 2.5, 3]),
    Case("1 - v", [3], [0, -1, -2]),
    Case("x % 4", [2, 3], [1, 2, 3, 0, 1, 2]),
    Case("-v", [3], [-1, -2, -3]),
    Case("v ** 2", [3], [1, 4, 9]),
    Case("v ** 3", [3], [1, 8, 27]),
    Case("v ** -1", [3], [1, 0.5, 1.0 / 3]),
    Case("v ** 0.5", [3], [1, 1.41421356, 1.73205081]),
    Case("pow(v, v)", [3], [1, 4, 27]),
    Case("v ** 2.0", [3], [1, 4, 9]),
    Case("v.addingProduct(v, v)", [3], [2, 6, 12]),
    Case("v.addingProduct(0.5, x)", [2, 3], [1.5, 3, 4.5, 3, 4.5, 6]),
    Case("Tensor<Float>(1).addingProduct(v, 2)", [3], [3, 5, 7]),
    Case("v.addingProduct(s, Tensor(2))", [3], [6, 7, 8]),
    Case("v * Float(1).addingProduct(2, 3)", [3], [7, 14, 21]),
    Case("v * s", [3], [2.5, 5, 7.5]),
    Case("Tensor(s * 2)", [], [5]),
    Case("v.reshaped([3, 1]) * v", [3, 3], [1, 2, 3, 2, 4, 6, 3, 6, 9]),
    Case("select(x .> 3, x, 0)", [2, 3], [0, 0, 0, 4, 5, 6]),
    Case("select((x .> 1) .& (x .< 5), x, -x)", [2, 3], [-1, 2, 3, 4, -5, -6]),
    Case("select((x .<= 1) .| .!(x .!= 6), x, 0)", [2, 3], [1, 0, 0, 0, 0, 6]),
    Case("x .>= 3", [2, 3], [0, 0, 1, 1, 1, 1], type: "Tensor<Bool>"),
    Case("i .== 2", [2], [1, 0], type: "Tensor<Bool>"),
    Case("(i << 2) | 1", [2], [9, 1], type: "Tensor<Int32>"),
    Case("(i ^ 3) & 1", [2], [1, 1], type: "Tensor<Int32>"),
    Case("~i", [2], [-3, -1], type: "Tensor<Int32>"),
  ]) func operators(_ test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("exp(v - 1)", [3], [1, 2.71828183, 7.3890561]),
    Case("log(v)", [3], [0, 0.69314718, 1.09861229]),
    Case("expm1(v - 1)", [3], [0, 1.71828183, 6.3890561]),
    Case("log1p(v)", [3], [0.69314718, 1.09861229, 1.38629436]),
    Case("sqrt(v) * rsqrt(v)", [3], [1, 1, 1]),
    Case("tanh(v)", [3], [0.76159416, 0.96402758, 0.99505475]),
    Case("sigmoid(v - 1)", [3], [0.5, 0.73105858, 0.88079708]),
    Case("erf(v - 1)", [3], [0, 0.84270079, 0.99532227]),
    Case("erfInv(v / 4)", [3], [0.22531206, 0.47693628, 0.81341985]),
    Case("sin(v) ** 2 + cos(v) ** 2", [3], [1, 1, 1]),
    Case("abs(v - 2) + sign(v - 2)", [3], [0, 0, 2]),
    Case("floor(v / 2)", [3], [0, 1, 1]),
    Case("maximum(v, 2)", [3], [2, 2, 3]),
    Case("maximum(v, Tensor(1.5))", [3], [1.5, 2, 3]),
    Case("minimum(Tensor([2.5, 0, 4]), v)", [3], [1, 0, 3]),
    Case("maximum(v - 2, .zeros([3]))", [3], [0, 0, 1]),
    Case("select(v .> 1, v, Tensor(0))", [3], [0, 2, 3]),
    Case("select(v .> 1, Tensor(repeating: 0.5, shape: [3]), v)", [3], [1, 0.5, 0.5]),
    Case("select(v .> 1, Tensor(0.5), Tensor(1))", [3], [1, 0.5, 0.5]),
    Case("pow(Tensor(2.0), v) + pow(v, Tensor(2.0))", [3], [3, 8, 17]),
    Case("concatenated([Tensor([0.5]), v, .zeros([1])])", [5], [0.5, 1, 2, 3, 0]),
    Case("matmul(m, Tensor([[1], [0.5]]))", [3, 1], [1, 0.5, 3]),
    Case("exp(Tensor(0.0))", [], [1]),
    Case("minimum(v, 2)", [3], [1, 2, 2]),
    Case("stopGradient(v)", [3], [1, 2, 3]),
  ]) func functions(_ test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("x.sum()", [], [21]),
    Case("x.sum(axes: [0])", [3], [5, 7, 9]),
    Case("x.sum(axis: -1)", [2], [6, 15]),
    Case("x.sum(axis: 1, keepDims: true)", [2, 1], [6, 15]),
    Case("x.sum(axes: [-1, 0], keepDims: true)", [1, 1], [21]),
    Case("x.mean()", [], [3.5]),
    Case("x.mean(axis: 0)", [3], [2.5, 3.5, 4.5]),
    Case("x.max()", [], [6]),
    Case("x.min(axis: 1)", [2], [1, 4]),
    Case("x.argmax(axis: -1)", [2], [2, 2], type: "Tensor<Int32>"),
    Case("matmul(x, m)", [2, 2], [7, 8, 16, 17]),
    Case("matmul(x, v)", [2], [14, 32]),
    Case("matmul(v, m)", [2], [7, 8]),
    Case("matmul(v, v)", [], [14]),
    Case("matmul(x.reshaped([1, 2, 3]), m)", [1, 2, 2], [7, 8, 16, 17]),
    Case("matmul(x.reshaped([2, 1, 3]), m.reshaped([1, 3, 2]))", [2, 1, 2], [7, 8, 16, 17]),
    Case("matmul(x, m.reshaped([1, 3, 2]))", [1, 2, 2], [7, 8, 16, 17]),
    Case("dotGeneral(x, m, contracting: ([1], [0]), batch: ([], []))", [2, 2], [7, 8, 16, 17]),
    Case("dotGeneral(x, x, contracting: ([-1], [-1]), batch: ([0], [0]))", [2], [14, 77]),
  ]) func reductionsAndProducts(_ test: Case) throws { try check(test) }

  @Test(arguments: [
    Case("x.reshaped([3, -1])", [3, 2], [1, 2, 3, 4, 5, 6]),
    Case("x.transposed()", [3, 2], [1, 4, 2, 5, 3, 6]),
    Case("x.reshaped([1, 2, 3]).transposed([2, 0, -2])", [3, 1, 2], [1, 4, 2, 5, 3, 6]),
    Case("v.broadcast(to: [2, 3])", [2, 3], [1, 2, 3, 1, 2, 3]),
    Case("x.sliced(starts: [0, 1], limits: [2, 3])", [2, 2], [2, 3, 5, 6]),
    Case("x.sliced(starts: [0, 0], limits: [2, 3], strides: [1, 2])", [2, 2], [1, 3, 4, 6]),
    Case("v.padded(low: [1], high: [2], value: 9)", [6], [9, 1, 2, 3, 9, 9]),
    Case("concatenated([v, v * 2], axis: 0)", [6], [1, 2, 3, 2, 4, 6]),
    Case("concatenated([x, x], axis: -1)", [2, 6], [1, 2, 3, 1, 2, 3, 4, 5, 6, 4, 5, 6]),
    Case("v.expandedDims(axis: 0)", [1, 3], [1, 2, 3]),
    Case("v.expandedDims(axis: -1).squeezed(axis: 1)", [3], [1, 2, 3]),
    Case("oneHot(i, 3)", [2, 3], [0, 0, 1, 1, 0, 0]),
    Case("x.transposed().gathered(rows: i)", [2, 2], [3, 6, 1, 4]),
    Case("(v * 1.5).cast(to: Int32.self)", [3], [1, 3, 4], type: "Tensor<Int32>"),
    Case("Tensor<Float>(1).bitcast(to: UInt32.self)", [], [0x3F80_0000], type: "Tensor<UInt32>"),
    Case("Tensor<Int32>.iota([2, 2], axis: 1)", [2, 2], [0, 1, 0, 1], type: "Tensor<Int32>"),
    Case("Tensor([1, 2, 3])", [3], [1, 2, 3]),
    Case("Tensor(0.5)", [], [0.5]),
    Case("Tensor(0.5) * v + Tensor([1, 0, 1])", [3], [1.5, 1, 2.5]),
    Case("v * v[1] + x[1, 2]", [3], [8, 10, 12]),
    Case("v * x.sum().item()", [3], [21, 42, 63]),
    Case("Tensor(shape: [2, 2], [1, 2, 3, 4])", [2, 2], [1, 2, 3, 4]),
    Case("Tensor(repeating: 2, shape: [2])", [2], [2, 2]),
    Case("Tensor.zeros([2]) + .ones([2])", [2], [1, 1]),
    Case("Tensor<Float>.ones(x.shape) * Float(x.rank + x.count)", [2, 3], [8, 8, 8, 8, 8, 8]),
  ]) func shapes(_ test: Case) throws { try check(test) }

  @Test func threefry() throws {
    // The published test vector of threefry2x32 with 20 rounds: zero key and counter.
    let source = """
      func f(@Shape(1) k: Tensor<UInt32>) -> (Tensor<UInt32>, Tensor<UInt32>) {
        let (a, b) = threefry2x32(k, k, k, k)
        return (a, b)
      }
      """
    let results = try Elaborated.run(source, [Literal(TensorType([1], .u32), .integer([0]))])
    #expect(results.map(\.integers) == [[0x6B20_0159], [0x99BA_4EFE]])
  }

  struct Refusal: CustomTestStringConvertible {
    var expression: String
    var id: String
    var column: Int

    init(_ expression: String, _ id: String, column: Int) {
      self.expression = expression
      self.id = id
      self.column = column
    }

    var testDescription: String { expression }
  }

  @Test(arguments: [
    Refusal("x + m", "shape.broadcast", column: 7),
    Refusal("matmul(x, x)", "shape.dot", column: 5),
    Refusal("x.sum(axis: 2)", "shape.axis", column: 7),
    Refusal("x.reshaped([4, -1])", "shape.reshape", column: 7),
    Refusal("x.squeezed(axis: 0)", "shape.squeeze", column: 7),
    Refusal("x + i", "type.mismatch", column: 7),
    Refusal("x & x", "type.operands", column: 7),
    Refusal("x.addingProduct(x, m)", "shape.broadcast", column: 7),
    Refusal("x.addingProduct(x, i)", "type.mismatch", column: 7),
    Refusal("i.addingProduct(i, i)", "type.operands", column: 7),
    Refusal("x.transposed([0, 0])", "shape.permutation", column: 7),
    Refusal("maximum(v, Tensor([1, 2]).sum())", "type.context", column: 16),
    Refusal("v * v[3]", "static.index", column: 10),
    Refusal("v.sum(dims: 0)", "call.arguments", column: 7),
  ]) func refusals(_ test: Refusal) throws {
    let source = "func f(\(Self.parameters)) -> Tensor<Float> {\n    \(test.expression)\n}"
    let line = source.split(separator: "\n", omittingEmptySubsequences: false).count - 1
    let findings = Elaborated.findings(source)
    #expect(findings.map(\.id) == [test.id], "\(findings.map(\.text))")
    #expect(findings.first?.span.line == line)
    #expect(findings.first?.span.column == test.column)
  }
}
