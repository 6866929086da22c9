import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// Arithmetic and comparison of two numbers known when the code is generated, with Swift's rules: integers trap on
  /// overflow and on division by zero, and the two have one type. Nil where it is not a case of that.
  func staticInfix(
    _ name: String, _ left: AbstractValue, _ right: AbstractValue, at span: SourceSpan
  ) throws -> AbstractValue? {
    switch (left, right) {
    case (.integer(let a, let type), .integer(let b, let other)):
      if let result = compare(name, a, b) { return .bool(result) }
      if name == "<<" || name == ">>" || name == "&<<" || name == "&>>" {
        return try shift(name, a, b, type, at: span)
      }
      guard type == other else {
        throw error("type.operands", "'\(name)' is applied to \(type.rawValue) and \(other.rawValue)", at: span)
      }
      return try integerInfix(name, a, b, type, at: span)
    case (.real(let a, let type), .real(let b, let other)):
      if let result = compare(name, a, b) { return .bool(result) }
      guard type == other else {
        throw error("type.operands", "'\(name)' is applied to \(type.rawValue) and \(other.rawValue)", at: span)
      }
      guard let result = Self.realInfix(name, a, b, type) else { return nil }
      return .real(result, type)
    case (.integer, .real), (.real, .integer):
      if name == ".." { return nil }
      throw error(
        "type.operands", "'\(name)' is applied to \(left.typeName) and \(right.typeName); convert one of them", at: span
      )
    case (.bool(let a), .bool(let b)):
      switch name {
      case "==": return .bool(a == b)
      case "!=": return .bool(a != b)
      default: return nil
      }
    case (.string(let a), .string(let b)):
      if name == "+" { return .string(a + b) }
      return compare(name, a, b).map { .bool($0) }
    default: return nil
    }
  }

  private func compare<T: Comparable>(_ name: String, _ a: T, _ b: T) -> Bool? {
    switch name {
    case "==": a == b
    case "!=": a != b
    case "<": a < b
    case "<=": a <= b
    case ">": a > b
    case ">=": a >= b
    default: nil
    }
  }

  private func integerInfix(
    _ name: String, _ a: Int, _ b: Int, _ type: IntegerType, at span: SourceSpan
  ) throws -> AbstractValue? {
    let result: (partialValue: Int, overflow: Bool)
    switch name {
    case "+": result = a.addingReportingOverflow(b)
    case "-": result = a.subtractingReportingOverflow(b)
    case "*": result = a.multipliedReportingOverflow(by: b)
    case "/", "%":
      guard b != 0 else { throw error("number.division", "division of \(a) by zero", at: span) }
      result = name == "/" ? a.dividedReportingOverflow(by: b) : a.remainderReportingOverflow(dividingBy: b)
    case "&": return .integer(a & b, type)
    case "|": return .integer(a | b, type)
    case "^": return .integer(a ^ b, type)
    case "&+": return .integer(wrap(a &+ b, type), type)
    case "&-": return .integer(wrap(a &- b, type), type)
    case "&*": return .integer(wrap(a &* b, type), type)
    default: return nil
    }
    guard !result.overflow, type.range.contains(result.partialValue) else {
      throw error("number.overflow", "'\(a) \(name) \(b)' does not fit \(type.rawValue)", at: span)
    }
    return .integer(result.partialValue, type)
  }

  private func wrap(_ value: Int, _ type: IntegerType) -> Int {
    guard type.bits < 64 else { return value }
    let low = value & ((1 << type.bits) - 1)
    return type.isSigned && low >> (type.bits - 1) == 1 ? low - (1 << type.bits) : low
  }

  private func shift(
    _ name: String, _ a: Int, _ b: Int, _ type: IntegerType, at span: SourceSpan
  ) throws -> AbstractValue {
    let isLeft = name.hasSuffix("<<") == (b >= 0)
    let amount = min(Int(b.magnitude), 64)
    if isLeft, type == .uint || type == .uint64, amount > 0, a != 0, amount >= a.leadingZeroBitCount {
      throw error("number.overflow", "a \(type.rawValue) above Int.max is not supported", at: span)
    }
    return .integer(isLeft ? wrap(a << amount, type) : a >> amount, type)
  }

  private static func realInfix(_ name: String, _ a: Double, _ b: Double, _ type: RealType) -> Double? {
    if type == .float {
      let (x, y) = (Float(a), Float(b))
      switch name {
      case "+": return Double(x + y)
      case "-": return Double(x - y)
      case "*": return Double(x * y)
      case "/": return Double(x / y)
      default: return nil
      }
    }
    switch name {
    case "+": return a + b
    case "-": return a - b
    case "*": return a * b
    case "/": return a / b
    default: return nil
    }
  }

  /// Prefix operators on static values; nil where it is not a case of that.
  func staticPrefix(_ name: String, _ value: AbstractValue, at span: SourceSpan) throws -> AbstractValue? {
    switch (name, value) {
    case ("-", .integer(let number, let type)):
      let (result, overflow) = 0.subtractingReportingOverflow(number)
      guard !overflow, type.range.contains(result) else {
        throw error("number.overflow", "'-\(number)' does not fit \(type.rawValue)", at: span)
      }
      return .integer(result, type)
    case ("-", .real(let number, let type)): return .real(-number, type)
    case ("+", .integer), ("+", .real): return value
    case ("!", .bool(let flag)): return .bool(!flag)
    case ("~", .integer(let number, let type)):
      guard type != .uint, type != .uint64 else { return nil }
      return .integer(wrap(~number, type), type)
    default: return nil
    }
  }

  /// The value of an integer literal where a type is expected.
  func integerLiteral(_ value: Int, _ expected: SwiftType?, at span: SourceSpan) throws -> AbstractValue {
    switch expected {
    case .integer(let type):
      guard type.range.contains(value) else {
        throw error("number.overflow", "the literal \(value) does not fit \(type.rawValue)", at: span)
      }
      return .integer(value, type)
    case .real(let type): return .real(type.rounded(Double(value)), type)
    case .optional(let wrapped): return try integerLiteral(value, wrapped, at: span)
    default: return .int(value)
    }
  }

  /// The value of a literal with a decimal point where a type is expected.
  func realLiteral(_ value: Double, _ expected: SwiftType?, at span: SourceSpan) throws -> AbstractValue {
    switch expected {
    case .real(let type): return .real(type.rounded(value), type)
    case .optional(let wrapped): return try realLiteral(value, wrapped, at: span)
    case .integer(let type):
      throw error("type.literal", "the literal \(value) is not \(type.rawValue)", at: span)
    default: return .real(value, .double)
    }
  }
}

/// What an expression made of literals alone is.
struct LiteralShape {
  /// No literal in it has a decimal point.
  var isInteger: Bool
  /// It divides, so that its value depends on whether its type is an integer.
  var divides: Bool

  /// Nil where the expression is not made of number literals alone.
  init?(_ expression: Expression) {
    switch expression.kind {
    case .integer: self.init(isInteger: true, divides: false)
    case .real: self.init(isInteger: false, divides: false)
    case .prefix(let name, let operand) where name == "-" || name == "+": self.init(operand)
    case .infix(let left, let name, let right) where ["+", "-", "*", "/", "%"].contains(name):
      guard let a = LiteralShape(left), let b = LiteralShape(right) else { return nil }
      self.init(
        isInteger: a.isInteger && b.isInteger, divides: a.divides || b.divides || name == "/" || name == "%")
    case .ternary(_, let onTrue, let onFalse):
      guard let a = LiteralShape(onTrue), let b = LiteralShape(onFalse) else { return nil }
      self.init(isInteger: a.isInteger && b.isInteger, divides: a.divides || b.divides)
    default: return nil
    }
  }

  private init(isInteger: Bool, divides: Bool) {
    self.isInteger = isInteger
    self.divides = divides
  }
}
