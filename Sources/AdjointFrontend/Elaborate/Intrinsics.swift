import AdjointDiagnostics
import AdjointIR

extension Elaborator {
  /// Checks and stops that Swift spells as functions; nil where the name is none of them.
  func intrinsic(
    _ name: String, _ nodes: [ArgumentNode], _ scope: Scope, at span: SourceSpan
  ) throws -> AbstractValue? {
    switch name {
    case "precondition", "assert":
      guard let first = nodes.first, declarations.functions(name, from: span.file).isEmpty else { return nil }
      let condition = try evaluate(first.expression, scope)
      guard case .bool(let holds) = condition else {
        if case .tensor = condition {
          throw error(
            "fence.dynamic-condition", "a \(name) on a value that is known only at run time cannot be compiled",
            at: first.expression.span)
        }
        throw error(
          "type.bool", "a condition must be a Bool, but this is \(condition.summary)", at: first.expression.span)
      }
      if !holds { throw try stopped("value.precondition", nodes.dropFirst().first, scope, at: span) }
      return .void
    case "fatalError", "preconditionFailure", "assertionFailure":
      guard declarations.functions(name, from: span.file).isEmpty else { return nil }
      throw try stopped("value.failure", nodes.first, scope, at: span)
    case "print", "debugPrint", "dump":
      guard declarations.functions(name, from: span.file).isEmpty else { return nil }
      throw error(
        "fence.print", "'\(name)' in compiled code would print nothing; return the value and print it after the call",
        at: span)
    case "withExtendedLifetime", "autoreleasepool", "DispatchQueue", "Task":
      throw error("fence.call", "'\(name)' cannot be compiled", at: span)
    case "type":
      guard nodes.count == 1, nodes[0].label == "of" else { return nil }
      return .type(type(of: try evaluate(nodes[0].expression, scope)))
    default: return nil
    }
  }

  /// The finding for a check that failed: on the user's call, with a note where the check stands.
  private func stopped(
    _ id: String, _ message: ArgumentNode?, _ scope: Scope, at span: SourceSpan
  ) throws -> Finding {
    var text = "a check fails"
    if let message, case .string(let words)? = try? evaluate(message.expression, scope) { text = words }
    // The check is about what its caller gave it, so the caller's line is at fault.
    var place = userSpan(span)
    if let frame = frames.last, frame.isUser, !declarations.isLibrary(frame.span.file), frame.span != .none {
      place = frame.span
    }
    let notes = place == span || declarations.isLibrary(span.file) ? [] : [Finding.Note("the check", at: span)]
    return Finding(id, text, at: place, notes: notes)
  }
}
