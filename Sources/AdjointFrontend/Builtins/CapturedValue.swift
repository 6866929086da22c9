import AdjointDiagnostics
import AdjointIR

/// `Captured`: what modules have sown, by path.
struct CapturedValue: NativeValue {
  struct Entry {
    var path: [PathComponent]
    var kind: String
    var values: [Value]

    var name: String { path.map(\.description).joined(separator: ".") }
  }

  var entries: [Entry] = []

  var typeName: String { "Captured" }
  var symbolicValues: [Value] { entries.flatMap(\.values) }

  func replacingSymbolicValues(_ values: [Value]) -> any NativeValue {
    var result = self
    var rest = values[...]
    for index in entries.indices {
      let count = entries[index].values.count
      result.entries[index].values = Array(rest.prefix(count))
      rest = rest.dropFirst(count)
    }
    return result
  }
}

/// A running `capture`. What is sown stands in a place of the heap, so that it also comes out of a differentiated
/// function.
struct Harvest {
  let root: HeapObject
  let paths: [ObjectIdentifier: [PathComponent]]
  let kinds: Set<String>
  let storage: Storage
}

extension BuiltinTable {
  /// `capture(model, kinds…) { … }` and `sow`.
  mutating func addCapture() {
    types.insert("Captured")
    function("capture") { elaborator, call in try elaborator.capture(call) }
    method("Module", "sow") { elaborator, call in
      try elaborator.sow(call)
      return .void
    }
    property("Captured", "names") { _, call in .array(try call.captured().entries.map { .string($0.name) }) }
    subscripts["Captured"] = { _, call in
      try call.expect("_", in: "subscript")
      return try call.sown(under: call.required(nil))
    }
    method("Captured", "values") { _, call in
      try call.expect("_", "of", in: "values")
      return try call.sown(under: call.required(nil))
    }
    method("Captured", "filter") { _, call in
      try call.expect("_", in: "filter")
      guard case .kind(let kind) = try FilterValue(call.required(nil)) else {
        throw OpError("state.filter", "filter needs a kind such as Intermediate.self")
      }
      var captured = try call.captured()
      captured.entries.removeAll { $0.kind != kind }
      return .native(captured)
    }
  }
}

extension BuiltinCall {
  fileprivate func captured() throws(OpError) -> CapturedValue {
    guard case .native(let captured as CapturedValue)? = receiver else {
      throw OpError("type.argument", "this is not what capture gives")
    }
    return captured
  }

  fileprivate func sown(under name: AbstractValue) throws(OpError) -> AbstractValue {
    guard case .string(let name) = name else { throw name.mismatch("a path", wanted: "a String") }
    return .array(try captured().entries.first { $0.name == name }?.values.map { .tensor($0) } ?? [])
  }
}

extension Elaborator {
  fileprivate func capture(_ call: BuiltinCall) throws -> AbstractValue {
    guard let body = call.arguments.last?.value, case .function = body else {
      throw OpError("call.arguments", "capture needs a model and a closure")
    }
    let root = try call.object(position: 0)
    var kinds: Set<String> = []
    for argument in call.arguments.dropFirst().dropLast() {
      guard case .kind(let kind) = try FilterValue(argument.value) else {
        throw OpError("state.filter", "capture keeps values by kind, such as Intermediate.self")
      }
      kinds.insert(kind)
    }
    let walk = graph(of: root)
    let harvest = Harvest(
      root: root,
      paths: Dictionary(
        uniqueKeysWithValues: zip(walk.objects, walk.graph.objects).map { (ObjectIdentifier($0), $1.path) }),
      kinds: kinds.isEmpty ? ["Intermediate"] : kinds,
      storage: heap.makeStorage("captured", .native(CapturedValue())))
    harvests.append(harvest)
    defer { harvests.removeLast() }
    let result = try self.call(body, [Argument(.object(root), span: call.span)], at: call.span)
    return .tuple([TupleElement(result), TupleElement(harvest.storage.value ?? .native(CapturedValue()))])
  }

  /// `sow(name, value)`, `sow(kind, name, value)`, and either with `combining:`.
  fileprivate func sow(_ call: BuiltinCall) throws {
    var arguments = call.arguments
    var combine: AbstractValue?
    if let last = arguments.last {
      // A closure behind the call has no label.
      if case .function = last.value { combine = arguments.removeLast().value }
    }
    var kind = "Intermediate"
    if arguments.count == 3 {
      guard case .kind(let given) = try FilterValue(arguments.removeFirst().value) else {
        throw OpError("state.filter", "sow needs a kind such as Intermediate.self")
      }
      kind = given
    }
    guard arguments.count == 2, case .string(let name) = arguments[0].value,
      case .tensor(let tensor) = arguments[1].value
    else { throw OpError("call.arguments", "sow needs a name and a tensor") }
    guard let harvest = harvests.last, harvest.kinds.contains(kind) else { return }
    let module = try call.module()
    guard let owner = harvest.paths[ObjectIdentifier(module)] else {
      throw OpError(
        "state.sow",
        "sow: '\(name)' comes from a \(module.declaration.name) that is no part of the captured "
          + harvest.root.declaration.name)
    }
    guard case .native(var captured as CapturedValue)? = harvest.storage.value else { return }
    let path = owner + [.name(name)]
    if let place = captured.entries.firstIndex(where: { $0.path == path }) {
      guard captured.entries[place].kind == kind else {
        throw OpError(
          "state.sow",
          "sow: \(captured.entries[place].name) is a \(captured.entries[place].kind) already, not a \(kind)")
      }
      if let combine {
        let sofar = Argument(.tensor(captured.entries[place].values[0]), span: call.span)
        let both = try self.call(combine, [sofar, arguments[1]], at: call.span)
        guard case .tensor(let sum) = both else { throw both.mismatch("what combining gives", wanted: "a tensor") }
        captured.entries[place].values = [sum.value]
      } else {
        captured.entries[place].values.append(tensor.value)
      }
    } else {
      captured.entries.append(CapturedValue.Entry(path: path, kind: kind, values: [tensor.value]))
    }
    heap.write(.native(captured), to: harvest.storage)
  }
}
