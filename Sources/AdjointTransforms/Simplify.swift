import AdjointIR

/// The parts of `simplify`, each of which may be left out: every combination computes the same numbers.
public struct Simplifications: OptionSet, Hashable, Sendable {
  public let rawValue: Int

  /// Makes a set from its bits.
  public init(rawValue: Int) { self.rawValue = rawValue }

  /// Operations that no result depends on disappear.
  public static let deadCode = Simplifications(rawValue: 1)
  /// What is computed twice from the same operands is computed once.
  public static let commonSubexpressions = Simplifications(rawValue: 2)
  /// What depends on small constants alone becomes a constant; what is the same in every element is computed once.
  public static let constants = Simplifications(rawValue: 4)
  /// Arithmetic identities.
  public static let algebra = Simplifications(rawValue: 8)
  /// Chains of reshapes, transposes, broadcasts and slices become one.
  public static let views = Simplifications(rawValue: 16)
  /// Every part.
  public static let all: Simplifications = [.deadCode, .commonSubexpressions, .constants, .algebra, .views]
}

/// Makes a program smaller without changing one bit of what it computes (a NaN's payload aside): only identities that
/// hold for every number in IEEE arithmetic are used, so `x + 0` and `x * 0` stay. The operations that remain keep
/// their order, source line, role and name. Takes time proportional to the program's size.
public func simplify(_ program: Program, _ parts: Simplifications = .all) throws -> Program {
  var program = program
  let removesStops = !program.body.containsDerivatives
  // Each round sees what the one before it uncovered; two or three are usual.
  for _ in 0..<8 {
    var simplifier = Simplifier(parts, removesStops: removesStops, nextValueID: program.nextValueID)
    simplifier.countUses(in: program.body)
    let simpler = try simplifier.simplify(program.body)
    program.nextValueID = simplifier.nextValueID
    program.body = parts.contains(.deadCode) ? eliminateDeadCode(simpler) : simpler
    guard simplifier.hasChanged else { break }
  }
  return program
}

/// One round: a walk in program order that writes each operation again, in its simplest form, or finds a value that
/// is there already.
struct Simplifier {
  /// Where an operation was written.
  struct Definition {
    var operation: Operation
    var depth: Int
    var index: Int
  }

  /// What may be written in place of an operation.
  enum Rewrite {
    /// Values that its results equal.
    case values([Value])
    /// An operation with the same results.
    case operation(any Op, [Value])
  }

  let parts: Simplifications
  let removesStops: Bool
  private(set) var nextValueID: Int
  private(set) var hasChanged = false
  /// The operations written so far in the regions being written, innermost last.
  private var stack: [[Operation]] = []
  private var substitution: [Value: Value] = [:]
  private var definitions: [Value: Definition] = [:]
  private var uses: [Value: Int] = [:]
  /// The results of the operations in sight, by what they compute.
  var expressions: [Expression: [Value]] = [:]

  init(_ parts: Simplifications, removesStops: Bool, nextValueID: Int) {
    self.parts = parts
    self.removesStops = removesStops
    self.nextValueID = nextValueID
  }

  /// Counts the uses of every value before the round.
  mutating func countUses(in region: Region) {
    for operation in region.operations { operation.forEachUse { uses[$0, default: 0] += 1 } }
    for result in region.results { uses[result, default: 0] += 1 }
  }

  /// Whether `value`, which existed before the round, had one use then.
  func hasOneUse(_ value: Value) -> Bool { uses[value] == 1 }

  /// The region in a simpler form. What it computes is out of sight afterwards.
  mutating func simplify(_ region: Region) throws -> Region {
    let outer = expressions
    defer { expressions = outer }
    stack.append([])
    for operation in region.operations {
      var operation = operation
      operation.operands = operation.operands.map { substitution[$0] ?? $0 }
      operation.regions = try operation.regions.map { try simplify($0) }
      let values = try write(operation)
      for (result, value) in zip(operation.results, values) where result != value { substitution[result] = value }
    }
    return Region(
      parameters: region.parameters, operations: stack.removeLast(),
      results: region.results.map { substitution[$0] ?? $0 })
  }

  /// The operation that defines `value`; nil for parameters.
  func definition(of value: Value) -> Operation? { definitions[value]?.operation }

  /// Writes a further operation on behalf of `operation`, and returns its result.
  mutating func emit(_ op: any Op, _ operands: [Value], for operation: Operation) throws -> Value {
    try emitAll(op, operands, for: operation)[0]
  }

  /// Writes a further operation on behalf of `operation`, and returns its results.
  mutating func emitAll(_ op: any Op, _ operands: [Value], for operation: Operation) throws -> [Value] {
    var further = operation
    further.op = op
    further.operands = operands
    further.regions = []
    further.name = nil
    further.results = try op.resultTypes(operands.map(\.type), regions: []).map { type in
      defer { nextValueID += 1 }
      return Value(id: nextValueID, type: type)
    }
    return try write(further)
  }

  /// Writes `operation`, whose operands are written already, or something equal; returns the values of its results.
  private mutating func write(_ operation: Operation) throws -> [Value] {
    var operation = operation
    // The bound is never met: each rewrite makes an operation smaller or moves it to a more basic one.
    for _ in 0..<16 {
      guard let rewrite = try rewrite(operation) else { break }
      hasChanged = true
      switch rewrite {
      case .values(let values):
        adopt(operation.name, by: values[0])
        return values
      case .operation(let op, let operands):
        operation.op = op
        operation.operands = operands
      }
    }
    let expression = parts.contains(.commonSubexpressions) ? Expression(operation) : nil
    if let expression, let values = expressions[expression] {
      hasChanged = true
      adopt(operation.name, by: values[0])
      return values
    }
    if let expression { expressions[expression] = operation.results }
    let depth = stack.count - 1
    for result in operation.results {
      definitions[result] = Definition(operation: operation, depth: depth, index: stack[depth].count)
    }
    stack[depth].append(operation)
    return operation.results
  }

  private mutating func rewrite(_ operation: Operation) throws -> Rewrite? {
    if parts.contains(.constants), let rewrite = try foldConstants(operation) { return rewrite }
    if parts.contains(.algebra), let rewrite = try simplifyAlgebra(operation) { return rewrite }
    if parts.contains(.views), let rewrite = try composeViews(operation) { return rewrite }
    return nil
  }

  /// Gives a source name to an operation that takes the place of a named one.
  private mutating func adopt(_ name: String?, by value: Value) {
    guard let name, let definition = definitions[value], definition.depth == stack.count - 1 else { return }
    if definition.operation.results.first == value, stack[definition.depth][definition.index].name == nil {
      stack[definition.depth][definition.index].name = name
    }
  }
}
