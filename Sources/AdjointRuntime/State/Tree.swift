/// Named `Float` tensors in order: parameters, gradients or an optimiser's slots without their model's type.
public struct Tree: Sendable, Equatable {
  /// The dotted names.
  public private(set) var names: [String]
  /// The tensors, in the names' order.
  public private(set) var values: [Tensor<Float>]

  /// Makes a tree; there must be one value for each name.
  public init(names: [String], values: [Tensor<Float>]) {
    require(names.count == values.count, "a tree of \(names.count) names got \(values.count) values")
    self.names = names
    self.values = values
  }

  /// The values of a state, which must all be `Float`.
  public init<Model: Module>(_ state: State<Model>) {
    self.init(
      names: state.names,
      values: state.leaves.map { leaf in
        require(leaf.value.scalarType == .f32, "Tree: \(leaf.name) is \(leaf.value.typeText), Float was expected")
        return Tensor(leaf.value.compact)
      })
  }

  /// The number of tensors.
  public var count: Int { values.count }

  /// The tensor of a name, nil where there is none.
  public subscript(name: String) -> Tensor<Float>? { names.firstIndex(of: name).map { values[$0] } }

  /// The tensor at a place.
  public subscript(index: Int) -> Tensor<Float> {
    get { values[index] }
    set { values[index] = newValue }
  }

  /// The tree with the tensors of another where a filter means their names, which count as paths of a `Param`.
  public func replacing(with other: Tree, where mask: Filter) -> Tree {
    requireSameNames(self, other)
    var result = self
    for (index, name) in names.enumerated() {
      let path = name.split(separator: ".").map { piece in
        Int(piece).map { PathComponent.index($0) } ?? PathComponent.name(String(piece))
      }
      if mask.matches(kind: ParamKind.kindName, path: path) { result.values[index] = other.values[index] }
    }
    return result
  }

  /// A tree of zeros with these names and shapes.
  public var zeros: Tree {
    Tree(names: names, values: values.map { Tensor(AnyTensor(zeros: $0.shape, .f32)) })
  }
}

/// The tree of `transform`'s results over one tree.
public func map(_ tree: Tree, _ transform: (Tensor<Float>) throws -> Tensor<Float>) rethrows -> Tree {
  Tree(names: tree.names, values: try tree.values.map(transform))
}

/// The tree of `transform`'s results over two trees of the same names.
public func map(
  _ first: Tree, _ second: Tree, _ transform: (Tensor<Float>, Tensor<Float>) throws -> Tensor<Float>
) rethrows -> Tree {
  requireSameNames(first, second)
  return Tree(names: first.names, values: try zip(first.values, second.values).map { try transform($0, $1) })
}

/// The tree of `transform`'s results over three trees of the same names.
public func map(
  _ first: Tree, _ second: Tree, _ third: Tree,
  _ transform: (Tensor<Float>, Tensor<Float>, Tensor<Float>) throws -> Tensor<Float>
) rethrows -> Tree {
  requireSameNames(first, second)
  requireSameNames(first, third)
  return Tree(
    names: first.names, values: try first.values.indices.map { try transform(first[$0], second[$0], third[$0]) })
}

private func requireSameNames(_ first: Tree, _ second: Tree) {
  if first.names == second.names { return }
  let missing = Set(first.names).symmetricDifference(second.names).sorted()
  stop("map: the trees differ in \(missing.isEmpty ? "order" : missing.joined(separator: ", "))")
}
