import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// Calls a closure or function value with evaluated arguments: what builtins use for the functions they are given.
  func call(
    _ callee: AbstractValue, _ arguments: [Argument], at span: SourceSpan, expected: SwiftType? = nil
  ) throws -> AbstractValue {
    throw error("fence.call", "\(callee.summary) cannot be called", at: span)
  }
}
