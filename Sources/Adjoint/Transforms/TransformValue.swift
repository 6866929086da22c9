/// A value that consists of tensors and can be differentiated: a tensor, a state, an array or optional of them, a tree.
///
/// Its gradient has its own type.
public protocol TransformValue {
  /// The tensors in it, in a fixed order.
  var transformLeaves: [AnyTensor] { get }
  /// The same structure with other tensors, one for each leaf.
  func withTransformLeaves(_ leaves: [AnyTensor]) -> Self
}

extension Tensor: TransformValue {
  /// The tensor itself.
  public var transformLeaves: [AnyTensor] { [erased] }
  /// The one tensor given.
  public func withTransformLeaves(_ leaves: [AnyTensor]) -> Tensor { Tensor(leaves[0]) }
}

extension State: TransformValue {
  /// The state's values.
  public var transformLeaves: [AnyTensor] { values }
  /// A state of the same layout.
  public func withTransformLeaves(_ leaves: [AnyTensor]) -> State { State(layout: layout, values: leaves) }
}

extension Tree: TransformValue {
  /// The tree's tensors.
  public var transformLeaves: [AnyTensor] { values.map(\.erased) }
  /// A tree of the same names.
  public func withTransformLeaves(_ leaves: [AnyTensor]) -> Tree {
    Tree(names: names, values: leaves.map { Tensor($0) })
  }
}

extension Array: TransformValue where Element: TransformValue {
  /// The elements' tensors, in order.
  public var transformLeaves: [AnyTensor] { flatMap(\.transformLeaves) }
  /// An array of the same structure.
  public func withTransformLeaves(_ leaves: [AnyTensor]) -> [Element] {
    var offset = 0
    return map { element in
      let count = element.transformLeaves.count
      defer { offset += count }
      return element.withTransformLeaves(Array<AnyTensor>(leaves[offset..<offset + count]))
    }
  }
}

extension TransformValue {
  /// The value with its tensors as inputs of a transform; stops where one has no derivatives.
  func leaves(of transformation: Transformation, in operation: String) -> (Self, [AnyTensor]) {
    let leaves = transformLeaves.map { tensor in
      require(
        tensor.scalarType.isFloat,
        "\(operation): the argument holds a tensor of \(tensor.typeText), which has no derivative; split it off first")
      return transformation.leaf(tensor)
    }
    return (withTransformLeaves(leaves), leaves)
  }

  /// The value on its way out of a transform.
  func leaving(_ transformation: Transformation) -> Self {
    withTransformLeaves(transformLeaves.map(transformation.leaving))
  }
}

/// A model whose parameters, or the variables that a filter means, stand as inputs of a transform for a while.
struct WatchedModel<Model: Module> {
  private let model: Model
  /// The variables that are inputs.
  let variables: [Variable]
  private let originals: [AnyTensor]
  /// The inputs, in the order of the gradient's state.
  let leaves: [AnyTensor]
  private let parameters: State<Model>

  /// Makes the variables inputs, except those of `earlier` arguments, which are inputs already. Stops where one of the
  /// function's `others` holds one of them too: it would be differentiated and not differentiated at once.
  init(
    _ model: Model, _ transformation: Transformation, _ filter: Filter? = nil, after earlier: [Variable] = [],
    besides others: [Any] = [], in operation: String
  ) {
    self.model = model
    let meant = Set(AdjointRuntime.state(model, filter ?? .of(Param.self)).names)
    let known = Set(earlier.map { ObjectIdentifier($0) })
    var variables: [Variable] = []
    var names: Set<String> = []
    for (path, variable) in model.variables
    where meant.contains(path.dotted) && !known.contains(ObjectIdentifier(variable)) {
      require(
        variable.scalarType.isFloat,
        "\(operation): \(path.dotted) is a \(variable.kind) of \(variable.scalarType)\(variable.shape), which has no "
          + "derivative")
      variables.append(variable)
      names.insert(path.dotted)
    }
    let chosen = names
    parameters = AdjointRuntime.state(model, Filter("the differentiated") { _, path in chosen.contains(path.dotted) })
    self.variables = variables
    let watched = Set(variables.map { ObjectIdentifier($0) })
    for (place, other) in others.enumerated() {
      guard let other = other as? any Module else { continue }
      for (path, variable) in other.variables where watched.contains(ObjectIdentifier(variable)) {
        let name = model.variables.first(where: { $0.variable === variable })!.path.dotted
        stop(
          "\(operation): inconsistent aliasing: \(name) of the differentiated \(Model.self) is also \(path.dotted) of "
            + "the \(type(of: other)) that is argument \(place + 1) of those not differentiated; pass one of them, or "
            + "differentiate both")
      }
    }
    originals = variables.map(\.value)
    leaves = originals.map { transformation.leaf($0) }
    for (variable, leaf) in zip(variables, leaves) { variable.value = leaf }
  }

  /// Puts the parameters back (unless the function has assigned them) and takes what it left in the other variables
  /// off the tape where no transform is left.
  func restore(_ transformation: Transformation) {
    for (index, variable) in variables.enumerated() {
      if variable.value.node === leaves[index].node { variable.value = originals[index] }
    }
    if transformation.isOutermost {
      for (_, variable) in model.variables { variable.value = transformation.leaving(variable.value) }
    }
  }

  /// Gradients of the leaves as a state of parameters.
  func state(of gradients: [AnyTensor]) -> State<Model> { parameters.withTransformLeaves(gradients) }
}
