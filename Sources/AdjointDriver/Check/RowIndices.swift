import AdjointIR

/// The integer parameters of a program that name rows of tables, by value, with the rows that all of those tables have.
/// An index outside has no derivative that differences could confirm: it is clamped forward, and dropped backward.
///
/// - Parameter program: With its derivatives expanded, so that all its tables are in sight.
func rowIndices(_ program: Program) -> [Int: ClosedRange<Int64>] {
  var origin = Dictionary(uniqueKeysWithValues: program.body.parameters.map { ($0.id, $0.id) })
  var rows: [Int: ClosedRange<Int64>] = [:]
  for operation in program.body.operations {
    switch operation.op {
    case is Reshape, is Transpose, is BroadcastInDim, is Slice, is StopGradient, is Convert:
      origin[operation.results[0].id] = origin[operation.operands[0].id]
    case is GatherRows, is ScatterAddRows:
      guard let parameter = origin[operation.operands[1].id], let count = operation.operands[0].type.shape.first else {
        continue
      }
      let last = max(0, Int64(count) - 1)
      rows[parameter] = 0...min(last, rows[parameter]?.upperBound ?? last)
    default: continue
    }
  }
  return rows
}
