import AdjointIR
import AdjointTransforms
import Foundation
import Testing

/// Values and derivatives against JAX's, which `Tests/Golden/make_ops_golden.py` wrote down.
@Suite("JAX's numbers")
struct GoldenTests {
  @Test("values and cotangents of ops and compositions", arguments: try GoldenFile.load().cases)
  func golden(_ golden: GoldenCase) throws {
    let types = golden.operands.map(\.type)
    func function(_ builder: Builder, _ x: [Value]) throws -> [Value] {
      if golden.op == "composition" { return try composition(golden.name, builder, x) }
      return try builder.append(golden.makeOp(), x)
    }
    let arguments = golden.operands.map(\.literal)
    guard let cotangents = golden.cotangents, let gradients = golden.gradients else {
      let program = try makeProgram(types, function)
      compare(try evaluateExpanded(program, arguments), golden.results, "value", golden)
      return
    }
    // Only the real operands are differentiated; the others are captured.
    let real = types.indices.filter { types[$0].dtype.isFloat }
    let program = try makeProgram(types + cotangents.map(\.type)) { builder, x in
      try builder.differentiate(.reverse, at: real.map { x[$0] }, with: Array(x.dropFirst(types.count))) { p in
        var operands = Array(x.prefix(types.count))
        for (position, parameter) in zip(real, p) { operands[position] = parameter }
        return try function(builder, operands)
      }
    }
    let results = try evaluateExpanded(program, arguments + cotangents.map(\.literal))
    compare(Array(results.prefix(golden.results.count)), golden.results, "value", golden)
    compare(Array(results.dropFirst(golden.results.count)), gradients.compactMap { $0 }, "cotangent", golden)
  }

  private func compare(_ actual: [Literal], _ expected: [GoldenTensor], _ what: String, _ golden: GoldenCase) {
    #expect(actual.count == expected.count)
    for (actual, expected) in zip(actual, expected) {
      #expect(actual.type == expected.type, "\(golden.name): \(what)")
      for (index, pair) in zip(actual.reals, expected.literal.reals).enumerated()
      where !isClose(pair.0, pair.1, golden.tolerance) {
        let at = golden.operands.filter { $0.data.count == expected.data.count }.map { $0.literal.reals[index] }
        Issue.record("\(golden.name): \(what)[\(index)] at \(at) is \(pair.0), JAX has \(pair.1)")
      }
    }
  }
}

struct GoldenFile: Decodable {
  var cases: [GoldenCase]

  static func load() throws -> GoldenFile {
    let here = URL(fileURLWithPath: #filePath)
    let path = here.deletingLastPathComponent().deletingLastPathComponent().appendingPathComponent("Golden/ops.json")
    return try JSONDecoder().decode(GoldenFile.self, from: Data(contentsOf: path))
  }
}

struct GoldenTensor: Decodable, Sendable {
  /// A number, or "nan", "inf" or "-inf"; booleans are numbers.
  struct Number: Decodable, Sendable {
    var value: Double

    init(from decoder: any Decoder) throws {
      let container = try decoder.singleValueContainer()
      if let text = try? container.decode(String.self) {
        value = text == "nan" ? .nan : text == "inf" ? .infinity : -.infinity
      } else if let flag = try? container.decode(Bool.self) {
        value = flag ? 1 : 0
      } else {
        value = try container.decode(Double.self)
      }
    }
  }

  var dtype: String
  var shape: [Int]
  var data: [Number]

  var type: TensorType { TensorType(shape, DType(rawValue: dtype)!) }

  var literal: Literal {
    let values = data.map(\.value)
    return switch type.dtype {
    case .f32: Literal(type, .real(values.map { Double(Float($0)) }))
    case .f64: Literal(type, .real(values))
    case .bool: Literal(type, .bool(values.map { $0 != 0 }))
    case .i32, .i64, .u32: Literal(type, .integer(values.map { Int64($0) }))
    }
  }
}

struct GoldenCase: Decodable, Sendable, CustomTestStringConvertible {
  /// The attributes of every op; each uses its own.
  struct Attributes: Decodable, Sendable {
    var comparison, dtype, reduction: String?
    var shape, permutation, dimensions, starts, limits, strides, low, high, interior, axes: [Int]?
    var leftContracting, rightContracting, leftBatch, rightBatch: [Int]?
    var axis: Int?
    var largest: Bool?
  }

  var name: String
  var op: String
  var attributes: Attributes
  var operands: [GoldenTensor]
  var results: [GoldenTensor]
  var cotangents: [GoldenTensor]?
  var gradients: [GoldenTensor?]?
  var tolerance: Double

  var testDescription: String { name }

  private static let plain: [any Op] = [
    Negate(), Abs(), Sign(), Floor(), Exp(), Expm1(), Log(), Log1p(), Sqrt(), Rsqrt(), Tanh(), Logistic(), Erf(),
    ErfInv(), Sin(), Cos(), Not(), Add(), Subtract(), Multiply(), Divide(), Remainder(), Power(), Maximum(), Minimum(),
    And(), Or(), Xor(), ShiftLeft(), ShiftRightLogical(), Fma(), Select(), Threefry(), GatherRows(), ScatterAddRows(),
  ]

  func makeOp() throws -> any Op {
    if let op = Self.plain.first(where: { type(of: $0).name == op }) { return op }
    let a = attributes
    return switch op {
    case "compare": Compare(Comparison(rawValue: a.comparison!)!)
    case "convert": Convert(to: DType(rawValue: a.dtype!)!)
    case "bitcast": Bitcast(to: DType(rawValue: a.dtype!)!)
    case "iota": Iota(shape: a.shape!, axis: a.axis!, dtype: DType(rawValue: a.dtype!)!)
    case "reshape": Reshape(shape: a.shape!)
    case "transpose": Transpose(permutation: a.permutation!)
    case "broadcastInDim": BroadcastInDim(shape: a.shape!, dimensions: a.dimensions!)
    case "slice": Slice(starts: a.starts!, limits: a.limits!, strides: a.strides!)
    case "pad": Pad(low: a.low!, high: a.high!, interior: a.interior!)
    case "concatenate": Concatenate(axis: a.axis!)
    case "reduce": Reduce(Reduction(rawValue: a.reduction!)!, axes: a.axes!)
    case "argReduce": ArgReduce(largest: a.largest!, axis: a.axis!)
    case "dotGeneral":
      DotGeneral(
        DotDimensions(
          leftContracting: a.leftContracting!, rightContracting: a.rightContracting!, leftBatch: a.leftBatch!,
          rightBatch: a.rightBatch!))
    default: throw OpError("test.op", "the golden file has an op that is unknown here: \(op)")
    }
  }
}
