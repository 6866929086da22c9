import AdjointDiagnostics
import AdjointIR

/// What one run of `expandDerivatives` shares: the builder, source names, and what is wrong with the program so far.
/// Findings are collected, so that a user sees all of them at once.
final class DerivativeContext {
  let builder: Builder
  let rules: DerivativeRules
  /// The source names of values of the new program; the cotangent of `logits` is called `d_logits` after it.
  var names: [Value: String] = [:]
  /// Where the derivative being expanded was asked for.
  var derivativeSpan = SourceSpan.none
  private(set) var findings: [Finding] = []

  init(_ builder: Builder, _ rules: DerivativeRules) {
    self.builder = builder
    self.rules = rules
  }

  /// Runs a rule of `operation`. Where the rule refuses, that becomes a finding on the operation's source line, and
  /// the answer is nil.
  func refusals<Answer>(of operation: Operation, _ rule: () throws -> Answer) throws -> Answer? {
    do {
      return try rule()
    } catch let error as OpError {
      var notes: [Finding.Note] = []
      if derivativeSpan != .none, derivativeSpan != operation.span {
        notes.append(Finding.Note("the derivative is taken here", at: derivativeSpan))
      }
      findings.append(Finding(error.id, error.message, at: operation.span, notes: notes))
      return nil
    }
  }
}

/// Checks that a rule answered with the types it must answer with; an op whose rule does not is defective, and
/// compiling on would give wrong numbers.
func checkTypes(
  _ answers: [Value?], _ expected: [TensorType], _ rule: String, of operation: Operation
) throws(OpError) {
  let name = type(of: operation.op).name
  guard answers.count == expected.count else {
    throw OpError("ir.rule", "the \(rule) of \(name) gave \(answers.count) values, expected \(expected.count)")
  }
  for case (let answer?, let type) in zip(answers, expected) where answer.type != type || !type.dtype.isFloat {
    throw OpError("ir.rule", "the \(rule) of \(name) gave a \(answer.type) for a \(type)")
  }
}
