import CBench

/// The steps between two starts of a training: long before its gradients vanish, whose squares would be subnormal
/// numbers, on which arithmetic takes many times as long.
private let stepsOfTraining = 256

/// Seconds a step, sample by sample, for about that long; begins anew by `restart` every now and then.
func sample(_ run: (Int) -> Void, restart: (() -> Void)? = nil, seconds: Double) -> [Double] {
  restart?()
  run(1)
  var steps = 1
  while true {
    let start = cbench_seconds()
    run(steps)
    if cbench_seconds() - start > 1e-3 || steps > 1 << 24 { break }
    steps *= 2
  }
  var samples: [Double] = []
  var taken = stepsOfTraining
  let start = cbench_seconds()
  repeat {
    if let restart, taken + steps > stepsOfTraining {
      restart()
      run(1)
      taken = 1
    }
    let before = cbench_seconds()
    run(steps)
    samples.append((cbench_seconds() - before) / Double(steps))
    taken += steps
  } while cbench_seconds() - start < seconds || samples.count < 5
  return samples
}

/// Allocations a step, once everything is warm; nil where they cannot be counted.
func allocations(_ run: (Int) -> Void) -> Double? {
  let before = cbench_allocation_count()
  guard before >= 0 else { return nil }
  let steps = 8
  run(steps)
  return Double(cbench_allocation_count() - before) / Double(steps)
}

/// The middle of some numbers.
func median(_ numbers: [Double]) -> Double {
  let sorted = numbers.sorted()
  guard !sorted.isEmpty else { return .nan }
  return sorted.count % 2 == 1
    ? sorted[sorted.count / 2] : (sorted[sorted.count / 2 - 1] + sorted[sorted.count / 2]) / 2
}
