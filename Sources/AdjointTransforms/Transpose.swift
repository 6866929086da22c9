import AdjointIR

/// Runs the linear part of a function backwards: from the cotangents of its results to those of its arguments; nil is
/// a symbolic zero.
///
/// The coefficients of a step are written just before the first operation that uses them, so that what must live from
/// the forward pass to the backward pass is primal values alone.
func transpose(
  _ function: Linearised, cotangents: [Value?], _ context: DerivativeContext
) throws -> [Value?] {
  let builder = context.builder
  var sums = CotangentSums(builder)
  for case (let tangent?, let cotangent?) in zip(function.tangents, cotangents) {
    try sums.add(cotangent, to: tangent)
  }
  for step in function.steps.reversed() {
    try builder.with(span: step.primal.span, role: .adjoint) {
      if let name = step.primal.name, let tangent = step.tangent, let cotangent = sums[tangent] {
        builder.setName("d_\(name)", of: cotangent)
      }
      // A refused step leaves its operands without cotangents, which nobody sees: the finding is thrown.
      _ = try context.refusals(of: step.primal) { try transpose(step, function.linear, &sums, context) }
    }
  }
  return function.inputs.map { sums[$0] }
}

private func transpose(
  _ step: Linearised.Step, _ linear: Set<Value>, _ sums: inout CotangentSums,
  _ context: DerivativeContext
) throws {
  let builder = context.builder
  var known = RegionCopier(builder)
  var coefficients = step.coefficients[...]
  for operation in step.linear.reversed() {
    let incoming = operation.results.map { sums.take($0) }
    guard incoming.contains(where: { $0 != nil }) else { continue }
    while let coefficient = coefficients.popFirst() { known.copy(coefficient) }

    let positions = Set(operation.operands.indices.filter { linear.contains(operation.operands[$0]) })
    var seen = operation
    seen.operands = known(operation.operands)
    let outgoing = try context.rules.transpose(seen, positions, incoming, builder)
    try checkTypes(outgoing, operation.operands.map(\.type), "transposition", of: operation)
    for (position, operand) in operation.operands.enumerated() {
      guard let cotangent = outgoing[position], positions.contains(position) else { continue }
      try sums.add(cotangent, to: operand)
    }
  }
}

/// The cotangents gathered so far, by the linear value they belong to.
private struct CotangentSums {
  private let builder: Builder
  private var sums: [Value: Value] = [:]

  init(_ builder: Builder) { self.builder = builder }

  subscript(value: Value) -> Value? { sums[value] }

  /// The sum for a value that nothing further will contribute to.
  mutating func take(_ value: Value) -> Value? { sums.removeValue(forKey: value) }

  /// Adds a contribution from one use of `value`.
  mutating func add(_ cotangent: Value, to value: Value) throws(OpError) {
    if let sum = sums[value] {
      sums[value] = try builder.emit(Add(), sum, cotangent)
    } else {
      sums[value] = cotangent
    }
  }
}
