import AdjointIR

/// What arrays, ranges and dictionaries have in common, known when code is generated. Lazy sequences are arrays here.
extension BuiltinTable {
  mutating func addStaticSequences() {
    for type in ["Array", "Range", "ClosedRange", "Dictionary", "String"] {
      property(type, "count") { _, call in .int(try call.elements().count) }
      property(type, "isEmpty") { _, call in .bool(try call.elements().isEmpty) }
      property(type, "first") { _, call in .optional(try call.elements().first) }
      property(type, "last") { _, call in .optional(try call.elements().last) }
      addTransformations(type)
      addSearches(type)
      addParts(type)
    }
    addSequenceFunctions()
  }

  private mutating func addTransformations(_ type: String) {
    method(type, "map") { elaborator, call in
      try call.expect("_", in: "map")
      let body = try call.required(nil)
      return .array(try call.elements().map { try elaborator.apply(body, $0, call) })
    }
    method(type, "flatMap") { elaborator, call in
      try call.expect("_", in: "flatMap")
      let body = try call.required(nil)
      return .array(
        try call.elements().flatMapBounded { try elaborator.apply(body, $0, call).asElements("flatMap's result") })
    }
    method(type, "compactMap") { elaborator, call in
      try call.expect("_", in: "compactMap")
      let body = try call.required(nil)
      return .array(try call.elements().compactMap { try elaborator.apply(body, $0, call).unwrapped })
    }
    method(type, "filter") { elaborator, call in
      try call.expect("_", in: "filter")
      let body = try call.required(nil)
      let kept = try call.elements().filter { try elaborator.test(body, $0, call) }
      if case .dictionary? = call.receiver {
        return .dictionary(
          kept.compactMap {
            guard case .tuple(let pair) = $0 else { return nil }
            return (pair[0].value, pair[1].value)
          })
      }
      return .array(kept)
    }
    method(type, "forEach") { elaborator, call in
      try call.expect("_", in: "forEach")
      let body = try call.required(nil)
      for element in try call.elements() { _ = try elaborator.apply(body, element, call) }
      return .void
    }
    method(type, "reduce") { elaborator, call in
      try call.expect("_", "_", in: "reduce")
      var result = try call.required(nil)
      let body = try call.required(nil, position: 1)
      // A literal such as 0 takes the type of the elements it is combined with.
      if case .integer(let number, .int) = result, case .real(_, let real)? = try call.elements().first {
        if case .integer? = call.expected {} else { result = .real(Double(number), real) }
      }
      for element in try call.elements() {
        result = try elaborator.call(body, [Argument(result), Argument(element)], at: call.span)
      }
      return result
    }
    method(type, "enumerated") { _, call in
      .array(
        try call.elements().enumerated().map {
          .tuple([TupleElement(.int($0), label: "offset"), TupleElement($1, label: "element")])
        })
    }
    method(type, "reversed") { _, call in .array(try call.elements().reversed()) }
    method(type, "sorted") { elaborator, call in
      try call.expect("_?", "by?", in: "sorted")
      return .array(try elaborator.sorted(call.elements(), by: call.closure("by"), call))
    }
  }

  private mutating func addSearches(_ type: String) {
    method(type, "contains") { elaborator, call in
      try call.expect("_?", "where?", in: "contains")
      if case .string(let text)? = call.receiver, case .string(let part)? = call.argument(nil)?.value {
        return .bool(part.isEmpty || text.contains(part))
      }
      return .bool(try elaborator.firstIndex(call) != nil)
    }
    method(type, "firstIndex") { elaborator, call in
      try call.expect("_?", "of?", "where?", in: "firstIndex")
      return .optional(try elaborator.firstIndex(call).map { .int($0) })
    }
    method(type, "first") { elaborator, call in
      try call.expect("_?", "where?", in: "first")
      return .optional(try elaborator.firstIndex(call).map { index throws(OpError) in try call.elements()[index] })
    }
    method(type, "allSatisfy") { elaborator, call in
      try call.expect("_", in: "allSatisfy")
      let body = try call.required(nil)
      return .bool(try call.elements().allSatisfy { try elaborator.test(body, $0, call) })
    }
    for (name, isMinimum) in [("min", true), ("max", false)] {
      method(type, name) { elaborator, call in
        try call.expect("_?", "by?", in: name)
        let sorted = try elaborator.sorted(call.elements(), by: call.closure("by"), call)
        return .optional(isMinimum ? sorted.first : sorted.last)
      }
    }
    method(type, "joined", ["separator": .string]) { _, call in
      try call.expect("separator?", in: "joined")
      let elements = try call.elements()
      let separator = call.argument("separator")?.value
      if elements.allSatisfy({ if case .string = $0 { true } else { false } }),
        case .string? = elements.first ?? separator
      {
        let texts = elements.map { if case .string(let text) = $0 { text } else { "" } }
        if case .string(let between)? = separator { return .string(texts.joined(separator: between)) }
        return .string(texts.joined())
      }
      return .array(try elements.flatMapBounded { try $0.asElements("joined's elements") })
    }
  }

  private mutating func addParts(_ type: String) {
    let parts: [(String, ([AbstractValue], Int) -> [AbstractValue], Int?)] = [
      ("prefix", { Array($0.prefix($1)) }, nil), ("suffix", { Array($0.suffix($1)) }, nil),
      ("dropFirst", { Array($0.dropFirst($1)) }, 1), ("dropLast", { Array($0.dropLast($1)) }, 1),
    ]
    for (name, part, fallback) in parts {
      method(type, name, ["_0": .integer(.int)]) { _, call in
        try call.expect("_?", in: name)
        guard let count = try call.integer(nil) ?? fallback, count >= 0 else {
          throw OpError("static.range", "\(name) needs a number of elements that is not negative")
        }
        let kept = part(try call.elements(), count)
        if case .string? = call.receiver {
          return .string(kept.map { if case .string(let text) = $0 { text } else { "" } }.joined())
        }
        return .array(kept)
      }
    }
  }

  private mutating func addSequenceFunctions() {
    function("zip") { _, call in
      try call.expect("_", "_", in: "zip")
      let left = try call.required(nil).asElements("zip")
      let right = try call.required(nil, position: 1).asElements("zip")
      return .array(zip(left, right).map { .tuple([TupleElement($0), TupleElement($1)]) })
    }
    let types: [String: SwiftType] = ["from": .any("T"), "to": .any("T"), "through": .any("T"), "by": .any("T")]
    function("stride", types) { _, call in
      try call.expect("from", "to?", "through?", "by", in: "stride")
      let (start, step) = (try call.required("from"), try call.required("by"))
      let isClosed = call.argument("through") != nil
      let end = try call.required(isClosed ? "through" : "to")
      if case .integer(let from, let type) = start {
        let (to, by) = (try end.asInteger("stride"), try step.asInteger("by"))
        guard by != 0 else { throw OpError("static.range", "a stride of 0 has no end") }
        let numbers =
          isClosed
          ? try stride(from: from, through: to, by: by).bounded() : try stride(from: from, to: to, by: by).bounded()
        return .array(numbers.map { .integer($0, type) })
      }
      guard case .real(let from, let type) = start, let to = end.asNumber, let by = step.asNumber, by != 0 else {
        throw start.mismatch("stride", wanted: "numbers known when code is generated")
      }
      let numbers =
        isClosed
        ? try stride(from: from, through: to, by: by).bounded() : try stride(from: from, to: to, by: by).bounded()
      return .array(numbers.map { .real(type.rounded($0), type) })
    }
  }
}

extension Sequence {
  /// The elements, which must not be too many to hold.
  fileprivate func bounded() throws(OpError) -> [Element] {
    let elements = Array(prefix(Elaborator.Limits.elements + 1))
    guard elements.count <= Elaborator.Limits.elements else { throw .tooLarge(elements.count) }
    return elements
  }

  /// As `flatMap`; the result must not become too large to hold.
  fileprivate func flatMapBounded(_ transform: (Element) throws -> [AbstractValue]) throws -> [AbstractValue] {
    var result: [AbstractValue] = []
    for element in self {
      result += try transform(element)
      guard result.count <= Elaborator.Limits.elements else { throw OpError.tooLarge(result.count) }
    }
    return result
  }
}

extension BuiltinCall {
  /// A closure that is given by its label, or behind the call.
  fileprivate func closure(_ label: String) -> AbstractValue? { (argument(label) ?? argument(nil))?.value }

  /// The receiver's elements.
  func elements() throws(OpError) -> [AbstractValue] {
    guard let receiver else { throw OpError("type.argument", "there is no sequence here") }
    return try receiver.asElements("the sequence")
  }
}

extension Elaborator {
  /// Calls a closure with one element; one of several parameters takes a tuple apart, as in Swift.
  func apply(_ body: AbstractValue, _ element: AbstractValue, _ call: BuiltinCall) throws -> AbstractValue {
    try self.call(body, [Argument(element)], at: call.span)
  }

  /// Calls a predicate, which must be known when code is generated.
  func test(_ body: AbstractValue, _ element: AbstractValue, _ call: BuiltinCall) throws -> Bool {
    let result = try apply(body, element, call)
    guard case .bool(let holds) = result else {
      throw result.mismatch("the predicate", wanted: "a Bool known when code is generated")
    }
    return holds
  }

  fileprivate func firstIndex(_ call: BuiltinCall) throws -> Int? {
    let elements = try call.elements()
    if let wanted = call.argument(nil)?.value ?? call.argument("of")?.value {
      if case .function = wanted { return try elements.firstIndex { try test(wanted, $0, call) } }
      return try elements.firstIndex { try $0.isEqual(to: wanted) }
    }
    let predicate = try call.required("where")
    return try elements.firstIndex { try test(predicate, $0, call) }
  }

  fileprivate func sorted(
    _ elements: [AbstractValue], by order: AbstractValue?, _ call: BuiltinCall
  ) throws -> [AbstractValue] {
    try elements.sorted { left, right in
      guard let order else { return try left.isLess(than: right) }
      let result = try self.call(order, [Argument(left), Argument(right)], at: call.span)
      guard case .bool(let isLess) = result else { throw result.mismatch("sorted(by:)", wanted: "a Bool") }
      return isLess
    }
  }
}
