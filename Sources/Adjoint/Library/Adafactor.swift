/// Adam whose squares are kept as means of rows and columns: Shazeer and Stern (2018), algorithms 4 and 5.
public struct Adafactor: GradientTransformation {
  /// The size of a step, or what the schedule is multiplied by.
  public let learningRate: Double
  /// How the size follows the step; nil if it does not.
  public let schedule: (any Schedule)?
  /// The smallest extent of an axis to keep means instead of all squares.
  public let minimumExtent: Int
  /// How fast the decay of the means nears 1: it is 1 - t to the power of minus this.
  public let decayRate: Double
  /// Whether steps are relative to the parameter's root mean square.
  public let relativeToParameters: Bool
  /// The largest root mean square of an update before the learning rate; nil for no limit.
  public let clippingThreshold: Double?
  /// The decay of the mean of past steps that is followed; nil for none.
  public let momentum: Double?
  /// How much of each parameter a step takes away; nil for none.
  public let weightDecay: Double?
  /// Which parameters decay, by their paths.
  public let mask: Filter
  /// Added to the squares.
  public let epsilon: Double

  /// Adafactor with optax's defaults.
  public init(
    learningRate: Double = 1, minimumExtent: Int = 128, decayRate: Double = 0.8, relativeToParameters: Bool = true,
    clippingThreshold: Double? = 1, momentum: Double? = nil, weightDecay: Double? = nil, mask: Filter = .all,
    epsilon: Double = 1e-30
  ) {
    self.learningRate = learningRate
    schedule = nil
    self.minimumExtent = minimumExtent
    self.decayRate = decayRate
    self.relativeToParameters = relativeToParameters
    self.clippingThreshold = clippingThreshold
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.mask = mask
    self.epsilon = epsilon
  }

  /// Adafactor with a step size that follows the step.
  public init(
    learningRate: any Schedule, minimumExtent: Int = 128, decayRate: Double = 0.8, relativeToParameters: Bool = true,
    clippingThreshold: Double? = 1, momentum: Double? = nil, weightDecay: Double? = nil, mask: Filter = .all,
    epsilon: Double = 1e-30
  ) {
    self.learningRate = 1
    schedule = learningRate
    self.minimumExtent = minimumExtent
    self.decayRate = decayRate
    self.relativeToParameters = relativeToParameters
    self.clippingThreshold = clippingThreshold
    self.momentum = momentum
    self.weightDecay = weightDecay
    self.mask = mask
    self.epsilon = epsilon
  }

  /// `row` and `column`, the means of squares along the two longest axes; `square`, the means of squares of what has
  /// no two long axes (one zero stands for what a parameter does not have); `ema`, the mean of steps, where there is
  /// momentum.
  public func slots(for parameters: Tree) -> Slots {
    var all: Slots = [:]
    all["row"] = map(parameters) { p in
      let axes = factoredAxes(p.shape)
      return axes.isEmpty ? Tensor<Float>.zeros([1]) : Tensor<Float>.zeros(without(p.shape, axes[1]))
    }
    all["column"] = map(parameters) { p in
      let axes = factoredAxes(p.shape)
      return axes.isEmpty ? Tensor<Float>.zeros([1]) : Tensor<Float>.zeros(without(p.shape, axes[0]))
    }
    all["square"] = map(parameters) { p in
      factoredAxes(p.shape).isEmpty ? Tensor<Float>.zeros(p.shape) : Tensor<Float>.zeros([1])
    }
    if momentum != nil {
      all["ema"] = parameters.zeros
    }
    return all
  }

  /// The changes to add.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let steps = count.cast(to: Double.self)
    let decay = (1 - pow(steps, Tensor<Double>(-decayRate))).cast(to: Float.self)
    let row = map(gradients, slots["row"]!) { g, r in
      let axes = factoredAxes(g.shape)
      return axes.isEmpty ? r : r * decay + (g * g + epsilon).mean(axis: axes[1]) * (1 - decay)
    }
    let column = map(gradients, slots["column"]!) { g, c in
      let axes = factoredAxes(g.shape)
      return axes.isEmpty ? c : c * decay + (g * g + epsilon).mean(axis: axes[0]) * (1 - decay)
    }
    let square = map(gradients, slots["square"]!) { g, s in
      factoredAxes(g.shape).isEmpty ? s * decay + (g * g + epsilon) * (1 - decay) : s
    }
    slots["row"] = row
    slots["column"] = column
    slots["square"] = square
    let whole = map(gradients, square) { g, s in factoredAxes(g.shape).isEmpty ? g / sqrt(s) : g }
    var updates = map(whole, row, column) { u, r, c in
      let axes = factoredAxes(u.shape)
      if axes.isEmpty {
        return u
      }
      // The row's own axis among the axes that it has left.
      let place = axes[0] > axes[1] ? axes[0] - 1 : axes[0]
      let rows = sqrt(r / r.mean(axis: place, keepDims: true)).expandedDims(axis: axes[1])
      let columns = sqrt(c).expandedDims(axis: axes[0])
      return u / rows / columns
    }
    if let clippingThreshold {
      updates = clippedBlocks(updates, clippingThreshold)
    }
    updates = descent(updates, learningRate, schedule, count)
    if relativeToParameters {
      updates = map(updates, parameters) { u, p in u * maximum(rootMeanSquare(p), 1e-3) }
    }
    if let momentum {
      updates = map(updates, slots["ema"]!) { u, m in u * (1 - momentum) + m * momentum }
      slots["ema"] = updates
    }
    if let weightDecay {
      return decayed(updates, parameters, -weightDecay, mask)
    }
    return updates
  }

  /// The second longest axis and the longest, of equal ones the later; none if one of them is too short.
  func factoredAxes(_ shape: [Int]) -> [Int] {
    if shape.count < 2 {
      return []
    }
    var longest = 0
    for axis in 1..<shape.count {
      if shape[axis] >= shape[longest] {
        longest = axis
      }
    }
    var second = longest == 0 ? 1 : 0
    for axis in 0..<shape.count {
      if axis != longest && shape[axis] >= shape[second] {
        second = axis
      }
    }
    return shape[second] < minimumExtent ? [] : [second, longest]
  }

  func without(_ shape: [Int], _ axis: Int) -> [Int] {
    var rest: [Int] = []
    for index in 0..<shape.count {
      if index != axis {
        rest.append(shape[index])
      }
    }
    return rest
  }
}
