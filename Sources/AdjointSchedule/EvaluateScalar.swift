import AdjointIR

/// A scalar while a schedule is evaluated; a real of type f32 is a Float32 number.
enum Number: Hashable {
  case real(Double)
  /// Integers, wrapped to their width; booleans as 0 and 1.
  case integer(Int64)

  var asReal: Double {
    switch self {
    case .real(let value): value
    case .integer(let value): Double(value)
    }
  }

  var asInteger: Int64 {
    switch self {
    case .real(let value): Int64(value)
    case .integer(let value): value
    }
  }

  /// Rounds or wraps to an element type.
  func rounded(_ dtype: DType) -> Number {
    switch self {
    case .real(let value): dtype == .f32 ? .real(Double(Float(value))) : self
    case .integer(let value): .integer(Literal.wrap(value, to: dtype))
    }
  }

  /// A literal of an element type; integers saturate, as the highest i64 is no double.
  init(_ value: Double, _ dtype: DType) {
    switch dtype {
    case .f32: self = .real(Double(Float(value)))
    case .f64: self = .real(value)
    case .bool: self = .integer(value != 0 ? 1 : 0)
    case .i32, .i64, .u32: self = .integer(Int64(exactly: value) ?? (value < 0 ? .min : .max))
    }
  }
}

/// A scalar function of arguments of one element type, rounded to it.
func evaluate(_ function: ScalarFunction, _ arguments: [Number], _ dtype: DType) throws -> Number {
  if dtype.isFloat {
    let values = arguments.map(\.asReal)
    // Rounded to Float64 first, it would be rounded twice.
    if case .fma = function {
      return .real((dtype == .f32 ? Fma.single : Fma.reference)(values[0], values[1], values[2]))
    }
    let result = values.count == 1 ? try real(function, values[0]) : try real(function, values[0], values[1])
    return Number.real(result).rounded(dtype)
  }
  if case .threefryFirst = function { return try threefry(arguments)[0] }
  if case .threefrySecond = function { return try threefry(arguments)[1] }
  return Number.integer(try integer(function, arguments.map(\.asInteger), dtype)).rounded(dtype)
}

private func threefry(_ arguments: [Number]) throws -> [Number] {
  let words = arguments.map { Literal(.scalar(.u32), .integer([$0.asInteger])) }
  return try Threefry().evaluate(words, EvaluationContext()).map { .integer($0.integers[0]) }
}

private func real(_ function: ScalarFunction, _ x: Double) throws -> Double {
  switch function {
  case .negate: -x
  case .exp: Exp.reference(x)
  case .expm1: Expm1.reference(x)
  case .log: Log.reference(x)
  case .log1p: Log1p.reference(x)
  case .sqrt: Sqrt.reference(x)
  case .rsqrt: Rsqrt.reference(x)
  case .tanh: Tanh.reference(x)
  case .logistic: Logistic.reference(x)
  case .erf: Erf.reference(x)
  case .erfInv: ErfInv.reference(x)
  case .sin: Sin.reference(x)
  case .cos: Cos.reference(x)
  case .abs: Abs.reference(x)
  case .sign: Sign.reference(x)
  case .floor: Floor.reference(x)
  default: throw ScheduleError("schedule.function", "\(function.rawValue) is no function of one real number")
  }
}

private func real(_ function: ScalarFunction, _ x: Double, _ y: Double) throws -> Double {
  switch function {
  case .add: x + y
  case .subtract: x - y
  case .multiply: x * y
  case .divide: x / y
  case .remainder: Remainder.reference(x, y)
  case .maximum: Maximum.reference(x, y)
  case .minimum: Minimum.reference(x, y)
  case .power: Power.reference(x, y)
  default: throw ScheduleError("schedule.function", "\(function.rawValue) is no function of two real numbers")
  }
}

private func integer(_ function: ScalarFunction, _ x: [Int64], _ dtype: DType) throws -> Int64 {
  let width = dtype.size * 8
  switch function {
  case .negate: return 0 &- x[0]
  case .abs: return Abs.reference(integer: x[0])
  case .sign: return x[0].signum()
  case .not: return dtype == .bool ? 1 - x[0] : ~x[0]
  case .add: return x[0] &+ x[1]
  case .subtract: return x[0] &- x[1]
  case .multiply: return x[0] &* x[1]
  case .divide: return Divide.reference(integer: x[0], x[1])
  case .remainder: return Remainder.reference(integer: x[0], x[1])
  case .maximum: return max(x[0], x[1])
  case .minimum: return min(x[0], x[1])
  case .and: return x[0] & x[1]
  case .or: return x[0] | x[1]
  case .xor: return x[0] ^ x[1]
  case .shiftLeft: return ShiftLeft.reference(x[0], x[1], width: width)
  case .shiftRightLogical: return ShiftRightLogical.reference(x[0], x[1], width: width)
  default: throw ScheduleError("schedule.function", "\(function.rawValue) is no function of integers")
  }
}

/// Conversion by value.
func convert(_ value: Number, to dtype: DType) -> Number {
  switch (value, dtype) {
  case (.real(let x), .bool): return .integer(x != 0 ? 1 : 0)
  case (.integer(let x), .bool): return .integer(x != 0 ? 1 : 0)
  case (.real, .f32), (.real, .f64): return value.rounded(dtype)
  case (.integer(let x), .f32): return .real(Double(Float(x)))
  case (.integer(let x), .f64): return .real(Double(x))
  case (.integer, _): return value.rounded(dtype)
  case (.real(let x), _):
    if x.isNaN { return .integer(0) }
    let (low, high): (Int64, Int64) =
      switch dtype {
      case .i32: (Int64(Int32.min), Int64(Int32.max))
      case .u32: (0, Int64(UInt32.max))
      default: (.min, .max)
      }
    return .integer(x <= Double(low) ? low : x >= Double(high) ? high : Int64(x))
  }
}

/// The same bits as another type of the same size.
func bitcast(_ value: Number, from source: DType, to dtype: DType) -> Number {
  let bits: UInt64 =
    switch (value, source) {
    case (.real(let x), .f32): UInt64(Float(x).bitPattern)
    case (.real(let x), _): x.bitPattern
    case (.integer(let x), _): UInt64(bitPattern: x)
    }
  switch dtype {
  case .f32: return .real(Double(Float(bitPattern: UInt32(truncatingIfNeeded: bits))))
  case .f64: return .real(Double(bitPattern: bits))
  default: return Number.integer(Int64(bitPattern: bits)).rounded(dtype)
  }
}

/// Whether a comparison holds.
func holds(_ comparison: Comparison, _ left: Number, _ right: Number) -> Bool {
  if case .integer(let x) = left, case .integer(let y) = right { return holds(comparison, x, y) }
  return holds(comparison, left.asReal, right.asReal)
}

private func holds<T: Comparable>(_ comparison: Comparison, _ x: T, _ y: T) -> Bool {
  switch comparison {
  case .equal: x == y
  case .notEqual: x != y
  case .less: x < y
  case .lessOrEqual: x <= y
  case .greater: x > y
  case .greaterOrEqual: x >= y
  }
}
