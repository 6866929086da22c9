/// Steps that shrink with the sum of squared gradients: Duchi et al. (2011), figure 1, with diagonal matrices.
public struct AdaGrad: GradientTransformation {
  /// The size of a step, or what the schedule is multiplied by.
  public let learningRate: Double
  /// How the size follows the step; nil if it does not.
  public let schedule: (any Schedule)?
  /// Where the sums begin.
  public let initialAccumulator: Double
  /// Added to the sum, so that small gradients do not make large steps.
  public let epsilon: Double

  /// AdaGrad with optax's defaults.
  public init(learningRate: Double, initialAccumulator: Double = 0.1, epsilon: Double = 1e-7) {
    self.learningRate = learningRate
    schedule = nil
    self.initialAccumulator = initialAccumulator
    self.epsilon = epsilon
  }

  /// AdaGrad with a step size that follows the step.
  public init(learningRate: any Schedule, initialAccumulator: Double = 0.1, epsilon: Double = 1e-7) {
    self.learningRate = 1
    schedule = learningRate
    self.initialAccumulator = initialAccumulator
    self.epsilon = epsilon
  }

  /// `sum`, the sums of squared gradients.
  public func slots(for parameters: Tree) -> Slots {
    ["sum": map(parameters) { p in Tensor<Float>(repeating: Float(initialAccumulator), shape: p.shape) }]
  }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let sum = map(gradients, slots["sum"]!) { g, s in g * g + s }
    slots["sum"] = sum
    let directions = map(gradients, sum) { g, s in select(s .> 0, g / sqrt(s + epsilon), 0) }
    return descent(directions, learningRate, schedule, count)
  }
}

/// Steps relative to the mean of squared gradients: Tieleman and Hinton (2012), lecture 6.5.
public struct RMSProp: GradientTransformation {
  /// The size of a step, or what the schedule is multiplied by.
  public let learningRate: Double
  /// How the size follows the step; nil if it does not.
  public let schedule: (any Schedule)?
  /// The decay of the mean of squared gradients.
  public let decay: Double
  /// Added to the mean under the root.
  public let epsilon: Double
  /// Where the means begin.
  public let initialScale: Double
  /// Whether the square of the mean is taken off: the variance instead of the mean square (Graves, 2013).
  public let centered: Bool
  /// The decay of the sum of past steps that is followed; nil for none.
  public let momentum: Double?
  /// Whether the momentum is applied once more to look ahead.
  public let nesterov: Bool

  /// RMSProp with optax's defaults.
  public init(
    learningRate: Double, decay: Double = 0.9, epsilon: Double = 1e-8, initialScale: Double = 0,
    centered: Bool = false, momentum: Double? = nil, nesterov: Bool = false
  ) {
    self.learningRate = learningRate
    schedule = nil
    self.decay = decay
    self.epsilon = epsilon
    self.initialScale = initialScale
    self.centered = centered
    self.momentum = momentum
    self.nesterov = nesterov
  }

  /// RMSProp with a step size that follows the step.
  public init(
    learningRate: any Schedule, decay: Double = 0.9, epsilon: Double = 1e-8, initialScale: Double = 0,
    centered: Bool = false, momentum: Double? = nil, nesterov: Bool = false
  ) {
    self.learningRate = 1
    schedule = learningRate
    self.decay = decay
    self.epsilon = epsilon
    self.initialScale = initialScale
    self.centered = centered
    self.momentum = momentum
    self.nesterov = nesterov
  }

  /// `nu`, the means of squares; `mu`, the means, if centred; `trace`, the sum of steps, where there is momentum.
  public func slots(for parameters: Tree) -> Slots {
    var all: Slots = [:]
    all["nu"] = map(parameters) { p in Tensor<Float>(repeating: Float(initialScale), shape: p.shape) }
    if centered {
      all["mu"] = parameters.zeros
    }
    if momentum != nil {
      all["trace"] = parameters.zeros
    }
    return all
  }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let nu = map(gradients, slots["nu"]!) { g, v in g * g * (1 - decay) + v * decay }
    slots["nu"] = nu
    var directions = map(gradients, nu) { g, v in g / sqrt(v + epsilon) }
    if centered {
      let mu = map(gradients, slots["mu"]!) { g, m in g * (1 - decay) + m * decay }
      slots["mu"] = mu
      directions = map(gradients, mu, nu) { g, m, v in g / sqrt(v - m * m + epsilon) }
    }
    let steps = descent(directions, learningRate, schedule, count)
    if let momentum {
      return traced(steps, &slots, momentum, nesterov)
    }
    return steps
  }
}

/// Steps along the sign of a mean of gradients: Chen et al. (2023), algorithm 2.
public struct Lion: GradientTransformation {
  /// The size of a step, or what the schedule is multiplied by.
  public let learningRate: Double
  /// How the size follows the step; nil if it does not.
  public let schedule: (any Schedule)?
  /// How much of the mean the direction takes.
  public let beta1: Double
  /// The decay of the mean.
  public let beta2: Double
  /// How much of each parameter, times the learning rate, a step takes away.
  public let weightDecay: Double
  /// Which parameters decay, by their paths.
  public let mask: Filter

  /// Lion with optax's defaults.
  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Double = 1e-3, mask: Filter = .all
  ) {
    self.learningRate = learningRate
    schedule = nil
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.mask = mask
  }

  /// Lion with a step size that follows the step.
  public init(
    learningRate: any Schedule, beta1: Double = 0.9, beta2: Double = 0.99, weightDecay: Double = 1e-3,
    mask: Filter = .all
  ) {
    self.learningRate = 1
    schedule = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.weightDecay = weightDecay
    self.mask = mask
  }

  /// `mu`, the decaying mean of gradients.
  public func slots(for parameters: Tree) -> Slots { ["mu": parameters.zeros] }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let before = slots["mu"]!
    let signs = map(gradients, before) { g, m in sign(g * (1 - beta1) + m * beta1) }
    slots["mu"] = map(gradients, before) { g, m in g * (1 - beta2) + m * beta2 }
    return descent(decayed(signs, parameters, weightDecay, mask), learningRate, schedule, count)
  }
}

/// Adam whose steps are as large as the parameter's norm says, layer by layer: You et al. (2020), algorithm 2.
public struct LAMB: GradientTransformation {
  /// The size of a step, or what the schedule is multiplied by.
  public let learningRate: Double
  /// How the size follows the step; nil if it does not.
  public let schedule: (any Schedule)?
  /// The decay of the mean of gradients.
  public let beta1: Double
  /// The decay of the mean of squared gradients.
  public let beta2: Double
  /// Added to the root, so that small gradients do not make large steps.
  public let epsilon: Double
  /// How much of each parameter is added to its direction.
  public let weightDecay: Double
  /// Which parameters decay, by their paths.
  public let mask: Filter

  /// LAMB with optax's defaults.
  public init(
    learningRate: Double, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-6,
    weightDecay: Double = 0, mask: Filter = .all
  ) {
    self.learningRate = learningRate
    schedule = nil
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.mask = mask
  }

  /// LAMB with a step size that follows the step.
  public init(
    learningRate: any Schedule, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-6,
    weightDecay: Double = 0, mask: Filter = .all
  ) {
    self.learningRate = 1
    schedule = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.mask = mask
  }

  /// `mu` and `nu`, the decaying means of gradients and of their squares.
  public func slots(for parameters: Tree) -> Slots {
    ["mu": parameters.zeros, "nu": parameters.zeros]
  }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let directions = adamDirections(gradients, &slots, count, beta1, beta2, epsilon)
    let wanted = trusted(decayed(directions, parameters, weightDecay, mask), parameters)
    return descent(wanted, learningRate, schedule, count)
  }
}
