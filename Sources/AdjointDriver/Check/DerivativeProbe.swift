import AdjointIR
import AdjointTransforms

/// The programs that put one derivative of an entry point to the test, made from the entry point's own program: the
/// same parameters, then the numbers that the test chooses.
struct DerivativeProbe {
  /// The source line where the derivative is taken.
  let line: Int
  /// What the derivative is with respect to.
  let primals: [String]
  let primalTypes: [TensorType]
  let outputTypes: [TensorType]
  /// The primals' values: parameters → primals.
  let arguments: Program
  /// The function alone: parameters, primals, frozen values → outputs, then what `stopGradient` freezes.
  let function: Program
  /// The types of what is frozen.
  let frozenTypes: [TensorType]
  /// parameters, primals, tangents → tangents of the outputs.
  let forward: Program
  /// parameters, primals, cotangents → cotangents of the primals.
  let reverse: Program

  /// One for every derivative that the program asks for; for those inside differentiated functions too.
  static func all(in program: Program, rules: DerivativeRules = .ofOps) throws -> [DerivativeProbe] {
    var probes: [DerivativeProbe] = []
    func visit(_ program: Program, from first: Int) throws {
      for place in first..<program.body.operations.count {
        let operation = program.body.operations[place]
        guard operation.op is Differentiate, let region = operation.regions.first else { continue }
        probes.append(try DerivativeProbe(program, at: place, rules))
        guard region.operations.contains(where: { $0.op is Differentiate }) else { continue }
        // The function that holds another derivative, run at its arguments.
        var inner = program
        let values = Dictionary(zip(region.parameters, operation.operands), uniquingKeysWith: { first, _ in first })
        inner.body.operations[place...] = region.operations.map { $0.replacing(values) }[...]
        try visit(inner, from: place)
      }
    }
    try visit(program, from: 0)
    return probes
  }

  private init(_ program: Program, at place: Int, _ rules: DerivativeRules) throws {
    let operation = program.body.operations[place]
    guard let derivative = operation.op as? Differentiate, let region = operation.regions.first else {
      throw OpError("internal.probe", "not a derivative")
    }
    line = operation.span.line
    let before = Array(program.body.operations[..<place])
    let primals = Array(operation.operands.prefix(region.parameters.count))
    let outputs = Array(region.results.dropLast(derivative.auxiliaries))
    let names = Dictionary(
      zip(program.body.parameters.map(\.id), program.parameters.map(\.name)), uniquingKeysWith: { first, _ in first })
    self.primals = primals.enumerated().map { number, value in
      let made = before.first { $0.results.contains(value) }?.name
      return names[value.id] ?? made ?? "argument \(number + 1)"
    }
    primalTypes = primals.map(\.type)
    outputTypes = outputs.map(\.type)

    func make(_ extra: [Value], _ operations: [Operation], _ results: [Value], next: Int) throws -> Program {
      var made = program
      made.body = Region(parameters: program.body.parameters + extra, operations: operations, results: results)
      made.parameters += extra.indices.map { .init(name: "probe\($0)", source: .argument(0)) }
      made.results = results.indices.map { .init(name: "result\($0)", destination: .returned(leaf: $0)) }
      made.nextValueID = next
      return try simplify(try expandDerivatives(made, rules: rules))
    }
    arguments = try make([], before, primals, next: program.nextValueID)

    // What stopGradient gives stays what it was while the primals move.
    var next = program.nextValueID
    var frozen: [Value] = []
    var sources: [Value] = []
    let moving = region.operations.map { operation -> Operation in
      guard operation.op is StopGradient else { return operation }
      sources.append(operation.operands[0])
      let value = Value(id: next, type: operation.results[0].type)
      next += 1
      frozen.append(value)
      var fixed = operation
      fixed.operands = [value]
      return fixed
    }
    frozenTypes = frozen.map(\.type)
    function = try make(region.parameters + frozen, before + moving, outputs + sources, next: next)

    func derivativeProgram(_ mode: Differentiate.Mode, seeds types: [TensorType]) throws -> Program {
      let builder = Builder(nextValueID: program.nextValueID)
      let at = primals.map { builder.makeValue($0.type) }
      let seeds = types.map { builder.makeValue($0) }
      builder.span = operation.span
      let op = Differentiate(mode, auxiliaries: derivative.auxiliaries)
      let results = try builder.append(op, at + seeds, regions: operation.regions)
      let count = mode == .forward ? outputs.count : primals.count
      return try make(
        at + seeds, before + builder.takeOperations(), Array(results.suffix(count)), next: builder.nextValueID)
    }
    forward = try derivativeProgram(.forward, seeds: primalTypes)
    reverse = try derivativeProgram(.reverse, seeds: outputTypes)
  }
}

extension Operation {
  /// The operation with other values in the place of some, in its regions too.
  fileprivate func replacing(_ values: [Value: Value]) -> Operation {
    var result = self
    result.operands = operands.map { values[$0] ?? $0 }
    for number in regions.indices {
      result.regions[number].operations = regions[number].operations.map { $0.replacing(values) }
      result.regions[number].results = regions[number].results.map { values[$0] ?? $0 }
    }
    return result
  }
}
