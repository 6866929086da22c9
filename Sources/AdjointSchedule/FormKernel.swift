import AdjointIR

/// The buffers of a schedule while its kernels are written.
struct BufferTable {
  var buffers: [Buffer] = []
  /// The buffer of each node that has memory.
  var ofNode: [Int: Int] = [:]

  mutating func append(_ buffer: Buffer) -> Int {
    buffers.append(buffer)
    return buffers.count - 1
  }
}

/// Writes the loops of one group.
struct KernelWriter {
  let fusion: Fusion
  let number: Int
  let group: Group
  var table: BufferTable
  var scalars = ScalarScopes()
  /// The variables that hold reductions of this kernel.
  var reductionVariables: [Int: Int] = [:]
  var phases: Phases
  /// The phase being written.
  var phase = 0
  /// Members that the phase being written reads from memory, or from a row kept from an earlier phase.
  private var rows: [Int: Int] = [:]
  private var memo: [MemoKey: Int] = [:]
  /// What the kernel would need and there is not: it must not be used then.
  private(set) var missing: String?
  /// Nodes of no kernel, or of another one, that this kernel computes where it needs them.
  private(set) var inlined: Set<Int> = []

  private struct MemoKey: Hashable {
    var node: Int
    var flat: Index
  }

  init(_ fusion: Fusion, _ number: Int, _ table: BufferTable, _ phases: Phases) {
    self.fusion = fusion
    self.number = number
    self.group = fusion.groups[number]
    self.table = table
    self.phases = phases
  }

  var graph: Graph { fusion.graph }

  /// The memory of a node that is read or written there.
  mutating func buffer(of node: Int) -> Int {
    if let buffer = table.ofNode[node] { return buffer }
    missing = "\(graph.nodes[node].name ?? graph.nodes[node].opName) has no memory"
    return 0
  }

  /// The extents of the loops inside a row; all loops where there are no rows.
  var innerExtents: [Int] { Array(group.space[(group.rowRank ?? 0)...]) }

  // MARK: Terms

  /// The term of a node's element at a place.
  mutating func term(_ node: Int, _ place: Place, _ level: Placement.Level) -> Int {
    switch fusion.access(node, place, number, level, scalars.extents) {
    case .splat(let value): return scalars.constant(value, graph.nodes[node].type.dtype)
    case .position(let index):
      return convert(scalars.term(.index(index), .i64), graph.nodes[node].type.dtype)
    case .load(let node, let index): return load(buffer(of: node), index, node: node)
    case .member(let node): return member(node)
    case .expand(let node, let coordinates):
      inlined.insert(node)
      return expand(node, coordinates, level)
    }
  }

  private mutating func convert(_ term: Int, _ dtype: DType) -> Int {
    scalars.terms[term].dtype == dtype ? term : scalars.term(.convert(term, dtype), dtype)
  }

  private mutating func load(_ buffer: Int, _ index: Index, row: Int? = nil, node: Int? = nil) -> Int {
    let term = scalars.term(.load(buffer: buffer, at: index, row: row), table.buffers[buffer].type.dtype)
    scalars.hint(term, "\(table.buffers[buffer].name)_value")
    return term
  }

  /// The term of a node that this kernel computes.
  mutating func member(_ node: Int) -> Int {
    if let variable = reductionVariables[node] {
      return scalars.term(.variable(variable), graph.nodes[node].type.dtype)
    }
    guard let placement = fusion.placement[node] else { preconditionFailure("a member without a place") }
    // What loops over one element have found is still there, as a scalar.
    let isInLoop = innerExtents.contains { $0 != 1 }
    if isInLoop, placement.level == .full, let home = phases.home[node], home != phase,
      !phases.isRepeated.contains(node)
    {
      if let row = rows[node] { return load(row, innerIndex) }
      if let buffer = table.ofNode[node] { return load(buffer, placement.flat) }
    }
    return expand(node, placement.coordinates, placement.level)
  }

  /// The place in an array that holds one row.
  private var innerIndex: Index {
    let first = group.rowRank ?? 0
    return flatten(innerExtents.indices.map { Index(variable: first + $0) }, innerExtents)
  }

  /// The term of an element-wise node or a gather, from its operands.
  private mutating func expand(_ node: Int, _ coordinates: Coordinates, _ level: Placement.Level) -> Int {
    let key = MemoKey(node: node, flat: flatten(coordinates, graph.nodes[node].type.shape))
    if let known = memo[key] { return known }
    let operands = fusion.operandPlaces(node, coordinates).map { term($0.operand, $0.place, level) }
    let result: Int
    if case .elementwise(let expression) = graph.nodes[node].kind {
      result = instantiate(expression, operands)
    } else {
      result = gather(node, coordinates, operands[0])
    }
    if let name = graph.nodes[node].name {
      scalars.hint(result, identifier(name))
    } else if let buffer = table.ofNode[node] {
      scalars.hint(result, table.buffers[buffer].name)
    }
    memo[key] = result
    return result
  }

  private mutating func gather(_ node: Int, _ coordinates: Coordinates, _ index: Int) -> Int {
    let tableNode = fusion.actual(graph.nodes[node].operands[0], rank: fusion.rank(number))
    let shape = graph.nodes[tableNode].type.shape
    let wide = convert(index, .i64)
    let row = scalars.clamped(wide, below: shape[0])
    let variable = scalars.reserve(row, "row")
    let indexRank = graph.nodes[graph.nodes[node].operands[1]].type.rank
    let place = flatten([Index(variable: variable)] + coordinates[indexRank...], [0] + shape.dropFirst())
    return load(buffer(of: tableNode), place, row: row)
  }

  private mutating func instantiate(_ expression: ScalarExpression, _ operands: [Int]) -> Int {
    switch expression {
    case .operand(let operand): return operands[operand]
    case .constant(let value, let dtype): return scalars.constant(value, dtype)
    case .call(let function, let arguments):
      let arguments = arguments.map { instantiate($0, operands) }
      return scalars.term(.call(function, arguments), scalars.terms[arguments[0]].dtype)
    case .compare(let comparison, let left, let right):
      return scalars.term(
        .compare(comparison, instantiate(left, operands), instantiate(right, operands)), .bool)
    case .select(let predicate, let onTrue, let onFalse):
      let onTrue = instantiate(onTrue, operands)
      return scalars.term(
        .select(instantiate(predicate, operands), onTrue, instantiate(onFalse, operands)),
        scalars.terms[onTrue].dtype)
    case .convert(let value, to: let dtype):
      return convert(instantiate(value, operands), dtype)
    case .bitcast(let value, to: let dtype):
      return scalars.term(.bitcast(instantiate(value, operands), dtype), dtype)
    }
  }

  // MARK: Statements

  /// A value to write, and where.
  struct Write {
    var buffer: Int
    var index: Index
    var term: Int
    /// How it is combined with what is there; nil for a plain store.
    var reduction: Reduction?
  }

  /// Starts a phase: what an earlier one computed is now read from memory.
  mutating func begin(_ phase: Int) {
    self.phase = phase
    memo = [:]
  }

  /// Ends a scope: takes its statements. What comes after finds the rows that it gathers itself.
  mutating func close(_ scope: Int) -> [Statement] {
    memo = [:]
    return scalars.close(scope)
  }

  /// Appends writes to a scope. Where there are several, everything is read before anything is written, since what is
  /// written may lie where something is read.
  mutating func append(_ writes: [Write], in scope: Int) {
    let expressions = writes.map { scalars.expression($0.term, in: scope) }
    for (write, expression) in zip(writes, expressions) {
      if let reduction = write.reduction {
        scalars.statements[scope].append(
          .accumulate(buffer: write.buffer, at: write.index, reduction, expression))
      } else {
        scalars.statements[scope].append(.store(buffer: write.buffer, at: write.index, expression))
      }
    }
  }

  /// A local array that keeps one row of a member for later phases.
  mutating func keepRow(_ node: Int) -> Int {
    if let row = rows[node] { return row }
    let type = TensorType([innerExtents.reduce(1, *)], graph.nodes[node].type.dtype)
    let name = "row_of_\(identifier(graph.nodes[node].name ?? graph.nodes[node].opName))"
    let row = table.append(Buffer(name: name, type: type, storage: .local))
    rows[node] = row
    return row
  }

  /// The write of a member to its row.
  mutating func rowWrite(_ node: Int, _ term: Int) -> Write {
    Write(buffer: keepRow(node), index: innerIndex, term: term)
  }

  /// Loops over new variables.
  mutating func makeLoops(_ extents: [Int], level: Int) -> [Loop] {
    extents.map { Loop(variable: scalars.makeVariable("i", .i64, level: level, extent: $0), extent: $0) }
  }
}

/// Statements inside loops, the first loop outermost.
func nest(_ loops: some Collection<Loop>, _ body: [Statement]) -> [Statement] {
  loops.reversed().reduce(body) { [.loop($1, $0)] }
}

/// A name made of letters, digits and underscores.
func identifier(_ name: String) -> String {
  var result = ""
  for scalar in name.unicodeScalars {
    let isPlain = scalar.isASCII && (scalar.properties.isAlphabetic || ("0"..."9").contains(scalar))
    if isPlain {
      result.unicodeScalars.append(scalar)
    } else if result.last != "_" {
      result.append("_")
    }
  }
  while result.last == "_", result.count > 1 { result.removeLast() }
  if result.first?.isNumber ?? true { result = "v" + result }
  return result
}
