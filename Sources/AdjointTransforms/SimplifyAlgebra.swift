import AdjointIR

extension Simplifier {
  /// Identities that hold for every number in IEEE arithmetic, infinities and both zeros included.
  mutating func simplifyAlgebra(_ operation: Operation) throws -> Rewrite? {
    let operands = operation.operands
    switch operation.op {
    case is Add: return simplifyAdd(operands[0], operands[1])
    case is Subtract: return simplifySubtract(operands[0], operands[1])
    case is Multiply: return try simplifyMultiply(operands[0], operands[1], operation)
    case is Fma: return simplifyFma(operands[0], operands[1], operands[2])
    case is Divide: return try simplifyDivide(operands[0], operands[1], operation)
    case is Negate: return try simplifyNegate(operands[0], operation)
    case is Power: return constant(of: operands[1]) == 1 ? .values([operands[0]]) : nil
    case is Not:
      guard let inner = definition(of: operands[0]), inner.op is Not else { return nil }
      return .values([inner.operands[0]])
    case is Or, is Xor, is ShiftLeft, is ShiftRightLogical:
      return constant(of: operands[1]) == 0 ? .values([operands[0]]) : nil
    case is Select: return simplifySelect(operands)
    case let convert as Convert: return simplifyConvert(convert, operands[0])
    case let search as ArgReduce where operands[0].type.shape[search.axis] == 1:
      // One element to choose from.
      return .values([try splat(0, operation.results[0].type, for: operation)])
    case is StopGradient: return removesStops ? .values([operands[0]]) : nil
    default: return nil
    }
  }

  /// The operand of the negation that defines `value`.
  private func negated(_ value: Value) -> Value? {
    guard let definition = definition(of: value), definition.op is Negate else { return nil }
    return definition.operands[0]
  }

  private func simplifyAdd(_ left: Value, _ right: Value) -> Rewrite? {
    // x + (-0) is x even where x is -0; x + 0 is not. Integers have one zero.
    if isNeutral(right) { return .values([left]) }
    if isNeutral(left) { return .values([right]) }
    if let right = negated(right) { return .operation(Subtract(), [left, right]) }
    if let left = negated(left) { return .operation(Subtract(), [right, left]) }
    return nil
  }

  private func isNeutral(_ value: Value) -> Bool {
    guard let number = constant(of: value), number == 0 else { return false }
    return !value.type.dtype.isFloat || number.sign == .minus
  }

  private func simplifySubtract(_ left: Value, _ right: Value) -> Rewrite? {
    if let number = constant(of: right), number == 0, number.sign == .plus { return .values([left]) }
    if let right = negated(right) { return .operation(Add(), [left, right]) }
    return nil
  }

  private mutating func simplifyMultiply(
    _ left: Value, _ right: Value, _ operation: Operation
  ) throws -> Rewrite? {
    // Constants stand on the right.
    if constant(of: left) != nil, constant(of: right) == nil { return .operation(Multiply(), [right, left]) }
    if let factor = constant(of: right) {
      if factor == 1 { return .values([left]) }
      guard left.type.dtype.isFloat else { return nil }
      if factor == -1 { return .operation(Negate(), [left]) }
      if let left = negated(left) {
        return .operation(Multiply(), [left, try splat(-factor, right.type, for: operation)])
      }
      return nil
    }
    guard left.type.dtype.isFloat else { return nil }
    return try pullNegation(Multiply(), left, right, operation)
  }

  /// Where the product is exact, or nothing is added, one rounding is all that is left.
  private func simplifyFma(_ left: Value, _ right: Value, _ sum: Value) -> Rewrite? {
    if constant(of: left) != nil, constant(of: right) == nil { return .operation(Fma(), [right, left, sum]) }
    if isNeutral(sum) { return .operation(Multiply(), [left, right]) }
    if let factor = constant(of: right) {
      if factor == 1 { return .operation(Add(), [left, sum]) }
      return factor == -1 ? .operation(Subtract(), [sum, left]) : nil
    }
    if let left = negated(left), let right = negated(right) { return .operation(Fma(), [left, right, sum]) }
    return nil
  }

  private mutating func simplifyDivide(
    _ left: Value, _ right: Value, _ operation: Operation
  ) throws -> Rewrite? {
    if let divisor = constant(of: right) {
      if divisor == 1 { return .values([left]) }
      guard right.type.dtype.isFloat else { return nil }
      // The reciprocal of a power of two is exact, and so both are the same real number, rounded once.
      if abs(divisor).significand == 1, (-126...126).contains(divisor.exponent) {
        return .operation(Multiply(), [left, try splat(1 / divisor, right.type, for: operation)])
      }
      if let left = negated(left) {
        return .operation(Divide(), [left, try splat(-divisor, right.type, for: operation)])
      }
      return nil
    }
    guard left.type.dtype.isFloat else { return nil }
    return try pullNegation(Divide(), left, right, operation)
  }

  /// Products and quotients change their sign with either operand's, so that negations meet and cancel.
  private mutating func pullNegation(
    _ op: any Op, _ left: Value, _ right: Value, _ operation: Operation
  ) throws -> Rewrite? {
    switch (negated(left), negated(right)) {
    case (let left?, let right?): .operation(op, [left, right])
    case (let left?, nil): .operation(Negate(), [try emit(op, [left, right], for: operation)])
    case (nil, let right?): .operation(Negate(), [try emit(op, [left, right], for: operation)])
    case (nil, nil): nil
    }
  }

  private mutating func simplifyNegate(_ operand: Value, _ operation: Operation) throws -> Rewrite? {
    guard let inner = definition(of: operand) else { return nil }
    if inner.op is Negate { return .values([inner.operands[0]]) }
    guard inner.op is Multiply, operand.type.dtype.isFloat, let factor = constant(of: inner.operands[1]) else {
      return nil
    }
    return .operation(Multiply(), [inner.operands[0], try splat(-factor, operand.type, for: operation)])
  }

  private func simplifySelect(_ operands: [Value]) -> Rewrite? {
    if operands[1] == operands[2] { return .values([operands[1]]) }
    if let predicate = constant(of: operands[0]) { return .values([operands[predicate != 0 ? 1 : 2]]) }
    if let inner = definition(of: operands[0]), inner.op is Not {
      return .operation(Select(), [inner.operands[0], operands[2], operands[1]])
    }
    return nil
  }

  private func simplifyConvert(_ convert: Convert, _ operand: Value) -> Rewrite? {
    if operand.type.dtype == convert.dtype { return .values([operand]) }
    // There and back again, through a type that holds every number of the first.
    guard let inner = definition(of: operand), inner.op is Convert else { return nil }
    let source = inner.operands[0].type.dtype
    guard source == convert.dtype else { return nil }
    switch (source, operand.type.dtype) {
    case (.f32, .f64), (.i32, .i64), (.i32, .f64), (.u32, .i64), (.u32, .f64): return .values([inner.operands[0]])
    default: return nil
    }
  }
}
