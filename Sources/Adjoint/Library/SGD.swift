/// Gradient descent: p − learningRate · g, optionally with momentum.
public struct SGD: GradientTransformation {
  /// How far to go along the gradient.
  public let learningRate: Double
  /// The decay of the sum of past gradients that is followed instead of the gradient; nil for none.
  public let momentum: Double?
  /// Whether the momentum is applied once more to look ahead: Sutskever et al. (2013).
  public let nesterov: Bool

  /// Plain gradient descent unless a momentum is given.
  public init(learningRate: Double, momentum: Double? = nil, nesterov: Bool = false) {
    self.learningRate = learningRate
    self.momentum = momentum
    self.nesterov = nesterov
  }

  /// `trace`, the decaying sum of gradients, where there is momentum.
  public func slots(for parameters: Tree) -> Slots {
    if momentum == nil {
      return [:]
    }
    return ["trace": parameters.zeros]
  }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    if let momentum {
      let trace = map(gradients, slots["trace"]!) { g, t in g + t * momentum }
      slots["trace"] = trace
      if nesterov {
        return map(gradients, trace) { g, t in (g + t * momentum) * -learningRate }
      }
      return map(trace) { t in t * -learningRate }
    }
    return map(gradients) { g in g * -learningRate }
  }
}
