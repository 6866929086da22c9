import AdjointIR
import AdjointSchedule
import Testing

/// What is picked from rows by comparing every index with a label.
@Suite struct LookUpTests {
  private static let (rows, classes) = (5, 70)

  /// A softmax's loss for each row and the gradient of their sum, from logits and labels of a type.
  private func loss(_ dtype: DType) throws -> Program {
    let shape = [Self.rows, Self.classes]
    return try makeProgram([TensorType(shape, .f32), TensorType([Self.rows], dtype)]) { b, x in
      func spread(_ value: Value) throws -> Value { try b.broadcastInDim(value, shape: shape, dimensions: [0]) }
      let shifted = try b.subtract(x[0], spread(b.reduce(.max, x[0], axes: [1])))
      let exponentials = try b.exp(shifted)
      let total = try b.reduce(.sum, exponentials, axes: [1])
      let column = try b.append(Iota(shape: shape, axis: 1, dtype: dtype), [])[0]
      let isLabel = try b.compare(.equal, column, spread(x[1]))
      let zero = try b.constant(0, like: shifted)
      let picked = try b.reduce(.sum, b.append(Select(), [isLabel, shifted, zero])[0], axes: [1])
      let correction = try b.append(Select(), [isLabel, b.constant(-0.125, like: shifted), zero])[0]
      let gradient = try b.add(b.divide(exponentials, spread(total)), correction)
      return [try b.subtract(b.log(total), picked), gradient]
    }
  }

  private func statements(_ statements: [Statement], where holds: (Statement) -> Bool) -> Int {
    statements.reduce(0) { count, statement in
      let inside: [Statement] =
        switch statement {
        case .loop(_, let body), .when(_, let body): body
        case .reduce(let nest): nest.body
        default: []
        }
      return count + (holds(statement) ? 1 : 0) + self.statements(inside, where: holds)
    }
  }

  @Test(arguments: [DType.i32, .i64, .u32]) func labelsInsideAndOutside(_ dtype: DType) throws {
    var generator = ProbeGenerator(seed: 5)
    let logits = random(TensorType([Self.rows, Self.classes], .f32), &generator, in: -3...3)
    let labels = dtype == .u32 ? [0, 69, 70, 3_000_000_000, 31] : [0, 69, -1, 70, 2_000_000_000]
    let program = try loss(dtype)
    let schedule = try check(
      program, [logits, Literal(TensorType([Self.rows], dtype), .integer(labels.map(Int64.init)))], tolerance: 1e-5)
    // One element of each row is corrected, and none is summed: what is left to find is the largest and the total.
    let body = schedule.kernels.flatMap(\.body)
    let corrections = statements(body) { if case .when = $0 { true } else { false } }
    let sums = statements(body) { if case .reduce = $0 { true } else { false } }
    #expect(corrections == 1)
    #expect(sums == 2)
  }

  @Test func aPickedNegativeZeroAndNaN() throws {
    let shape = [3, 40]
    let program = try makeProgram([TensorType(shape, .f32), TensorType([3], .i32)]) { b, x in
      let column = try b.append(Iota(shape: shape, axis: 1, dtype: .i32), [])[0]
      let isLabel = try b.compare(.equal, column, b.broadcastInDim(x[1], shape: shape, dimensions: [0]))
      let chosen = try b.append(Select(), [isLabel, x[0], b.constant(0, like: x[0])])[0]
      let step = try b.append(Select(), [isLabel, b.constant(2, like: x[0]), b.constant(0, like: x[0])])[0]
      return [try b.reduce(.sum, chosen, axes: [1]), try b.add(b.multiply(x[0], x[0]), step), try b.add(step, x[0])]
    }
    var values = [Double](repeating: -0.0, count: 120)
    (values[40], values[41], values[100]) = (.nan, .infinity, .nan)
    try check(
      program, [Literal(TensorType(shape, .f32), .real(values)), Literal(TensorType([3], .i32), .integer([7, 2, 20]))])
  }

  /// A kernel of scalars gathers no row of a table that it computes itself: the table would not be there yet.
  @Test(arguments: [[1], [1, 1], [4], [4, 1]]) func aRowOfAComputedTable(_ shape: [Int]) throws {
    let row = TensorType([1] + shape.dropFirst(), .f32)
    let program = try makeProgram([TensorType(shape, .f32), TensorType([1], .i32), row]) { b, x in
      let table = try b.logistic(x[0])
      let gathered = try b.gatherRows(table, x[1])
      return [try b.exp(b.multiply(gathered, b.tanh(x[2]))), try b.sin(gathered)]
    }
    let numbers = (0..<shape[0]).map { Double($0) - 1.5 }
    for index in [-1, 0, 3, 9] as [Int64] {
      try check(
        program,
        [
          Literal(TensorType(shape, .f32), .real(numbers)), Literal(TensorType([1], .i32), .integer([index])),
          Literal(row, .real([0.75])),
        ])
    }
  }

  /// A scattering's updates may gather: the rows they read are not the rows they are added to.
  @Test func aScatteringOfGatheredRows() throws {
    var generator = ProbeGenerator(seed: 7)
    let program = try makeProgram([TensorType([5, 3], .f32), TensorType([2, 4], .i32), TensorType([9], .i32)]) { b, x in
      let rows = try b.reshape(b.gatherRows(x[2], x[1]), [8])
      let gathered = try b.gatherRows(b.sin(x[0]), rows)
      let updates = try b.multiply(gathered, b.add(gathered, b.gatherRows(x[0], b.add(rows, rows))))
      return [try b.scatterAddRows(b.zeros(x[0].type), rows, updates)]
    }
    for _ in 0..<4 {
      let places = (0..<8).map { _ in Int64.random(in: -1...9, using: &generator) }
      let rows = (0..<9).map { _ in Int64.random(in: -1...5, using: &generator) }
      try check(
        program,
        [
          random(TensorType([5, 3], .f32), &generator), Literal(TensorType([2, 4], .i32), .integer(places)),
          Literal(TensorType([9], .i32), .integer(rows)),
        ])
    }
  }
}
