import AdjointDiagnostics
import AdjointEmit
import AdjointFrontend
import AdjointIR
import AdjointSchedule
import AdjointTransforms

/// The line, one function a stage; each takes the value the one before it made. `--stage` prints any of them.
enum Stages {
  /// Source to programs that still hold their `Differentiate` operations.
  static func elaborated(_ module: ModuleSources) throws(Findings) -> FrontendResult {
    try elaborate(module.files.map { SourceFile(name: $0.path, text: $0.text) })
  }

  /// A program with every derivative written out, not yet simplified.
  static func differentiated(_ program: Program) throws -> Program {
    let expanded = try expandDerivatives(program)
    try verify(expanded)
    return expanded
  }

  /// The program that is scheduled.
  static func simplified(_ program: Program) throws -> Program {
    let simple = try simplify(program)
    try verify(simple)
    return simple
  }
}

/// Gives an error that carries no place of its own the entry point's.
func findings(from error: any Error, in entry: EntryPoint) -> [Finding] {
  switch error {
  case let findings as Findings: findings.all
  case let finding as Finding: [finding]
  case let error as OpError: [Finding(error.id, error.message, at: entry.span)]
  default: [Finding("internal", "\(entry.name): \(error)", at: entry.span)]
  }
}
