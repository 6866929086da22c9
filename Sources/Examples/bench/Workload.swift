/// Something to measure.
struct Workload {
  /// What has to be done at least, whatever program does it.
  struct Cost {
    /// Multiplications and additions of matrix products.
    var flops = 0.0
    /// Bytes read and written, every array once.
    var bytes = 0.0
    /// Bytes of all arrays.
    var footprint = 0.0
    /// Whether what is written replaces what is read.
    var isInPlace = false
    var exponentials = 0.0
    var tangents = 0.0
    /// Additions, multiplications, comparisons: each takes the place of one multiply-add, or of half of one where that is
    /// a multiplication and an addition.
    var otherOperations = 0.0
  }

  var cost: Cost
  var arenaBytes: Int
  /// Numbers that every program that does the same work gives: losses, sums of squares. Starts afresh.
  var signature: () -> [Double]
  /// Takes that many steps.
  var run: (Int) -> Void
  /// Goes back to where training began; nil where every step is like the first.
  var restart: (() -> Void)?
  /// The same without the Swift around it, where that is worth knowing.
  var kernel: ((Int) -> Void)?
}

/// What a dense network of these widths does at least in a train step: no gradient for its input.
func denseCost(_ widths: [Int], batch: Int, bytesPerParameter: Int, inputGradient: Bool = false) -> Workload.Cost {
  var cost = Workload.Cost(isInPlace: true)
  var parameters = 0
  for (layer, (inputs, outputs)) in zip(widths, widths.dropFirst()).enumerated() {
    cost.flops += Double(2 * batch * inputs * outputs * (layer == 0 && !inputGradient ? 2 : 3))
    parameters += (inputs + 1) * outputs
  }
  cost.bytes = Double(parameters * bytesPerParameter + 4 * batch * widths[0])
  cost.footprint = cost.bytes / 2
  return cost
}
