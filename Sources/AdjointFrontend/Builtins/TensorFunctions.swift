import AdjointIR
import Foundation

/// Free functions on tensors, run-time scalars and static numbers.
extension BuiltinTable {
  mutating func addTensorFunctions() {
    addUnaryFunctions()
    addBinaryFunctions()
    addStructuralFunctions()
    addProducts()
    addBits()
  }

  private mutating func addUnaryFunctions() {
    let functions: [(String, any Op, ((Double) -> Double)?)] = [
      ("exp", Exp(), Foundation.exp), ("expm1", Expm1(), Foundation.expm1), ("log", Log(), Foundation.log),
      ("log1p", Log1p(), Foundation.log1p), ("sqrt", Sqrt(), { $0.squareRoot() }),
      ("rsqrt", Rsqrt(), { 1 / $0.squareRoot() }), ("tanh", Tanh(), Foundation.tanh),
      ("sigmoid", Logistic(), { 1 / (1 + Foundation.exp(-$0)) }), ("erf", Erf(), Foundation.erf),
      ("erfInv", ErfInv(), nil), ("sin", Sin(), Foundation.sin), ("cos", Cos(), Foundation.cos),
      ("floor", Floor(), { $0.rounded(.down) }),
    ]
    for (name, op, onNumbers) in functions {
      function(name, ["_0": .result]) { elaborator, call in
        try call.expect("_", in: name)
        let value = try call.required(nil).asReal(call.expected)
        if case .real(let number, let type) = value, let onNumbers {
          return .real(type.rounded(onNumbers(number)), type)
        }
        return try elaborator.unary(name, op, value, call) { $0.isFloat }
      }
    }
    function("abs", ["_0": .result]) { elaborator, call in
      try call.expect("_", in: "abs")
      switch try call.required(nil) {
      case .integer(let number, let type):
        guard number != type.range.lowerBound else { throw OpError("static.overflow", "abs(\(number)) overflows") }
        return .integer(abs(number), type)
      case .real(let number, let type): return .real(abs(number), type)
      case let value: return try elaborator.unary("abs", Abs(), value, call) { $0.isFloat || $0 == .i32 || $0 == .i64 }
      }
    }
    function("sign") { elaborator, call in
      try call.expect("_", in: "sign")
      return try elaborator.unary("sign", Sign(), call.required(nil), call) { $0.isFloat || $0 == .i32 || $0 == .i64 }
    }
    function("stopGradient") { elaborator, call in
      try call.expect("_", in: "stopGradient")
      let value = try call.required(nil)
      guard value.asNumber == nil else { return value }
      return try elaborator.mapTensors(value, call) { try $0.builder.emit(StopGradient(), $1) }
    }
  }

  private mutating func addBinaryFunctions() {
    let functions: [(String, any Op)] = [("maximum", Maximum()), ("minimum", Minimum())]
    for (name, op) in functions {
      function(name, ["_0": .sameElement, "_1": .sameElement]) { elaborator, call in
        try call.expect("_", "_", in: name)
        return try elaborator.binary(name, op, call.required(nil), call.required(nil, position: 1), call)
      }
    }
    function("pow", ["_0": .result, "_1": .sameElement]) { elaborator, call in
      try call.expect("_", "_", in: "pow")
      let (base, exponent) = (try call.required(nil), try call.required(nil, position: 1))
      if let x = base.asNumber, let y = exponent.asNumber {
        var type = RealType.double
        for case .real(_, let own) in [base.asReal(call.expected), exponent, base] { type = own }
        return .real(type.rounded(Foundation.pow(x, y)), type)
      }
      return try elaborator.power(base, exponent, call)
    }
    for (name, isMinimum) in [("min", true), ("max", false)] {
      function(name, ["_0": .result, "_1": .result, "_2": .result]) { elaborator, call in
        try call.expect("_", "_", "_*", in: name)
        let values = call.arguments.map(\.value).ofOneType
        var best = values[0]
        for next in values.dropFirst() {
          if best.isSymbolic || next.isSymbolic {
            guard best.isScalarLike, next.isScalarLike else {
              throw OpError("type.operands", "\(name) compares scalars; element by element it is \(name)imum(x, y)")
            }
            best = try elaborator.binary(name, isMinimum ? Minimum() : Maximum(), best, next, call)
          } else if try isMinimum ? next.isLess(than: best) : !next.isLess(than: best) {
            best = next
          }
        }
        return best
      }
    }
    function("select", ["_1": .sameElement, "_2": .sameElement]) { elaborator, call in
      try call.expect("_", "_", "_", in: "select")
      let predicate = try call.required(nil)
      let (onTrue, onFalse) = (try call.required(nil, position: 1), try call.required(nil, position: 2))
      return try elaborator.writing(call) { writer in
        let operands = try TensorOperands(onTrue, onFalse, writer, name: "select")
        let condition = try TensorOperands.value(predicate, .bool, writer, name: "select")
        return .tensor(try writer.select(condition, operands.left, operands.right))
      }
    }
  }

  private mutating func addStructuralFunctions() {
    function("concatenated", ["_0": .sameElement, "axis": .integer(.int)]) { elaborator, call in
      try call.expect("_", "axis?", in: "concatenated")
      var parts: [Value] = []
      for element in try call.required(nil).asElements("concatenated") {
        guard case .tensor(let tensor) = element else { throw element.mismatch("concatenated", wanted: "tensors") }
        parts.append(tensor.value)
      }
      guard let first = parts.first else { throw OpError("shape.concatenate", "there is nothing to concatenate") }
      let axis = try call.integer("axis") ?? 0
      return try elaborator.writing(call) { writer in
        let along = try writer.axis(axis, rank: first.type.rank, of: "concatenated")
        return .tensor(parts.count == 1 ? first : try writer.builder.append(Concatenate(axis: along), parts)[0])
      }
    }
    function("oneHot", ["_1": .integer(.int)]) { elaborator, call in
      try call.expect("_", "_", in: "oneHot")
      let indices = try call.tensor(nil)
      let depth = try call.integer(nil, position: 1) ?? 0
      return try elaborator.write(call) { try $0.oneHot(indices, depth: depth, dtype: .f32) }
    }
  }

  private mutating func addProducts() {
    function("matmul", ["_0": .sameElement, "_1": .sameElement]) { elaborator, call in
      try call.expect("_", "_", in: "matmul")
      let (left, right) = (try call.tensor(nil), try call.tensor(nil, position: 1))
      return try elaborator.write(call) { try $0.matmul(left, right) }
    }
    function("dotGeneral", ["_0": .sameElement, "_1": .sameElement]) { elaborator, call in
      try call.expect("_", "_", "contracting", "batch?", in: "dotGeneral")
      let (left, right) = (try call.tensor(nil), try call.tensor(nil, position: 1))
      let contracting = try call.axisPair("contracting")
      let batch = try call.axisPair("batch")
      return try elaborator.write(call) { try $0.dot(left, right, contracting: contracting, batch: batch) }
    }
  }

  private mutating func addBits() {
    function("threefry2x32") { elaborator, call in
      try call.expect("_", "_", "_", "_", in: "threefry2x32")
      var words: [Value] = []
      for position in 0..<4 { words.append(try call.tensor(nil, position: position)) }
      return try elaborator.writing(call) { writer in
        var shape: [Int] = []
        for word in words {
          guard let wider = TensorWriter.broadcastShape(shape, word.type.shape) else {
            throw OpError("shape.broadcast", "threefry2x32: the shapes do not broadcast together")
          }
          shape = wider
        }
        var operands: [Value] = []
        for word in words { operands.append(try writer.broadcast(word, to: shape)) }
        let results = try writer.builder.append(Threefry(), operands)
        return .tuple(results.map { TupleElement(.tensor($0)) })
      }
    }
  }
}

extension BuiltinCall {
  /// A pair of axis lists such as `contracting: ([1], [0])`; empty lists where the argument is missing.
  fileprivate func axisPair(_ label: String) throws(OpError) -> ([Int], [Int]) {
    guard let value = argument(label)?.value else { return ([], []) }
    guard case .tuple(let pair) = value, pair.count == 2 else {
      throw value.mismatch(label, wanted: "a pair of axis lists")
    }
    return (try pair[0].value.asIntegers(label), try pair[1].value.asIntegers(label))
  }
}

extension [AbstractValue] {
  /// Numbers of which one is a literal beside another of a type of its own, in that type.
  fileprivate var ofOneType: [AbstractValue] {
    let types = compactMap { value -> RealType? in
      if case .real(_, let type) = value { return type }
      return nil
    }
    guard let type = types.contains(.float) ? RealType.float : types.first else { return self }
    return map { value in value.asNumber.map { .real(type.rounded($0), type) } ?? value }
  }
}

extension AbstractValue {
  /// A whole number's literal as the real number that a function of real numbers takes it for.
  fileprivate func asReal(_ expected: SwiftType?) -> AbstractValue {
    guard case .integer(let number, .int) = self else { return self }
    if case .real(let type)? = expected { return .real(type.rounded(Double(number)), type) }
    return .real(Double(number), .double)
  }

  /// Whether Swift sees one number: a static one or a run-time scalar.
  var isScalarLike: Bool {
    if case .tensor(let tensor) = self { return tensor.isScalar }
    return asNumber != nil
  }
}

extension Elaborator {
  /// An element-wise function of one tensor or run-time scalar.
  func unary(
    _ name: String, _ op: any Op, _ value: AbstractValue, _ call: BuiltinCall, accepts: (DType) -> Bool
  ) throws -> AbstractValue {
    guard case .tensor(let tensor) = value, accepts(tensor.type.dtype) else {
      throw OpError("type.operands", "\(name) is not defined on \(value.summary)")
    }
    return try writing(call) { writer in
      .tensor(SymbolicTensor(try writer.builder.emit(op, tensor.value), isScalar: tensor.isScalar))
    }
  }

  /// A broadcasting function of two tensors, run-time scalars or numbers.
  func binary(
    _ name: String, _ op: any Op, _ left: AbstractValue, _ right: AbstractValue, _ call: BuiltinCall
  ) throws -> AbstractValue {
    try writing(call) { writer in
      let operands = try TensorOperands(left, right, writer, name: name)
      let result = try writer.binary(op, operands.left, operands.right, named: name)
      return .tensor(SymbolicTensor(result, isScalar: operands.areScalars))
    }
  }

  /// The same structure with every tensor in it replaced.
  func mapTensors(
    _ value: AbstractValue, _ call: BuiltinCall, _ body: (TensorWriter, Value) throws -> Value
  ) throws -> AbstractValue {
    try writing(call) { writer in
      var replaced: [Value] = []
      for tensor in value.symbolicValues { replaced.append(try body(writer, tensor)) }
      var rest = replaced[...]
      return value.replacingSymbolicValues(&rest)
    }
  }
}
