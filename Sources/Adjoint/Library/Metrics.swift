/// The kind of `MetricState`.
public enum MetricStateKind: VariableKind {}
/// What a metric has summed up.
public typealias MetricState = VariableOf<MetricStateKind, Float>
/// How much a metric has counted.
public typealias MetricCount = VariableOf<MetricStateKind, Int32>

/// What metrics are made from: a step's results.
public struct MetricInputs {
  /// Numbers by name, such as losses.
  public let values: [String: Tensor<Float>]
  /// A model's outputs.
  public let logits: Tensor<Float>?
  /// What they should have been.
  public let labels: Tensor<Int32>?
  /// Which elements count; nil for all.
  public let mask: Tensor<Bool>?

  /// A step's results.
  public init(
    _ values: [String: Tensor<Float>] = [:], logits: Tensor<Float>? = nil, labels: Tensor<Int32>? = nil,
    mask: Tensor<Bool>? = nil
  ) {
    self.values = values
    self.logits = logits
    self.labels = labels
    self.mask = mask
  }
}

/// A number about many steps, brought up to date step by step.
public protocol Metric: Module {
  /// Forgets everything.
  func reset()
  /// Takes a step's results in.
  func update(_ inputs: MetricInputs)
  /// The number, or the numbers with their names after `name`.
  func compute(named name: String) -> [String: Tensor<Float>]
}

/// The mean of everything so far.
public final class Average: Metric {
  /// Which of the step's values it is the mean of.
  public let argument: String
  /// The sum.
  @MetricState public var total: Tensor<Float>
  /// The number of elements.
  @MetricCount public var count: Tensor<Int32>

  /// The mean of the step's values of this name.
  public init(_ argument: String = "values") {
    self.argument = argument
    total = Tensor<Float>(0)
    count = Tensor<Int32>(0)
  }

  /// Forgets everything.
  public func reset() {
    total = Tensor<Float>(0)
    count = Tensor<Int32>(0)
  }

  /// Takes elements in, those that the mask does not leave out. The mask broadcasts.
  public func update(_ values: Tensor<Float>, mask: Tensor<Bool>? = nil) {
    let kept = masked(values, mask)
    total = total + kept.0
    count = count + kept.1
  }

  /// Takes a step's value in.
  public func update(_ inputs: MetricInputs) {
    let value = inputs.values[argument]
    precondition(
      value != nil, "Average(\"\(argument)\") needs a value named '\(argument)'; it got \(inputs.values.keys.sorted())")
    update(value!, mask: inputs.mask)
  }

  /// The mean; NaN of nothing.
  public func compute() -> Tensor<Float> {
    total / count.cast(to: Float.self)
  }

  /// The mean, with its name.
  public func compute(named name: String) -> [String: Tensor<Float>] {
    [name: compute()]
  }
}

/// The part of right answers so far.
public final class Accuracy: Metric {
  /// From which output on an answer is yes; nil where the answer is the largest output's index.
  public let threshold: Float?
  /// The number of right answers.
  @MetricState public var total: Tensor<Float>
  /// The number of answers.
  @MetricCount public var count: Tensor<Int32>

  /// Of several classes, or with a threshold of yes and no.
  public init(threshold: Float? = nil) {
    self.threshold = threshold
    total = Tensor<Float>(0)
    count = Tensor<Int32>(0)
  }

  /// Forgets everything.
  public func reset() {
    total = Tensor<Float>(0)
    count = Tensor<Int32>(0)
  }

  /// Takes answers in, those that the mask does not leave out. The mask broadcasts to the labels.
  public func update(logits: Tensor<Float>, labels: Tensor<Int32>, mask: Tensor<Bool>? = nil) {
    let kept = masked(isRight(logits, labels).cast(to: Float.self), mask)
    total = total + kept.0
    count = count + kept.1
  }

  /// Takes a step's answers in.
  public func update(_ inputs: MetricInputs) {
    precondition(inputs.logits != nil && inputs.labels != nil, "Accuracy needs logits: and labels:")
    update(logits: inputs.logits!, labels: inputs.labels!, mask: inputs.mask)
  }

  /// The part of right answers; NaN of nothing.
  public func compute() -> Tensor<Float> {
    total / count.cast(to: Float.self)
  }

  /// The part of right answers, with its name.
  public func compute(named name: String) -> [String: Tensor<Float>] {
    [name: compute()]
  }

  func isRight(_ logits: Tensor<Float>, _ labels: Tensor<Int32>) -> Tensor<Bool> {
    if let threshold {
      precondition(
        logits.shape == labels.shape,
        "Accuracy(threshold: \(threshold)) needs an output for each label: "
          + "logits have shape \(logits.shape), labels \(labels.shape)")
      return (logits .>= threshold) .== (labels .> 0)
    }
    precondition(
      logits.rank == labels.rank + 1 && Array(logits.shape.dropLast(1)) == labels.shape,
      "Accuracy needs the classes' outputs for each label: logits have shape \(logits.shape), labels \(labels.shape)")
    return logits.argmax(axis: -1) .== labels
  }
}

/// Mean, deviation and error of everything.
public struct Statistics {
  /// The mean; 0 of nothing.
  public let mean: Tensor<Float>
  /// The deviation of the mean: the standard deviation over the root of the count; NaN of nothing.
  public let standardErrorOfMean: Tensor<Float>
  /// The root of the mean squared distance from the mean; NaN of nothing.
  public let standardDeviation: Tensor<Float>
}

/// Mean and deviation of everything so far, without the cancellation of sums of squares: Welford (1962).
public final class Welford: Metric {
  /// Which of the step's values it is about.
  public let argument: String
  /// The number of elements.
  @MetricCount public var count: Tensor<Int32>
  /// The mean.
  @MetricState public var mean: Tensor<Float>
  /// The sum of squared distances from the mean.
  @MetricState public var m2: Tensor<Float>

  /// About the step's values of this name.
  public init(_ argument: String = "values") {
    self.argument = argument
    count = Tensor<Int32>(0)
    mean = Tensor<Float>(0)
    m2 = Tensor<Float>(0)
  }

  /// Forgets everything.
  public func reset() {
    count = Tensor<Int32>(0)
    mean = Tensor<Float>(0)
    m2 = Tensor<Float>(0)
  }

  /// Takes elements in, those that the mask does not leave out. The mask broadcasts.
  public func update(_ values: Tensor<Float>, mask: Tensor<Bool>? = nil) {
    let kept = masked(values, mask)
    let added = kept.1.cast(to: Float.self)
    let before = count.cast(to: Float.self)
    // A step that is left out whole changes nothing.
    let divisor = maximum(added, 1)
    let center = kept.0 / divisor
    let distance = values - center
    let spread = masked(distance * distance, mask)
    let after = maximum(before + added, 1)
    let delta = center - mean
    count = count + kept.1
    mean = mean + delta * added / after
    m2 = m2 + spread.0 + delta * delta * added * before / after
  }

  /// Takes a step's value in.
  public func update(_ inputs: MetricInputs) {
    let value = inputs.values[argument]
    precondition(
      value != nil, "Welford(\"\(argument)\") needs a value named '\(argument)'; it got \(inputs.values.keys.sorted())")
    update(value!, mask: inputs.mask)
  }

  /// Mean, deviation and error.
  public func compute() -> Statistics {
    let elements = count.cast(to: Float.self)
    let deviation = sqrt(m2 / elements)
    return Statistics(mean: mean, standardErrorOfMean: deviation / sqrt(elements), standardDeviation: deviation)
  }

  /// Mean, deviation and error, each with its name after `name` and a dot.
  public func compute(named name: String) -> [String: Tensor<Float>] {
    let all = compute()
    return [
      "\(name).mean": all.mean, "\(name).standardErrorOfMean": all.standardErrorOfMean,
      "\(name).standardDeviation": all.standardDeviation,
    ]
  }
}

/// Several metrics by name, brought up to date together.
public final class MultiMetric: Metric {
  /// The metrics.
  public let metrics: [String: any Metric]

  /// `MultiMetric(["loss": Average("loss"), "accuracy": Accuracy()])`.
  public init(_ metrics: [String: any Metric]) {
    self.metrics = metrics
  }

  /// The metric of a name.
  public subscript(name: String) -> any Metric {
    precondition(metrics[name] != nil, "there is no metric named '\(name)', but \(metrics.keys.sorted())")
    return metrics[name]!
  }

  /// Forgets everything.
  public func reset() {
    for name in metrics.keys.sorted() {
      metrics[name]!.reset()
    }
  }

  /// Takes a step's results into every metric.
  public func update(_ inputs: MetricInputs) {
    for name in metrics.keys.sorted() {
      metrics[name]!.update(inputs)
    }
  }

  /// Takes a step's results into every metric; a metric that `masks` names has its own mask.
  public func update(
    _ values: [String: Tensor<Float>] = [:], logits: Tensor<Float>? = nil, labels: Tensor<Int32>? = nil,
    mask: Tensor<Bool>? = nil, masks: [String: Tensor<Bool>] = [:]
  ) {
    for name in metrics.keys.sorted() {
      let own = masks[name] ?? mask
      metrics[name]!.update(MetricInputs(values, logits: logits, labels: labels, mask: own))
    }
  }

  /// Every metric's numbers by name.
  public func compute() -> [String: Tensor<Float>] {
    var all: [String: Tensor<Float>] = [:]
    for name in metrics.keys.sorted() {
      let own = metrics[name]!.compute(named: name)
      for key in own.keys.sorted() {
        all[key] = own[key]!
      }
    }
    return all
  }

  /// Every metric's numbers, each with its name after `name` and a dot.
  public func compute(named name: String) -> [String: Tensor<Float>] {
    let own = compute()
    var all: [String: Tensor<Float>] = [:]
    for key in own.keys.sorted() {
      all["\(name).\(key)"] = own[key]!
    }
    return all
  }
}

/// The sum of the elements that the mask keeps, and their number.
func masked(_ values: Tensor<Float>, _ mask: Tensor<Bool>?) -> (Tensor<Float>, Tensor<Int32>) {
  if let mask {
    let kept = mask.broadcast(to: values.shape)
    return (select(kept, values, 0).sum(), kept.cast(to: Int32.self).sum())
  }
  return (values.sum(), Tensor<Int32>(Int32(values.count)))
}
