// Parts of update rules, to be put together with `chain`, and what the rules share.

/// Multiplies updates by minus the learning rate: the last part of most chains.
public struct ScaleByLearningRate: GradientTransformation {
  /// The size of a step, or what the schedule is multiplied by.
  public let learningRate: Double
  /// How the size follows the step; nil if it does not.
  public let schedule: (any Schedule)?

  /// The same size for every step.
  public init(_ learningRate: Double) {
    self.learningRate = learningRate
    schedule = nil
  }

  /// A size that follows the step.
  public init(_ schedule: any Schedule) {
    learningRate = 1
    self.schedule = schedule
  }

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    descent(gradients, learningRate, schedule, count)
  }

  /// The parameters with the changes added, each by one multiply-add.
  public func updated(
    _ parameters: Tree, _ gradients: Tree, _ slots: inout Slots, count: Tensor<Int32>
  ) -> Tree {
    descended(parameters, gradients, learningRate, schedule, count)
  }
}

/// Multiplies updates by a number.
public struct Scale: GradientTransformation {
  /// The number.
  public let factor: Double

  /// Multiplies updates by `factor`.
  public init(_ factor: Double) {
    self.factor = factor
  }

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The updates times the factor.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    map(gradients) { g in g * factor }
  }
}

/// Adam's direction without its step size: Kingma and Ba (2015), algorithm 1.
public struct ScaleByAdam: GradientTransformation {
  /// The decay of the mean of gradients.
  public let beta1: Double
  /// The decay of the mean of squared gradients.
  public let beta2: Double
  /// Added to the root, so that small gradients do not make large steps.
  public let epsilon: Double

  /// Adam's direction with the paper's defaults.
  public init(beta1: Double = 0.9, beta2: Double = 0.999, epsilon: Double = 1e-8) {
    self.beta1 = beta1
    self.beta2 = beta2
    self.epsilon = epsilon
  }

  /// `mu` and `nu`, the decaying means of gradients and of their squares.
  public func slots(for parameters: Tree) -> Slots {
    ["mu": parameters.zeros, "nu": parameters.zeros]
  }

  /// The directions, uphill.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    adamDirections(gradients, &slots, count, beta1, beta2, epsilon)
  }
}

/// Follows a decaying sum of updates: momentum.
public struct Trace: GradientTransformation {
  /// The decay of the sum.
  public let decay: Double
  /// Whether it is applied once more to look ahead.
  public let nesterov: Bool

  /// Momentum with this decay.
  public init(_ decay: Double, nesterov: Bool = false) {
    self.decay = decay
    self.nesterov = nesterov
  }

  /// `trace`, the decaying sum.
  public func slots(for parameters: Tree) -> Slots { ["trace": parameters.zeros] }

  /// The sum.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    traced(gradients, &slots, decay, nesterov)
  }
}

/// Adds a part of each parameter to its update, so that weights decay apart from the gradient.
public struct AddDecayedWeights: GradientTransformation {
  /// Which part.
  public let weightDecay: Double
  /// Which parameters decay, by their paths.
  public let mask: Filter

  /// Adds `weightDecay` times the parameter where the mask means it.
  public init(_ weightDecay: Double, mask: Filter = .all) {
    self.weightDecay = weightDecay
    self.mask = mask
  }

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The updates with the decay.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    decayed(gradients, parameters, weightDecay, mask)
  }
}

/// Scales each update so that its norm and its parameter's are as one to one: You et al. (2020), section 3.
public struct ScaleByTrustRatio: GradientTransformation {
  /// Scales each update by the norm of its parameter over its own.
  public init() {}

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The scaled updates.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    trusted(gradients, parameters)
  }
}

/// Minus the step size times the directions. The first update follows a schedule's number for 0 finished steps.
func descent(
  _ directions: Tree, _ learningRate: Double, _ schedule: (any Schedule)?, _ count: Tensor<Int32>
) -> Tree {
  if let schedule {
    let rate = schedule(count - 1) * learningRate
    return map(directions) { d in d * -rate }
  }
  return map(directions) { d in d * -learningRate }
}

/// Minus the step size, in 64 bits.
func downhill(_ learningRate: Double, _ schedule: (any Schedule)?, _ count: Tensor<Int32>) -> Tensor<Double> {
  if let schedule {
    return schedule(count - 1).cast(to: Double.self) * -learningRate
  }
  return Tensor<Double>(-learningRate)
}

/// The parameters plus minus the step size times the directions, by one multiply-add each.
func descended(
  _ parameters: Tree, _ directions: Tree, _ learningRate: Double, _ schedule: (any Schedule)?, _ count: Tensor<Int32>
) -> Tree {
  let rate = downhill(learningRate, schedule, count).cast(to: Float.self)
  return map(parameters, directions) { p, d in p.addingProduct(d, rate) }
}

/// The decaying sum of updates, which it also keeps in `trace`.
func traced(_ updates: Tree, _ slots: inout Slots, _ decay: Double, _ nesterov: Bool) -> Tree {
  let trace = map(updates, slots["trace"]!) { g, t in g.addingProduct(t, decay) }
  slots["trace"] = trace
  if nesterov {
    return map(updates, trace) { g, t in g.addingProduct(t, decay) }
  }
  return trace
}

/// The updates plus a part of the parameters that the mask means.
func decayed(_ updates: Tree, _ parameters: Tree, _ weightDecay: Double, _ mask: Filter) -> Tree {
  let all = map(updates, parameters) { u, p in u.addingProduct(p, weightDecay) }
  return updates.replacing(with: all, where: mask)
}

/// Each update times the norm of its parameter over its own norm; as it is where one of them is 0.
func trusted(_ updates: Tree, _ parameters: Tree) -> Tree {
  map(updates, parameters) { u, p in
    let own = norm(u)
    let wanted = norm(p)
    return u * select((own .== 0) .| (wanted .== 0), Tensor<Float>(1), wanted / own)
  }
}

/// The root of the sum of squares.
func norm(_ x: Tensor<Float>) -> Tensor<Float> {
  sqrt((x * x).sum())
}

/// The root of the mean of squares.
func rootMeanSquare(_ x: Tensor<Float>) -> Tensor<Float> {
  sqrt((x * x).mean())
}

/// The root of the sum of squares of all elements of a tree.
public func globalNorm(_ tree: Tree) -> Tensor<Float> {
  var total = Tensor<Float>(0)
  for index in 0..<tree.count {
    total = total + (tree[index] * tree[index]).sum()
  }
  return sqrt(total)
}
