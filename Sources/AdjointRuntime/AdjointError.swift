/// Why a call could not be carried out: which part of which value, what it was and what was expected.
public struct AdjointError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The operation that refused, such as `update` or `load`.
  public let operation: String
  /// One sentence for each thing that is wrong.
  public let problems: [String]

  /// Makes an error with one or several problems.
  public init(_ operation: String, _ problems: [String]) {
    self.operation = operation
    self.problems = problems
  }

  public var description: String {
    problems.count == 1
      ? "\(operation): \(problems[0])"
      : "\(operation): \(problems.count) problems\n" + problems.map { "  \($0)" }.joined(separator: "\n")
  }
}

/// Runs what may refuse, and stops the program with the refusal's text: for functions that do not throw.
package func orStop<Result>(_ body: () throws(AdjointError) -> Result) -> Result {
  do { return try body() } catch { stop(error.description) }
}

/// Stops the program with a message, in release builds too.
package func stop(_ message: String, file: StaticString = #fileID, line: UInt = #line) -> Never {
  fatalError(message, file: file, line: line)
}

/// Stops the program with a message where a condition does not hold, in release builds too.
@inline(__always)
package func require(
  _ condition: Bool, _ message: @autoclosure () -> String, file: StaticString = #fileID, line: UInt = #line
) {
  if !condition { stop(message(), file: file, line: line) }
}
