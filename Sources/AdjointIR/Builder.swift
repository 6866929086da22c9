import AdjointDiagnostics

/// Appends operations to a region, giving each its span, role and name. A class, because rules and front ends share
/// one as they go.
public final class Builder {
  /// The operations of the regions being written, innermost last.
  private var stack: [[Operation]] = [[]]
  /// The number the next value gets.
  public private(set) var nextValueID: Int
  /// The source line that new operations come from.
  public var span: SourceSpan = .none
  /// The part of the computation that new operations belong to.
  public var role: Role = .primal

  /// Starts with an empty region; values are numbered from `nextValueID`.
  public init(nextValueID: Int = 0) { self.nextValueID = nextValueID }

  /// A new value that no operation defines: a parameter.
  public func makeValue(_ type: TensorType) -> Value {
    defer { nextValueID += 1 }
    return Value(id: nextValueID, type: type)
  }

  /// Appends an operation after checking it, and returns its results.
  @discardableResult
  public func append(
    _ op: any Op, _ operands: [Value], regions: [Region] = [], name: String? = nil
  ) throws(OpError) -> [Value] {
    let types = try op.resultTypes(operands.map(\.type), regions: regions)
    for type in types { try type.checkSize() }
    let results = types.map(makeValue)
    stack[stack.count - 1].append(
      Operation(
        op: op, operands: operands, results: results, regions: regions, span: span, role: role, name: name))
    return results
  }

  /// Appends an operation with one result.
  public func emit(_ op: any Op, _ operands: Value..., name: String? = nil) throws(OpError) -> Value {
    try append(op, operands, name: name)[0]
  }

  /// Appends a copy of an operation that keeps its span, role and name, with other operands and fresh results.
  @discardableResult
  public func append(copying operation: Operation, operands: [Value], regions: [Region]) -> [Value] {
    var copy = operation
    copy.operands = operands
    copy.regions = regions
    copy.results = operation.results.map { makeValue($0.type) }
    stack[stack.count - 1].append(copy)
    return copy.results
  }

  /// Gives the operation that defines `value` a source name, where it is in the innermost region and has none.
  public func setName(_ name: String, of value: Value) {
    let last = stack.count - 1
    guard let index = stack[last].lastIndex(where: { $0.results.contains(value) }) else { return }
    if stack[last][index].name == nil, stack[last][index].results.first == value { stack[last][index].name = name }
  }

  /// Writes a nested region: `body` receives fresh parameters and returns the region's results.
  public func region(
    parameters types: [TensorType], _ body: ([Value]) throws -> [Value]
  ) rethrows -> Region {
    let parameters = types.map(makeValue)
    stack.append([])
    do {
      let results = try body(parameters)
      return Region(parameters: parameters, operations: stack.removeLast(), results: results)
    } catch {
      stack.removeLast()
      throw error
    }
  }

  /// Takes the operations written so far out of the innermost region.
  public func takeOperations() -> [Operation] {
    defer { stack[stack.count - 1] = [] }
    return stack[stack.count - 1]
  }

  /// Runs `body` with another span and role, and restores them.
  public func with<Result>(
    span: SourceSpan? = nil, role: Role? = nil, _ body: () throws -> Result
  ) rethrows -> Result {
    let saved = (self.span, self.role)
    defer { (self.span, self.role) = saved }
    if let span { self.span = span }
    if let role { self.role = role }
    return try body()
  }
}
