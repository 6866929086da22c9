import AdjointIR

/// What only arrays, ranges, dictionaries, optionals or strings have, known when code is generated.
extension BuiltinTable {
  mutating func addStaticCollections() {
    addArrays()
    addArrayChanges()
    addRanges()
    addDictionaries()
    addOptionals()
    addStrings()
  }

  private mutating func addArrays() {
    initialiser("Array", ["count": .integer(.int)]) { _, call in
      if call.arguments.isEmpty { return .array([]) }
      if call.argument("repeating") != nil {
        try call.expect("repeating", "count", in: "Array")
        let count = try call.required("count").asInteger("count")
        guard count >= 0 else { throw OpError("static.range", "an array of \(count) elements") }
        guard count <= Elaborator.Limits.elements else { throw OpError.tooLarge(count) }
        return .array(Array(repeating: try call.required("repeating"), count: count))
      }
      try call.expect("_", in: "Array")
      return .array(try call.required(nil).asElements("Array"))
    }
    property("Array", "indices") { _, call in .range(lower: 0, upper: try call.elements().count, isClosed: false) }
    property("Array", "startIndex") { _, _ in .int(0) }
    property("Array", "endIndex") { _, call in .int(try call.elements().count) }
    subscripts["Array"] = { _, call in
      let elements = try call.elements()
      switch try call.required(nil) {
      case .integer(let index, _):
        guard elements.indices.contains(index) else {
          throw OpError("static.index", "index \(index) is outside an array of \(elements.count) elements")
        }
        return elements[index]
      case .range(let lower, let upper, let isClosed):
        let start = lower ?? 0
        let end = upper.map { isClosed ? $0 + 1 : $0 } ?? elements.count
        guard start >= 0, start <= end, end <= elements.count else {
          throw OpError("static.index", "the range \(start)..<\(end) is outside an array of \(elements.count) elements")
        }
        return .array(Array(elements[start..<end]))
      case let index: throw index.mismatch("an index", wanted: "a whole number known when code is generated")
      }
    }
    subscriptSetters["Array"] = { _, receiver, call in
      guard case .array(var elements) = receiver else { throw receiver.mismatch("the receiver", wanted: "an array") }
      let index = try call.required(nil).asInteger("an index")
      guard elements.indices.contains(index) else {
        throw OpError("static.index", "index \(index) is outside an array of \(elements.count) elements")
      }
      elements[index] = try call.required("newValue")
      receiver = .array(elements)
      return .void
    }
  }

  private mutating func addArrayChanges() {
    func change(
      _ name: String, _ types: [String: SwiftType] = [:],
      _ body: @escaping (inout [AbstractValue], BuiltinCall) throws -> AbstractValue
    ) {
      mutatingMethod("Array", name, types) { _, receiver, call in
        guard case .array(var elements) = receiver else { throw receiver.mismatch("the receiver", wanted: "an array") }
        let result = try body(&elements, call)
        guard elements.count <= Elaborator.Limits.elements else { throw OpError.tooLarge(elements.count) }
        receiver = .array(elements)
        return result
      }
    }
    change("append") { elements, call in
      try call.expect("_?", "contentsOf?", in: "append")
      if let more = call.argument("contentsOf")?.value {
        elements += try more.asElements("contentsOf")
      } else {
        elements.append(try call.required(nil))
      }
      return .void
    }
    change("insert", ["at": .integer(.int)]) { elements, call in
      try call.expect("_", "at", in: "insert")
      let index = try call.required("at").asInteger("at")
      guard (0...elements.count).contains(index) else { throw OpError("static.index", "there is no place \(index)") }
      elements.insert(try call.required(nil), at: index)
      return .void
    }
    change("remove", ["at": .integer(.int)]) { elements, call in
      try call.expect("at", in: "remove")
      let index = try call.required("at").asInteger("at")
      guard elements.indices.contains(index) else { throw OpError("static.index", "there is no element \(index)") }
      return elements.remove(at: index)
    }
    for (name, isFirst) in [("removeFirst", true), ("removeLast", false)] {
      change(name) { elements, call in
        try call.expect(in: name)
        guard !elements.isEmpty else { throw OpError("static.index", "\(name) of an empty array") }
        return isFirst ? elements.removeFirst() : elements.removeLast()
      }
    }
    change("popLast") { elements, _ in .optional(elements.popLast()) }
    change("removeAll") { elements, call in
      try call.expect(in: "removeAll")
      elements = []
      return .void
    }
    change("reverse") { elements, _ in
      elements.reverse()
      return .void
    }
    change("reserveCapacity") { _, _ in .void }
    change("swapAt", ["_0": .integer(.int), "_1": .integer(.int)]) { elements, call in
      let (i, j) = (try call.required(nil).asInteger("i"), try call.required(nil, position: 1).asInteger("j"))
      guard elements.indices.contains(i), elements.indices.contains(j) else {
        throw OpError("static.index", "there is no element \(i) or \(j)")
      }
      elements.swapAt(i, j)
      return .void
    }
  }

  private mutating func addRanges() {
    for type in ["Range", "ClosedRange"] {
      property(type, "lowerBound") { _, call in
        guard case .range(let lower?, _, _)? = call.receiver else { throw OpError("static.range", "no lower bound") }
        return .int(lower)
      }
      property(type, "upperBound") { _, call in
        guard case .range(_, let upper?, _)? = call.receiver else { throw OpError("static.range", "no upper bound") }
        return .int(upper)
      }
      method(type, "contains") { _, call in
        try call.expect("_", in: "contains")
        guard case .range(let lower, let upper, let isClosed)? = call.receiver else { return .bool(false) }
        let value = try call.required(nil).asInteger("contains")
        let isBelow = upper.map { isClosed ? value <= $0 : value < $0 } ?? true
        return .bool(value >= (lower ?? value) && isBelow)
      }
    }
  }

  private mutating func addDictionaries() {
    property("Dictionary", "keys") { _, call in .array(try call.entries().map(\.key)) }
    property("Dictionary", "values") { _, call in .array(try call.entries().map(\.value)) }
    subscripts["Dictionary"] = { _, call in
      try call.expect("_", "default?", in: "subscript")
      let key = try call.required(nil)
      let found = try call.entries().first { try $0.key.isEqual(to: key) }?.value
      if let fallback = call.argument("default")?.value { return found ?? fallback }
      return .optional(found)
    }
    subscriptSetters["Dictionary"] = { _, receiver, call in
      guard case .dictionary(var entries) = receiver else {
        throw receiver.mismatch("the receiver", wanted: "a dictionary")
      }
      let key = try call.required(nil)
      let value = try call.required("newValue").unwrapped
      if let index = try entries.firstIndex(where: { try $0.key.isEqual(to: key) }) {
        if let value { entries[index].value = value } else { entries.remove(at: index) }
      } else if let value {
        entries.append((key, value))
      }
      receiver = .dictionary(entries)
      return .void
    }
    method("Dictionary", "mapValues") { elaborator, call in
      try call.expect("_", in: "mapValues")
      let body = try call.required(nil)
      return .dictionary(try call.entries().map { ($0.key, try elaborator.apply(body, $0.value, call)) })
    }
  }

  private mutating func addOptionals() {
    method("Optional", "map") { elaborator, call in
      try call.expect("_", in: "map")
      guard let value = call.receiver?.unwrapped else { return .optional(nil) }
      return .optional(try elaborator.apply(call.required(nil), value, call))
    }
    method("Optional", "flatMap") { elaborator, call in
      try call.expect("_", in: "flatMap")
      guard let value = call.receiver?.unwrapped else { return .optional(nil) }
      return .optional(try elaborator.apply(call.required(nil), value, call).unwrapped)
    }
  }

  private mutating func addStrings() {
    initialiser("String") { _, call in
      try call.expect("_?", "describing?", "repeating?", "count?", in: "String")
      if call.arguments.isEmpty { return .string("") }
      if case .string(let text)? = call.argument("repeating")?.value {
        let count = max(0, try call.integer("count") ?? 0)
        let (size, overflow) = text.utf8.count.multipliedReportingOverflow(by: count)
        guard !overflow, size <= Elaborator.Limits.elements else { throw OpError.tooLarge(overflow ? .max : size) }
        return .string(String(repeating: text, count: count))
      }
      let value = try call.argument("describing")?.value ?? call.required(nil)
      guard let text = value.staticText else {
        throw value.mismatch("String(…)", wanted: "a value known when code is generated")
      }
      return .string(text)
    }
    let texts: [(String, @Sendable (String) -> String)] = [
      ("uppercased", { $0.uppercased() }), ("lowercased", { $0.lowercased() }),
    ]
    for (name, body) in texts {
      method("String", name) { _, call in .string(body(try call.text())) }
    }
    let tests: [(String, @Sendable (String, String) -> Bool)] = [
      ("hasPrefix", { $0.hasPrefix($1) }), ("hasSuffix", { $0.hasSuffix($1) }),
    ]
    for (name, body) in tests {
      method("String", name) { _, call in
        try call.expect("_", in: name)
        guard case .string(let part) = try call.required(nil) else {
          throw OpError("type.argument", "\(name) needs a String")
        }
        return .bool(body(try call.text(), part))
      }
    }
    method("String", "split", ["separator": .string]) { _, call in
      try call.expect("separator", in: "split")
      guard case .string(let separator) = try call.required("separator"), let character = separator.first,
        separator.count == 1
      else { throw OpError("type.argument", "split needs a separator of one character") }
      return .array(try call.text().split(separator: character).map { .string(String($0)) })
    }
  }
}

extension BuiltinCall {
  fileprivate func entries() throws(OpError) -> [(key: AbstractValue, value: AbstractValue)] {
    guard case .dictionary(let entries)? = receiver else { throw OpError("type.argument", "this is not a dictionary") }
    return entries
  }

  fileprivate func text() throws(OpError) -> String {
    guard case .string(let text)? = receiver else { throw OpError("type.argument", "this is not a String") }
    return text
  }
}
