import AdjointIR
import AdjointSchedule

/// C text of scalars within one kernel.
struct CExpressions {
  /// How tightly an expression's outermost operator binds, as in C.
  enum Precedence: Int, Comparable {
    case conditional, or, xor, and, equality, relation, sum, product, prefix, primary
    static func < (left: Precedence, right: Precedence) -> Bool { left.rawValue < right.rawValue }
  }

  let kernel: Kernel
  let buffers: [Buffer]
  let bufferNames: [Int: String]
  var variableNames: [String]
  /// The variables that are loop indices, of C type `int`.
  let loopIndices: Set<Int>
  let signs: Signs
  /// Whether any compiler of C11 is to read the text.
  var isPortable = false
  /// The loop index along which values are vectors; nil where they are scalars.
  var vectorsAlong: Int?
  /// Variables that are scalars where others are vectors.
  var scalars: Set<Int> = []

  /// The expression as C, in parentheses where it binds less tightly than `minimum`.
  func text(_ expression: Expression, _ minimum: Precedence = .conditional) -> String {
    let (text, precedence) = write(expression)
    return precedence < minimum ? "(\(text))" : text
  }

  func dtype(_ expression: Expression) -> DType { expression.dtype(kernel, buffers) }

  /// An index as C, in parentheses unless it is one number or name.
  func index(_ index: Index, _ minimum: Precedence = .conditional) -> String {
    index.text(isOperand: minimum != .conditional) { variable in
      let name = variableNames[variable]
      return loopIndices.contains(variable) ? name : "(int64_t)\(name)"
    }
  }

  func element(_ buffer: Int, at index: Index) -> String {
    "\(bufferNames[buffer] ?? "")[\(self.index(index))]"
  }

  private func write(_ expression: Expression) -> (String, Precedence) {
    switch expression {
    case .load(let buffer, let at):
      if let vectorsAlong, at.coefficient(of: vectorsAlong) != 0 {
        return ("*(const vector_\(buffers[buffer].type.dtype) *)&\(element(buffer, at: at))", .prefix)
      }
      return (element(buffer, at: at), .primary)
    case .variable(let variable): return (variableNames[variable], .primary)
    case .constant(let value, let dtype):
      let text = CExpressions.literal(value, dtype)
      return (text, text.hasPrefix("-") ? .prefix : .primary)
    case .index(let index): return ("(int64_t)\(self.index(index, .primary))", .prefix)
    case .call(let function, let arguments): return call(function, arguments)
    case .compare(let comparison, let left, let right):
      let level: Precedence = comparison == .equal || comparison == .notEqual ? .equality : .relation
      return ("\(text(left, .sum)) \(comparison.cOperator) \(text(right, .sum))", level)
    case .select(let condition, let onTrue, let onFalse):
      return (
        "\(text(condition, .equality)) ? \(text(onTrue, .equality)) : \(text(onFalse, .conditional))", .conditional
      )
    case .convert(let value, to: let target): return convert(value, to: target)
    case .bitcast(let value, to: let target): return bitcast(value, to: target)
    }
  }

  private func convert(_ value: Expression, to target: DType) -> (String, Precedence) {
    let source = dtype(value)
    if source == target { return write(value) }
    if case .index(let index) = value, target != .bool {
      // Loop indices are C ints.
      let text = self.index(index, .primary)
      return target == .i32 ? (text, .primary) : ("(\(target.cType))\(text)", .prefix)
    }
    if target == .bool { return ("\(text(value, .relation)) != 0", .equality) }
    if source.isFloat, target.isInteger { return ("adjoint_\(source)_to_\(target)(\(text(value)))", .primary) }
    return ("(\(target.cType))\(text(value, .prefix))", .prefix)
  }

  private func bitcast(_ value: Expression, to target: DType) -> (String, Precedence) {
    let source = dtype(value)
    if source == target { return write(value) }
    let wide = source.size == 8
    let bits = wide ? DType.f64 : .f32
    let unsigned = wide ? "uint64_t" : "uint32_t"
    if source.isFloat {
      let call = "adjoint_bits_\(bits)(\(text(value)))"
      return target == .u32 ? (call, .primary) : ("(\(target.cType))\(call)", .prefix)
    }
    if target.isFloat {
      let argument = source == .u32 ? text(value) : "(\(unsigned))\(text(value, .prefix))"
      return ("adjoint_from_bits_\(bits)(\(argument))", .primary)
    }
    return ("(\(target.cType))\(text(value, .prefix))", .prefix)
  }

  private func call(_ function: ScalarFunction, _ arguments: [Expression]) -> (String, Precedence) {
    let type = dtype(arguments[0])
    func infix(_ symbol: String, _ level: Precedence, _ right: Precedence) -> (String, Precedence) {
      // Compilers ask for parentheses around the operands of bit operators.
      ("\(text(arguments[0], level < .equality ? right : level)) \(symbol) \(text(arguments[1], right))", level)
    }
    let arithmetic = type.isFloat || type == .u32
    switch function {
    // A sum with 0 turns -0 to 0, and nothing else.
    case .add where type.isFloat && arguments[1].isPositiveZero && signs.isPositive(arguments[0]):
      return write(arguments[0])
    case .exp where type == .f32 && signs.isAtMostZero(arguments[0]):
      return ("adjoint_exp_nonpositive_f32(\(text(arguments[0])))", .primary)
    case .add where arithmetic: return infix("+", .sum, .product)
    case .subtract where arithmetic: return infix("-", .sum, .product)
    case .multiply where arithmetic: return infix("*", .product, .prefix)
    case .divide where type.isFloat: return infix("/", .product, .prefix)
    case .negate where type.isFloat: return ("-\(text(arguments[0], .primary))", .prefix)
    case .and,
      .multiply where type == .bool:
      return infix("&", .and, .prefix)
    case .or,
      .add where type == .bool:
      return infix("|", .or, .prefix)
    case .maximum where type == .bool: return infix("|", .or, .prefix)
    case .minimum where type == .bool: return infix("&", .and, .prefix)
    case .xor: return infix("^", .xor, .prefix)
    case .fma:
      let isVector = arguments.contains { !isScalar($0) }
      let texts = arguments.map { argument in
        isVector && isScalar(argument) ? "(vector_\(type))\(text(argument, .prefix))" : text(argument)
      }
      return ("\(isPortable ? "ADJOINT_FMA" : "MULTIPLY_ADD")(\(texts.joined(separator: ", ")))", .primary)
    case .sqrt where vectorsAlong != nil: return ("ADJOINT_SQRT(\(text(arguments[0])))", .primary)
    case .not: return ("\(type == .bool ? "!" : "~")\(text(arguments[0], .primary))", .prefix)
    case .threefryFirst, .threefrySecond:
      let name = function == .threefryFirst ? "first" : "second"
      return ("adjoint_threefry_\(name)(\(arguments.map { text($0) }.joined(separator: ", ")))", .primary)
    default:
      return ("adjoint_\(function.cName)_\(type)(\(arguments.map { text($0) }.joined(separator: ", ")))", .primary)
    }
  }

  /// Whether a value is one number: all are, but where they are vectors along a loop.
  private func isScalar(_ expression: Expression) -> Bool {
    guard let vectorsAlong else { return true }
    switch expression {
    case .load(_, let at): return at.coefficient(of: vectorsAlong) == 0
    case .variable(let variable): return scalars.contains(variable)
    case .constant, .index: return true
    case .call(_, let arguments): return arguments.allSatisfy(isScalar)
    case .compare(_, let left, let right): return isScalar(left) && isScalar(right)
    case .select(let predicate, let onTrue, let onFalse): return [predicate, onTrue, onFalse].allSatisfy(isScalar)
    case .convert(let value, to: _), .bitcast(let value, to: _): return isScalar(value)
    }
  }

  /// A number as C spells it.
  static func literal(_ value: Double, _ dtype: DType) -> String {
    switch dtype {
    case .f32:
      if value.isNaN { return "NAN" }
      if value.isInfinite { return value < 0 ? "-INFINITY" : "INFINITY" }
      return "\(Float(value))f"
    case .f64:
      if value.isNaN { return "(double)NAN" }
      if value.isInfinite { return value < 0 ? "-(double)INFINITY" : "(double)INFINITY" }
      return "\(value)"
    case .i32, .i64, .u32: return integerLiteral(Int64(value), dtype)
    case .bool: return value != 0 ? "1" : "0"
    }
  }

  static func integerLiteral(_ value: Int64, _ dtype: DType) -> String {
    switch dtype {
    case .u32: return "\(UInt32(truncatingIfNeeded: value))u"
    case .i64: return value == .min ? "INT64_MIN" : "INT64_C(\(value))"
    default: return value == Int64(Int32.min) ? "INT32_MIN" : "\(value)"
    }
  }
}

extension Expression {
  fileprivate var isPositiveZero: Bool {
    if case .constant(let value, _) = self { value == 0 && value.sign == .plus } else { false }
  }
}

extension Comparison {
  fileprivate var cOperator: String {
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

extension ScalarFunction {
  /// The function's name in `adjoint_math.h`, between `adjoint_` and the type.
  var cName: String {
    switch self {
    case .power: "pow"
    case .shiftLeft: "shift_left"
    case .shiftRightLogical: "shift_right"
    default: rawValue
    }
  }
}
