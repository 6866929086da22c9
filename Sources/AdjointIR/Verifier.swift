import AdjointDiagnostics

/// What a program got wrong about itself: a defect of a front end or a transform, never of the user's source.
public struct VerificationError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The broken rule.
  public var message: String
  /// The operation as the printer shows it; nil where the program as a whole is wrong.
  public var operation: String?
  /// The source line the operation came from.
  public var span: SourceSpan

  public var description: String {
    guard let operation else { return message }
    return "\(message), in `\(operation)`" + (span == .none ? "" : " from \(span)")
  }
}

/// Checks that a program is what every stage relies on: each value defined once, before its uses and where they can see
/// it, with one type; each operation's results what its op says; the descriptions of parameters and results matching.
///
/// - Throws: `VerificationError` for the first rule that does not hold.
public func verify(_ program: Program) throws {
  do {
    var verifier = Verifier(program)
    try verifier.check()
  } catch let defect as Defect {
    // Names are worked out only where there is something to say.
    let printer = Printer(names: ValueNames(program))
    throw VerificationError(
      message: "\(program.name): " + defect.message(printer.use), operation: defect.operation.map(printer.head),
      span: defect.operation?.span ?? .none)
  }
}

/// A broken rule, before values have names.
private struct Defect: Error {
  var operation: Operation?
  var message: @Sendable (_ use: (Value) -> String) -> String
}

private struct Verifier {
  let program: Program
  /// The types of the values that can be seen, by number.
  private var visible: [TensorType?]
  /// The values that were defined anywhere so far.
  private var isDefined: [Bool]
  private var operation: Operation?

  init(_ program: Program) {
    self.program = program
    visible = Array(repeating: nil, count: max(0, program.nextValueID))
    isDefined = Array(repeating: false, count: max(0, program.nextValueID))
  }

  mutating func check() throws {
    let body = program.body
    try require(program.parameters.count == body.parameters.count) { [program] _ in
      "\(program.parameters.count) parameters are described but there are \(body.parameters.count)"
    }
    try require(program.results.count == body.results.count) { [program] _ in
      "\(program.results.count) results are described but there are \(body.results.count)"
    }
    try checkRegion(body)
    operation = nil
    var reused: Set<Int> = []
    var written: Set<ResultDestination> = []
    for (result, value) in zip(program.results, body.results) {
      if case .variable = result.destination {
        try require(written.insert(result.destination).inserted) { _ in
          "result \(result.name) goes to \(result.destination), as another does"
        }
      }
      guard let index = result.reuses else { continue }
      try require(body.parameters.indices ~= index) { _ in
        "result \(result.name) reuses parameter \(index), but there are \(body.parameters.count)"
      }
      let parameter = body.parameters[index]
      try require(parameter.type == value.type) { use in
        "result \(result.name) of type \(value.type) reuses \(use(parameter)) of type \(parameter.type)"
      }
      try require(reused.insert(index).inserted) { use in "two results reuse \(use(parameter))" }
    }
  }

  private mutating func checkRegion(_ region: Region) throws {
    let outer = operation
    for parameter in region.parameters { try define(parameter) }
    for operation in region.operations {
      self.operation = operation
      try checkOperation(operation)
    }
    operation = outer
    for result in region.results { try use(result, "result") }
    for value in region.parameters { visible[value.id] = nil }
    for operation in region.operations {
      for value in operation.results { visible[value.id] = nil }
    }
  }

  private mutating func checkOperation(_ operation: Operation) throws {
    for operand in operation.operands { try use(operand, "operand") }
    for region in operation.regions {
      try checkRegion(region)
      self.operation = operation
    }
    if case .expanded = operation.op.lowering {
    } else {
      try require(operation.regions.isEmpty) { _ in "an operation without a body has \(operation.regions.count) regions"
      }
    }
    let types: [TensorType]
    do {
      types = try operation.op.resultTypes(operation.operands.map(\.type), regions: operation.regions)
    } catch {
      throw Defect(operation: operation) { _ in "\(error.message) [\(error.id)]" }
    }
    try require(types == operation.results.map(\.type)) { _ in
      "the results should be \(types), not \(operation.results.map(\.type))"
    }
    for result in operation.results { try define(result) }
  }

  private mutating func define(_ value: Value) throws {
    try require(visible.indices ~= value.id) { [program] use in
      "\(use(value)) has number \(value.id), not below nextValueID \(program.nextValueID)"
    }
    try require(!isDefined[value.id]) { use in "\(use(value)) is defined twice" }
    isDefined[value.id] = true
    visible[value.id] = value.type
  }

  private func use(_ value: Value, _ role: String) throws {
    let type = visible.indices ~= value.id ? visible[value.id] : nil
    try require(type != nil) { use in "\(role) \(use(value)) is not defined here" }
    try require(type == value.type) { use in
      "\(role) \(use(value)) is used as \(value.type) but defined as \(type?.description ?? "nothing")"
    }
  }

  private func require(_ condition: Bool, _ message: @escaping @Sendable (_ use: (Value) -> String) -> String) throws {
    guard condition else { throw Defect(operation: operation, message: message) }
  }
}
