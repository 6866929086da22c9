/// A name for every value of a program: the source's where there is one, else the op's; made unique by `_2`, `_3`, …
/// in order of definition. The same program always gives the same names.
public struct ValueNames: Sendable {
  private var names: [Int: String] = [:]
  private var used: Set<String> = []
  private var counts: [String: Int] = [:]

  /// Names the values of a program.
  public init(_ program: Program) {
    for (parameter, value) in zip(program.parameters, program.body.parameters) { add(value, parameter.name) }
    // A program under construction may lack descriptions.
    for value in program.body.parameters where names[value.id] == nil { add(value, "argument") }
    // The source's names first, so that nothing else takes them.
    visit(program.body) { names, operation in
      if let name = operation.name, let first = operation.results.first { names.add(first, name) }
    }
    visit(program.body) { names, operation in
      for value in operation.results where names.names[value.id] == nil {
        names.add(value, operation.name ?? type(of: operation.op).name)
      }
      for region in operation.regions {
        for value in region.parameters where names.names[value.id] == nil { names.add(value, "p") }
      }
    }
  }

  /// The value's name, without a sigil; `?7` for one that no operation defines.
  public subscript(value: Value) -> String { names[value.id] ?? "?\(value.id)" }

  private mutating func add(_ value: Value, _ base: String) {
    guard names[value.id] == nil else { return }
    var name = base
    while !used.insert(name).inserted {
      counts[base, default: 1] += 1
      name = "\(base)_\(counts[base]!)"
    }
    names[value.id] = name
  }

  private mutating func visit(_ region: Region, _ body: (inout ValueNames, Operation) -> Void) {
    for operation in region.operations {
      body(&self, operation)
      for region in operation.regions { visit(region, body) }
    }
  }
}
