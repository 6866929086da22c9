import AdjointIR

/// The header of a loop: `variable` runs from 0 to `extent - 1`.
public struct Loop: Hashable, Sendable {
  /// The variable's number.
  public var variable: Int
  /// The number of iterations.
  public var extent: Int

  /// Makes a loop header.
  public init(variable: Int, extent: Int) {
    self.variable = variable
    self.extent = extent
  }
}

/// One step of a kernel.
public indirect enum Statement: Hashable, Sendable {
  /// A loop whose iterations run in order (and may run in any order where no statement accumulates across them).
  case loop(Loop, [Statement])
  /// Defines a scalar, once.
  case define(Int, Expression)
  /// Writes an element of a buffer.
  case store(buffer: Int, at: Index, Expression)
  /// `buffer[at] = combine(buffer[at], value)`, in the order of the loops around it.
  case accumulate(buffer: Int, at: Index, Reduction, Expression)
  /// A nest that combines scalars; its accumulators are defined after it.
  case reduce(ReductionNest)
  /// Runs the statements where a boolean holds.
  case when(Expression, [Statement])
  /// A product of matrices with what happens to each element of it.
  case contract(Contraction)
}

extension [Statement] {
  /// Whether no statement has others in it.
  public var isFlat: Bool {
    allSatisfy {
      switch $0 {
      case .define, .store, .accumulate: true
      case .loop, .reduce, .when, .contract: false
      }
    }
  }
}

/// Loops that combine one or several scalars over all their iterations.
///
/// With `lanes` L > 1 there are L partial results: iteration index `v` of the innermost loop combines into partial
/// `v % L`, the outer loops in order; at the end the partials are combined in halves (for `w = L/2, L/4 … 1`: partial
/// `l` with partial `l + w` for `l < w`). So a vector unit of any width computes the same bits. L is a power of two
/// that depends on the extents alone. Partials start at the neutral element: 0, 1, the lowest or the highest number
/// (−∞, +∞ for reals).
public struct ReductionNest: Hashable, Sendable {
  /// How values become one.
  public enum Combine: Hashable, Sendable {
    /// `accumulator = reduction(accumulator, value)`; maximum and minimum propagate NaN.
    case reduce(Reduction)
    /// The accumulator (i32) is the index of the innermost loop at which the value is largest (smallest), the first
    /// such; the first NaN wins. Only with one loop and one lane.
    case argument(largest: Bool)
  }

  /// One scalar that the nest computes.
  public struct Accumulator: Hashable, Sendable {
    /// The variable that holds the result after the nest.
    public var variable: Int
    /// How values become one.
    public var combine: Combine
    /// What each iteration combines in, evaluated after `body`.
    public var value: Expression

    /// Makes an accumulator.
    public init(variable: Int, combine: Combine, value: Expression) {
      self.variable = variable
      self.combine = combine
      self.value = value
    }
  }

  /// The partial results of a long row.
  public static let mostLanes = 32

  /// The number of partial results.
  public var lanes: Int
  /// Outermost first.
  public var loops: [Loop]
  /// The scalars that are defined after the nest.
  public var accumulators: [Accumulator]
  /// What each iteration does before its values are combined.
  public var body: [Statement]

  /// Makes a nest.
  public init(lanes: Int, loops: [Loop], accumulators: [Accumulator], body: [Statement]) {
    self.lanes = lanes
    self.loops = loops
    self.accumulators = accumulators
    self.body = body
  }
}

/// `accumulator[batch…, row, column] = Σ left[batch…, row, k] · right[batch…, k, column]`, then `epilogue` for each
/// element.
///
/// With `lanes` 1, the sum is a chain of fused multiply-adds from 0 in the order of k (for integers: wrapping
/// arithmetic), however it is blocked. With more lanes, partials as in `ReductionNest` over k, each such a chain; only
/// where `rows` and `columns` are 1. Blocks of rows and columns may be computed in any order: of a buffer that an
/// epilogue writes, it reads only the element that it is about to write.
public struct Contraction: Hashable, Sendable {
  /// A matrix for each batch index, in place in a buffer: element (batch…, free, k) is at
  /// `offset + Σ batch · batchStrides + free · freeStride + k · depthStride`.
  public struct Operand: Hashable, Sendable {
    /// The buffer's number.
    public var buffer: Int
    /// Where the first element is.
    public var offset: Int
    /// One for each batch loop; 0 where the operand does not vary.
    public var batchStrides: [Int]
    /// The stride along rows (left) or columns (right).
    public var freeStride: Int
    /// The stride along k.
    public var depthStride: Int

    /// Makes an operand.
    public init(buffer: Int, offset: Int, batchStrides: [Int], freeStride: Int, depthStride: Int) {
      self.buffer = buffer
      self.offset = offset
      self.batchStrides = batchStrides
      self.freeStride = freeStride
      self.depthStride = depthStride
    }
  }

  /// Outer loops, outermost first; none for a plain product.
  public var batch: [Loop]
  /// The rows of the left operand.
  public var rows: Loop
  /// The columns of the right operand.
  public var columns: Loop
  /// The number of products in each sum.
  public var depth: Int
  /// What varies along rows and k.
  public var left: Operand
  /// What varies along k and columns.
  public var right: Operand
  /// The number of partial sums.
  public var lanes: Int
  /// The variable that holds one sum in the epilogue.
  public var accumulator: Int
  /// What happens at each (batch…, row, column): `define` and `store` statements only.
  public var epilogue: [Statement]

  /// Makes a contraction.
  public init(
    batch: [Loop], rows: Loop, columns: Loop, depth: Int, left: Operand, right: Operand, lanes: Int, accumulator: Int,
    epilogue: [Statement]
  ) {
    self.batch = batch
    self.rows = rows
    self.columns = columns
    self.depth = depth
    self.left = left
    self.right = right
    self.lanes = lanes
    self.accumulator = accumulator
    self.epilogue = epilogue
  }
}
