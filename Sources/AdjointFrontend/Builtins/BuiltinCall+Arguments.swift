import AdjointIR

/// How builtins read their arguments. What does not fit is an `OpError`, which becomes a finding on the user's line.
extension BuiltinCall {
  /// Checks labels and number: `_` unlabelled, `axis` labelled, `axis?` may be left out, `_*` any number of unlabelled.
  func expect(_ parameters: String..., in name: String) throws(OpError) {
    var next = 0
    for argument in arguments {
      let label = argument.label ?? "_"
      var found = false
      while next < parameters.count {
        let parameter = parameters[next]
        if parameter == "_*" && label == "_" {
          found = true
          break
        }
        let isOptional = parameter.hasSuffix("?") || parameter.hasSuffix("*")
        let bare = isOptional ? String(parameter.dropLast()) : parameter
        next += 1
        if bare == label {
          found = true
          break
        }
        guard isOptional else { throw mismatch(parameters, in: name) }
      }
      guard found else { throw mismatch(parameters, in: name) }
    }
    guard parameters[next...].allSatisfy({ $0.hasSuffix("?") || $0.hasSuffix("*") }) else {
      throw mismatch(parameters, in: name)
    }
  }

  private func mismatch(_ parameters: [String], in name: String) -> OpError {
    let expected = parameters.map { parameter in
      let bare = parameter.hasSuffix("?") || parameter.hasSuffix("*") ? String(parameter.dropLast()) : parameter
      return bare + ":"
    }
    let got = arguments.map { ($0.label ?? "_") + ":" }
    return OpError(
      "call.arguments", "\(name)(\(got.joined())) does not fit \(name)(\(expected.joined()))")
  }

  /// The argument, or an error that says which is missing.
  func required(_ label: String?, position: Int = 0) throws(OpError) -> AbstractValue {
    guard let argument = argument(label, position: position) else {
      throw OpError("call.arguments", "the argument \(label.map { "'\($0)'" } ?? "number \(position + 1)") is missing")
    }
    return argument.value
  }

  /// A whole number, nil where the argument is missing or nil.
  func integer(_ label: String?, position: Int = 0) throws(OpError) -> Int? {
    guard let value = argument(label, position: position)?.value.unwrapped else { return nil }
    return try value.asInteger(label ?? "argument")
  }

  /// An array of whole numbers, nil where the argument is missing or nil.
  func integers(_ label: String?, position: Int = 0) throws(OpError) -> [Int]? {
    guard let value = argument(label, position: position)?.value.unwrapped else { return nil }
    return try value.asIntegers(label ?? "argument")
  }

  /// A flag, false where the argument is missing.
  func flag(_ label: String) throws(OpError) -> Bool {
    guard let value = argument(label)?.value else { return false }
    guard case .bool(let flag) = value else {
      throw value.mismatch(label, wanted: "a Bool known when code is generated")
    }
    return flag
  }

  /// A tensor (or run-time scalar).
  func tensor(_ label: String?, position: Int = 0) throws(OpError) -> Value {
    let value = try required(label, position: position)
    guard case .tensor(let tensor) = value else { throw value.mismatch(label ?? "argument", wanted: "a tensor") }
    return tensor.value
  }

  /// The tensor that a method is called on.
  func receiverTensor() throws(OpError) -> Value {
    guard case .tensor(let tensor)? = receiver else {
      throw OpError("type.argument", "\(receiver?.summary ?? "nothing") is not a tensor")
    }
    return tensor.value
  }

  /// The element type named by an argument such as `Float.self`.
  func dtype(_ label: String?, position: Int = 0) throws(OpError) -> DType {
    let value = try required(label, position: position)
    guard case .type(let type) = value, let dtype = type.dtype else {
      throw value.mismatch(label ?? "argument", wanted: "an element type such as Float.self")
    }
    return dtype
  }
}

extension AbstractValue {
  /// The value in an optional; nil for nil.
  var unwrapped: AbstractValue? {
    if case .optional(let inner) = self { return inner?.unwrapped }
    return self
  }

  func mismatch(_ what: String, wanted: String) -> OpError {
    OpError("type.argument", "\(what) must be \(wanted), but it is \(summary)")
  }

  func asInteger(_ what: String) throws(OpError) -> Int {
    guard case .integer(let value, _) = self else {
      throw mismatch(what, wanted: "a whole number known when code is generated")
    }
    return value
  }

  func asIntegers(_ what: String) throws(OpError) -> [Int] {
    var result: [Int] = []
    for element in try asElements(what) { result.append(try element.asInteger(what)) }
    return result
  }

  /// The elements of a sequence: an array, a range, a dictionary's pairs, a string's characters.
  func asElements(_ what: String) throws(OpError) -> [AbstractValue] {
    switch self {
    case .array(let elements): return elements
    case .range(let lower?, let upper?, let isClosed):
      let (count, overflow) = upper.subtractingReportingOverflow(lower)
      guard !overflow, count <= Elaborator.Limits.elements else { throw .tooLarge(overflow ? .max : count) }
      return (isClosed ? Array(lower...max(upper, lower)) : Array(lower..<max(upper, lower))).map { .int($0) }
    case .dictionary(let entries):
      return entries.map {
        .tuple([TupleElement($0.key, label: "key"), TupleElement($0.value, label: "value")])
      }
    case .string(let text): return text.map { .string(String($0)) }
    default: throw mismatch(what, wanted: "a sequence known when code is generated")
    }
  }

  /// A number known when code is generated.
  var asNumber: Double? {
    switch self {
    case .integer(let value, _): Double(value)
    case .real(let value, _): value
    default: nil
    }
  }

  /// Whether it is a `.tensor`.
  var isSymbolic: Bool {
    if case .tensor = self { return true }
    return false
  }
}

extension Elaborator {
  /// Writes operations on the user's line.
  func write(_ call: BuiltinCall, _ body: (TensorWriter) throws -> Value) throws -> AbstractValue {
    .tensor(try writing(call, body))
  }

  /// As `write`, for any result.
  func writing<Result>(_ call: BuiltinCall, _ body: (TensorWriter) throws -> Result) throws -> Result {
    try builder.with(span: userSpan(call.span)) { try body(TensorWriter(builder: builder)) }
  }
}

extension OpError {
  /// The refusal of an array or a string of so many elements.
  static func tooLarge(_ count: Int) -> OpError { OpError("limit.size", Elaborator.Limits.tooLarge(count)) }
}
