/// Adaptive moments: Kingma and Ba (2015), algorithm 1.
public struct Adam: GradientTransformation {
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

  /// Adam with the paper's defaults.
  public init(learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    self.learningRate = learningRate
    schedule = nil
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// Adam with a step size that follows the step.
  public init(learningRate: any Schedule, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    self.learningRate = 1
    schedule = learningRate
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// `mu` and `nu`, the decaying means of gradients and of their squares.
  public func slots(for parameters: Tree) -> Slots {
    ["mu": parameters.zeros, "nu": parameters.zeros]
  }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let directions = adamDirections(gradients, &slots, count, beta1, beta2, epsilon)
    return descent(directions, learningRate, schedule, count)
  }
}

/// Adam with weights that decay apart from the gradient: Loshchilov and Hutter (2019), algorithm 2.
public struct AdamW: GradientTransformation {
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
  /// How much of each parameter, times the learning rate, a step takes away.
  public let weightDecay: Double
  /// Which parameters decay, by their paths.
  public let mask: Filter

  /// AdamW with optax's defaults.
  public init(
    learningRate: Double = 1e-3, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-4, mask: Filter = .all
  ) {
    self.learningRate = learningRate
    schedule = nil
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
    self.weightDecay = weightDecay
    self.mask = mask
  }

  /// AdamW with a step size that follows the step.
  public init(
    learningRate: any Schedule, beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8,
    weightDecay: Double = 1e-4, mask: Filter = .all
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
    return descent(decayed(directions, parameters, weightDecay, mask), learningRate, schedule, count)
  }
}

/// Brings `mu` and `nu` up to date and gives mean / (√variance + epsilon), both freed of their bias to zero.
func adamDirections(
  _ gradients: Tree, _ slots: inout Slots, _ count: Tensor<Int32>, _ beta1: Double, _ beta2: Double, _ epsilon: Double
) -> Tree {
  let mu = map(gradients, slots["mu"]!) { g, m in g * (1 - beta1) + m * beta1 }
  let nu = map(gradients, slots["nu"]!) { g, v in g * g * (1 - beta2) + v * beta2 }
  slots["mu"] = mu
  slots["nu"] = nu
  // 1 - βᵗ in 64 bits: at first it is a small difference of numbers close to each other. Its inverse once, since
  // there are many parameters to divide.
  let steps = count.cast(to: Double.self)
  let correction1 = (1 / (1 - pow(Tensor<Double>(beta1), steps))).cast(to: Float.self)
  let correction2 = (1 / (1 - pow(Tensor<Double>(beta2), steps))).cast(to: Float.self)
  return map(mu, nu) { m, v in (m * correction1) / (sqrt(v * correction2) + epsilon) }
}
