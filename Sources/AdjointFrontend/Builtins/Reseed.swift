import AdjointDiagnostics
import AdjointIR

/// `reseed`: random streams by name, wherever a model has them.
extension BuiltinTable {
  mutating func addReseed() {
    function("reseed") { elaborator, call in
      try call.expect("_", "_", in: "reseed")
      try elaborator.reseed(call.object(position: 0), call.required(nil, position: 1), call)
      return .void
    }
  }
}

extension Elaborator {
  /// Begins the random streams of some names again: the i-th of a name, in graph order, gets the i-th key of its seed.
  fileprivate func reseed(_ root: HeapObject, _ seeds: AbstractValue, _ call: BuiltinCall) throws {
    guard case .dictionary(let entries) = seeds else {
      throw seeds.mismatch("reseed", wanted: "a dictionary of seeds by name")
    }
    let streams = graph(of: root).objects.compactMap { object -> (name: String, object: HeapObject)? in
      guard object.declaration.name == "RngStream", object.declaration.isLibrary,
        case .stored(let storage)? = object["name"], case .string(let name)? = storage.value
      else { return nil }
      return (name, object)
    }
    for entry in entries {
      guard case .string(let name) = entry.key else { throw entry.key.mismatch("a stream's name", wanted: "a String") }
      let named = streams.filter { $0.name == name }
      guard !named.isEmpty else {
        throw OpError(
          "state.unknown",
          "reseed: \(root.declaration.name) has no stream named '\(name)'; it has \(Set(streams.map(\.name)).sorted())")
      }
      let key = try callLibrary("key", [Argument(entry.value)], at: call.span)
      for (index, stream) in named.enumerated() {
        let own = try callLibrary("foldIn", [Argument(key), Argument(.int(index))], at: call.span)
        guard let method = try member("reseed", of: .object(stream.object), at: call.span) else { continue }
        _ = try self.call(method, [Argument(own)], at: call.span)
      }
    }
  }

  /// Calls a function of the library.
  private func callLibrary(_ name: String, _ arguments: [Argument], at span: SourceSpan) throws -> AbstractValue {
    guard let function = try global(name, in: Declarations.library, at: span) else {
      throw unknown(name, "function", at: span)
    }
    return try call(function, arguments, at: span)
  }
}
