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

  @Test func perceptron() throws {
    let program = try Networks.perceptron(batch: 8, sizes: [6, 20, 5])
    let schedule = try check(program, arguments(program, classes: 5, seed: 1), tolerance: 1e-5)
    print(program.text, schedule.text)
  }

  @Test func perceptronWithAdam() throws {
    let program = try Networks.perceptron(batch: 4, sizes: [6, 20, 7, 5], update: .adam)
    let schedule = try check(program, arguments(program, classes: 5, seed: 2), tolerance: 1e-5)
    print(schedule.text)
  }

  @Test func layerNorm() throws {
    let program = try Networks.layerNorm(rows: 6, width: 20)
    let schedule = try check(program, arguments(program, classes: 5, seed: 3), tolerance: 1e-5)
    print(schedule.text)
  }
}
