import AdjointDiagnostics
import AdjointEmit
import AdjointFrontend
import AdjointIR
import AdjointSchedule
import AdjointTransforms

/// The line, one function a stage; each takes the value the one before it made and verifies what it gives.
enum Stages {
  /// Source to programs that still hold their `Differentiate` operations.
  static func elaborated(
    _ module: ModuleSources, _ timings: StageTimings = StageTimings()
  ) throws(Findings) -> FrontendResult {
    var files = module.files.map { SourceFile(name: $0.path, text: $0.text) }
    for used in module.used { files += used.files.map { SourceFile(name: $0.path, text: $0.text, module: used.name) } }
    return try timings.measure("elaborate") { () throws(Findings) in try elaborate(files) }
  }

  /// Every derivative written out, not yet simplified.
  static func differentiated(_ program: Program, _ timings: StageTimings = StageTimings()) throws -> Program {
    try timings.measure("verify") { try verify(program) }
    let expanded = try timings.measure("differentiate") { try expandDerivatives(program) }
    try timings.measure("verify") { try verify(expanded) }
    return expanded
  }

  /// What is scheduled.
  static func simplified(_ program: Program, _ timings: StageTimings = StageTimings()) throws -> Program {
    let expanded = try differentiated(program, timings)
    let simple = try timings.measure("simplify") { try simplify(expanded) }
    try timings.measure("verify") { try verify(simple) }
    return simple
  }

  /// Kernels and memory for each specialisation of an entry point.
  static func scheduled(
    _ entry: EntryPoint, _ timings: StageTimings = StageTimings()
  ) throws -> ScheduledEntryPoint {
    do {
      let schedules = try entry.specialisations.map { specialisation in
        let program = try simplified(specialisation.program, timings)
        let schedule = try timings.measure("schedule") { try makeSchedule(program) }
        try timings.measure("verify") { try verifySchedule(schedule) }
        return schedule
      }
      return ScheduledEntryPoint(entryPoint: entry, schedules: schedules)
    } catch {
      throw Findings(findings(from: error, in: entry))
    }
  }
}

/// The findings that an error stands for; one that carries no place gets the entry point's.
func findings(from error: any Error, in entry: EntryPoint?) -> [Finding] {
  let span = entry?.span ?? .none
  return switch error {
  case let findings as Findings: findings.all
  case let finding as Finding: [finding]
  case let error as OpError: [Finding(error.id, error.message, at: span)]
  default: [Finding("internal", "\(entry?.name ?? "this file") cannot be compiled: \(error)", at: span)]
  }
}
