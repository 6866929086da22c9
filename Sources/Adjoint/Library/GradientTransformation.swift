/// What an optimiser keeps besides the parameters: trees with the parameters' names, such as `mu` and `nu`.
public typealias Slots = [String: Tree]

/// An update rule: how gradients become changes of the parameters. It sees all parameters at once, and keeps nothing
/// but its slots.
public protocol GradientTransformation: Sendable {
  /// The slots before the first update.
  func slots(for parameters: Tree) -> Slots

  /// What to add to the parameters.
  ///
  /// `count` is the number of updates with this one, a scalar.
  func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree

  /// The parameters with the changes added: what an optimiser asks for.
  ///
  /// A rule whose changes are products may add them without rounding them first. Where a rule does not say, what
  /// `update` gives is added.
  func updated(_ parameters: Tree, _ gradients: Tree, _ slots: inout Slots, count: Tensor<Int32>) -> Tree
}

extension GradientTransformation {
  /// The parameters plus what `update` gives.
  public func updated(
    _ parameters: Tree, _ gradients: Tree, _ slots: inout Slots, count: Tensor<Int32>
  ) -> Tree {
    let changes = update(gradients, &slots, parameters, count: count)
    return map(parameters, changes) { p, change in p + change }
  }
}
