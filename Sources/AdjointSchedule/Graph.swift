import AdjointDiagnostics
import AdjointIR

/// Why a program has no schedule.
public struct ScheduleError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The finding's id, such as `schedule.unexpanded`.
  public var id: String
  /// What is wrong.
  public var message: String
  /// The source line of the operation at fault.
  public var span: SourceSpan

  /// Makes an error.
  public init(_ id: String, _ message: String, _ span: SourceSpan = .none) {
    self.id = id
    self.message = message
    self.span = span
  }

  /// The place and the message.
  public var description: String { "\(span): \(message) [\(id)]" }
}

/// A program as what loops see of it: one node for each value that a result needs, in an order in which operands come
/// first, each defined by its lowering alone.
struct Graph {
  /// How a node's elements come about.
  enum Kind {
    case parameter(Int)
    /// The same number everywhere.
    case splat(Double)
    case table(Literal)
    case iota(axis: Int)
    case elementwise(ScalarExpression)
    case view(IndexMap)
    /// Operands: table, row numbers.
    case gather
    case reduce(Reduction, axes: [Int])
    case argReduce(largest: Bool, axis: Int)
    /// Operands in the order [batch…, free…, contracting…]; `batch` and `contracting` count the dimensions.
    case dot(batch: Int, contracting: Int)
    case concatenate(axis: Int)
    case pad(low: [Int], high: [Int], interior: [Int])
    case scatterAdd
  }

  struct Node {
    var kind: Kind
    var operands: [Int]
    var type: TensorType
    /// The source's name.
    var name: String?
    var span: SourceSpan
    var role: Role
    /// The op's name, for readers.
    var opName: String
    /// Whether it must have memory of its own: results, and what is read at other places than element by element.
    var needsBuffer = false
    /// The result it is, if any.
    var result: Int?
  }

  var nodes: [Node] = []
  /// The nodes that read each node.
  var users: [[Int]] = []
  /// For each parameter of the program its node.
  var parameterNodes: [Int] = []

  /// Adds a node after all others.
  mutating func append(_ node: Node) -> Int {
    nodes.append(node)
    users.append([])
    for operand in Set(node.operands).sorted() { users[operand].append(nodes.count - 1) }
    return nodes.count - 1
  }

  /// Adds a node that is a copy of another, with memory of its own.
  mutating func appendCopy(of source: Int, result: Int? = nil) -> Int {
    let node = nodes[source]
    return append(
      Node(
        kind: .elementwise(.operand(0)), operands: [source], type: node.type, name: node.name, span: node.span,
        role: node.role, opName: "copy", needsBuffer: true, result: result))
  }

  /// The node that a chain of views starts from.
  func base(of node: Int) -> Int {
    var node = node
    while case .view = nodes[node].kind { node = nodes[node].operands[0] }
    return node
  }
}

extension Graph {
  /// The nodes of a program's results and of all they need. Results that are not computed by an operation of their
  /// own (parameters, constants, views, values returned twice) become copies.
  init(_ program: Program) throws(ScheduleError) {
    var isLive = Set(program.body.results)
    for operation in program.body.operations.reversed() where operation.results.contains(where: isLive.contains) {
      isLive.formUnion(operation.operands)
    }
    var ids: [Value: Int] = [:]
    for (number, value) in program.body.parameters.enumerated() {
      let name = program.parameters[number].name
      let node = append(
        Node(
          kind: .parameter(number), operands: [], type: value.type, name: name, span: .none, role: .primal,
          opName: "parameter"))
      ids[value] = node
      parameterNodes.append(node)
    }
    for operation in program.body.operations where operation.results.contains(where: isLive.contains) {
      try add(operation, isLive, &ids)
    }
    for (number, value) in program.body.results.enumerated() {
      guard let node = ids[value] else {
        throw ScheduleError("schedule.undefined", "result \(number) of \(program.name) is not defined")
      }
      var canBeResult = nodes[node].result == nil
      switch nodes[node].kind {
      case .parameter, .splat, .table, .iota, .view: canBeResult = false
      default: break
      }
      if canBeResult {
        nodes[node].result = number
        nodes[node].needsBuffer = true
      } else {
        let copy = appendCopy(of: node, result: number)
        nodes[copy].name = program.results[number].name
      }
    }
    for node in nodes.indices {
      switch nodes[node].kind {
      case .dot: for operand in nodes[node].operands { require(operand) }
      case .gather: require(nodes[node].operands[0])
      default: break
      }
    }
  }

  /// Gives the base of a view memory of its own.
  private mutating func require(_ node: Int) { nodes[base(of: node)].needsBuffer = true }

  private mutating func add(
    _ operation: Operation, _ isLive: Set<Value>, _ ids: inout [Value: Int]
  ) throws(ScheduleError) {
    var operands: [Int] = []
    for value in operation.operands {
      guard let node = ids[value] else {
        throw ScheduleError(
          "schedule.undefined", "an operand of \(type(of: operation.op).name) is not defined",
          operation.span)
      }
      operands.append(node)
    }
    let lowering = operation.op.lowering
    for (number, value) in operation.results.enumerated() where isLive.contains(value) {
      var node = Node(
        kind: .splat(0), operands: operands, type: value.type, name: number == 0 ? operation.name : nil,
        span: operation.span, role: operation.role, opName: type(of: operation.op).name)
      switch lowering {
      case .elementwise(let expressions):
        if case .constant(let constant, _) = expressions[number] {
          node.kind = .splat(constant)
          node.operands = []
        } else {
          node.kind = .elementwise(expressions[number])
        }
      case .view(let map):
        if case .splat = nodes[operands[0]].kind {
          node.kind = nodes[operands[0]].kind
          node.operands = []
        } else {
          node.kind = .view(map)
        }
      case .pad(let low, let high, let interior): node.kind = .pad(low: low, high: high, interior: interior)
      case .concatenate(let axis): node.kind = .concatenate(axis: axis)
      case .reduce(let reduction, let axes):
        let shape = nodes[operands[0]].type.shape
        let isTrivial = axes.allSatisfy { shape[$0] == 1 }
        node.kind = isTrivial ? .view(.reshape) : .reduce(reduction, axes: axes.sorted())
      case .argReduce(let largest, let axis): node.kind = .argReduce(largest: largest, axis: axis)
      case .dot(let dimensions):
        node.kind = .dot(batch: dimensions.leftBatch.count, contracting: dimensions.leftContracting.count)
        node.operands = [
          arranged(operands[0], dimensions.leftBatch, dimensions.leftContracting),
          arranged(operands[1], dimensions.rightBatch, dimensions.rightContracting),
        ]
      case .gatherRows: node.kind = .gather
      case .scatterAddRows: node.kind = .scatterAdd
      case .iota(let axis): node.kind = .iota(axis: axis)
      case .constant(let literal): node.kind = Graph.constant(literal)
      case .expanded:
        throw ScheduleError(
          "schedule.unexpanded", "\(type(of: operation.op).name) must be expanded before it is scheduled",
          operation.span)
      }
      ids[value] = append(node)
    }
  }

  /// A view of a dot product's operand with its dimensions in the order [batch…, free…, contracting…].
  private mutating func arranged(_ operand: Int, _ batch: [Int], _ contracting: [Int]) -> Int {
    let shape = nodes[operand].type.shape
    let free = shape.indices.filter { !batch.contains($0) && !contracting.contains($0) }
    let permutation = batch + free + contracting
    if permutation == Array(shape.indices) { return operand }
    var view = nodes[operand]
    view.kind = .view(.transpose(permutation: permutation))
    view.operands = [operand]
    view.type = view.type.with(shape: permutation.map { shape[$0] })
    view.opName = "transpose"
    view.needsBuffer = false
    view.result = nil
    return append(view)
  }

  /// A constant is one number where all its elements are the same (and a double holds it), else a table.
  private static func constant(_ literal: Literal) -> Kind {
    switch literal.elements {
    case .real(let values):
      if let first = values.first, values.allSatisfy({ $0.bitPattern == first.bitPattern }) { return .splat(first) }
    case .integer(let values):
      if let first = values.first, values.allSatisfy({ $0 == first }), Int64(exactly: Double(first)) == first {
        return .splat(Double(first))
      }
    case .bool(let values):
      if let first = values.first, values.allSatisfy({ $0 == first }) { return .splat(first ? 1 : 0) }
    }
    return .table(literal)
  }
}
