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

/// The text of one entry point at one stage, every specialisation after the other.
public func emit(_ path: String, function: String, stage: EmitStage) throws(Findings) -> String {
  var known: [String] = []
  for module in try findModules([path]) {
    let entries = try Stages.elaborated(module).entryPoints
    known += entries.map(\.name)
    guard let entry = entries.first(where: { $0.name == function }) else { continue }
    do {
      return try text(of: entry, stage)
    } catch {
      throw Findings(findings(from: error, in: entry))
    }
  }
  let hint = known.isEmpty ? "there is none" : "there are \(known.sorted().joined(separator: ", "))"
  throw Findings([
    Finding(
      "input.function", "no entry point is called '\(function)'; \(hint)",
      at: SourceSpan(file: path, line: 1, column: 1))
  ])
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
    let base = name.hasSuffix(".swift") ? String(name.dropLast(6)) : name
    return try emitC(module: base, source: name, [try Stages.scheduled(entry)]).files
      .filter { $0.path.hasSuffix(".kernels.h") }.map(\.text).joined(separator: "\n")
  }
}
