/// Decaying averages of a model's parameters, which often predict better than the last ones: Polyak and Juditsky (1992).
///
/// They begin at the parameters' values.
public final class EMA<Model: Module>: Module {
  /// How much of the average stays at an update.
  public let decay: Double
  /// Which variables are averaged.
  public let wrt: Filter
  /// The averages, labelled by parameter: `average.hidden.kernel`.
  public let slots: VariableTable

  /// Averages of the variables that a filter means.
  public init(_ model: Model, decay: Double, wrt: Filter = Filter.of(Param.self)) {
    self.decay = decay
    self.wrt = wrt
    slots = VariableTable(slots: ["average": Tree(state(model, wrt))])
  }

  /// Takes the model's values into the averages.
  public func update(_ model: Model) {
    let current = Tree(state(model, wrt))
    let average = map(slots.trees["average"]!, current) { a, p in a * decay + p * (1 - decay) }
    slots.assign(["average": average])
  }

  /// A copy of the model with the averages.
  public func applied(to model: Model) -> Model {
    let result = clone(model)
    Adjoint.update(result, state(model, wrt).replacingValues(with: slots.trees["average"]!))
    return result
  }
}
