import AdjointIR

/// The derivatives of operations, as the transforms ask for them. Every op brings its own; a test of the tests puts a
/// wrong one in the place of one of them.
public struct DerivativeRules: Sendable {
  /// The tangents of an operation's results, given those of its operands; nil is a symbolic zero.
  public var jvp: @Sendable (_ operation: Operation, _ tangents: [Value?], _ builder: Builder) throws -> [Value?]
  /// The cotangents of an operation's operands at the linear positions, given those of its results.
  public var transpose:
    @Sendable (_ operation: Operation, _ linear: Set<Int>, _ cotangents: [Value?], _ builder: Builder) throws ->
      [Value?]

  /// Makes rules.
  public init(
    jvp: @escaping @Sendable (_ operation: Operation, _ tangents: [Value?], _ builder: Builder) throws -> [Value?],
    transpose:
      @escaping @Sendable (
        _ operation: Operation, _ linear: Set<Int>, _ cotangents: [Value?], _ builder: Builder
      ) throws -> [Value?]
  ) {
    self.jvp = jvp
    self.transpose = transpose
  }

  /// The ops' own.
  public static let ofOps = DerivativeRules(
    jvp: { try $0.op.jvp($0, tangents: $1, $2) },
    transpose: { try $0.op.transpose($0, linear: $1, cotangents: $2, $3) })
}
