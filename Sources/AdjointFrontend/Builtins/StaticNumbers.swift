import AdjointIR
import Foundation

/// Swift's number types, known when code is generated: conversions, constants, properties and methods. Conversions
/// also take a run-time scalar.
extension BuiltinTable {
  mutating func addStaticNumbers() {
    for type in IntegerType.allCases { addInteger(type) }
    for type in [RealType.float, .double] { addReal(type) }
    types.insert("Bool")
    function("precondition") { elaborator, call in try elaborator.checkCondition(call) }
    function("assert") { elaborator, call in try elaborator.checkCondition(call) }
    function("fatalError") { _, call in
      throw OpError("static.fatalError", call.arguments.first?.value.staticText ?? "the model stops here")
    }
    functions["preconditionFailure"] = functions["fatalError"]
  }

  private mutating func addInteger(_ type: IntegerType) {
    let name = type.rawValue
    initialiser(name) { elaborator, call in
      try call.expect("_?", "truncatingIfNeeded?", "clamping?", "exactly?", "bitPattern?", in: name)
      if let value = call.argument("truncatingIfNeeded")?.value ?? call.argument("bitPattern")?.value {
        return .integer(type.wrapped(try value.asInteger(name)), type)
      }
      if let value = call.argument("clamping")?.value {
        return .integer(min(max(try value.asInteger(name), type.range.lowerBound), type.range.upperBound), type)
      }
      if let value = call.argument("exactly")?.value {
        guard let number = value.asNumber else { throw value.mismatch(name, wanted: "a number") }
        guard number == number.rounded(.towardZero), abs(number) < 0x1p62, type.range.contains(Int(number)) else {
          return .optional(nil)
        }
        return .optional(.integer(Int(number), type))
      }
      return try elaborator.convert(call.required(nil), toInteger: type, call)
    }
    staticProperty(name, "max") { _, _ in .integer(type.range.upperBound, type) }
    staticProperty(name, "min") { _, _ in .integer(type.range.lowerBound, type) }
    staticProperty(name, "bitWidth") { _, _ in .int(type.bits) }
    staticProperty(name, "zero") { _, _ in .integer(0, type) }
    property(name, "magnitude") { _, call in .integer(abs(try call.receiverInteger()), type) }
    property(name, "description") { _, call in .string(String(try call.receiverInteger())) }
    method(name, "isMultiple", ["of": .integer(type)]) { _, call in
      try call.expect("of", in: "isMultiple")
      let divisor = try call.required("of").asInteger("of")
      let value = try call.receiverInteger()
      return .bool(divisor == 0 ? value == 0 : value % divisor == 0)
    }
    method(name, "signum") { _, call in .integer(try call.receiverInteger().signum(), type) }
    method(name, "quotientAndRemainder", ["dividingBy": .integer(type)]) { _, call in
      try call.expect("dividingBy", in: "quotientAndRemainder")
      let divisor = try call.required("dividingBy").asInteger("dividingBy")
      guard divisor != 0 else { throw OpError("static.overflow", "division by zero") }
      let (quotient, remainder) = try call.receiverInteger().quotientAndRemainder(dividingBy: divisor)
      return .tuple([
        TupleElement(.integer(quotient, type), label: "quotient"),
        TupleElement(.integer(remainder, type), label: "remainder"),
      ])
    }
  }

  private mutating func addReal(_ type: RealType) {
    let name = type.rawValue
    initialiser(name) { elaborator, call in
      try call.expect("_?", "bitPattern?", in: name)
      if let bits = call.argument("bitPattern")?.value {
        let pattern = try bits.asInteger("bitPattern")
        let number =
          type == .float
          ? Double(Float(bitPattern: UInt32(truncatingIfNeeded: pattern)))
          : Double(bitPattern: UInt64(bitPattern: Int64(pattern)))
        return .real(number, type)
      }
      return try elaborator.convert(call.required(nil), toReal: type, call)
    }
    let constants: [(String, Double, Double)] = [
      ("pi", Double(Float.pi), .pi), ("infinity", .infinity, .infinity), ("nan", .nan, .nan), ("zero", 0, 0),
      (
        "greatestFiniteMagnitude", Double(Float.greatestFiniteMagnitude),
        Double.greatestFiniteMagnitude
      ),
      ("leastNormalMagnitude", Double(Float.leastNormalMagnitude), Double.leastNormalMagnitude),
      ("leastNonzeroMagnitude", Double(Float.leastNonzeroMagnitude), Double.leastNonzeroMagnitude),
      ("ulpOfOne", Double(Float.ulpOfOne), Double.ulpOfOne),
    ]
    for (constant, single, double) in constants {
      staticProperty(name, constant) { _, _ in .real(type == .float ? single : double, type) }
    }
    let neighbours: [(String, @Sendable (Float) -> Float, @Sendable (Double) -> Double)] = [
      ("nextUp", { $0.nextUp }, { $0.nextUp }), ("nextDown", { $0.nextDown }, { $0.nextDown }),
      ("magnitude", { $0.magnitude }, { $0.magnitude }), ("ulp", { $0.ulp }, { $0.ulp }),
    ]
    for (property, single, double) in neighbours {
      self.property(name, property) { _, call in
        let number = try call.receiverReal()
        return .real(type == .float ? Double(single(Float(number))) : double(number), type)
      }
    }
    property(name, "isNaN") { _, call in .bool(try call.receiverReal().isNaN) }
    property(name, "isFinite") { _, call in .bool(try call.receiverReal().isFinite) }
    property(name, "isInfinite") { _, call in .bool(try call.receiverReal().isInfinite) }
    property(name, "description") { _, call in
      let number = try call.receiverReal()
      return .string(type == .float ? "\(Float(number))" : "\(number)")
    }
    property(name, "bitPattern") { _, call in
      let number = try call.receiverReal()
      if type == .float { return .integer(Int(Float(number).bitPattern), .uint32) }
      guard let bits = Int(exactly: number.bitPattern) else {
        throw OpError("static.overflow", "the bit pattern of \(number) does not fit in an Int")
      }
      return .integer(bits, .uint64)
    }
    method(name, "squareRoot") { _, call in .real(type.rounded(try call.receiverReal().squareRoot()), type) }
    method(name, "addingProduct", ["_0": .real(type), "_1": .real(type)]) { _, call in
      try call.expect("_", "_", in: "addingProduct")
      let sum = try call.receiverReal()
      let factors = try call.arguments.map { argument -> Double in
        guard let number = argument.value.asNumber else {
          throw argument.value.mismatch("addingProduct", wanted: "a number that is known when code is generated")
        }
        return number
      }
      guard type == .float else { return .real(sum.addingProduct(factors[0], factors[1]), type) }
      return .real(Double(Float(sum).addingProduct(Float(factors[0]), Float(factors[1]))), type)
    }
    method(name, "rounded") { _, call in
      try call.expect("_?", in: "rounded")
      let number = try call.receiverReal()
      guard let rule = call.arguments.first?.value else { return .real(number.rounded(), type) }
      guard case .implicitMember(let spelled, nil) = rule else {
        throw rule.mismatch("rounded", wanted: "a rule such as .down")
      }
      let rules: [String: FloatingPointRoundingRule] = [
        "up": .up, "down": .down, "towardZero": .towardZero, "awayFromZero": .awayFromZero,
        "toNearestOrEven": .toNearestOrEven, "toNearestOrAwayFromZero": .toNearestOrAwayFromZero,
      ]
      guard let known = rules[spelled] else { throw OpError("type.argument", "rounded(.\(spelled)) is not known") }
      return .real(number.rounded(known), type)
    }
  }
}

extension IntegerType {
  /// The low bits of a number as a number of the type.
  func wrapped(_ value: Int) -> Int {
    switch self {
    case .int, .int64, .uint, .uint64: value
    case .int8: Int(Int8(truncatingIfNeeded: value))
    case .int16: Int(Int16(truncatingIfNeeded: value))
    case .int32: Int(Int32(truncatingIfNeeded: value))
    case .uint8: Int(UInt8(truncatingIfNeeded: value))
    case .uint16: Int(UInt16(truncatingIfNeeded: value))
    case .uint32: Int(UInt32(truncatingIfNeeded: value))
    }
  }
}

extension BuiltinCall {
  fileprivate func receiverInteger() throws(OpError) -> Int {
    guard let receiver else { throw OpError("type.argument", "there is no number here") }
    return try receiver.asInteger("the number")
  }

  fileprivate func receiverReal() throws(OpError) -> Double {
    guard let receiver, let number = receiver.asNumber else {
      throw OpError("type.argument", "\(receiver?.summary ?? "nothing") is not a number known when code is generated")
    }
    return number
  }
}

extension Elaborator {
  fileprivate func checkCondition(_ call: BuiltinCall) throws -> AbstractValue {
    let condition = try call.required(nil)
    guard case .bool(let holds) = condition else {
      throw OpError(
        "fence.condition", "a precondition on \(condition.summary) cannot be checked when code is generated")
    }
    guard holds else {
      var message = "this condition does not hold when code is generated"
      if case .string(let text)? = call.argument(nil, position: 1)?.value { message = text }
      throw OpError("precondition", message)
    }
    return .void
  }

  /// `Int(x)` and the like.
  fileprivate func convert(
    _ value: AbstractValue, toInteger type: IntegerType, _ call: BuiltinCall
  ) throws -> AbstractValue {
    switch value {
    case .integer(let number, _):
      guard type.range.contains(number) else {
        throw OpError("static.overflow", "\(number) is not a \(type.rawValue)")
      }
      return .integer(number, type)
    case .real(let number, _):
      let whole = number.rounded(.towardZero)
      guard abs(whole) < 0x1p62, type.range.contains(Int(whole)) else {
        throw OpError("static.overflow", "\(number) is not a \(type.rawValue)")
      }
      return .integer(Int(whole), type)
    case .string(let text): return .optional(Int(text).flatMap { type.range.contains($0) ? .integer($0, type) : nil })
    case .tensor(let tensor) where tensor.isScalar:
      guard let dtype = type.dtype else { break }
      return try writing(call) { writer in
        .tensor(SymbolicTensor(try writer.cast(tensor.value, to: dtype), isScalar: true))
      }
    default: break
    }
    throw value.mismatch("\(type.rawValue)(…)", wanted: "a number")
  }

  /// `Float(x)` and the like.
  fileprivate func convert(
    _ value: AbstractValue, toReal type: RealType, _ call: BuiltinCall
  ) throws -> AbstractValue {
    switch value {
    case .integer(let number, _):
      return .real(type == .float ? Double(Float(number)) : Double(number), type)
    case .real(let number, _): return .real(type.rounded(number), type)
    case .string(let text):
      return .optional(
        type == .float ? Float(text).map { .real(Double($0), type) } : Double(text).map { .real($0, type) })
    case .tensor(let tensor) where tensor.isScalar && tensor.type.dtype != .bool:
      return try writing(call) { writer in
        .tensor(SymbolicTensor(try writer.cast(tensor.value, to: type.dtype), isScalar: true))
      }
    default: throw value.mismatch("\(type.rawValue)(…)", wanted: "a number")
    }
  }
}
