import AdjointDiagnostics

/// One SSA value: defined once, by an operation or as a parameter of a region. Its number is its identity.
public struct Value: Hashable, Sendable {
  public let id: Int
  public let type: TensorType

  /// Makes a value. Only builders should: numbers are unique within a program.
  public init(id: Int, type: TensorType) {
    self.id = id
    self.type = type
  }

  public static func == (lhs: Value, rhs: Value) -> Bool { lhs.id == rhs.id }
  public func hash(into hasher: inout Hasher) { hasher.combine(id) }
}

/// Which part of the computation an operation belongs to; generated code says so beside each block.
public enum Role: String, Hashable, Sendable {
  case primal, tangent, adjoint
}

/// One operation of a region.
public struct Operation: Sendable {
  public var op: any Op
  public var operands: [Value]
  public var results: [Value]
  /// Bodies of higher-order and control-flow ops; they may use any value defined before this operation.
  public var regions: [Region]
  /// The source line this came from.
  public var span: SourceSpan
  public var role: Role
  /// The source name of the first result, such as `h` or `logits`; nil where the source has none.
  public var name: String?

  /// Makes an operation.
  public init(
    op: any Op, operands: [Value], results: [Value], regions: [Region] = [], span: SourceSpan = .none,
    role: Role = .primal, name: String? = nil
  ) {
    self.op = op
    self.operands = operands
    self.results = results
    self.regions = regions
    self.span = span
    self.role = role
    self.name = name
  }
}

/// A straight run of operations with parameters and results.
public struct Region: Sendable {
  public var parameters: [Value]
  public var operations: [Operation]
  public var results: [Value]

  /// Makes a region.
  public init(parameters: [Value] = [], operations: [Operation] = [], results: [Value] = []) {
    self.parameters = parameters
    self.operations = operations
    self.results = results
  }
}

/// Where a program's parameter comes from at a call.
public enum ParameterSource: Hashable, Sendable {
  /// Variable number `variable` of the `ModelGraph` of argument number `argument`.
  case variable(argument: Int, variable: Int)
  /// A tensor or scalar argument.
  case argument(Int)
  /// A number read from a stored `Float` or `Double` property of argument number `argument` at each call, such as
  /// `optimizer.rule.learningRate`: a hyper-parameter that the generated code is not specialised for.
  case property(argument: Int, path: [PathComponent])
}

/// Where a program's result goes after a call.
public enum ResultDestination: Hashable, Sendable {
  /// Written back into variable number `variable` of argument number `argument`, which the call mutates.
  case variable(argument: Int, variable: Int)
  /// Leaf number `leaf` of the returned structure, in the order of `EntryPoint.returns`.
  case returned(leaf: Int)
}

/// A computation with static shapes: what the front ends write and every transform maps to another such value.
public struct Program: Sendable {
  /// What generated code knows about a parameter.
  public struct Parameter: Hashable, Sendable {
    /// The source's name for it, such as `hidden.kernel` or `images`.
    public var name: String
    public var source: ParameterSource

    /// Makes a parameter description.
    public init(name: String, source: ParameterSource) {
      self.name = name
      self.source = source
    }
  }

  /// What generated code knows about a result.
  public struct Result: Hashable, Sendable {
    public var name: String
    public var destination: ResultDestination
    /// The parameter of the same type whose buffer a caller may pass for this result too: the variable that a
    /// stateful call updates in place, or the leaf of a state that the caller gave up. Kernels read every element of
    /// such a parameter before they overwrite it.
    public var reuses: Int?

    /// Makes a result description.
    public init(name: String, destination: ResultDestination, reuses: Int? = nil) {
      self.name = name
      self.destination = destination
      self.reuses = reuses
    }
  }

  public var name: String
  /// One description for each of `body.parameters`.
  public var parameters: [Parameter]
  /// One description for each of `body.results`.
  public var results: [Result]
  public var body: Region
  /// A number above that of every value in use, nested regions included.
  public var nextValueID: Int

  /// Makes a program.
  public init(name: String, parameters: [Parameter], results: [Result], body: Region, nextValueID: Int) {
    self.name = name
    self.parameters = parameters
    self.results = results
    self.body = body
    self.nextValueID = nextValueID
  }
}
