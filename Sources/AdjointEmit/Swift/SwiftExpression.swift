import AdjointIR
import AdjointSchedule

/// Swift text of scalars within one kernel: the same operations in the same order as the C, so the same bits.
///
/// Booleans are `Bool` in expressions and `UInt8` in memory, loop indices are `Int`.
struct SwiftExpressions {
  /// How tightly an expression's outermost operator binds, as in Swift.
  enum Precedence: Int, Comparable {
    case conditional, or, and, comparison, sum, product, prefix, primary
    static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }
  }

  var kernel: Kernel
  let buffers: [Buffer]
  let bufferNames: [Int: String]
  var variableNames: [String]
  /// The variables that are loop indices, of type `Int`.
  let loopIndices: Set<Int>

  func dtype(_ expression: Expression) -> DType { expression.dtype(kernel, buffers) }

  /// The expression as Swift, in parentheses where it binds less tightly than `minimum`.
  func text(_ expression: Expression, _ minimum: Precedence = .conditional) -> String {
    let (text, precedence) = write(expression)
    return precedence < minimum ? "(\(text))" : text
  }

  /// An expression whose type does not depend on where it stands: a bare literal says its type.
  func typed(_ expression: Expression, _ minimum: Precedence = .conditional) -> String {
    guard isUntyped(expression) else { return text(expression, minimum) }
    return "(\(text(expression, .conditional)) as \(dtype(expression).swiftName))"
  }

  /// Whether an expression is made of literals and operators alone, so that its type comes from around it.
  private func isUntyped(_ expression: Expression) -> Bool {
    switch expression {
    case .constant(let value, let dtype): return dtype != .bool && value.isFinite
    case .call(let function, let arguments):
      let isOperator = [.add, .subtract, .multiply, .divide, .negate].contains(function)
      return isOperator && arguments.allSatisfy(isUntyped)
    case .select(_, let onTrue, let onFalse): return isUntyped(onTrue) && isUntyped(onFalse)
    default: return false
    }
  }

  /// What is stored in memory for a value.
  func stored(_ expression: Expression) -> String {
    guard dtype(expression) == .bool else { return text(expression) }
    if case .constant(let value, _) = expression { return value != 0 ? "1" : "0" }
    if case .load(let buffer, let at) = expression { return element(buffer, at: at) }
    return "\(text(expression, .comparison)) ? 1 : 0"
  }

  /// An index as an `Int`.
  func index(_ index: Index, _ minimum: Precedence = .conditional) -> String {
    index.text(isOperand: minimum != .conditional) { variable in
      let name = variableNames[variable]
      return loopIndices.contains(variable) ? name : "Int(\(name))"
    }
  }

  func element(_ buffer: Int, at index: Index) -> String {
    "\(bufferNames[buffer] ?? "")[\(self.index(index))]"
  }

  private func write(_ expression: Expression) -> (String, Precedence) {
    switch expression {
    case .load(let buffer, let at):
      let element = element(buffer, at: at)
      return buffers[buffer].type.dtype == .bool ? ("\(element) != 0", .comparison) : (element, .primary)
    case .variable(let variable):
      let name = variableNames[variable]
      return (loopIndices.contains(variable) ? "Int64(\(name))" : name, .primary)
    case .constant(let value, let dtype):
      let text = SwiftExpressions.literal(value, dtype)
      return (text, text.hasPrefix("-") ? .prefix : .primary)
    case .index(let index): return ("Int64(\(self.index(index)))", .primary)
    case .call(let function, let arguments): return call(function, arguments)
    case .compare(let comparison, let left, let right):
      if dtype(left) == .bool, comparison != .equal, comparison != .notEqual {
        // Booleans have no order in Swift.
        let (left, right) = (text(left, .comparison), text(right, .comparison))
        return ("(\(left) ? 1 : 0) \(comparison.swiftOperator) (\(right) ? 1 : 0)", .comparison)
      }
      let leftText = isUntyped(right) ? typed(left, .sum) : text(left, .sum)
      return ("\(leftText) \(comparison.swiftOperator) \(text(right, .sum))", .comparison)
    case .select(let condition, let onTrue, let onFalse):
      let branches = "\(text(onTrue, .or)) : \(text(onFalse, .conditional))"
      return ("\(text(condition, .or)) ? \(branches)", .conditional)
    case .convert(let value, to: let target): return convert(value, to: target)
    case .bitcast(let value, to: let target): return bitcast(value, to: target)
    }
  }

  private func convert(_ value: Expression, to target: DType) -> (String, Precedence) {
    let source = dtype(value)
    if source == target { return write(value) }
    if case .index(let index) = value, target != .bool {
      return ("\(target.swiftName)(\(self.index(index)))", .primary)
    }
    if target == .bool { return ("\(typed(value, .sum)) != 0", .comparison) }
    if source == .bool { return ("\(text(value, .comparison)) ? 1 : 0", .conditional) }
    if source.isFloat, target.isInteger { return ("adjoint_\(source)_to_\(target)(\(text(value)))", .primary) }
    if source.isInteger, target.isInteger {
      return ("\(target.swiftName)(truncatingIfNeeded: \(typed(value)))", .primary)
    }
    return ("\(target.swiftName)(\(typed(value)))", .primary)
  }

  private func bitcast(_ value: Expression, to target: DType) -> (String, Precedence) {
    let source = dtype(value)
    if source == target { return write(value) }
    let unsigned = source.size == 8 ? "UInt64" : "UInt32"
    if source.isFloat {
      let bits = "\(typed(value, .primary)).bitPattern"
      return (target == .u32 ? bits : "\(target.swiftName)(bitPattern: \(bits))", .primary)
    }
    if target.isFloat {
      let bits = source == .u32 ? typed(value) : "\(unsigned)(bitPattern: \(typed(value)))"
      return ("\(target.swiftName)(bitPattern: \(bits))", .primary)
    }
    return ("\(target.swiftName)(bitPattern: \(typed(value)))", .primary)
  }

  private func call(_ function: ScalarFunction, _ arguments: [Expression]) -> (String, Precedence) {
    let type = dtype(arguments[0])
    func infix(_ symbol: String, _ level: Precedence, _ right: Precedence) -> (String, Precedence) {
      ("\(text(arguments[0], level)) \(symbol) \(text(arguments[1], right))", level)
    }
    if type == .bool { return logical(function, arguments) }
    let wraps = type.isFloat ? "" : "&"
    switch function {
    case .add: return infix(wraps + "+", .sum, .product)
    case .subtract: return infix(wraps + "-", .sum, .product)
    case .multiply: return infix(wraps + "*", .product, .prefix)
    case .divide where type.isFloat: return infix("/", .product, .prefix)
    case .negate where type.isFloat: return ("-\(text(arguments[0], .primary))", .prefix)
    // Where Swift's precedence differs from C's, parentheses spare the reader the question.
    case .and: return infix("&", .product, .prefix)
    case .or: return infix("|", .sum, .prefix)
    case .xor: return infix("^", .sum, .prefix)
    case .not: return ("~\(text(arguments[0], .primary))", .prefix)
    case .fma:
      let (factors, sum) = (arguments[..<2].map { text($0) }, typed(arguments[2], .primary))
      return ("\(sum).addingProduct(\(factors.joined(separator: ", ")))", .primary)
    case .sqrt: return ("\(typed(arguments[0], .primary)).squareRoot()", .primary)
    case .threefryFirst, .threefrySecond:
      let name = function == .threefryFirst ? "first" : "second"
      return ("adjoint_threefry_\(name)(\(arguments.map { text($0) }.joined(separator: ", ")))", .primary)
    default:
      return ("adjoint_\(function.cName)_\(type)(\(arguments.map { text($0) }.joined(separator: ", ")))", .primary)
    }
  }

  /// A function of booleans: true is 1 where C computes with them.
  private func logical(_ function: ScalarFunction, _ arguments: [Expression]) -> (String, Precedence) {
    func infix(_ symbol: String, _ level: Precedence, _ operand: Precedence) -> (String, Precedence) {
      ("\(text(arguments[0], operand)) \(symbol) \(text(arguments[1], operand))", level)
    }
    switch function {
    case .and, .multiply, .minimum: return infix("&&", .and, .comparison)
    case .or, .add, .maximum: return infix("||", .or, .comparison)
    case .xor: return infix("!=", .comparison, .sum)
    case .not: return ("!\(text(arguments[0], .primary))", .prefix)
    default:
      let bytes = arguments.map { "\(text($0, .comparison)) ? 1 : 0" }.joined(separator: ", ")
      return ("adjoint_\(function.cName)_i32(\(bytes)) != 0", .comparison)
    }
  }

  /// A number as Swift spells it.
  static func literal(_ value: Double, _ dtype: DType) -> String {
    switch dtype {
    case .f32, .f64:
      let type = dtype.swiftName
      if value.isNaN { return "\(type).nan" }
      if value.isInfinite { return (value < 0 ? "-" : "") + "\(type).infinity" }
      if dtype == .f32 { return "\(Float(value))" }
      let decimal = "\(value)"
      // Swift reads decimals through 80 bits on some hosts; hexadecimal digits leave nothing to round.
      return decimal.count { $0.isNumber } > 16 ? hexadecimal(value) : decimal
    case .i32, .i64, .u32: return integerLiteral(Int64(value), dtype)
    case .bool: return value != 0 ? "true" : "false"
    }
  }

  static func integerLiteral(_ value: Int64, _ dtype: DType) -> String {
    switch dtype {
    case .u32: "\(UInt32(truncatingIfNeeded: value))"
    default: "\(value)"
    }
  }

  private static func hexadecimal(_ value: Double) -> String {
    guard value.isNormal else { return "\(value)" }
    let digits = String(value.significandBitPattern, radix: 16)
    let fraction = String(repeating: "0", count: 13 - digits.count) + digits
    return "\(value < 0 ? "-" : "")0x1.\(fraction)p\(value.exponent)"
  }
}

extension Comparison {
  fileprivate var swiftOperator: String {
    switch self {
    case .equal: "=="
    case .notEqual: "!="
    case .less: "<"
    case .lessOrEqual: "<="
    case .greater: ">"
    case .greaterOrEqual: ">="
    }
  }
}

extension DType {
  /// The Swift type of an element in memory: booleans are bytes, as in C.
  var swiftElement: String { self == .bool ? "UInt8" : swiftName }
}
