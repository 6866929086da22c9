import AdjointDiagnostics
import AdjointIR

/// Replaces every `Differentiate` operation, innermost first, by the operations that compute the derivative.
///
/// Forward mode writes each operation's tangents beside it. The reverse modes linearise the function and transpose
/// what is linear. Copied operations keep their source line, role and name; tangents get role `tangent`, everything
/// else that a derivative adds gets role `adjoint`, each with the line of the primal operation it belongs to, and the
/// cotangent of `logits` is named `d_logits`.
///
/// - Parameter rules: What the derivatives of operations are; the ops' own but for tests.
/// - Throws: `Findings` where a derivative does not exist or was asked for wrongly.
public func expandDerivatives(_ program: Program, rules: DerivativeRules = .ofOps) throws -> Program {
  guard program.body.containsDerivatives else { return program }
  let builder = Builder(nextValueID: program.nextValueID)
  let context = DerivativeContext(builder, rules)
  for (parameter, value) in zip(program.parameters, program.body.parameters) { context.names[value] = parameter.name }

  var expansion = Expansion(context)
  for operation in program.body.operations { try expansion.write(operation) }
  guard context.findings.isEmpty else { throw Findings(context.findings) }

  var expanded = program
  expanded.body.results = expansion.copies(of: program.body.results)
  expanded.body.operations = builder.takeOperations()
  expanded.nextValueID = builder.nextValueID
  return expanded
}

extension Region {
  /// Whether an operation in the region, however deep, is a derivative that is yet to be expanded.
  var containsDerivatives: Bool {
    operations.contains { $0.op is Differentiate || $0.regions.contains(where: \.containsDerivatives) }
  }
}

/// Writes a program again with its derivatives expanded.
private struct Expansion {
  private let context: DerivativeContext
  private var copier: RegionCopier
  private var builder: Builder { context.builder }

  init(_ context: DerivativeContext) {
    self.context = context
    copier = RegionCopier(context.builder)
  }

  func copies(of values: [Value]) -> [Value] { copier(values) }

  mutating func write(_ operation: Operation) throws {
    let regions = try operation.regions.map { try write($0) }
    let operands = copier(operation.operands)
    let results: [Value]
    if let derivative = operation.op as? Differentiate {
      results = try expand(derivative, operation, operands, regions)
    } else {
      results = builder.append(copying: operation, operands: operands, regions: regions)
    }
    copier.bind(operation.results, to: results)
    if let name = operation.name, let result = results.first { context.names[result] = name }
  }

  private mutating func write(_ region: Region) throws -> Region {
    try builder.region(parameters: region.parameters.map(\.type)) { parameters in
      copier.bind(region.parameters, to: parameters)
      for operation in region.operations { try write(operation) }
      return copier(region.results)
    }
  }

  /// Writes what `operation` stands for and returns its results.
  private func expand(
    _ derivative: Differentiate, _ operation: Operation, _ operands: [Value], _ regions: [Region]
  ) throws -> [Value] {
    context.derivativeSpan = operation.span
    let results = try builder.with(span: operation.span, role: .adjoint) {
      try context.refusals(of: operation) {
        _ = try derivative.resultTypes(operands.map(\.type), regions: regions)
        return switch derivative.mode {
        case .gradient, .reverse: try reverse(derivative, operation, operands, regions[0])
        case .forward: try forward(derivative, operands, regions[0])
        }
      }
    }
    // After a refusal the rest is still looked at, with values that nothing defines; the findings are thrown.
    guard let results else { return operation.results.map { builder.makeValue($0.type) } }
    if let name = operation.name, let result = results.first { builder.setName(name, of: result) }
    return results
  }

  private func forward(_ derivative: Differentiate, _ operands: [Value], _ region: Region) throws -> [Value] {
    let count = region.parameters.count
    let outputs = region.results.count - derivative.auxiliaries
    let (results, tangents) = try jvp(
      region, outputs: outputs, primals: Array(operands.prefix(count)), tangents: Array(operands.dropFirst(count)),
      context)
    return results + (try materialise(tangents, region.results.prefix(outputs).map(\.type)))
  }

  private func reverse(
    _ derivative: Differentiate, _ operation: Operation, _ operands: [Value], _ region: Region
  ) throws -> [Value] {
    let count = region.parameters.count
    let primals = Array(operands.prefix(count))
    let outputs = region.results.count - derivative.auxiliaries
    let function = try linearise(region, outputs: outputs, primals: primals, context)
    var seeds = Array(operands.dropFirst(count))
    if derivative.mode == .gradient { seeds = [try builder.constant(1, like: function.results[0])] }
    let cotangents = try transpose(function, cotangents: seeds, context)
    for case (let primal, let cotangent?) in zip(primals, cotangents) {
      guard let name = context.names[primal] else { continue }
      builder.setName("d_\(String(name.map { $0 == "." ? "_" : $0 }))", of: cotangent)
    }
    return function.results + (try materialise(cotangents, region.parameters.map(\.type)))
  }

  /// Writes zeros where nothing depends on an argument.
  private func materialise(_ values: [Value?], _ types: [TensorType]) throws -> [Value] {
    try zip(values, types).map { value, type in try value ?? builder.zeros(type) }
  }
}
