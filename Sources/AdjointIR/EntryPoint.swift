import AdjointDiagnostics

/// A function with an annotated parameter, elaborated: its Swift signature, and one program for each combination of
/// sizes it is specialised for. What the printers need of a front end's work, and nothing of its syntax.
public struct EntryPoint: Sendable {
  /// One parameter of the Swift function.
  public struct Argument: Hashable, Sendable {
    /// What a caller passes.
    public enum Kind: Hashable, Sendable {
      /// A module object (a model, an optimiser, `Rngs`); its variables are parameters of the programs.
      case object(ModelGraph)
      /// A `GraphDef` of such an object: no run-time content, but checked.
      case graphDefinition(ModelGraph)
      /// A `State` of such an object (or the part of it that `ModelGraph.variables` lists).
      case state(ModelGraph)
      /// A tensor; `dimensions` has one entry per axis.
      case tensor(DType, dimensions: [Dimension])
      /// A run-time scalar (`@Traced`).
      case scalar(DType)
    }

    /// The extent of one axis of a tensor argument.
    public enum Dimension: Hashable, Sendable {
      case fixed(Int)
      /// A `Dim` with several sizes, by its name.
      case named(String)
    }

    /// The argument label, nil for `_`.
    public var label: String?
    public var name: String
    /// The type as the source spells it, such as `Optimizer<MLP, Adam>`.
    public var typeText: String
    public var kind: Kind
    /// How Swift makes the instance that the code is specialised for; nil of tensors and scalars.
    public var example: Example?

    /// Makes an argument.
    public init(label: String?, name: String, typeText: String, kind: Kind, example: Example? = nil) {
      self.label = label
      self.name = name
      self.typeText = typeText
      self.kind = kind
      self.example = example
    }
  }

  /// Swift that makes the model or optimiser that an argument is, or is a part of.
  public enum Example: Hashable, Sendable {
    case expression(String)
    /// An optimiser of `model` with a rule, whose numbers are run-time scalars of the programs.
    case optimizer(model: String, rule: String, ruleType: String)
  }

  /// The structure of what the function returns, over numbered leaves (results with destination `.returned`).
  public indirect enum Returns: Hashable, Sendable {
    case void
    case tensor(TensorType, leaf: Int)
    /// A tuple with its labels.
    case tuple([Element])
    /// A state: one leaf per variable of the graph, in order.
    case state(ModelGraph, typeText: String, leaves: [Int])
    case graphDefinition(ModelGraph, typeText: String)
    /// The object given as argument number `argument` itself.
    case argument(Int)

    /// One element of a returned tuple.
    public struct Element: Hashable, Sendable {
      public var label: String?
      public var value: Returns

      /// Makes an element.
      public init(label: String?, value: Returns) {
        self.label = label
        self.value = value
      }
    }
  }

  /// The program for one choice of sizes.
  public struct Specialisation: Sendable {
    /// The size of each named dimension, sorted by name.
    public var sizes: [String: Int]
    public var program: Program

    /// Makes a specialisation.
    public init(sizes: [String: Int], program: Program) {
      self.sizes = sizes
      self.program = program
    }
  }

  /// The function's base name.
  public var name: String
  /// The model type whose method it is; nil for a free function.
  public var enclosingType: String?
  /// `public`, `package` or `internal`.
  public var access: String
  public var isThrowing: Bool
  public var arguments: [Argument]
  /// The return type as the source spells it; nil for none.
  public var returnTypeText: String?
  public var returns: Returns
  public var specialisations: [Specialisation]
  public var span: SourceSpan
  /// Whether the code depends on what variables' makers say about them, so that a call must check it.
  public var readsMetadata = false
  /// The source's text of each line that an operation comes from, without indentation: what generated code quotes. Keys
  /// are spans with column 0.
  public var excerpts: [SourceSpan: String] = [:]

  /// Makes an entry point.
  public init(
    name: String, enclosingType: String?, access: String, isThrowing: Bool, arguments: [Argument],
    returnTypeText: String?, returns: Returns, specialisations: [Specialisation], span: SourceSpan
  ) {
    self.name = name
    self.enclosingType = enclosingType
    self.access = access
    self.isThrowing = isThrowing
    self.arguments = arguments
    self.returnTypeText = returnTypeText
    self.returns = returns
    self.specialisations = specialisations
    self.span = span
  }
}
