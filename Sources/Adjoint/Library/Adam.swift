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
    let (ratios, scale) = scaledRatios(gradients, &slots, count)
    return map(ratios) { r in r * scale }
  }

  /// The parameters with the changes added, each by one multiply-add.
  public func updated(
    _ parameters: Tree, _ gradients: Tree, _ slots: inout Slots, count: Tensor<Int32>
  ) -> Tree {
    let (ratios, scale) = scaledRatios(gradients, &slots, count)
    return map(parameters, ratios) { p, r in p.addingProduct(r, scale) }
  }

  /// The changes but for a factor that all elements share, and the factor, with minus the step size.
  func scaledRatios(_ gradients: Tree, _ slots: inout Slots, _ count: Tensor<Int32>) -> (Tree, Tensor<Float>) {
    let (ratios, factor) = adamRatios(gradients, &slots, count, beta1, beta2, epsilon)
    let scale = (downhill(learningRate, schedule, count) * factor).cast(to: Float.self)
    return (ratios, scale)
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

  /// The parameters with the changes added, each by one multiply-add for the decay and one for the direction.
  public func updated(
    _ parameters: Tree, _ gradients: Tree, _ slots: inout Slots, count: Tensor<Int32>
  ) -> Tree {
    let (ratios, factor) = adamRatios(gradients, &slots, count, beta1, beta2, epsilon)
    let rate = downhill(learningRate, schedule, count)
    let scale = (rate * factor).cast(to: Float.self)
    let decay = (rate * weightDecay).cast(to: Float.self)
    let smaller = map(parameters) { p in p.addingProduct(p, decay) }
    return map(parameters.replacing(with: smaller, where: mask), ratios) { p, r in p.addingProduct(r, scale) }
  }
}

/// Brings `mu` and `nu` up to date and gives mean / (√variance + epsilon), both freed of their bias to zero.
func adamDirections(
  _ gradients: Tree, _ slots: inout Slots, _ count: Tensor<Int32>, _ beta1: Double, _ beta2: Double, _ epsilon: Double
) -> Tree {
  let (ratios, factor) = adamRatios(gradients, &slots, count, beta1, beta2, epsilon)
  let scale = factor.cast(to: Float.self)
  return map(ratios) { r in r * scale }
}

/// Brings `mu` and `nu` up to date and gives Adam's directions but for a factor that all elements share, and the
/// factor: what frees the means of their bias is taken out of the ratio (Kingma and Ba, end of section 2).
func adamRatios(
  _ gradients: Tree, _ slots: inout Slots, _ count: Tensor<Int32>, _ beta1: Double, _ beta2: Double, _ epsilon: Double
) -> (Tree, Tensor<Double>) {
  let mu = map(gradients, slots["mu"]!) { g, m in (m * beta1).addingProduct(g, 1 - beta1) }
  let nu = map(gradients, slots["nu"]!) { g, v in (v * beta2).addingProduct(g * g, 1 - beta2) }
  slots["mu"] = mu
  slots["nu"] = nu
  // 1 - βᵗ in 64 bits: at first it is a small difference of numbers close to each other.
  let steps = count.cast(to: Double.self)
  let correction = sqrt(1 - pow(Tensor<Double>(beta2), steps))
  let factor = correction / (1 - pow(Tensor<Double>(beta1), steps))
  let smallest = (correction * epsilon).cast(to: Float.self)
  return (map(mu, nu) { m, v in m / (sqrt(v) + smallest) }, factor)
}
