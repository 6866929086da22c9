import CAdjoint

/// The sum of products over the contracting axes, for each place of the batch axes (in both operands) and the free ones.
/// The result's axes are the batch axes, then the left free ones, then the right free ones. Negative axes count from
/// the back. Stops where paired axes differ in extent.
public func dotGeneral<Scalar: TensorNumber>(
  _ left: Tensor<Scalar>, _ right: Tensor<Scalar>, contracting: ([Int], [Int]), batch: ([Int], [Int]) = ([], [])
) -> Tensor<Scalar> {
  let leftContracting = contracting.0.map { frontAxis($0, rank: left.rank, in: "dotGeneral") }
  let rightContracting = contracting.1.map { frontAxis($0, rank: right.rank, in: "dotGeneral") }
  let leftBatch = batch.0.map { frontAxis($0, rank: left.rank, in: "dotGeneral") }
  let rightBatch = batch.1.map { frontAxis($0, rank: right.rank, in: "dotGeneral") }
  func extents(_ axes: [Int], _ tensor: Tensor<Scalar>) -> [Int] { axes.map { tensor.shape[$0] } }
  require(
    Set(leftContracting + leftBatch).count == leftContracting.count + leftBatch.count
      && Set(rightContracting + rightBatch).count == rightContracting.count + rightBatch.count,
    "dotGeneral: an axis is named twice in contracting \(contracting) and batch \(batch)")
  require(
    extents(leftContracting, left) == extents(rightContracting, right)
      && extents(leftBatch, left) == extents(rightBatch, right),
    "dotGeneral: the shapes \(left.shape) and \(right.shape) do not fit in contracting axes \(contracting) and batch "
      + "axes \(batch)")
  let leftFree = (0..<left.rank).filter { !leftContracting.contains($0) && !leftBatch.contains($0) }
  let rightFree = (0..<right.rank).filter { !rightContracting.contains($0) && !rightBatch.contains($0) }
  let b = elementCount(of: extents(leftBatch, left))
  let m = elementCount(of: extents(leftFree, left))
  let n = elementCount(of: extents(rightFree, right))
  let k = elementCount(of: extents(leftContracting, left))
  let x = left.transposed(leftBatch + leftFree + leftContracting).reshaped([b, m, k])
  let y = right.transposed(rightBatch + rightContracting + rightFree).reshaped([b, k, n])
  return batchedProduct(x, y)
    .reshaped(extents(leftBatch, left) + extents(leftFree, left) + extents(rightFree, right))
}

/// The matrix product over the last axis of the left and the last but one of the right operand. Further leading axes
/// are batches that broadcast; a vector on the right is a column: `[…, m, k]` and `[…, k, n]` give `[…, m, n]`.
/// Stops for scalars and where the two extents differ.
public func matmul<Scalar: TensorNumber>(_ left: Tensor<Scalar>, _ right: Tensor<Scalar>) -> Tensor<Scalar> {
  let (l, r) = (left.shape, right.shape)
  require(!l.isEmpty && !r.isEmpty, "matmul: shapes \(l) and \(r): both need axes; use * for scalars")
  let (lc, rc) = (l.count - 1, max(r.count - 2, 0))
  require(
    l[lc] == r[rc], "matmul: shapes \(l) and \(r): the inner extents \(l[lc]) and \(r[rc]) differ")
  guard l.count >= 2 && r.count > 2 else {
    return dotGeneral(left, right, contracting: ([lc], [rc]))
  }
  guard let batch = broadcastShape(Array(l.dropLast(2)), Array(r.dropLast(2))) else {
    stop("matmul: shapes \(l) and \(r): the leading axes do not broadcast together")
  }
  let leading = Array(batch.indices)
  return dotGeneral(
    left.broadcast(to: batch + l.suffix(2)), right.broadcast(to: batch + r.suffix(2)),
    contracting: ([batch.count + 1], [batch.count]), batch: (leading, leading))
}

/// [b, m, k] times [b, k, n].
private func batchedProduct<Scalar: TensorNumber>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
  let (b, m, k, n) = (x.shape[0], x.shape[1], x.shape[2], y.shape[2])
  var result = Tensor<Scalar>.zeros([b, m, n])
  result.withUnsafeMutableBufferPointer { target in
    x.withUnsafeBufferPointer { left in
      y.withUnsafeBufferPointer { right in
        guard let l = left.baseAddress, let r = right.baseAddress, let t = target.baseAddress else { return }
        if left.isEmpty || right.isEmpty { return }
        for i in 0..<b { product(l + i * m * k, r + i * k * n, t + i * m * n, m, n, k) }
      }
    }
  }
  return
    result
    .linked(to: x) { g in batchedProduct(g, y.transposed([0, 2, 1])) }
    .linked(to: y) { g in batchedProduct(x.transposed([0, 2, 1]), g) }
}

private func product<Scalar: TensorNumber>(
  _ left: UnsafePointer<Scalar>, _ right: UnsafePointer<Scalar>, _ target: UnsafeMutablePointer<Scalar>, _ m: Int,
  _ n: Int, _ k: Int
) {
  let (l, r, t) = (UnsafeRawPointer(left), UnsafeRawPointer(right), UnsafeMutableRawPointer(target))
  switch Scalar.scalarType {
  case .f32:
    adjoint_matmul_f32(
      l.assumingMemoryBound(to: Float.self), k, 1, r.assumingMemoryBound(to: Float.self), n,
      t.assumingMemoryBound(to: Float.self), n, m, n, k)
  case .f64:
    adjoint_matmul_f64(
      l.assumingMemoryBound(to: Double.self), k, 1, r.assumingMemoryBound(to: Double.self), n,
      t.assumingMemoryBound(to: Double.self), n, m, n, k)
  default:
    for row in 0..<m {
      for inner in 0..<k {
        let factor = left[row * k + inner]
        for column in 0..<n {
          let term = Scalar.tensorProduct(factor, right[inner * n + column])
          target[row * n + column] = Scalar.tensorSum(target[row * n + column], term)
        }
      }
    }
  }
}
