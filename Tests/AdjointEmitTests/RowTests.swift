import AdjointEmit
import AdjointIR
import AdjointSchedule
import Testing

/// Loops over rows: what they take from the signs of numbers, and the largest and smallest of a row.
@Suite struct RowTests {
  private static let (rows, width) = (9, 70)
  private static let shape = [rows, width]

  /// Numbers with what is special among them, in other places of each row.
  private static func numbers(_ dtype: DType, _ shape: [Int] = shape, seed: UInt64 = 3) -> Literal {
    var generator = ProbeGenerator(seed: seed)
    let type = TensorType(shape, dtype)
    var values = random(type, &generator).reals
    let width = shape[1]
    func fill(_ row: Int, with value: Double) {
      for column in 0..<width { values[row * width + column] = value }
    }
    (values[width + 3], values[2 * width + 31], values[3 * width + width - 1]) = (.nan, .nan, .nan)
    (values[4 * width], values[4 * width + 40], values[5 * width + 33]) = (.infinity, -.infinity, -.infinity)
    fill(6, with: -.infinity)
    fill(7, with: -0.0)
    (values[8 * width + 2], values[8 * width + width - 4]) = (100, -200)
    return Literal(type, .real(values))
  }

  private static func random(_ type: TensorType, _ generator: inout ProbeGenerator) -> Literal {
    Literal(type, .real((0..<type.count).map { _ in Double(Float.random(in: -4...4, using: &generator)) }))
  }

  @Test(arguments: [DType.f32, .f64]) func theLargestAndTheSmallestOfRows(_ dtype: DType) throws {
    var subjects: [Subject] = []
    for width in [41, 64, 70, 200] {
      let program = try makeProgram("ends", [("x", TensorType([9, width], dtype))]) { builder, x in
        [
          try builder.reduce(.max, x[0], axes: [1]), try builder.reduce(.min, x[0], axes: [1]),
          try builder.reduce(.max, x[0], axes: [0, 1]),
        ]
      }
      let numbers = Self.numbers(dtype, [9, width])
      subjects.append(Subject(title: "rows of \(width)", program: program, arguments: [numbers], tolerance: 0))
    }
    try check(subjects)
  }

  /// Rows that are passed over several times, some of them for sums in turns, in arrays so large that lines are asked for
  /// early: the derivative of a normalisation with as many sums side by side as the instruction sets' registers hold or
  /// do not.
  @Test(arguments: [DType.f32, .f64], [1, 2, 3, 5]) func severalSumsOfLongRows(_ dtype: DType, _ sums: Int) throws {
    var subjects: [Subject] = []
    for width in [20, 128, 131, 200, 768] {
      let shape = [20_000 / width, width]
      let parameters = ["x", "y"].map { ($0, TensorType(shape, dtype)) } + [("scale", TensorType([width], dtype))]
      let program = try makeProgram("sums", parameters) { builder, values in
        let scale = try builder.broadcastInDim(values[2], shape: shape, dimensions: [1])
        let product = try builder.multiply(values[0], builder.multiply(values[1], scale))
        var (result, results): (Value, [Value]) = (product, [])
        for number in 0..<sums {
          let term = try builder.add(product, builder.multiply(values[number % 2], values[number / 2 % 2]))
          let total = try Nets.rowwise(builder, number == 2 ? .max : .sum, term)
          result = try builder.add(result, builder.multiply(total, values[number % 2]))
          results.append(try builder.reduce(.sum, builder.multiply(term, total), axes: [0]))
        }
        let last = try builder.multiply(result, Nets.rowwise(builder, .sum, builder.multiply(result, scale)))
        return [result, last] + results
      }
      let arguments = [UInt64(5), 6, 7].enumerated().map { place, seed in
        var generator = ProbeGenerator(seed: seed)
        return Self.random(parameters[place].1, &generator)
      }
      subjects.append(
        Subject(title: "\(sums) sums of rows of \(width)", program: program, arguments: arguments, tolerance: 2e-5))
    }
    try check(subjects)
    let text = try kernels(subjects[4].program)
    #expect(text.contains("LANES_AT_ONCE(") == (sums > 1 || dtype == .f64), "\(text)")
    #expect(text.contains("__builtin_prefetch("), "\(text)")
  }

  /// exp(a - b) for each row, where `largest` gives b from the parameters.
  private static func exponential(
    _ title: String, inPlace: Bool = false, _ body: @escaping (Builder, [Value]) throws -> Value
  ) throws -> Subject {
    let program = try makeProgram(
      "exponential", [("x", TensorType(shape, .f32)), ("y", TensorType(shape, .f32))], reuses: inPlace ? [0: 0] : [:]
    ) { builder, values in
      let powers = try builder.exp(body(builder, values))
      return [try builder.divide(powers, Nets.rowwise(builder, .sum, powers))]
    }
    return Subject(title: title, program: program, arguments: [numbers(.f32), numbers(.f32, seed: 4)])
  }

  @Test func exponentialsOfWhatCannotBeAboveZeroTakeFewerSteps() throws {
    let short = [
      try Self.exponential("a softmax") { b, x in try b.subtract(x[0], Nets.rowwise(b, .max, x[0])) },
      try Self.exponential("a softmax of a function") { b, x in
        let score = try b.multiply(x[0], x[1])
        return try b.subtract(score, Nets.rowwise(b, .max, score))
      },
      try Self.exponential("a bell") { b, x in try b.negate(b.multiply(x[0], x[0])) },
      try Self.exponential("two sides") { b, x in
        try b.multiply(b.abs(x[0]), b.constant(-0.5, like: x[0]))
      },
      try Self.exponential("in place", inPlace: true) { b, x in try b.subtract(x[0], Nets.rowwise(b, .max, x[0])) },
    ]
    let long = [
      try Self.exponential("the largest of another array") { b, x in
        try b.subtract(x[0], Nets.rowwise(b, .max, x[1]))
      },
      try Self.exponential("the largest of another function") { b, x in
        let twice = try b.add(x[0], x[0])
        return try b.subtract(twice, Nets.rowwise(b, .max, x[0]))
      },
      try Self.exponential("the largest of a part") { b, x in
        let part = try b.append(Slice(starts: [0, 0], limits: [Self.rows, Self.width - 1], strides: [1, 1]), [x[0]])[0]
        let largest = try b.reduce(.max, part, axes: [1])
        return try b.subtract(x[0], b.broadcastInDim(largest, shape: Self.shape, dimensions: [0]))
      },
      try Self.exponential("the smallest") { b, x in try b.subtract(x[0], Nets.rowwise(b, .min, x[0])) },
      try Self.exponential("the other way round") { b, x in
        try b.subtract(Nets.rowwise(b, .max, x[0]), x[0])
      },
    ]
    try check(short + long)
    for (subjects, isShort) in [(short, true), (long, false)] {
      for subject in subjects {
        let text = try kernels(subject.program)
        #expect(text.contains("adjoint_exp_nonpositive_f32(") == isShort, "\(subject.title): \(text)")
        #expect(text.contains("adjoint_exp_f32(") != isShort, "\(subject.title): \(text)")
      }
    }
  }

  @Test func zeroIsAddedOnlyWhereItMatters() throws {
    func program(_ value: @escaping (Builder, Value) throws -> Value) throws -> Subject {
      let program = try makeProgram("sum", [("x", TensorType(Self.shape, .f32))]) { builder, x in
        let value = try value(builder, x[0])
        let sum = try builder.add(value, builder.constant(0, like: value))
        return [try builder.divide(builder.constant(1, like: value), sum)]
      }
      return Subject(title: "sum", program: program, arguments: [Self.numbers(.f32)])
    }
    let without = [
      try program { b, x in try b.multiply(x, x) }, try program { b, x in try b.exp(x) },
      try program { b, x in try b.abs(x) },
    ]
    let with = [
      try program { b, x in x }, try program { b, x in try b.negate(b.multiply(x, x)) },
      try program { b, x in try b.multiply(x, b.abs(x)) },
    ]
    try check(without + with)
    for subject in without { #expect(try !kernels(subject.program).contains("+ 0.0f")) }
    for subject in with { #expect(try kernels(subject.program).contains("+ 0.0f")) }
  }

  private func kernels(_ program: Program) throws -> String {
    let files = try emitC(
      module: "Model", source: "Model.swift", [entryPoint("rows", [makeSchedule(program)])]
    ).files
    return try #require(files.first { $0.path == "Model.kernels.h" }).text
  }
}
