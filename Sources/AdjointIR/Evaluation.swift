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
    for operation in region.operations { try inner.run(operation) }
    return try region.results.map { result in try inner.value(result) }
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
