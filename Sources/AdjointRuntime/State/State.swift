/// The values of a model's variables, apart from the model: an ordered list of tensors with dotted names and kinds.
///
/// A state is a value; copies share memory until one is written. `state.hidden.kernel` follows the model's own
/// properties: a variable gives its tensor, a sub-module the part of the state below it.
@dynamicMemberLookup
public struct State<Model: Module>: Sendable {
  /// Where the values belong.
  public let layout: StateLayout
  /// The values, in the layout's order.
  public package(set) var values: [AnyTensor]

  /// A state of a layout; there must be one value for each entry.
  public init(layout: StateLayout, values: [AnyTensor]) {
    require(
      layout.entries.count == values.count, "a state of \(layout.entries.count) variables got \(values.count) values")
    self.layout = layout
    self.values = values
  }

  /// The number of variables.
  public var count: Int { values.count }

  /// The dotted names, in order.
  public var names: [String] { layout.entries.map(\.name) }

  /// Each name with its value, in order.
  public var leaves: [(name: String, value: AnyTensor)] {
    zip(layout.entries, values).map { ($0.name, $1) }
  }

  /// The value with a dotted name, nil where there is none.
  public subscript(name: String) -> AnyTensor? { layout.index(named: name).map { values[$0] } }

  /// The value of a variable.
  public subscript<Scalar: TensorScalar>(dynamicMember keyPath: KeyPath<Model, Tensor<Scalar>>) -> Tensor<Scalar> {
    get { Tensor(values[place(of: keyPath)].compact) }
    set {
      let index = place(of: keyPath)
      let entry = layout.entries[index]
      require(
        newValue.shape == entry.shape,
        "state.\(entry.name) has shape \(entry.shape) and cannot take a value of shape \(newValue.shape)")
      values[index] = newValue.erased
    }
  }

  /// The part of the state below a sub-module.
  public subscript<Part: Module>(dynamicMember keyPath: KeyPath<Model, Part>) -> State<Part> {
    get { part(model[keyPath: keyPath]) }
    set { replace(model[keyPath: keyPath], by: newValue) }
  }

  /// The parts of the state below an array of sub-modules.
  public subscript<Part: Module>(dynamicMember keyPath: KeyPath<Model, [Part]>) -> [State<Part>] {
    get { model[keyPath: keyPath].map { part($0) } }
    set {
      let modules = model[keyPath: keyPath]
      require(modules.count == newValue.count, "the array has \(modules.count) modules, not \(newValue.count)")
      for (module, state) in zip(modules, newValue) { replace(module, by: state) }
    }
  }

  /// The part of the state below an optional sub-module, nil where the model has none.
  public subscript<Part: Module>(dynamicMember keyPath: KeyPath<Model, Part?>) -> State<Part>? {
    model[keyPath: keyPath].map { part($0) }
  }

  /// The value of a variable that is held without wrapper syntax (`let bias: Param?`), nil where the model has none.
  public subscript<Kind, Scalar>(dynamicMember keyPath: KeyPath<Model, VariableOf<Kind, Scalar>?>) -> Tensor<Scalar>? {
    model[keyPath: keyPath].flatMap { layout.index(of: $0.variable) }.map { Tensor(values[$0].compact) }
  }

  /// The part whose variables a filter means.
  public func filter(_ filter: Filter) -> State {
    selecting(values.indices.filter { layout.entries[$0].isMeant(by: filter) })
  }

  /// The part of one kind.
  public func filter(_ type: any VariableType.Type) -> State { filter(.of(type)) }

  /// The elements of one value for reading; holds while the state is neither changed nor released.
  ///
  /// Allocates nothing once the value has storage.
  public mutating func readPointer(_ index: Int) -> UnsafeRawPointer {
    if values[index].storage == nil { _ = values[index].writableBytes() }
    return UnsafeRawPointer(values[index].storage!.bytes)
  }

  /// The elements of one value for writing in place, copied first if a model or another state shares them.
  public mutating func writePointer(_ index: Int) -> UnsafeMutableRawPointer { values[index].writableBytes() }

  func selecting(_ indices: [Int]) -> State {
    State(layout: layout.selecting(indices), values: indices.map { values[$0] })
  }

  private var model: Model { layout.prototype as! Model }

  private func place<Value>(of keyPath: KeyPath<Model, Value>) -> Int {
    let model = model
    guard let variable = VariableProbe.variable(readBy: { _ = model[keyPath: keyPath] }) else {
      stop("\(keyPath) is no variable of \(Model.self)")
    }
    guard let index = layout.index(of: variable) else {
      stop("this state of \(Model.self) has no \(variable.kind) there; it has \(names.joined(separator: ", "))")
    }
    return index
  }

  private func part<Part: Module>(_ module: Part) -> State<Part> {
    let (layout, indices) = layout.below(module)
    return State<Part>(layout: layout, values: indices.map { values[$0] })
  }

  private mutating func replace<Part: Module>(_ module: Part, by state: State<Part>) {
    let (part, indices) = layout.below(module)
    for (index, entry) in zip(indices, part.entries) {
      guard let value = state[entry.name] else { stop("the part has no \(entry.name)") }
      values[index] = value
    }
  }
}

extension State: Equatable {
  /// Whether names and values agree.
  public static func == (left: State, right: State) -> Bool {
    left.layout.hasSameNames(as: right.layout) && left.values == right.values
  }
}

extension State: CustomStringConvertible {
  public var description: String {
    zip(layout.entries, values).map { "\($0.name) (\($0.kind)) \($1.typeText) \($1)" }.joined(separator: "\n")
  }
}
