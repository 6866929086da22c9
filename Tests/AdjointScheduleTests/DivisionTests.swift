import AdjointIR
import AdjointTransforms
import Testing

@testable import AdjointSchedule

/// Which kernels are divided, along what, and what must not be.
@Suite struct DivisionTests {
  private func divided(_ program: Program) throws -> Schedule {
    let schedule = try makeSchedule(program, options: ScheduleOptions(leastPart: 0))
    try verifySchedule(schedule)
    return schedule
  }

  /// The names of the loops that a schedule's only divided kernel is cut along.
  private func loops(_ schedule: Schedule) throws -> [String] {
    let kernel = try #require(schedule.kernels.first { $0.division != nil })
    return try #require(kernel.division).loops.map { kernel.variables[$0].name }
  }

  @Test func rowsOfASoftmaxAreDivided() throws {
    let schedule = try divided(
      makeProgram([TensorType([64, 40])]) { b, x in
        let largest = try b.reduce(.max, x[0], axes: [1])
        let shifted = try b.subtract(x[0], b.broadcastInDim(largest, shape: [64, 40], dimensions: [0]))
        let exponential = try b.exp(shifted)
        let total = try b.reduce(.sum, exponential, axes: [1])
        return [try b.divide(exponential, b.broadcastInDim(total, shape: [64, 40], dimensions: [0]))]
      })
    #expect(try loops(schedule) == ["i"])
    #expect(schedule.kernels[0].division?.extent == 64)
  }

  @Test func sumsOverRowsAreCutAlongColumns() throws {
    let schedule = try divided(
      makeProgram([TensorType([64, 80])]) { b, x in [try b.reduce(.sum, b.exp(x[0]), axes: [0])] })
    let kernel = try #require(schedule.kernels.first { $0.division != nil })
    #expect(kernel.division?.extent == 80)
    #expect(kernel.division?.loops.count == 2)
  }

  @Test func aLossIsTakenApartFromItsRows() throws {
    let program = try makeProgram([TensorType([64, 40])]) { b, x in
      let squares = try b.multiply(x[0], x[0])
      let rows = try b.reduce(.sum, squares, axes: [1])
      let scaled = try b.multiply(x[0], b.broadcastInDim(rows, shape: [64, 40], dimensions: [0]))
      return [try b.reduce(.sum, b.sqrt(rows), axes: [0]), scaled]
    }
    let whole = try makeSchedule(program, options: ScheduleOptions(leastPart: .infinity))
    let parts = try divided(program)
    #expect(whole.kernels.allSatisfy { $0.division == nil })
    #expect(parts.kernels.count == whole.kernels.count + 1)
    #expect(parts.kernels.contains { $0.division?.extent == 64 })
  }

  /// A layer that is applied, and then takes a step against its gradient.
  private func layer(rows: Int, inputs: Int, outputs: Int) throws -> Schedule {
    let types = [TensorType([rows, inputs]), TensorType([inputs, outputs]), TensorType([rows, outputs])]
    return try makeSchedule(
      makeProgram(types, reuses: [nil, 1], names: ["x", "w", "g"]) { b, v in
        let gradient = try b.matmul(b.transpose(v[0], [1, 0]), b.multiply(v[2], v[2]))
        return [try b.tanh(b.matmul(v[0], v[1])), try b.subtract(v[1], gradient)]
      })
  }

  /// For each divided kernel the extent of what is cut, and the names of the buffers that its parts hold.
  private func cuts(_ schedule: Schedule) -> [String] {
    schedule.kernels.compactMap { kernel in
      guard let division = kernel.division else { return nil }
      return ([String(division.extent)] + division.held.map { schedule.buffers[$0].name }).joined(separator: " ")
    }
  }

  @Test func weightsThatStayInCachesAreCutAlikeEverywhere() throws {
    #expect(cuts(try layer(rows: 32, inputs: 784, outputs: 128)) == ["128 w", "128 w"])
  }

  @Test func weightsThatComeFromMemoryAreUpdatedInLongPieces() throws {
    #expect(cuts(try layer(rows: 128, inputs: 1536, outputs: 512)) == ["512", "1536"])
  }

  /// Threads help each other out where that does not move what a core has in its cache, and with enough at a time.
  @Test func largeKernelsOnLargeMemoryAreTakenOverInPieces() throws {
    let near = try layer(rows: 32, inputs: 784, outputs: 128)
    #expect(near.kernels.compactMap(\.division?.pieces) == [1, 1])
    let far = try layer(rows: 128, inputs: 1536, outputs: 512)
    #expect(far.kernels.compactMap(\.division?.pieces) == [16, 16])
  }

  /// Half of a part begins and ends where two of twice as many parts do.
  @Test func partsOfTwiceTheNumberAreTheHalvesOfParts() {
    let division = Division(loops: [0], extent: 1000, unit: 12, parts: 16)
    for parts in 1...16 {
      for part in 0...parts { #expect(division.start(part, of: parts) == division.start(2 * part, of: 2 * parts)) }
    }
  }

  /// A sum that is too small to divide for itself is cut as what it adds up was, which would have to be brought together
  /// otherwise.
  @Test func sumsFollowTheCutOfWhatTheyAdd() throws {
    let types = [TensorType([128, 1024]), TensorType([1024, 512]), TensorType([512, 10])]
    let schedule = try makeSchedule(
      makeProgram(types) { b, v in
        let hidden = try b.tanh(b.matmul(v[0], v[1]))
        return [try b.matmul(hidden, v[2]), try b.reduce(.sum, b.multiply(hidden, hidden), axes: [0])]
      })
    #expect(schedule.kernels.map { $0.division?.extent } == [512, 128, 512])
    let alone = try makeSchedule(
      makeProgram([TensorType([128, 512])]) { b, v in [try b.reduce(.sum, b.multiply(v[0], v[0]), axes: [0])] })
    #expect(alone.kernels.allSatisfy { $0.division == nil })
  }

  @Test func smallKernelsStayWhole() throws {
    let program = try makeProgram([TensorType([16, 16]), TensorType([16, 16])]) { b, x in
      [try b.matmul(x[0], x[1]), try b.tanh(x[0])]
    }
    #expect(try makeSchedule(program).kernels.allSatisfy { $0.division == nil })
    #expect(try !divided(program).kernels.allSatisfy { $0.division == nil })
  }

  @Test func thePartsOfADivisionAreTheWhole() {
    for extent in [1, 7, 64, 1000] {
      for unit in [1, 12, 32] {
        let division = Division(loops: [0], extent: extent, unit: unit, parts: 16)
        for parts in 1...16 {
          #expect(division.start(0, of: parts) == 0)
          #expect(division.start(parts, of: parts) == extent)
          for part in 0..<parts {
            let (start, end) = (division.start(part, of: parts), division.start(part + 1, of: parts))
            #expect(start <= end && (start % unit == 0 || start == extent))
          }
        }
      }
    }
  }

  /// A kernel that adds up rows must not be cut along them, nor one whose rows read each other.
  @Test func wrongDivisionsAreRefused() throws {
    var sums = try divided(
      makeProgram([TensorType([64, 80])]) { b, x in [try b.reduce(.sum, b.exp(x[0]), axes: [0])] })
    let place = try #require(sums.kernels.firstIndex { $0.division != nil })
    let rows = try #require(
      definedVariables(sums.kernels[place].body).first { variable in
        variable.isLoop && !(sums.kernels[place].division?.loops.contains(variable.variable) ?? true)
      })
    sums.kernels[place].division = Division(loops: [rows.variable], extent: 64, unit: 1, parts: 4)
    #expect(throws: ScheduleError.self) { try verifySchedule(sums) }

    var turned = try makeSchedule(
      makeProgram([TensorType([64])]) { b, x in [try b.exp(x[0])] }, options: ScheduleOptions(leastPart: 0))
    try verifySchedule(turned)
    turned.kernels[0].division?.extent = 63
    #expect(throws: ScheduleError.self) { try verifySchedule(turned) }
  }

  /// The arena is no larger than what is live at once, in every schedule of the kind that models become.
  @Test(arguments: 0..<40)
  func arenasAreTight(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed))
    let types = RandomFunction.argumentTypes(&generator)
    let function = RandomFunction(seed: UInt64(seed), operations: 30)
    let program = try makeProgram(types) { builder, values in
      let region = try builder.region(parameters: types) { try function.write(builder, $0) }
      return try builder.append(Differentiate(.gradient), values, regions: [region])
    }
    for fuse in [true, false] {
      let schedule = try makeSchedule(
        simplify(expandDerivatives(program)), options: ScheduleOptions(fuse: fuse))
      #expect(schedule.arenaByteCount >= schedule.liveByteCount)
      #expect(
        Double(schedule.arenaByteCount) <= 1.04 * Double(schedule.liveByteCount) + 64,
        "seed \(seed): \(schedule.arenaByteCount) for \(schedule.liveByteCount)")
    }
  }
}
