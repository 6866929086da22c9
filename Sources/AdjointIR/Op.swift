/// What one operation means. Each op is one file under `Ops`, holding a type that conforms to this protocol; no
/// requirement has a default, so an op does not compile unless it is whole.
///
/// An op's stored properties are its attributes (axes, permutation, …); operands are values. Ops never broadcast and
/// never promote: the front ends insert `BroadcastInDim` and `Convert`.
public protocol Op: Hashable, Sendable {
  /// The name in printed programs, such as `add`.
  static var name: String { get }

  /// One line of documentation.
  static var summary: String { get }

  /// The attributes as printed after the name, such as `axes=[0, 1]`; empty where there are none.
  var attributes: String { get }

  /// Result types for operand types (and region result types through `regions`), or what is wrong with them.
  func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType]

  /// The reference meaning, on plain numbers. Results have `resultTypes`; the evaluator rounds them.
  func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal]

  /// The tangents of the results, in terms of other ops; nil is a symbolic zero. Called only where at least one
  /// operand has a tangent. An op that has no derivative for an operand that carries one throws.
  func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?]

  /// The cotangents of the operands in `linear` (positions), given those of the results; nil is a symbolic zero.
  /// Called only on operations that are linear in exactly those operands together.
  func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?]

  /// How loops compute it.
  var lowering: Lowering { get }

  /// What its tests run on.
  static var probes: [Probe] { get }
}

/// Why an op refuses its operands: the reader's words, without the place (the caller knows it).
public struct OpError: Error, Hashable, Sendable {
  /// The finding's id, such as `shape.dot`.
  public var id: String
  public var message: String

  /// Makes an error.
  public init(_ id: String, _ message: String) {
    self.id = id
    self.message = message
  }
}

/// What a reference evaluation may choose.
public struct EvaluationContext: Sendable {
  /// How `f32` values are rounded: to Float32 as generated code does, or kept in Float64 for finite differences.
  public enum Precision: Hashable, Sendable { case asTyped, float64 }
  public var precision: Precision
  /// The operation's regions as functions; what they capture is bound.
  public var regions: [@Sendable ([Literal]) throws -> [Literal]]

  /// Makes a context.
  public init(
    precision: Precision = .asTyped, regions: [@Sendable ([Literal]) throws -> [Literal]] = []
  ) {
    self.precision = precision
    self.regions = regions
  }
}

/// One family of operands that an op is tested on: given a seeded generator it makes an op and operand types.
public struct Probe: Sendable {
  /// The numbers that operand `i` is drawn from.
  public enum Domain: Hashable, Sendable {
    case real(ClosedRange<Double>)
    case integer(ClosedRange<Int>)
    case bool
    /// Distinct numbers with gaps of at least 0.05, for ops that are not smooth at ties; from the lower bound on, beyond
    /// the upper one where there are many.
    case distinct(ClosedRange<Double>)
  }

  public struct Case: Sendable {
    public var op: any Op
    public var operands: [TensorType]
    public var domains: [Domain]

    /// Makes a case.
    public init(op: any Op, operands: [TensorType], domains: [Domain]) {
      self.op = op
      self.operands = operands
      self.domains = domains
    }
  }

  /// Draws a case; shapes and attributes are random.
  public var draw: @Sendable (inout ProbeGenerator) -> Case
  /// The relative tolerance of generated Float32 code against the reference.
  public var tolerance: Double

  /// Makes a probe.
  public init(tolerance: Double = 2e-6, draw: @escaping @Sendable (inout ProbeGenerator) -> Case) {
    self.tolerance = tolerance
    self.draw = draw
  }
}

/// A small seeded generator (SplitMix64; Steele, Lea and Flood, OOPSLA 2014), the same on every platform.
public struct ProbeGenerator: RandomNumberGenerator, Sendable {
  private var state: UInt64

  /// Starts from a seed, which tests print.
  public init(seed: UInt64) { state = seed }

  public mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }

  /// A random shape of the given rank, extents 1 to `limit`.
  public mutating func shape(rank: ClosedRange<Int> = 0...3, limit: Int = 5) -> [Int] {
    (0..<Int.random(in: rank, using: &self)).map { _ in Int.random(in: 1...limit, using: &self) }
  }
}
