import AdjointDiagnostics
import AdjointIR

/// `Tree`: named f32 tensors in order, without their model's type.
struct TreeValue: NativeValue {
  var names: [String]
  var values: [Value]

  var typeName: String { "Tree" }
  var symbolicValues: [Value] { values }
  func replacingSymbolicValues(_ values: [Value]) -> any NativeValue { TreeValue(names: names, values: values) }

  /// The path that a dotted name stands for.
  func path(of name: String) -> [PathComponent] {
    name.split(separator: ".").map { piece in Int(piece).map { .index($0) } ?? .name(String(piece)) }
  }
}

/// `VariableTable`: labelled variables of an object, known by name only when code is generated.
struct VariableTableValue: NativeValue {
  var entries: [(label: String, cell: VariableCell)]

  var typeName: String { "VariableTable" }
}

extension BuiltinTable {
  /// Trees and variable tables, on which the library's optimisers stand.
  mutating func addTrees() {
    initialiser("Tree") { _, call in
      try call.expect("_", in: "Tree")
      let state = try call.required(nil).asState("Tree")
      for variable in state.graph.variables where variable.type.dtype != .f32 {
        throw OpError("state.dtype", "a Tree holds Float tensors, but \(variable.name) is \(variable.type)")
      }
      return .native(TreeValue(names: state.names, values: state.values))
    }
    property("Tree", "count") { _, call in .int(try call.tree().values.count) }
    property("Tree", "names") { _, call in .array(try call.tree().names.map { .string($0) }) }
    property("Tree", "values") { _, call in .array(try call.tree().values.map { .tensor($0) }) }
    property("Tree", "zeros") { elaborator, call in
      let tree = try call.tree()
      return try elaborator.writing(call) { writer in
        var zeros: [Value] = []
        for value in tree.values { zeros.append(try writer.full(0, shape: value.type.shape, dtype: value.type.dtype)) }
        return .native(TreeValue(names: tree.names, values: zeros))
      }
    }
    method("Tree", "replacing") { _, call in
      try call.expect("with", "where", in: "replacing")
      var tree = try call.tree()
      guard case .native(let other as TreeValue) = try call.required("with"), other.names == tree.names else {
        throw OpError("type.argument", "replacing(with:where:) needs a Tree of the same names")
      }
      let mask = try FilterValue(call.required("where"))
      for (index, name) in tree.names.enumerated() where try mask.matches(kind: "Param", path: tree.path(of: name)) {
        tree.values[index] = other.values[index]
      }
      return .native(tree)
    }
    subscripts["Tree"] = { _, call in
      let tree = try call.tree()
      switch try call.required(nil) {
      case .string(let name): return .optional(tree.names.firstIndex(of: name).map { .tensor(tree.values[$0]) })
      case .integer(let index, _) where tree.values.indices.contains(index): return .tensor(tree.values[index])
      case let index: throw OpError("static.index", "this Tree of \(tree.values.count) tensors has no \(index.summary)")
      }
    }
    addVariableTables()
  }

  private mutating func addVariableTables() {
    initialiser("VariableTable") { elaborator, call in
      try call.expect("slots?", in: "VariableTable")
      var entries: [(label: String, cell: VariableCell)] = []
      if let slots = call.argument("slots")?.value {
        for (slot, tree) in try slots.asTrees() {
          for (name, value) in zip(tree.names, tree.values) {
            entries.append(("\(slot).\(name)", elaborator.heap.makeVariable(kind: "OptState", value)))
          }
        }
      }
      return .native(VariableTableValue(entries: entries))
    }
    property("VariableTable", "count") { _, call in .int(try call.table().entries.count) }
    property("VariableTable", "trees") { _, call in
      var trees: [(String, TreeValue)] = []
      for entry in try call.table().entries {
        let parts = entry.label.split(separator: ".", maxSplits: 1).map(String.init)
        guard parts.count == 2 else { continue }
        let index = trees.firstIndex { $0.0 == parts[0] } ?? trees.count
        if index == trees.count { trees.append((parts[0], TreeValue(names: [], values: []))) }
        trees[index].1.names.append(parts[1])
        trees[index].1.values.append(entry.cell.value)
      }
      return .dictionary(trees.map { (.string($0.0), .native($0.1)) })
    }
    method("VariableTable", "assign") { elaborator, call in
      try call.expect("_", in: "assign")
      let table = try call.table()
      var values: [String: Value] = [:]
      for (slot, tree) in try call.required(nil).asTrees() {
        for (name, value) in zip(tree.names, tree.values) { values["\(slot).\(name)"] = value }
      }
      guard Set(values.keys) == Set(table.entries.map(\.label)) else {
        let missing = Set(values.keys).symmetricDifference(table.entries.map(\.label)).sorted()
        throw OpError("state.unknown", "the slots changed: \(missing.joined(separator: ", "))")
      }
      for entry in table.entries {
        if let value = values[entry.label] { try elaborator.heap.write(value, to: entry.cell) }
      }
      return .void
    }
  }
}

extension BuiltinCall {
  fileprivate func tree() throws(OpError) -> TreeValue {
    guard case .native(let tree as TreeValue)? = receiver else { throw OpError("type.argument", "this is not a Tree") }
    return tree
  }

  fileprivate func table() throws(OpError) -> VariableTableValue {
    guard case .native(let table as VariableTableValue)? = receiver else {
      throw OpError("type.argument", "this is not a VariableTable")
    }
    return table
  }
}

extension AbstractValue {
  /// A dictionary of trees, sorted by name.
  fileprivate func asTrees() throws(OpError) -> [(String, TreeValue)] {
    guard case .dictionary(let entries) = self else { throw mismatch("slots", wanted: "a dictionary of trees") }
    var trees: [(String, TreeValue)] = []
    for entry in entries {
      guard case .string(let name) = entry.key, case .native(let tree as TreeValue) = entry.value else {
        throw entry.value.mismatch("a slot", wanted: "a Tree with a name")
      }
      trees.append((name, tree))
    }
    return trees.sorted { $0.0 < $1.0 }
  }
}
