import AdjointDiagnostics
import AdjointIR

extension BuiltinTable {
  /// What every module has: flags by name, views with other flags, and values shown on the way.
  mutating func addModuleMethods() {
    let mode = ["deterministic", "useRunningAverage"]
    for (name, isUse) in [("train", false), ("eval", true)] {
      method("Module", name) { elaborator, call in
        try call.expect(in: name)
        for flag in mode { _ = try elaborator.assign(flag, .bool(isUse), in: call.module(), nil, call) }
        return .void
      }
    }
    method("Module", "setAttribute", ["_0": .string]) { elaborator, call in
      try call.expect("_", "to", "where?", in: "setAttribute")
      guard case .string(let name) = try call.required(nil) else {
        throw OpError("type.argument", "setAttribute needs the attribute's name")
      }
      try elaborator.assignSome(name, call.required("to"), call)
      return .void
    }
    method("Module", "setAttributes", ["_0": .dictionary(.string, .bool)]) { elaborator, call in
      try call.expect("_", "where?", in: "setAttributes")
      for (name, value) in try call.flags() { try elaborator.assignSome(name, value, call) }
      return .void
    }
    function("view", ["_1": .dictionary(.string, .bool)]) { elaborator, call in
      try call.expect("_", "_?", in: "view")
      let copy = elaborator.clone(try call.object(position: 0)) { $0 }
      var inner = call
      inner.receiver = .object(copy)
      inner.arguments.removeFirst()
      if !inner.arguments.isEmpty {
        for (name, value) in try inner.flags() { try elaborator.assignSome(name, value, inner) }
      }
      return .object(copy)
    }
  }
}

extension BuiltinCall {
  /// The module that a method is called on.
  func module() throws(OpError) -> HeapObject {
    guard case .object(let object)? = receiver else { throw OpError("type.argument", "this is not a module") }
    return object
  }

  /// Flags by name, from a dictionary.
  fileprivate func flags() throws(OpError) -> [(name: String, value: AbstractValue)] {
    let given = try required(nil)
    guard case .dictionary(let entries) = given else { throw given.mismatch("the flags", wanted: "a dictionary") }
    var result: [(name: String, value: AbstractValue)] = []
    for entry in entries {
      guard case .string(let name) = entry.key else { throw entry.key.mismatch("a flag's name", wanted: "a String") }
      result.append((name, entry.value))
    }
    return result
  }
}

extension Elaborator {
  /// Sets an attribute wherever a module has it; refuses where none does.
  fileprivate func assignSome(_ name: String, _ value: AbstractValue, _ call: BuiltinCall) throws {
    let module = try call.module()
    let count = try assign(name, value, in: module, call.argument("where")?.value ?? trailing(call), call)
    guard count > 0 else {
      throw OpError(
        "name.member",
        "setAttribute: no module of \(module.declaration.name) that is meant has an attribute '\(name)'")
    }
  }

  /// A predicate written as a trailing closure.
  private func trailing(_ call: BuiltinCall) -> AbstractValue? {
    guard case .function? = call.arguments.last?.value else { return nil }
    return call.arguments.last?.value
  }

  /// Sets an attribute wherever a module that is meant has it, and says how often.
  fileprivate func assign(
    _ name: String, _ value: AbstractValue, in module: HeapObject, _ isMeant: AbstractValue?, _ call: BuiltinCall
  ) throws -> Int {
    var places: [Storage] = []
    for object in graph(of: module).objects {
      guard case .stored(let storage)? = object[name] else { continue }
      if let isMeant {
        let answer = try self.call(isMeant, [Argument(.object(object), span: call.span)], at: call.span)
        guard case .bool(let isMeant) = answer else { throw answer.mismatch("the predicate", wanted: "a Bool") }
        if !isMeant { continue }
      }
      guard !storage.isLet else {
        throw OpError("assign.let", "setAttribute: \(object.declaration.name).\(name) is a constant")
      }
      var wanted = storage.type ?? storage.value.map { type(of: $0) }
      if case .optional(let wrapped)? = wanted { wanted = wrapped }
      guard wanted == type(of: value) else {
        throw OpError(
          "assign.type",
          "setAttribute: \(object.declaration.name).\(name) cannot take a \(type(of: value)); it is a "
            + (wanted.map { "\($0)" } ?? "value of another type"))
      }
      structureWrites["\(object.serial).\(name)"] = call.span
      places.append(storage)
    }
    for place in places {
      if case .optional? = place.type { heap.write(.optional(value), to: place) } else { heap.write(value, to: place) }
    }
    return places.count
  }
}
