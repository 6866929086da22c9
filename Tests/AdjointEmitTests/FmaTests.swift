import AdjointEmit
import AdjointIR
import AdjointSchedule
import Testing

/// Fused multiply-adds where a program asks for them, and nowhere else.
@Suite struct FmaTests {
  /// `fma(x, y, z)` beside `x * y + z`, with constants in each place.
  private static func program(_ dtype: DType) throws -> Program {
    let type = TensorType([3, 37], dtype)
    return try makeProgram("fma", [("x", type), ("y", type), ("z", type)]) { builder, values in
      let (x, y, z) = (values[0], values[1], values[2])
      func constant(_ value: Double) throws -> Value { try builder.constant(value, like: x) }
      return [
        try builder.fma(x, y, z), try builder.add(builder.multiply(x, y), z),
        try builder.fma(constant(0.1), y, z), try builder.fma(x, constant(-0.3), constant(2.5)),
        try builder.fma(x, x, builder.negate(builder.multiply(x, x))),
      ]
    }
  }

  private static func expected(_ arguments: [Literal], _ dtype: DType, fuses: Bool) -> [[Double]] {
    func multiplyAdd<T: BinaryFloatingPoint>(_ type: T.Type) -> [[Double]] {
      func fma(_ x: T, _ y: T, _ z: T) -> Double { Double(fuses ? z.addingProduct(x, y) : z + x * y) }
      let all = zip(arguments[0].reals, zip(arguments[1].reals, arguments[2].reals))
      let numbers = all.map { (T($0), T($1.0), T($1.1)) }
      return [
        numbers.map { fma($0, $1, $2) }, numbers.map { Double($0 * $1 + $2) },
        numbers.map { fma(T(0.1), $1, $2) }, numbers.map { x, _, _ in fma(x, T(-0.3), 2.5) },
        numbers.map { x, _, _ in fma(x, x, -(x * x)) },
      ]
    }
    return dtype == .f32 ? multiplyAdd(Float.self) : multiplyAdd(Double.self)
  }

  private func check(_ flags: [String], isas: [String], isEmulated: Bool = false) throws {
    let dtypes: [DType] = [.f32, .f64]
    let programs = try dtypes.map(Self.program)
    var generator = ProbeGenerator(seed: 17)
    let arguments = programs.map { program in
      program.body.parameters.map { parameter in
        Literal(
          parameter.type,
          .real((0..<parameter.type.count).map { _ in Double(Float.random(in: -2...2, using: &generator)) }))
      }
    }
    let schedules = try programs.map { try makeSchedule($0) }
    let emitted = try emitC(module: "Fma", source: "Fma.swift", [entryPoint("fma", schedules)])
    let compiled = try CompiledC(emitted, schedules, module: "Fma", flags: flags, isEmulated: isEmulated)
    defer { compiled.remove() }
    for isa in isas {
      let results = try compiled.run(arguments, isa: isa, inPlace: false)
      for (number, dtype) in dtypes.enumerated() {
        let wanted = Self.expected(arguments[number], dtype, fuses: isEmulated || fusesProducts(isa))
        #expect(results[number].map(\.reals) == wanted, "\(dtype) on \(isa)")
      }
    }
  }

  @Test func everyInstructionSetRoundsOnceOrAsInProducts() throws {
    try check(["-O2"], isas: instructionSets)
    try check(["-O1", "-fsanitize=address,undefined", "-fno-sanitize-recover=all"], isas: instructionSets)
  }

  @Test(.enabled(if: EmulatedARM.isThere, "no qemu-aarch64, or no AArch64 C library"))
  func roundsOnceOnNEON() throws { try check(["-O2"], isas: ["baseline"], isEmulated: true) }
}
