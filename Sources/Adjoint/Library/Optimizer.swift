/// Applies an update rule to some of a model's variables, and keeps what the rule remembers.
///
/// It does not hold the model: one optimiser fits every model of the same structure.
public final class Optimizer<Model: Module, Rule: GradientTransformation>: Module {
  /// The update rule with its constants.
  public let rule: Rule
  /// Which variables are trained.
  public let wrt: Filter
  /// The number of updates so far.
  @OptCount public var step: Tensor<Int32>
  /// The rule's slots, labelled by slot and parameter: `mu.hidden.kernel`.
  public let slots: VariableTable

  /// An optimiser for the variables of one kind: `Optimizer(model, Adam(learningRate: 1e-3), wrt: Param.self)`.
  public init(_ model: Model, _ rule: Rule, wrt: any VariableType.Type) {
    let filter = Filter.of(wrt)
    self.rule = rule
    self.wrt = filter
    step = Tensor<Int32>(0)
    slots = VariableTable(slots: rule.slots(for: Tree(state(model, filter))))
  }

  /// An optimiser for the variables that a filter means.
  public init(_ model: Model, _ rule: Rule, wrt: Filter) {
    self.rule = rule
    self.wrt = wrt
    step = Tensor<Int32>(0)
    slots = VariableTable(slots: rule.slots(for: Tree(state(model, wrt))))
  }

  /// Changes the model's variables by one step. The gradients are those of `grad` and the like; those of other
  /// variables than `wrt` means are ignored.
  public func update(_ model: Model, _ gradients: State<Model>) {
    let trained = state(model, wrt)
    let parameters = Tree(trained)
    let wanted = Tree(gradients.filter(wrt))
    precondition(
      wanted.names == parameters.names,
      "the gradients are those of \(wanted.names), but this optimiser trains \(parameters.names)")
    let count = step + 1
    var current = slots.trees
    let changed = rule.updated(parameters, wanted, &current, count: count)
    step = count
    slots.assign(current)
    Adjoint.update(model, trained.replacingValues(with: changed))
  }
}
