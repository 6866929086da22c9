// Numbers that follow the step: learning rates above all. Computed in 64 bits, given in 32.

/// A number that depends on how many steps are done.
///
/// One of your own is a struct with a `callAsFunction`.
public protocol Schedule: Sendable {
  /// The number when `step` steps are done, a scalar.
  func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float>
}

/// The same number at every step.
public struct ConstantSchedule: Schedule {
  /// The number.
  public let value: Double

  /// The same number at every step.
  public init(_ value: Double) {
    self.value = value
  }

  /// The number.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    Tensor<Float>(Float(value))
  }
}

/// From one number to another along a power of the part that is left.
public struct PolynomialSchedule: Schedule {
  /// The number at first.
  public let start: Double
  /// The number at last.
  public let end: Double
  /// The power; 1 for a straight line.
  public let power: Double
  /// How many steps it takes.
  public let steps: Int
  /// How many steps it waits first.
  public let delay: Int

  /// From `start` to `end` in `steps` steps, after `delay` steps.
  public init(from start: Double, to end: Double, power: Double, steps: Int, delay: Int = 0) {
    precondition(steps > 0 && delay >= 0, "a schedule of \(steps) steps after \(delay)")
    self.start = start
    self.end = end
    self.power = power
    self.steps = steps
    self.delay = delay
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    let done = minimum(maximum(step.cast(to: Double.self) - Double(delay), 0), Double(steps))
    let left = 1 - done / Double(steps)
    let part = power == 1 ? left : pow(left, Tensor<Double>(power))
    return (part * (start - end) + end).cast(to: Float.self)
  }
}

/// From one number to another along a straight line.
public struct LinearSchedule: Schedule {
  /// The number at first.
  public let start: Double
  /// The number at last.
  public let end: Double
  /// How many steps it takes.
  public let steps: Int
  /// How many steps it waits first.
  public let delay: Int

  /// From `start` to `end` in `steps` steps, after `delay` steps.
  public init(from start: Double, to end: Double, steps: Int, delay: Int = 0) {
    self.start = start
    self.end = end
    self.steps = steps
    self.delay = delay
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    let line = PolynomialSchedule(from: start, to: end, power: 1, steps: steps, delay: delay)
    return line(step)
  }
}

/// A number multiplied by `rate` every `steps` steps, little by little or all at once.
public struct ExponentialSchedule: Schedule {
  /// The number at first.
  public let start: Double
  /// In how many steps it is multiplied by `rate`.
  public let steps: Int
  /// What it is multiplied by.
  public let rate: Double
  /// How many steps it waits first.
  public let delay: Int
  /// Whether it changes at multiples of `steps` only.
  public let staircase: Bool
  /// Where it stops; nil for nowhere.
  public let end: Double?

  /// From `start` on, `rate` times as much every `steps` steps.
  public init(
    from start: Double, steps: Int, rate: Double, delay: Int = 0, staircase: Bool = false, end: Double? = nil
  ) {
    precondition(steps > 0 && rate > 0 && delay >= 0, "a schedule by \(rate) every \(steps) steps after \(delay)")
    self.start = start
    self.steps = steps
    self.rate = rate
    self.delay = delay
    self.staircase = staircase
    self.end = end
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    let done = maximum(step.cast(to: Double.self) - Double(delay), 0) / Double(steps)
    let power = staircase ? floor(done) : done
    let value = pow(Tensor<Double>(rate), power) * start
    if let end {
      let limited = rate < 1 ? maximum(value, end) : minimum(value, end)
      return limited.cast(to: Float.self)
    }
    return value.cast(to: Float.self)
  }
}

/// A number that sinks along half a period of the cosine: Loshchilov and Hutter (2017), equation 5.
public struct CosineSchedule: Schedule {
  /// The number at first.
  public let start: Double
  /// How many steps it takes.
  public let steps: Int
  /// The part of `start` that is left at last.
  public let floor: Double
  /// The power of the cosine.
  public let exponent: Double

  /// From `start` to `floor` times `start` in `steps` steps.
  public init(from start: Double, steps: Int, floor: Double = 0, exponent: Double = 1) {
    precondition(steps > 0, "a schedule of \(steps) steps")
    self.start = start
    self.steps = steps
    self.floor = floor
    self.exponent = exponent
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    let done = minimum(step.cast(to: Double.self), Double(steps))
    let wave = (cos(done * (3.141592653589793 / Double(steps))) + 1) * 0.5
    let part = exponent == 1 ? wave : pow(wave, Tensor<Double>(exponent))
    return ((part * (1 - floor) + floor) * start).cast(to: Float.self)
  }
}

/// A straight rise, then a cosine's fall.
public struct WarmupCosineSchedule: Schedule {
  /// The number at first.
  public let start: Double
  /// The number after the rise.
  public let peak: Double
  /// How many steps the rise takes.
  public let warmup: Int
  /// How many steps rise and fall take.
  public let steps: Int
  /// The number at last.
  public let end: Double
  /// The power of the cosine.
  public let exponent: Double

  /// From `start` to `peak` in `warmup` steps, then to `end` until `steps` steps are done.
  public init(
    from start: Double = 0, peak: Double, warmup: Int, steps: Int, end: Double = 0, exponent: Double = 1
  ) {
    precondition(warmup > 0 && steps > warmup, "a schedule of \(warmup) steps within \(steps)")
    self.start = start
    self.peak = peak
    self.warmup = warmup
    self.steps = steps
    self.end = end
    self.exponent = exponent
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    let floor = peak == 0 ? 0.0 : end / peak
    let rise = LinearSchedule(from: start, to: peak, steps: warmup)
    let fall = CosineSchedule(from: peak, steps: steps - warmup, floor: floor, exponent: exponent)
    return select(step .< Int32(warmup), rise(step), fall(step - Int32(warmup)))
  }
}

/// A number multiplied by a factor each time a boundary is reached.
public struct PiecewiseConstantSchedule: Schedule {
  /// The number at first.
  public let start: Double
  /// The numbers of steps after which it changes, in order.
  public let boundaries: [Int]
  /// What it is multiplied by at each boundary.
  public let factors: [Double]

  /// From `start` on, times the i-th factor from the i-th boundary on.
  public init(from start: Double, boundaries: [Int], factors: [Double]) {
    precondition(
      boundaries.count == factors.count, "\(boundaries.count) boundaries need as many factors, not \(factors.count)")
    self.start = start
    self.boundaries = boundaries
    self.factors = factors
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    var value = Tensor<Double>(start)
    for index in 0..<boundaries.count {
      value = select(step .>= Int32(boundaries[index]), value * factors[index], value)
    }
    return value.cast(to: Float.self)
  }
}

/// A number that goes from boundary to boundary along lines or cosines.
public struct PiecewiseSchedule: Schedule {
  /// How it gets from one number to the next.
  public enum Path: Sendable {
    /// Along a line.
    case linear
    /// Along half a period of the cosine.
    case cosine
  }

  /// How it gets from one number to the next.
  public let path: Path
  /// The number at first.
  public let start: Double
  /// The numbers of steps at which the next number is reached, in order.
  public let boundaries: [Int]
  /// What the number is multiplied by from one boundary to the next.
  public let factors: [Double]

  /// From `start`, at the i-th boundary as much as the i-th factor times the number at the boundary before.
  public init(_ path: Path, from start: Double, boundaries: [Int], factors: [Double]) {
    precondition(
      boundaries.count == factors.count, "\(boundaries.count) boundaries need as many factors, not \(factors.count)")
    self.path = path
    self.start = start
    self.boundaries = boundaries
    self.factors = factors
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    var before = 0
    var from = start
    var value = Tensor<Double>(start)
    for index in 0..<boundaries.count {
      let to = from * factors[index]
      let extent = boundaries[index] > before ? boundaries[index] - before : 1
      let part = (step - Int32(before)).cast(to: Double.self) / Double(extent)
      var inside = part * (to - from) + from
      switch path {
      case .linear: inside = part * (to - from) + from
      case .cosine: inside = (cos(part * 3.141592653589793) + 1) * ((from - to) / 2) + to
      }
      value = select(step .>= Int32(before), inside, value)
      before = boundaries[index]
      from = to
      value = select(step .>= Int32(before), Tensor<Double>(to), value)
    }
    return value.cast(to: Float.self)
  }
}

/// Schedules one after the other, each counting from its own beginning.
public struct JoinedSchedule: Schedule {
  /// The schedules.
  public let schedules: [any Schedule]
  /// The numbers of steps after which the next schedule begins, in order.
  public let boundaries: [Int]

  /// The first schedule until the first boundary, and so on.
  public init(_ schedules: [any Schedule], boundaries: [Int]) {
    precondition(
      schedules.count == boundaries.count + 1,
      "\(schedules.count) schedules need one boundary less, not \(boundaries.count)")
    self.schedules = schedules
    self.boundaries = boundaries
  }

  /// The number when `step` steps are done.
  public func callAsFunction(_ step: Tensor<Int32>) -> Tensor<Float> {
    let first = schedules[0]
    var value = first(step)
    for index in 0..<boundaries.count {
      let boundary = Int32(boundaries[index])
      let next = schedules[index + 1]
      value = select(step .>= boundary, next(step - boundary), value)
    }
    return value
  }
}
