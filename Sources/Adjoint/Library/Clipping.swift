// Limits on updates: parts of a `chain`, usually the first.

/// Limits each element to `-limit … limit`.
public struct ClipByValue: GradientTransformation {
  /// The largest magnitude.
  public let limit: Double

  /// Limits each element to `-limit … limit`.
  public init(_ limit: Double) {
    self.limit = limit
  }

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The limited updates.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    map(gradients) { g in minimum(maximum(g, -limit), limit) }
  }
}

/// Scales each tensor so that its norm (the root of the sum of squares) is `limit` at most.
public struct ClipByNorm: GradientTransformation {
  /// The largest norm.
  public let limit: Double

  /// Scales each tensor whose norm is above `limit`.
  public init(_ limit: Double) {
    self.limit = limit
  }

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The limited updates.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    map(gradients) { g in clipped(g, norm(g), limit) }
  }
}

/// Scales each tensor so that the root of its mean square is `limit` at most.
public struct ClipByBlockRMS: GradientTransformation {
  /// The largest root of the mean square.
  public let limit: Double

  /// Scales each tensor whose root mean square is above `limit`.
  public init(_ limit: Double) {
    self.limit = limit
  }

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The limited updates.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    clippedBlocks(gradients, limit)
  }
}

/// Scales all tensors by one factor, so that their common norm is at most `limit`: Pascanu et al. (2013), algorithm 1.
public struct ClipByGlobalNorm: GradientTransformation {
  /// The largest norm.
  public let limit: Double

  /// Scales all tensors if their norm is above `limit`.
  public init(_ limit: Double) {
    self.limit = limit
  }

  /// None.
  public func slots(for parameters: Tree) -> Slots { [:] }

  /// The limited updates.
  public func update(_ gradients: Tree, _ slots: inout Slots, _ parameters: Tree, count: Tensor<Int32>) -> Tree {
    let all = globalNorm(gradients)
    return map(gradients) { g in clipped(g, all, limit) }
  }
}

/// `x` scaled by `limit / norm` where the norm is not below the limit.
func clipped(_ x: Tensor<Float>, _ norm: Tensor<Float>, _ limit: Double) -> Tensor<Float> {
  select(norm .< limit, x, (x / norm) * limit)
}

/// Each tensor scaled so that the root of its mean square is `limit` at most.
func clippedBlocks(_ updates: Tree, _ limit: Double) -> Tree {
  map(updates) { u in u / maximum(rootMeanSquare(u) / limit, 1) }
}
