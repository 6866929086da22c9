import AdjointIR

/// Operators on tensors and run-time scalars.
extension BuiltinTable {
  mutating func addTensorOperators() {
    let arithmetic: [(String, any Op)] = [
      ("+", Add()), ("-", Subtract()), ("*", Multiply()), ("/", Divide()), ("%", Remainder()),
    ]
    for (name, op) in arithmetic {
      infixOperators[name] = Self.binary(name, op) { $0.isFloat || $0.isInteger }
    }
    let bits: [(String, any Op)] = [
      ("&", And()), ("|", Or()), ("^", Xor()), ("<<", ShiftLeft()), (">>", ShiftRightLogical()),
    ]
    for (name, op) in bits { infixOperators[name] = Self.binary(name, op) { $0.isInteger } }
    infixOperators[".&"] = Self.binary(".&", And()) { $0 == .bool }
    infixOperators[".|"] = Self.binary(".|", Or()) { $0 == .bool }

    let comparisons: [(String, Comparison)] = [
      ("==", .equal), ("!=", .notEqual), ("<", .less), ("<=", .lessOrEqual), (">", .greater),
      (">=", .greaterOrEqual),
    ]
    for (name, comparison) in comparisons {
      let ordered = comparison != .equal && comparison != .notEqual
      infixOperators["." + name] = Self.binary("." + name, Compare(comparison)) { !ordered || $0 != .bool }
      infixOperators[name] = Self.scalarComparison(name, comparison)
    }
    infixOperators["**"] = { elaborator, call in
      try elaborator.power(call.required(nil), call.required(nil, position: 1), call)
    }
    addPrefixOperators()
  }

  private mutating func addPrefixOperators() {
    prefixOperators["-"] = Self.prefix("-", Negate()) { $0.isFloat || $0 == .i32 || $0 == .i64 }
    prefixOperators["+"] = { _, call in try call.required(nil) }
    prefixOperators["~"] = Self.prefix("~", Not()) { $0.isInteger }
    prefixOperators[".!"] = Self.prefix(".!", Not()) { $0 == .bool }
    prefixOperators["!"] = Self.prefix("!", Not()) { $0 == .bool }
  }

  /// A broadcasting operator on elements that `accepts` admits.
  private static func binary(_ name: String, _ op: any Op, accepts: @escaping (DType) -> Bool) -> BuiltinBody {
    { elaborator, call in
      let (left, right) = (try call.required(nil), try call.required(nil, position: 1))
      return try elaborator.writing(call) { writer in
        let operands = try TensorOperands(left, right, writer, name: name)
        guard accepts(operands.left.type.dtype) else {
          throw OpError(
            "type.operands", "'\(name)' is not defined on elements of type \(operands.left.type.dtype.swiftName)")
        }
        let result = try writer.binary(op, operands.left, operands.right, named: "'\(name)'")
        return .tensor(SymbolicTensor(result, isScalar: operands.areScalars))
      }
    }
  }

  private static func prefix(_ name: String, _ op: any Op, accepts: @escaping (DType) -> Bool) -> BuiltinBody {
    { elaborator, call in
      let value = try call.required(nil)
      guard case .tensor(let tensor) = value, accepts(tensor.type.dtype) else {
        throw OpError("type.operands", "'\(name)' is not defined on \(value.summary)")
      }
      return try elaborator.writing(call) { writer in
        .tensor(SymbolicTensor(try writer.builder.emit(op, tensor.value), isScalar: tensor.isScalar))
      }
    }
  }

  /// `==` and `<` in Swift's own spelling: on static values of one type, and on run-time scalars.
  private static func scalarComparison(_ name: String, _ comparison: Comparison) -> BuiltinBody {
    { elaborator, call in
      let (left, right) = (try call.required(nil), try call.required(nil, position: 1))
      if left.isSymbolic || right.isSymbolic {
        return try elaborator.writing(call) { writer in
          let operands = try TensorOperands(left, right, writer, name: name)
          guard operands.areScalars else {
            throw OpError("type.operands", "'\(name)' compares scalars; element by element it is spelled '.\(name)'")
          }
          let result = try writer.builder.emit(Compare(comparison), operands.left, operands.right)
          return .tensor(SymbolicTensor(result, isScalar: true))
        }
      }
      switch comparison {
      case .equal: return .bool(try left.isEqual(to: right))
      case .notEqual: return .bool(try !left.isEqual(to: right))
      case .less: return .bool(try left.isLess(than: right))
      case .greater: return .bool(try right.isLess(than: left))
      case .lessOrEqual: return .bool(try !right.isLess(than: left))
      case .greaterOrEqual: return .bool(try !left.isLess(than: right))
      }
    }
  }
}

extension Elaborator {
  /// `x ** y` and `pow(x, y)`: whole static exponents multiply, others use the power function.
  func power(_ base: AbstractValue, _ exponent: AbstractValue, _ call: BuiltinCall) throws -> AbstractValue {
    try writing(call) { writer in
      if case .tensor(let tensor) = base, case .integer(let whole, _) = exponent {
        guard tensor.type.dtype != .bool else {
          throw OpError("type.operands", "'**' is not defined on elements of type Bool")
        }
        return .tensor(SymbolicTensor(try writer.power(tensor.value, whole), isScalar: tensor.isScalar))
      }
      let operands = try TensorOperands(base, exponent, writer, name: "**")
      let result = try writer.binary(Power(), operands.left, operands.right, named: "'**'")
      return .tensor(SymbolicTensor(result, isScalar: operands.areScalars))
    }
  }
}
