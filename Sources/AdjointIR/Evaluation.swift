/// The reference meaning of a program: each op's own, on plain numbers, in order.
///
/// - Parameters:
///   - arguments: One literal per parameter, of its type.
///   - precision: Whether f32 values are rounded to Float32 after each operation, or kept in Float64.
/// - Throws: `OpError` where the arguments do not fit, or an operation has no value (`ir.unexpanded`).
public func evaluate(
  _ program: Program, _ arguments: [Literal], precision: EvaluationContext.Precision = .asTyped
) throws -> [Literal] {
  let parameters = program.body.parameters
  guard arguments.count == parameters.count else {
    throw OpError(
      "ir.arguments", "\(program.name) takes \(parameters.count) arguments, got \(arguments.count)")
  }
  for (index, (argument, parameter)) in zip(arguments, parameters).enumerated() where argument.type != parameter.type {
    let name = program.parameters.indices ~= index ? program.parameters[index].name : "\(index)"
    throw OpError("ir.arguments", "argument \(name) of \(program.name) is \(parameter.type), got \(argument.type)")
  }
  let environment = Environment(values: Array(repeating: nil, count: program.nextValueID), precision: precision)
  return try environment.results(of: program.body, arguments.map { $0.rounded(precision) })
}

/// The values that a region may use, by number.
private struct Environment: Sendable {
  var values: [Literal?]
  let precision: EvaluationContext.Precision

  /// Runs a region; what it defines is forgotten afterwards.
  func results(of region: Region, _ arguments: [Literal]) throws -> [Literal] {
    var inner = self
    for (parameter, argument) in zip(region.parameters, arguments) { inner.values[parameter.id] = argument }
    // A value is dropped after its last use: a step over millions of parameters makes dozens of tensors of their size.
    let last = Self.lastUses(in: region)
    for (place, operation) in region.operations.enumerated() {
      try inner.run(operation)
      for value in last[place, default: []] { inner.values[value] = nil }
    }
    return try region.results.map { result in try inner.value(result) }
  }

  /// The values of a region, by number, that are needed no more after the operation at a place.
  private static func lastUses(in region: Region) -> [Int: [Int]] {
    var uses: [Int: Int] = [:]
    for value in region.parameters { uses[value.id] = 0 }
    func use(_ region: Region, at place: Int) {
      for operation in region.operations {
        for value in operation.operands where uses[value.id] != nil { uses[value.id] = place }
        for inner in operation.regions { use(inner, at: place) }
      }
      for value in region.results where uses[value.id] != nil { uses[value.id] = place }
    }
    for (place, operation) in region.operations.enumerated() {
      for value in operation.operands where uses[value.id] != nil { uses[value.id] = place }
      for inner in operation.regions { use(inner, at: place) }
      for value in operation.results { uses[value.id] = place }
    }
    for value in region.results { uses[value.id] = nil }
    return Dictionary(grouping: uses.keys) { uses[$0] ?? 0 }
  }

  func value(_ value: Value) throws -> Literal {
    guard let literal = values[value.id] else {
      throw OpError("ir.undefined", "value %\(value.id) is used before it is defined")
    }
    return literal
  }

  mutating func run(_ operation: Operation) throws {
    var context = EvaluationContext(precision: precision)
    if !operation.regions.isEmpty {
      let outer = self
      context.regions = operation.regions.map { region in
        { @Sendable arguments in try outer.results(of: region, arguments) }
      }
    }
    let operands = try operation.operands.map { operand in try value(operand) }
    let results = try operation.op.evaluate(operands, context)
    for (result, literal) in zip(operation.results, results) {
      precondition(literal.type == result.type, "\(type(of: operation.op)) gave \(literal.type) for \(result.type)")
      values[result.id] = literal.rounded(precision)
    }
  }
}
