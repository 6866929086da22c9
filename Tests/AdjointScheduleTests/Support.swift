import AdjointIR
import AdjointSchedule
import Testing

/// A program over tensors of the given types; `reuses` names the parameter whose memory each result may take.
func makeProgram(
  _ parameters: [TensorType], reuses: [Int?] = [], names: [String] = [],
  _ body: (Builder, [Value]) throws -> [Value]
) throws -> Program {
  let builder = Builder()
  let values = parameters.map(builder.makeValue)
  let results = try body(builder, values)
  let program = Program(
    name: "test",
    parameters: parameters.indices.map {
      Program.Parameter(name: $0 < names.count ? names[$0] : "x\($0)", source: .argument($0))
    },
    results: results.indices.map {
      Program.Result(name: "y\($0)", destination: .returned(leaf: $0), reuses: $0 < reuses.count ? reuses[$0] : nil)
    },
    body: Region(parameters: values, operations: builder.takeOperations(), results: results),
    nextValueID: builder.nextValueID)
  try verify(program)
  return program
}

/// The elements' bits; all NaNs are one, and so are both zeros where `mergesZeros`.
func bits(_ literal: Literal) -> [UInt64] {
  switch literal.elements {
  case .real(let values): values.map { $0.isNaN ? .max : $0.bitPattern }
  case .integer(let values): values.map { UInt64(bitPattern: $0) }
  case .bool(let values): values.map { $0 ? 1 : 0 }
  }
}

/// Whether two numbers agree relative to the larger one, or absolutely near 0.
func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
  return a == b || abs(a - b) <= tolerance * max(1, abs(a), abs(b))
}

/// Schedules a program with and without fusion; both must be in order, agree bit for bit whether or not results share
/// memory with parameters, and agree with the program's reference evaluation. Returns the fused schedule.
@discardableResult
func check(
  _ program: Program, _ arguments: [Literal], tolerance: Double = 1e-4, _ comment: Comment? = nil,
  sourceLocation: SourceLocation = #_sourceLocation
) throws -> Schedule {
  let expected = try evaluate(program, arguments)
  let fused = try makeSchedule(program)
  let plain = try makeSchedule(program, options: ScheduleOptions(fuse: false))
  try verifySchedule(plain)
  do { try verifySchedule(fused) } catch {
    print(program.text, fused.text)
    throw error
  }
  // Cut into as many parts as can be, however small.
  let divided = try makeSchedule(program, options: ScheduleOptions(leastPart: 0))
  let plainDivided = try makeSchedule(program, options: ScheduleOptions(fuse: false, leastPart: 0))
  try verifySchedule(divided)
  try verifySchedule(plainDivided)
  let runs = [
    try evaluateSchedule(plain, arguments), try evaluateSchedule(fused, arguments),
    try evaluateSchedule(fused, arguments, sharesMemory: true),
    try evaluateSchedule(fused, arguments, sharesMemory: true, reverses: true),
    try evaluateSchedule(plain, arguments, sharesMemory: true),
    try evaluateSchedule(divided, arguments, parts: 2),
    try evaluateSchedule(divided, arguments, sharesMemory: true, reverses: true, parts: 5),
    try evaluateSchedule(plainDivided, arguments, sharesMemory: true, reverses: true, parts: 3),
  ]
  for (run, results) in runs.enumerated() {
    for (number, (result, reference)) in zip(results, expected).enumerated() {
      let agrees = zip(result.reals, reference.reals).allSatisfy { isClose($0, $1, tolerance) }
      #expect(agrees, "run \(run), result \(number) differs from the reference", sourceLocation: sourceLocation)
      #expect(
        bits(result) == bits(runs[0][number]), "run \(run), result \(number) depends on fusion, memory or parts",
        sourceLocation: sourceLocation)
      if !agrees || bits(result) != bits(runs[0][number]) {
        print(comment ?? "", program.text, fused.text, plain.text, result, reference)
        return fused
      }
    }
  }
  #expect(fused.arenaByteCount <= 2 * plain.arenaByteCount + 4096, sourceLocation: sourceLocation)
  return fused
}

/// Random reals of a type.
func random(_ type: TensorType, _ generator: inout ProbeGenerator, in range: ClosedRange<Double> = -1...1) -> Literal {
  switch type.dtype {
  case .f32:
    Literal(type, .real((0..<type.count).map { _ in Double(Float(Double.random(in: range, using: &generator))) }))
  case .f64: Literal(type, .real((0..<type.count).map { _ in Double.random(in: range, using: &generator) }))
  case .bool: Literal(type, .bool((0..<type.count).map { _ in Bool.random(using: &generator) }))
  default: Literal(type, .integer((0..<type.count).map { _ in Int64.random(in: 0...3, using: &generator) }))
  }
}

/// Random operands as a probe asks for them.
func draw(_ type: TensorType, _ domain: Probe.Domain, _ generator: inout ProbeGenerator) -> Literal {
  switch domain {
  case .real(let range): return random(type, &generator, in: range)
  case .integer(let range):
    let values = (0..<type.count).map { _ in Int64(Int.random(in: range, using: &generator)) }
    return Literal(type, .integer(values))
  case .bool: return random(type, &generator)
  case .distinct(let range):
    let step = (range.upperBound - range.lowerBound) / Double(max(1, type.count))
    let values = (0..<type.count).map { Double(Float(range.lowerBound + step * (Double($0) + 0.25))) }
    return Literal(type, .real(values.shuffled(using: &generator)))
  }
}
