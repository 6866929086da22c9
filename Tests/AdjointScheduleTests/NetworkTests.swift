import AdjointIR
import AdjointSchedule
import Testing

/// Typical nets: their numbers, how many kernels they take, and that nothing needless is in memory.
@Suite struct NetworkTests {
  private func arguments(_ program: Program, classes: Int, seed: UInt64) -> [Literal] {
    var generator = ProbeGenerator(seed: seed)
    return zip(program.body.parameters, program.parameters).map { value, parameter in
      guard !value.type.dtype.isInteger else {
        let limit = value.type.rank == 0 ? 3 : classes
        return draw(value.type, .integer(0...(limit - 1)), &generator)
      }
      return random(value.type, &generator, in: parameter.name.hasPrefix("nu") ? 0.1...1 : -1...1)
    }
  }

  /// The buffers in the arena, by name.
  private func arena(_ schedule: Schedule) -> [String] {
    schedule.buffers.compactMap { buffer in
      if case .arena = buffer.storage { return buffer.name }
      return nil
    }
  }

  @Test func perceptron() throws {
    let program = try Networks.perceptron(batch: 8, sizes: [6, 20, 5])
    let schedule = try check(program, arguments(program, classes: 5, seed: 1), tolerance: 1e-5)
    #expect(
      schedule.kernels.map(\.name) == [
        "layer0_relu", "layer1", "cross_entropy_and_adjoint", "layer1_adjoint", "update_layer1_kernel",
        "update_layer0_bias", "update_layer0_kernel",
      ])
    // The mask is asked of h0, d_logits takes the place of logits.
    #expect(arena(schedule) == ["h0", "logits", "d_logits", "d_z0"])
    let logits = schedule.buffers.first { $0.name == "logits" }
    let gradient = schedule.buffers.first { $0.name == "d_logits" }
    #expect(logits?.storage == gradient?.storage)
    #expect(schedule.kernels[0].formulas.last == "h0[8, 20] = 0 where (z0 ≤ 0) else z0")
    #expect(schedule.kernels[4].formulas.first == "d_layer1_kernel[20, 5] = h0ᵀ · d_logits")
  }

  @Test func perceptronWithAdam() throws {
    let program = try Networks.perceptron(batch: 4, sizes: [6, 20, 7, 5], update: .adam)
    let schedule = try check(program, arguments(program, classes: 5, seed: 2), tolerance: 1e-5)
    #expect(schedule.kernels.count == 12)
    #expect(schedule.kernels.map(\.name).contains("update_layer0_kernel"))
    #expect(!schedule.kernels.map(\.name).contains { $0.hasPrefix("write_") }, "every update can be in place")
  }

  @Test func wideRows() throws {
    let program = try Networks.perceptron(batch: 3, sizes: [70, 33, 130])
    try check(program, arguments(program, classes: 130, seed: 4), tolerance: 1e-4)
  }

  @Test func layerNorm() throws {
    let program = try Networks.layerNorm(rows: 6, width: 20)
    let schedule = try check(program, arguments(program, classes: 5, seed: 3), tolerance: 1e-5)
    #expect(schedule.arenaByteCount == 0)
    #expect(schedule.kernels.count == 2)
  }

  @Test func attention() throws {
    let program = try Networks.attention(heads: 2, length: 5, width: 4)
    let schedule = try check(program, arguments(program, classes: 5, seed: 5), tolerance: 1e-5)
    // A kernel for the rows of the softmax, and the dot products.
    #expect(schedule.kernels.count == 3)
  }

  @Test func embedding() throws {
    let program = try Networks.embedding(rows: 7, width: 6, length: 4)
    try check(program, arguments(program, classes: 7, seed: 6), tolerance: 1e-5)
  }

  @Test func draws() throws {
    let program = try makeProgram([TensorType([2], .u32), TensorType([3, 8])]) { b, x in
      func word(_ index: Int) throws -> Value {
        try b.broadcast(b.reshape(b.slice(x[0], starts: [index], limits: [index + 1]), []), to: [3, 4])
      }
      let counter = try b.append(Iota(shape: [3, 4], axis: 1, dtype: .u32), [])[0]
      let words = try b.append(Threefry(), [word(0), word(1), counter, counter])
      let both = try b.concatenate(words, axis: 1)
      let isKept = try b.compare(.less, both, b.constant(2_000_000_000, like: both))
      return [try b.select(isKept, x[1], b.constant(0, like: x[1])), words[0]]
    }
    var generator = ProbeGenerator(seed: 7)
    let key = Literal(TensorType([2], .u32), .integer([17, 4_000_000_000]))
    try check(program, [key, random(TensorType([3, 8]), &generator)])
  }

  @Test func sameTextEveryTime() throws {
    let program = try Networks.perceptron(batch: 4, sizes: [6, 20, 7, 5], update: .adam)
    let first = try makeSchedule(program).text
    for _ in 0..<3 { #expect(try makeSchedule(program).text == first) }
  }

  @Test func timeGrowsWithDepth() throws {
    let clock = ContinuousClock()
    func time(_ depth: Int) throws -> Duration {
      let program = try Networks.perceptron(batch: 2, sizes: [Int](repeating: 4, count: depth + 1), update: .adam)
      var schedule: Schedule?
      let elapsed = try clock.measure { schedule = try makeSchedule(program) }
      #expect((schedule?.kernels.count ?? 0) <= 4 * depth + 2)
      return elapsed
    }
    let (short, long) = (try time(8), try time(32))
    // Four times the layers: a quadratic step would take sixteen times as long.
    #expect(long < short * 12, "8 layers: \(short), 32 layers: \(long)")
  }
}
