import AdjointEmit
import AdjointIR
import AdjointSchedule
import Foundation
import Testing

/// Kernels that run in parts, on any number of threads.
@Suite struct ThreadTests {
  private static func subjects() throws -> [Subject] {
    func subject(_ title: String, _ program: Program) -> Subject {
      Subject(title: title, program: program, arguments: NetTests.arguments(program, seed: 7))
    }
    return try [
      subject("perceptron", Nets.perceptron(batch: 70, inputs: 300, hidden: 200, classes: 10)),
      subject("perceptron that packs first", Nets.perceptron(batch: 176, inputs: 300, hidden: 96, classes: 10)),
      subject("perceptron of many classes", Nets.perceptron(batch: 20, inputs: 40, hidden: 100, classes: 400)),
      subject("layer norm and gelu", Nets.normalised(rows: 37, width: 150)),
      subject("embedding", Nets.embedding(rows: 40, width: 48, tokens: 90)),
      subject("adam", Nets.adam()), subject("normal", Nets.normal(count: 1000)),
    ] + RandomProgramTests.subjects(201...208)
  }

  /// Schedules whose kernels are cut wherever they can be, and their C.
  private static func divided(_ subjects: [Subject]) throws -> (emitted: EmittedC, schedules: [Schedule]) {
    let schedules = try subjects.map { try makeSchedule($0.program, options: ScheduleOptions(leastPart: 0)) }
    for schedule in schedules { try verifySchedule(schedule) }
    return (
      try emitC(module: "Subjects", source: "Subjects.swift", [entryPoint("subject", schedules)]), schedules
    )
  }

  @Test func everyNumberOfThreadsGivesTheSameBits() throws {
    let subjects = try Self.subjects()
    let (emitted, schedules) = try Self.divided(subjects)
    #expect(schedules.flatMap(\.kernels).count { $0.division != nil } > 40)
    // Some parts pack what all of them read before any computes.
    #expect(emitted.files.contains { $0.text.contains("_panels_part, &arrays, 2, 1)") })
    // Some of that is read in place by tiles of wide panels.
    #expect(emitted.files.contains { $0.text.contains("if (!WIDE_PANELS) adjoint_divide(") })
    let compiled = try CompiledC(emitted, schedules, module: "Subjects", flags: ["-O1"])
    defer { compiled.remove() }
    let whole = try subjects.map { try makeSchedule($0.program, options: ScheduleOptions(leastPart: .infinity)) }
    #expect(whole.flatMap(\.kernels).allSatisfy { $0.division == nil })
    let undivided = try CompiledC(
      emitC(module: "Subjects", source: "Subjects.swift", [entryPoint("subject", whole)]), whole, module: "Subjects",
      flags: ["-O1"])
    defer { undivided.remove() }
    let arguments = subjects.map(\.arguments)
    for isa in instructionSets {
      for inPlace in [false, true] {
        let expected = try undivided.run(arguments, isa: isa, inPlace: inPlace)
        for threads in [1, 2, 3, 5, 8, 16] {
          let results = try compiled.run(
            arguments, isa: isa, inPlace: inPlace, environment: ["ADJOINT_THREADS": String(threads)])
          for (number, subject) in subjects.enumerated() where !same(results[number], expected[number]) {
            Issue.record("\(subject.title) has other bits on \(threads) threads, \(isa)\(inPlace ? ", in place" : "")")
          }
        }
      }
    }
  }

  #if !os(Windows)
    @Test func partsShareNothing() throws {
      let subjects = try Self.subjects()
      let (emitted, schedules) = try Self.divided(subjects)
      let compiled = try CompiledC(emitted, schedules, module: "Subjects", flags: threadSanitizerFlags())
      defer { compiled.remove() }
      for threads in [2, 5] {
        _ = try compiled.run(
          subjects.map(\.arguments), isa: instructionSets.last ?? "baseline", inPlace: true,
          environment: ["ADJOINT_THREADS": String(threads), "TSAN_OPTIONS": "halt_on_error=1"])
      }
    }

    /// Many callers, nested calls, executors, bounds, pauses and a fork, plain and under sanitizers.
    @Test(arguments: ["", "thread", "address,undefined"])
    func thePoolServesEveryone(sanitizer: String) throws {
      let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-threads-\(UUID().uuidString)")
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      defer { try? FileManager.default.removeItem(at: folder) }
      let runtime = packageRoot.appendingPathComponent("Sources/CAdjoint").path
      var flags = ["-O2"]
      if sanitizer == "thread" { flags = try threadSanitizerFlags() }
      if sanitizer.hasPrefix("address") { flags = ["-O1", "-fsanitize=\(sanitizer)", "-fno-sanitize-recover=all"] }
      let program = folder.appendingPathComponent("threads").path
      try launch(
        findTool("clang"),
        flags + ["-std=gnu11", "-g1", "-Wall", "-Wextra", "-Werror", "-I\(runtime)/include", "-o", program]
          + ["\(runtime)/threads.c", "\(packageRoot.path)/Tests/AdjointEmitTests/Programs/threads.c", "-lpthread"])
      for threads in [1, 2, 4, 9] {
        try launch(
          program, [],
          environment: ["ADJOINT_THREADS": String(threads), "TSAN_OPTIONS": "halt_on_error=1:die_after_fork=0"])
      }
    }
  #endif
}
