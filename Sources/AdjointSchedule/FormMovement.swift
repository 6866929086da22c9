import AdjointIR

extension KernelWriter {
  /// Writes a concatenation, a padding or a scattering.
  mutating func formMovement(_ node: Int) {
    let buffer = buffer(of: node)
    let shape = graph.nodes[node].type.shape
    for nest in graph.movementNests(node) {
      let (loops, variables) = loops(over: nest.extents)
      begin(0)
      let term = self.term(nest.operand, .coordinates(nest.operandCoordinates.map { moved($0, variables) }), .full)
      let place = flatten(nest.resultCoordinates.map { moved($0, variables) }, shape)
      scalars.count([term], definesLoads: false)
      append([Write(buffer: buffer, index: place, term: term)], in: 2)
      scalars.statements[0] += AdjointSchedule.nest(loops, close(2))
    }
    if case .scatterAdd = graph.nodes[node].kind { scatter(node, buffer) }
  }

  /// Loops over the extents that are not 1, and the index that stands for each dimension.
  private mutating func loops(over extents: [Int]) -> ([Loop], Coordinates) {
    let loops = makeLoops(extents.filter { $0 != 1 }, level: 2)
    var rest = loops[...]
    let indices = extents.map { $0 == 1 ? Index() : Index(variable: rest.removeFirst().variable) }
    return (loops, indices)
  }

  /// An index over the dimensions of a nest, over its loops' variables.
  private func moved(_ index: Index, _ variables: Coordinates) -> Index {
    index.terms.reduce(Index(constant: index.constant)) { $0 + variables[$1.variable] * $1.coefficient }
  }

  private mutating func scatter(_ node: Int, _ buffer: Int) {
    let operands = graph.nodes[node].operands
    let shape = graph.nodes[node].type.shape
    let indexShape = graph.nodes[operands[1]].type.shape
    let (indexLoops, indices) = loops(over: indexShape)
    let (rowLoops, columns) = loops(over: Array(shape.dropFirst()))
    begin(0)
    // The row's number is known outside the loops over its elements.
    var number = term(operands[1], .coordinates(indices), .full)
    if scalars.terms[number].dtype != .i64 { number = scalars.term(.convert(number, .i64), .i64) }
    scalars.count([number], definesLoads: false)
    let value = scalars.expression(number, in: 2)
    let row = scalars.makeVariable("row", .i64, level: 2)
    scalars.statements[2].append(.define(row, value))
    let header = close(2)
    let update = term(operands[2], .coordinates(indices + columns), .full)
    scalars.count([update], definesLoads: false)
    let place = flatten([Index(variable: row)] + columns, [0] + shape.dropFirst())
    append([Write(buffer: buffer, index: place, term: update, reduction: .sum)], in: 2)
    let isInRange = Expression.call(
      .and,
      [
        .compare(.greaterOrEqual, .variable(row), .constant(0, .i64)),
        .compare(.less, .variable(row), .constant(Double(shape[0]), .i64)),
      ])
    let body: [Statement] = header + [.when(isInRange, nest(rowLoops, close(2)))]
    scalars.statements[0] += nest(indexLoops, body)
  }
}
