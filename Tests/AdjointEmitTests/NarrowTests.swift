import AdjointEmit
import AdjointIR
import AdjointSchedule
import AdjointTransforms
import Testing

/// Products with few columns whose left matrix has its rows side by side, with what happens to their elements.
@Suite struct NarrowTests {
  /// `p - 0.1 · (xᵀ · d)` for each batch, and a moment, in place.
  private static func program(batch: [Int], rows: Int, columns: Int, depth: Int, _ dtype: DType) throws -> Program {
    let shape = TensorType(batch + [rows, columns], dtype)
    let parameters: [(String, TensorType)] = [
      ("x", TensorType(batch + [depth, rows], dtype)), ("d", TensorType(batch + [depth, columns], dtype)),
      ("scale", .scalar(dtype)), ("p", shape), ("mu", shape),
    ]
    let batches = Array(batch.indices)
    let dimensions = DotDimensions(
      leftContracting: [batch.count], rightContracting: [batch.count], leftBatch: batches, rightBatch: batches)
    return try simplify(
      makeProgram("update", parameters, results: ["p", "mu"], reuses: [0: 3, 1: 4]) { builder, values in
        let (p, mu) = (values[3], values[4])
        let g = try builder.append(DotGeneral(dimensions), [values[0], values[1]])[0]
        let scale = try builder.broadcast(values[2], to: shape.shape)
        let moment = try builder.add(builder.multiply(mu, scale), builder.multiply(g, g))
        let positive = try builder.append(Compare(.greater), [p, builder.constant(0, like: p)])[0]
        let step = try builder.append(Select(), [positive, g, builder.negate(builder.multiply(g, scale))])[0]
        let root = try builder.sqrt(builder.add(builder.abs(moment), builder.constant(1, like: moment)))
        return [try builder.subtract(p, builder.divide(step, root)), moment]
      })
  }

  private static func subjects() throws -> [Subject] {
    var subjects: [Subject] = []
    for (batch, rows, columns, depth) in [
      ([], 64, 10, 40), ([], 48, 2, 30), ([], 112, 7, 33), ([], 32, 20, 64), ([3], 64, 10, 40), ([2, 2], 16, 3, 50),
    ] {
      for dtype in [DType.f32, .f64] {
        let program = try program(batch: batch, rows: rows, columns: columns, depth: depth, dtype)
        subjects.append(
          Subject(
            title: "\(batch) \(rows)×\(columns)×\(depth) \(dtype)", program: program,
            arguments: NetTests.arguments(program, seed: 5), tolerance: 1e-5, unit: 1))
      }
    }
    return subjects
  }

  @Test func everyVariantGivesWhatThereShouldBe() throws {
    let subjects = try Self.subjects()
    for subject in subjects {
      let files = try emitC(
        module: "Model", source: "Model.swift", [entryPoint("update", [makeSchedule(subject.program)])]
      ).files
      let kernels = try #require(files.first { $0.path == "Model.kernels.h" }).text
      #expect(kernels.contains("for (int place ="), "\(subject.title)")
    }
    try check(subjects)
    try check(subjects, flags: ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
  }
}
