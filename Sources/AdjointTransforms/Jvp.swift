import AdjointIR

/// A walk through the function in a region that writes a copy of it and knows the tangent of each of its values; nil,
/// or absence, is a symbolic zero. Forward mode and linearisation are this walk with different uses of the tangents.
///
/// Tangents are kept by the values of the region itself, not by their copies: a function may capture the very value
/// that it is called with, and only its parameter varies then.
struct ForwardWalk {
  let context: DerivativeContext
  private var copier: RegionCopier
  private var tangents: [Value: Value] = [:]
  /// The values that the differentiated results depend on. The rest (what only auxiliaries use) needs no tangents.
  private let needed: Set<Value>

  init(
    _ region: Region, differentiating results: [Value], primals: [Value], tangents: [Value?],
    _ context: DerivativeContext
  ) {
    self.context = context
    copier = RegionCopier(context.builder)
    copier.bind(region.parameters, to: primals)
    for case (let parameter, let tangent?) in zip(region.parameters, tangents) { self.tangents[parameter] = tangent }
    needed = region.values(neededFor: results)
  }

  /// Writes a copy of `operation`. Then, where an operand has a tangent, asks `rule` for the tangents of the results,
  /// given the copy and the tangents of its operands.
  mutating func advance(
    over operation: Operation, _ rule: (_ copy: Operation, _ tangents: [Value?]) throws -> [Value?]
  ) throws {
    let copy = copier.copy(operation)
    if let name = copy.name, let result = copy.results.first { context.names[result] = name }
    let incoming = operation.operands.map { tangents[$0] }
    guard operation.results.contains(where: needed.contains) else { return }
    let varies = incoming.contains { $0 != nil } || (!operation.regions.isEmpty && usesTangents(operation))
    guard varies else { return }
    let outgoing = try context.refusals(of: copy) {
      // A rule sees the tangents of operands only; what a region captures may vary too.
      guard operation.regions.isEmpty else {
        throw OpError("grad.region", "\(type(of: operation.op).name) has no derivative yet")
      }
      let outgoing = try rule(copy, incoming)
      try checkTypes(outgoing, copy.results.map(\.type), "jvp", of: copy)
      return outgoing
    }
    for case (let result, let tangent?) in zip(operation.results, outgoing ?? []) { tangents[result] = tangent }
  }

  private func usesTangents(_ operation: Operation) -> Bool {
    var found = false
    operation.forEachUse { found = found || tangents[$0] != nil }
    return found
  }

  /// The copies of values of the region.
  func primals(of values: [Value]) -> [Value] { copier(values) }

  /// The tangents of values of the region.
  func tangents(of values: [Value]) -> [Value?] { values.map { tangents[$0] } }
}

/// Writes the function in `region` at `primals`, and beside each operation its tangents. Returns all results, and the
/// tangents of the first `outputs` of them.
func jvp(
  _ region: Region, outputs: Int, primals: [Value], tangents: [Value?], _ context: DerivativeContext
) throws -> (results: [Value], tangents: [Value?]) {
  let outputs = Array(region.results.prefix(outputs))
  var walk = ForwardWalk(region, differentiating: outputs, primals: primals, tangents: tangents, context)
  for operation in region.operations {
    try walk.advance(over: operation) { copy, incoming in
      try context.builder.with(span: copy.span, role: .tangent) {
        let outgoing = try context.rules.jvp(copy, incoming, context.builder)
        if let name = copy.name, case let tangent?? = outgoing.first, !incoming.contains(tangent) {
          context.builder.setName("t_\(name)", of: tangent)
        }
        return outgoing
      }
    }
  }
  return (walk.primals(of: region.results), walk.tangents(of: outputs))
}

extension Region {
  /// The values that `results` are computed from, themselves included.
  func values(neededFor results: [Value]) -> Set<Value> {
    var needed = Set(results)
    for operation in operations.reversed() where operation.results.contains(where: needed.contains) {
      operation.forEachUse { needed.insert($0) }
    }
    return needed
  }
}

extension Operation {
  /// Visits every value that the operation uses: its operands, and what its regions use (values that they define
  /// themselves included, which nothing outside can name).
  func forEachUse(_ body: (Value) -> Void) {
    operands.forEach(body)
    for region in regions {
      for operation in region.operations { operation.forEachUse(body) }
      region.results.forEach(body)
    }
  }

  /// Whether the operation uses a value of `values`, directly or in its regions.
  func uses(anyOf values: Set<Value>) -> Bool {
    if operands.contains(where: values.contains) { return true }
    var found = false
    if !regions.isEmpty { forEachUse { found = found || values.contains($0) } }
    return found
  }
}
