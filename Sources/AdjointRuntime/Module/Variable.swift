/// A place that holds a tensor, with identity: two attributes that refer to one `Variable` share it.
///
/// Models declare variables through property wrappers (`@Param var kernel: Tensor<Float>`); this is the box behind
/// them (`model.$kernel`), and what generated code reads and writes.
public final class Variable {
  /// What it is for: `Param`, `BatchStat`, a user's own.
  public let kind: String
  /// The type of its elements, which does not change.
  public let scalarType: ScalarType
  /// What is said about it, such as the meaning of its axes. Part of the structure: graph definitions that differ in it
  /// are not equal, and what `split` and `clone` made before keeps what was said then.
  public var metadata: [String: String]
  // A compiled call reads and writes these two many times a step; nothing here hands out access that could overlap.
  @exclusivity(unchecked) private var content: AnyTensor
  /// Whether it stands in a structure without values (see `GraphDef`).
  let isPlaceholder: Bool

  /// A variable with a value.
  public init(kind: String, metadata: [String: String] = [:], _ value: AnyTensor) {
    self.kind = kind
    self.metadata = metadata
    scalarType = value.scalarType
    content = value
    isPlaceholder = false
  }

  /// A variable of a structure without values: it knows its type and shape alone.
  init(placeholderFor variable: Variable) {
    kind = variable.kind
    metadata = variable.metadata
    scalarType = variable.scalarType
    shapeOfPlaceholder = variable.shape
    content = AnyTensor(scalarType: variable.scalarType, shape: [], storage: nil)
    isPlaceholder = true
  }

  private var shapeOfPlaceholder: [Int] = []

  /// The shape of the value.
  public var shape: [Int] { isPlaceholder ? shapeOfPlaceholder : content.shape }

  /// The value. Reading shares its memory, which a later write in place therefore copies first.
  ///
  /// Assigning takes a value of the same element type; stops for another.
  public var value: AnyTensor {
    get {
      if isPlaceholder { VariableProbe.note(self) }
      return content.compact
    }
    set {
      require(
        newValue.scalarType == scalarType,
        "a \(kind) variable of \(scalarType) cannot take a value of \(newValue.typeText)")
      content = newValue
    }
  }

  /// The elements for reading, in row-major order.
  ///
  /// The pointer holds until the variable is assigned. Allocates nothing once the value has storage of its own.
  public func readPointer() -> UnsafeRawPointer { UnsafeRawPointer(writePointer()) }

  /// The elements for reading and writing in place, in storage that this variable alone owns: a value shared with a
  /// tensor or a state elsewhere is copied first, so that the other keeps its numbers.
  ///
  /// The pointer holds until the variable is assigned or its value is read and kept elsewhere. Allocates nothing where
  /// the storage is the variable's own already.
  public func writePointer() -> UnsafeMutableRawPointer { content.writableBytes() }

  /// The last compiled call that this variable was an argument of.
  @exclusivity(unchecked) private var lastCall: UInt64 = 0

  /// Notes that it takes part in a compiled call; false where it does already.
  func mark(_ call: UInt64) -> Bool {
    defer { lastCall = call }
    return lastCall != call
  }

  /// Whether an eager transform differentiates with respect to the value.
  var isDifferentiated: Bool { content.isDifferentiated }

  /// Whether the value has this element type and shape.
  public func has(_ scalarType: ScalarType, _ shape: [Int]) -> Bool {
    self.scalarType == scalarType && content.shape == shape
  }
}

/// Finds out which variable a key path leads to, by following it on placeholders.
enum VariableProbe {
  @TaskLocal static var current: Sink?

  final class Sink: @unchecked Sendable {
    var variable: Variable?
  }

  static func note(_ variable: Variable) { current?.variable = variable }

  /// The last placeholder that `body` reads.
  static func variable(readBy body: () -> Void) -> Variable? {
    let sink = Sink()
    $current.withValue(sink) { body() }
    return sink.variable
  }
}

/// A type of variables, as filters name it: `Param.self`.
public protocol VariableType {
  /// The kind's name.
  static var kindName: String { get }
}

/// A variable of a kind, declared on a stored tensor of a model: `@Param var kernel: Tensor<Float>`.
///
/// The wrapper is a reference to a `Variable`; `model.$kernel` is that box, and assigning one module's box to another's
/// wrapper at `init` shares it.
@propertyWrapper
public struct VariableOf<Kind: VariableKind, Scalar: TensorScalar>: VariableType {
  /// The box.
  public let variable: Variable

  /// A variable with a value.
  public init(wrappedValue: Tensor<Scalar>) {
    variable = Variable(kind: Kind.kindName, wrappedValue.erased)
  }

  /// A variable with a value.
  public init(_ value: Tensor<Scalar>) { self.init(wrappedValue: value) }

  /// A variable with a value and something said about it: `@Param(metadata: ["axes": "in, out"]) var kernel`.
  public init(wrappedValue: Tensor<Scalar>, metadata: [String: String]) {
    variable = Variable(kind: Kind.kindName, metadata: metadata, wrappedValue.erased)
  }

  /// A variable with a value and something said about it.
  public init(_ value: Tensor<Scalar>, metadata: [String: String]) {
    self.init(wrappedValue: value, metadata: metadata)
  }

  /// Shares a box; stops where its kind or element type differs.
  public init(sharing variable: Variable) {
    require(
      variable.kind == Kind.kindName && variable.scalarType == Scalar.scalarType,
      "a \(Kind.kindName) of \(Scalar.scalarType) cannot share a \(variable.kind) of \(variable.scalarType)")
    self.variable = variable
  }

  /// The value.
  public var wrappedValue: Tensor<Scalar> {
    get { Tensor(variable.value) }
    nonmutating set { variable.value = newValue.erased }
  }

  /// The value, for variables that are held without the wrapper syntax (`let bias: Param?`).
  public var value: Tensor<Scalar> {
    get { wrappedValue }
    nonmutating set { wrappedValue = newValue }
  }

  /// The box.
  public var projectedValue: Variable { variable }

  /// The kind's name.
  public static var kindName: String { Kind.kindName }
}

/// A flat, ordered table of variables whose labels are known only when the program runs, such as an optimiser's slots
/// (`mu.hidden.kernel`). A module that stores one has its entries as variables of its own.
public struct VariableTable {
  /// One labelled variable.
  public struct Entry {
    /// The name in paths, dots included.
    public let label: String
    /// The box.
    public let variable: Variable

    /// Makes an entry.
    public init(_ label: String, _ variable: Variable) {
      self.label = label
      self.variable = variable
    }
  }

  /// The entries, in order.
  public let entries: [Entry]

  /// Makes a table; labels must differ.
  public init(_ entries: [Entry] = []) {
    require(Set(entries.map(\.label)).count == entries.count, "the labels of a VariableTable must differ")
    self.entries = entries
  }

  /// The number of entries.
  public var count: Int { entries.count }

  /// The variable at a place.
  public subscript(index: Int) -> Variable { entries[index].variable }

  /// The variable with a label, nil where there is none.
  public subscript(label: String) -> Variable? { entries.first { $0.label == label }?.variable }
}
