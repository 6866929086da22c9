import AdjointEmit
import AdjointIR
import AdjointSchedule
import AdjointTransforms
import Foundation
import Testing

/// Products whose roots and divisions are computed while the next tile is summed.
@Suite struct FinishTests {
  /// What is done with a gradient.
  private enum Rule: CaseIterable {
    /// Adam with weight decay: a root, then a division.
    case adam
    /// Adam of fused multiply-adds, with what corrects its bias in two numbers.
    case fusedAdam
    /// A reciprocal root, the square being both input and result.
    case rootMeanSquare
    /// Two divisions after each other and one beside them.
    case quotients
  }

  /// `xᵀ · d`, and parameters updated by it.
  private static func program(
    _ rule: Rule, rows: Int, columns: Int, depth: Int, rightTransposed: Bool = false, _ dtype: DType = .f32
  ) throws -> Program {
    let shape = TensorType([rows, columns], dtype)
    let parameters: [(String, TensorType)] = [
      ("x", TensorType([depth, rows], dtype)),
      ("d", TensorType(rightTransposed ? [columns, depth] : [depth, columns], dtype)),
      ("bias", TensorType([columns], dtype)), ("scale", .scalar(dtype)), ("p", shape), ("mu", shape), ("nu", shape),
    ]
    return try simplify(
      makeProgram("update", parameters, results: ["p", "mu", "nu"], reuses: [0: 4, 1: 5, 2: 6]) { builder, values in
        let (x, d, bias, scale) = (values[0], values[1], values[2], try builder.broadcast(values[3], to: shape.shape))
        let (p, mu, nu) = (values[4], values[5], values[6])
        let dimensions = DotDimensions(leftContracting: [0], rightContracting: [rightTransposed ? 1 : 0])
        let g = try builder.append(DotGeneral(dimensions), [x, d])[0]
        func scaled(_ x: Value, _ factor: Double) throws -> Value {
          try builder.multiply(x, builder.constant(factor, like: x))
        }
        let mean = try builder.add(scaled(mu, 0.9), scaled(g, 0.1))
        let square = try builder.add(scaled(nu, 0.99), scaled(builder.multiply(g, g), 0.01))
        switch rule {
        case .adam:
          let root = try builder.add(
            builder.sqrt(builder.multiply(square, scale)), builder.constant(1e-8, like: square))
          let step = try builder.add(scaled(builder.divide(mean, root), -1e-3), scaled(p, -1e-4))
          return [try builder.add(p, step), mean, square]
        case .fusedAdam:
          func constant(_ value: Double) throws -> Value { try builder.constant(value, like: g) }
          let mean = try builder.fma(g, constant(0.1), scaled(mu, 0.9))
          let square = try builder.fma(constant(0.01), builder.multiply(g, g), scaled(nu, 0.99))
          let ratio = try builder.divide(mean, builder.add(builder.sqrt(square), scale))
          let row = try builder.append(BroadcastInDim(shape: shape.shape, dimensions: [1]), [bias])[0]
          return [try builder.fma(scale, ratio, builder.fma(row, constant(-1e-4), p)), mean, square]
        case .rootMeanSquare:
          let step = try builder.multiply(builder.multiply(g, scale), builder.rsqrt(square))
          return [try builder.subtract(p, step), mean, square]
        case .quotients:
          let wide = try builder.append(BroadcastInDim(shape: shape.shape, dimensions: [1]), [bias])[0]
          let inner = try builder.divide(g, builder.add(scaled(builder.multiply(p, p), 2), scale))
          let outer = try builder.divide(inner, wide)
          return [outer, try builder.add(mu, builder.divide(inner, mu)), try builder.negate(builder.sqrt(nu))]
        }
      })
  }

  private static func subjects() throws -> [Subject] {
    var subjects: [Subject] = []
    func add(_ title: String, _ program: Program) {
      var arguments = NetTests.arguments(program, seed: 5)
      // Squares, none below 0 but one, with whatever else a root and a division may meet.
      var squares = arguments[6].reals.map(\.magnitude)
      for (number, special) in [0, .infinity, .nan, -1, 1e-42, 1e38].enumerated() { squares[7 * number] = special }
      arguments[6] = Literal(arguments[6].type, .real(squares.map { Double(Float($0)) }))
      arguments[3] = Literal(arguments[3].type, .real([0.75]))
      // Small squares make much of the roundings of a sum; `theBitsAreThoseOfPlainLoops` is exact.
      subjects.append(Subject(title: title, program: program, arguments: arguments, tolerance: 1e-3, unit: 1e-3))
    }
    for rule in Rule.allCases {
      // The last tile is lower than the others; two threads divide the rows.
      add("\(rule) 41", try program(rule, rows: 41, columns: 64, depth: 150))
      add("\(rule) 200", try program(rule, rows: 200, columns: 288, depth: 130, rightTransposed: true))
    }
    add("f64", try program(.adam, rows: 50, columns: 64, depth: 100, .f64))
    return subjects
  }

  private static func emitted(_ subjects: [Subject], _ options: ScheduleOptions) throws -> (EmittedC, [Schedule]) {
    let schedules = try subjects.map { try makeSchedule($0.program, options: options) }
    return (try emitC(module: "Subjects", source: "Subjects.swift", [entryPoint("subject", schedules)]), schedules)
  }

  @Test func everyTileIsFinished() throws {
    let subjects = try Self.subjects()
    let (emitted, _) = try Self.emitted(subjects, ScheduleOptions())
    let kernels = try #require(emitted.files.first { $0.path == "Subjects.kernels.h" }).text
    // Each subject has a kernel that finishes tiles late.
    #expect(kernels.components(separatedBy: "  matmul_finishing_tile_f").count >= subjects.count)
    try check(subjects)
    try check(subjects, flags: ["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"])
  }

  /// In parts or whole, and with the update apart from the product.
  @Test func theBitsAreThoseOfPlainLoops() throws {
    let subjects = try Self.subjects()
    let arguments = subjects.map(\.arguments)
    let (plain, plainSchedules) = try Self.emitted(subjects, ScheduleOptions(fuse: false, leastPart: .infinity))
    let (late, schedules) = try Self.emitted(subjects, ScheduleOptions(leastPart: 0))
    let expected = try CompiledC(plain, plainSchedules, module: "Subjects", flags: ["-O1"])
    defer { expected.remove() }
    let compiled = try CompiledC(late, schedules, module: "Subjects", flags: ["-O2"])
    defer { compiled.remove() }
    #expect(schedules.flatMap(\.kernels).contains { $0.division != nil })
    for isa in instructionSets {
      for inPlace in [false, true] {
        let wanted = try expected.run(arguments, isa: isa, inPlace: inPlace)
        for threads in [1, 2, 3] {
          let results = try compiled.run(
            arguments, isa: isa, inPlace: inPlace, environment: ["ADJOINT_THREADS": String(threads)])
          for (number, subject) in subjects.enumerated() where !same(results[number], wanted[number]) {
            Issue.record("\(subject.title) has other bits on \(isa), \(threads) threads\(inPlace ? ", in place" : "")")
          }
        }
      }
    }
  }

  /// The NEON kernels, under an emulator.
  @Test(.enabled(if: EmulatedARM.isThere, "no qemu-aarch64, or no AArch64 C library"))
  func theBitsAreTheSameOnNEON() throws {
    let subjects = try Self.subjects()
    let arguments = subjects.map(\.arguments)
    let (plain, plainSchedules) = try Self.emitted(subjects, ScheduleOptions(fuse: false))
    let (late, schedules) = try Self.emitted(subjects, ScheduleOptions())
    let expected = try CompiledC(plain, plainSchedules, module: "Subjects", flags: ["-O1"], isEmulated: true)
    defer { expected.remove() }
    let compiled = try CompiledC(late, schedules, module: "Subjects", flags: ["-O2"], isEmulated: true)
    defer { compiled.remove() }
    let wanted = try expected.run(arguments, isa: "baseline", inPlace: false)
    let results = try compiled.run(arguments, isa: "baseline", inPlace: true)
    for (number, subject) in subjects.enumerated() where !same(results[number], wanted[number]) {
      Issue.record("\(subject.title) has other bits")
    }
  }
}
