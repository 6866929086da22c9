import AdjointDiagnostics
import AdjointEmit
import AdjointFrontend
import AdjointIR
import AdjointSchedule

/// A stage of the line that can be printed.
public enum EmitStage: String, CaseIterable, Sendable {
  /// What the front end read, derivatives still as operations with regions.
  case primal
  /// Derivatives written out.
  case linear
  /// Simplified: what is scheduled.
  case adjoint
  /// Kernels and the memory plan.
  case schedule
  /// The generated C.
  case c
}

/// The text of an entry point at one stage, every specialisation after the other; of each where several have its name.
public func emit(_ path: String, function: String, stage: EmitStage) throws(Findings) -> String {
  try onLargeStack { () throws(Findings) in
    var texts: [String] = []
    for entry in try entryPoints(path, named: function) {
      do {
        texts.append(try text(of: entry, stage))
      } catch {
        throw Findings(findings(from: error, in: entry))
      }
    }
    return texts.joined(separator: "\n")
  }
}

private func text(of entry: EntryPoint, _ stage: EmitStage) throws -> String {
  switch stage {
  case .primal: return entry.specialisations.map { $0.program.text }.joined(separator: "\n")
  case .linear:
    return try entry.specialisations.map { try Stages.differentiated($0.program).text }.joined(separator: "\n")
  case .adjoint: return try entry.specialisations.map { try Stages.simplified($0.program).text }.joined(separator: "\n")
  case .schedule: return try Stages.scheduled(entry).schedules.map(\.text).joined(separator: "\n")
  case .c:
    let name = entry.span.fileName
    return try emitC(module: nameOfC(baseName(name)), source: name, [try Stages.scheduled(entry)]).files
      .filter { $0.path.hasSuffix(".kernels.h") }.map(\.text).joined(separator: "\n")
  }
}
