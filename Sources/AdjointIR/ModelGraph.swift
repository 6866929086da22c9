/// One step from an object to something it holds.
public enum PathComponent: Hashable, Sendable, CustomStringConvertible {
  /// A stored property.
  case name(String)
  /// An element of an array.
  case index(Int)
  /// An entry of a container of variables whose members are known by name only when the code is generated (an
  /// optimiser's slots): its place in the container, and its label.
  case entry(Int, String)

  /// The component as paths of a state spell it.
  public var description: String {
    switch self {
    case .name(let name): name
    case .index(let index): String(index)
    case .entry(_, let label): label
    }
  }
}

/// One step of the Swift expression that reaches an object or a variable from the root, which its path does not tell:
/// whether a property is wrapped, optional, or a table.
public enum AccessStep: Hashable, Sendable {
  /// A stored property that holds an object, a collection or an optional.
  case property(String)
  /// An element of an array.
  case element(Int)
  /// The value of a dictionary's key.
  case key(String)
  /// The content of an optional that is known to have one.
  case unwrapped
  /// The object as what it is, where the property or array says a protocol (`any Layer`).
  case cast(String)
  /// The box of a wrapped property: `$kernel`.
  case wrappedVariable(String)
  /// The box in a property that holds a variable without the wrapper syntax: `bias.variable`.
  case heldVariable
  /// The box at a place of the variable table that the step before it names.
  case tableEntry(Int)
}

/// The structure of a model as one value: which variables it has, where, of what kind and type, and which are shared.
/// What split, merge and a compiled call need to know is here; the numbers are not.
public struct ModelGraph: Hashable, Sendable {
  /// One variable, counted once however often it is shared.
  public struct Variable: Hashable, Sendable {
    /// The first path to it in sorted attribute order, from the root.
    public var path: [PathComponent]
    /// The kind's type name as the source spells it: `Param`, `BatchStat`, `RngKey`, a user's own.
    public var kind: String
    public var type: TensorType
    /// What its maker says about it, such as the meaning of its axes.
    public var metadata: [String: String]
    /// The name of the random stream that it is the key or counter of; nil for other variables.
    public var stream: String?
    /// The further paths to the same variable.
    public var aliases: [[PathComponent]]
    /// How generated Swift reaches the variable's box from the root: by its path, then by each alias.
    public var access: [[AccessStep]]

    /// Makes a variable.
    public init(
      path: [PathComponent], kind: String, type: TensorType, metadata: [String: String] = [:], stream: String? = nil,
      aliases: [[PathComponent]] = [], access: [[AccessStep]] = []
    ) {
      self.path = path
      self.kind = kind
      self.type = type
      self.metadata = metadata
      self.stream = stream
      self.aliases = aliases
      self.access = access
    }

    /// The dotted path, such as `hidden.kernel` or `layers.0.bias`.
    public var name: String { path.map(\.description).joined(separator: ".") }
  }

  /// One object of the model, in the order of its first path.
  public struct Object: Hashable, Sendable {
    public var path: [PathComponent]
    /// The class's name as the source spells it, with generic arguments.
    public var typeName: String
    /// Its static attributes (`useBias: true`, `inFeatures: 64`) in the order of names; of a struct or a collection its
    /// parts, such as `rule.learningRate`.
    public var statics: [Static]
    /// The further paths to the same object.
    public var aliases: [[PathComponent]]
    /// How generated Swift reaches the object from the root: by its path, then by each alias.
    public var access: [[AccessStep]]

    /// Makes an object.
    public init(
      path: [PathComponent], typeName: String, statics: [Static] = [], aliases: [[PathComponent]] = [],
      access: [[AccessStep]] = []
    ) {
      self.path = path
      self.typeName = typeName
      self.statics = statics
      self.aliases = aliases
      self.access = access
    }
  }

  /// A static attribute of an object, or a part of one, that code is specialised for.
  public struct Static: Hashable, Sendable {
    /// The dotted path from the object, such as `rule.parts.0.limit`.
    public var path: String
    /// How generated Swift reaches it from the object; empty where it cannot, because the attribute is private.
    public var access: [AccessStep]
    /// The value as Swift's `String(describing:)` prints what an optional holds; nil where the type alone is meant.
    public var text: String?

    /// Makes an attribute.
    public init(path: String, access: [AccessStep], text: String?) {
      self.path = path
      self.access = access
      self.text = text
    }
  }

  /// The root's type as the source spells it: `MLP`, `Optimizer<MLP, Adam>`.
  public var typeName: String
  /// The root first, then every object below it, each once.
  public var objects: [Object]
  /// Every variable once, in sorted attribute order (array elements by number).
  public var variables: [Variable]

  /// Makes a graph.
  public init(typeName: String, objects: [Object], variables: [Variable]) {
    self.typeName = typeName
    self.objects = objects
    self.variables = variables
  }
}
