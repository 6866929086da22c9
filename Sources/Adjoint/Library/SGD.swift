/// Gradient descent: p − learningRate · g, optionally with momentum.
public struct SGD: GradientTransformation {
  /// How far to go along the gradient, or what the schedule is multiplied by.
  public let learningRate: Double
  /// How the distance follows the step; nil if it does not.
  public let schedule: (any Schedule)?
  /// The decay of the sum of past gradients that is followed instead of the gradient; nil for none.
  public let momentum: Double?
  /// Whether the momentum is applied once more to look ahead: Sutskever et al. (2013), equations 3 and 4.
  public let nesterov: Bool

  /// Plain gradient descent unless a momentum is given.
  public init(learningRate: Double, momentum: Double? = nil, nesterov: Bool = false) {
    self.learningRate = learningRate
    schedule = nil
    self.momentum = momentum
    self.nesterov = nesterov
  }

  /// Gradient descent with a step size that follows the step.
  public init(learningRate: any Schedule, momentum: Double? = nil, nesterov: Bool = false) {
    self.learningRate = 1
    schedule = learningRate
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
    descent(directions(gradients, &slots), learningRate, schedule, count)
  }

  /// The parameters with the changes added, each by one multiply-add.
  public func updated(
    _ parameters: Tree, _ gradients: Tree, _ slots: inout Slots, count: Tensor<Int32>
  ) -> Tree {
    descended(parameters, directions(gradients, &slots), learningRate, schedule, count)
  }

  func directions(_ gradients: Tree, _ slots: inout Slots) -> Tree {
    if let momentum {
      return traced(gradients, &slots, momentum, nesterov)
    }
    return gradients
  }
}
