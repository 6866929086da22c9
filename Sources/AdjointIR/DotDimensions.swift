/// Which dimensions a general dot product pairs, as in `lax.dot_general`: the result's shape is the batch dimensions,
/// then the left operand's free ones, then the right operand's.
public struct DotDimensions: Hashable, Sendable {
  /// The left operand's batch dimensions, paired in order with the right operand's.
  public var leftBatch: [Int]
  /// The right operand's batch dimensions.
  public var rightBatch: [Int]
  /// The left operand's contracting dimensions, paired in order with the right operand's.
  public var leftContracting: [Int]
  /// The right operand's contracting dimensions.
  public var rightContracting: [Int]

  /// Makes dimension numbers.
  public init(
    leftContracting: [Int], rightContracting: [Int], leftBatch: [Int] = [], rightBatch: [Int] = []
  ) {
    self.leftContracting = leftContracting
    self.rightContracting = rightContracting
    self.leftBatch = leftBatch
    self.rightBatch = rightBatch
  }

  /// The dimension numbers of `matmul`: the left operand's last dimension against the right operand's last but one (its
  /// only one if it is a vector); equal leading dimensions are batches.
  public static func matmul(leftRank: Int, rightRank: Int) -> DotDimensions {
    let batches = Array(0..<max(0, min(leftRank, rightRank) - 2))
    return DotDimensions(
      leftContracting: [leftRank - 1], rightContracting: [max(0, rightRank - 2)], leftBatch: batches,
      rightBatch: batches)
  }

  /// The left operand's dimensions that are neither batch nor contracting, ascending.
  public func leftFree(rank: Int) -> [Int] {
    (0..<rank).filter { !leftBatch.contains($0) && !leftContracting.contains($0) }
  }

  /// The right operand's dimensions that are neither batch nor contracting, ascending.
  public func rightFree(rank: Int) -> [Int] {
    (0..<rank).filter { !rightBatch.contains($0) && !rightContracting.contains($0) }
  }

  /// The shape of the product of operands of these shapes.
  public func resultShape(left: [Int], right: [Int]) -> [Int] {
    leftBatch.map { left[$0] } + leftFree(rank: left.count).map { left[$0] }
      + rightFree(rank: right.count).map { right[$0] }
  }
}

extension DotDimensions {
  /// A dot product seen as `batch` products of an M×K by a K×N matrix.
  public struct Canonical: Hashable, Sendable {
    /// How far apart, in elements of a row-major operand, neighbours along each merged dimension lie.
    public struct Strides: Hashable, Sendable {
      /// From one batch to the next.
      public var batch: Int
      /// From one row (left: M) or column (right: N) to the next.
      public var free: Int
      /// From one term of the sum (K) to the next.
      public var contracting: Int

      /// Makes strides.
      public init(batch: Int, free: Int, contracting: Int) {
        self.batch = batch
        self.free = free
        self.contracting = contracting
      }
    }

    /// How many matrix products there are.
    public var batch: Int
    /// Rows of each result.
    public var m: Int
    /// Terms of each sum.
    public var k: Int
    /// Columns of each result.
    public var n: Int
    /// The left operand's dimensions as batch, free, contracting.
    public var leftOrder: [Int]
    /// The right operand's dimensions as batch, contracting, free.
    public var rightOrder: [Int]
    /// How the left operand is read without moving it; nil where a group of dimensions is not one run of memory.
    public var leftStrides: Strides?
    /// How the right operand is read without moving it; nil where a group of dimensions is not one run of memory.
    public var rightStrides: Strides?
  }

  /// The (batch, M, K, N) form for row-major operands of these shapes.
  public func canonical(left: [Int], right: [Int]) -> Canonical {
    let leftFree = leftFree(rank: left.count)
    let rightFree = rightFree(rank: right.count)
    func extent(_ axes: [Int], _ shape: [Int]) -> Int { axes.reduce(1) { $0 * shape[$1] } }
    return Canonical(
      batch: extent(leftBatch, left), m: extent(leftFree, left), k: extent(leftContracting, left),
      n: extent(rightFree, right), leftOrder: leftBatch + leftFree + leftContracting,
      rightOrder: rightBatch + rightContracting + rightFree,
      leftStrides: Self.merged(left, batch: leftBatch, free: leftFree, contracting: leftContracting),
      rightStrides: Self.merged(right, batch: rightBatch, free: rightFree, contracting: rightContracting))
  }

  private static func merged(_ shape: [Int], batch: [Int], free: [Int], contracting: [Int]) -> Canonical.Strides? {
    let strides = Indexing.strides(shape)
    guard let batch = run(batch, shape, strides), let free = run(free, shape, strides),
      let contracting = run(contracting, shape, strides)
    else { return nil }
    return Canonical.Strides(batch: batch, free: free, contracting: contracting)
  }

  /// The one stride that walks `axes` in order as a single dimension; 0 where they hold one element together.
  private static func run(_ axes: [Int], _ shape: [Int], _ strides: [Int]) -> Int? {
    let axes = axes.filter { shape[$0] != 1 }
    for (outer, inner) in zip(axes, axes.dropFirst()) where strides[outer] != strides[inner] * shape[inner] {
      return nil
    }
    return axes.last.map { strides[$0] } ?? 0
  }
}
