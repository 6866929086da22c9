extension Tensor {
  /// The same elements in row-major order under another shape, of which one extent may be −1: whatever remains.
  /// Stops where the number of elements differs.
  public func reshaped(_ shape: [Int]) -> Tensor {
    var target = shape
    if let open = shape.firstIndex(of: -1) {
      let known = shape.enumerated().reduce(1) { $1.offset == open ? $0 : $0 * $1.element }
      require(
        known > 0 && count % known == 0 && shape.lastIndex(of: -1) == open,
        "reshaped: shape \(self.shape) has \(count) elements, which do not fill \(shape)")
      target[open] = count / known
    }
    require(
      target.allSatisfy { $0 >= 0 } && elementCount(of: target) == count,
      "reshaped: shape \(self.shape) has \(count) elements, which do not fill \(shape)")
    if target == self.shape { return self }
    let original = self.shape
    return Tensor(erased.reshaped(target)).linked(to: self) { $0.reshaped(original) }
  }

  /// The axes in reverse order.
  public func transposed() -> Tensor { transposed(Array((0..<rank).reversed())) }

  /// The axes in another order: axis `i` of the result is axis `permutation[i]`. Stops unless each axis is named once.
  public func transposed(_ permutation: [Int]) -> Tensor {
    let order = permutation.map { frontAxis($0, rank: rank, in: "transposed") }
    require(
      order.sorted() == Array(0..<rank), "transposed: \(permutation) does not name each of the \(rank) axes once")
    if order == Array(0..<rank) { return self }
    let strides = rowMajorStrides(shape)
    let result = strided(order.map { shape[$0] }, order.map { strides[$0] })
    return result.linked(to: self) { g in
      var inverse = order
      for (axis, source) in order.enumerated() { inverse[source] = axis }
      return g.transposed(inverse)
    }
  }

  /// The elements repeated along new leading axes and axes of extent 1, by NumPy's rule. Stops where it does not.
  public func broadcast(to target: [Int]) -> Tensor {
    if target == shape { return self }
    require(
      broadcastShape(shape, target) == target, "broadcast: shape \(shape) does not broadcast to \(target)")
    let lead = target.count - rank
    let own = rowMajorStrides(shape)
    let original = shape
    let result = strided(
      target, target.indices.map { $0 < lead || shape[$0 - lead] == 1 ? 0 : own[$0 - lead] })
    return result.linked(to: self) { $0.summedDown(to: original) }
  }

  /// An axis of extent 1 more, at `axis` of the result; a negative one counts from the back.
  public func expandedDims(axis: Int) -> Tensor {
    var shape = shape
    shape.insert(1, at: frontAxis(axis, rank: rank + 1, in: "expandedDims"))
    return reshaped(shape)
  }

  /// Without an axis of extent 1; stops where it has another extent.
  public func squeezed(axis: Int) -> Tensor {
    let axis = frontAxis(axis, rank: rank, in: "squeezed")
    require(shape[axis] == 1, "squeezed: axis \(axis) of shape \(shape) has extent \(shape[axis]), 1 was expected")
    var shape = shape
    shape.remove(at: axis)
    return reshaped(shape)
  }

  /// Without any axis of extent 1.
  public func squeezed() -> Tensor { reshaped(shape.filter { $0 != 1 }) }

  /// From `starts` up to but not including `limits` along each axis, every `strides`-th element.
  /// Stops unless `0 <= start <= limit <= extent` and strides are positive.
  public func sliced(starts: [Int], limits: [Int], strides: [Int]? = nil) -> Tensor {
    let steps = strides ?? [Int](repeating: 1, count: rank)
    require(
      starts.count == rank && limits.count == rank && steps.count == rank,
      "sliced: shape \(shape) takes \(rank) starts, limits and strides; got \(starts), \(limits), \(steps)")
    for axis in 0..<rank {
      require(
        starts[axis] >= 0 && starts[axis] <= limits[axis] && limits[axis] <= shape[axis] && steps[axis] > 0,
        "sliced: \(starts[axis])..<\(limits[axis]) by \(steps[axis]) does not lie in axis \(axis) of shape \(shape)")
    }
    var result: [Int] = []
    var start = 0
    var jumps: [Int] = []
    let own = rowMajorStrides(shape)
    for axis in 0..<rank {
      result.append((limits[axis] - starts[axis] + steps[axis] - 1) / steps[axis])
      start += starts[axis] * own[axis]
      jumps.append(own[axis] * steps[axis])
    }
    let (original, extents) = (shape, result)
    return strided(result, start: start, jumps).linked(to: self) { g in
      var high: [Int] = []
      for axis in original.indices {
        let spread = extents[axis] == 0 ? 0 : (extents[axis] - 1) * steps[axis] + 1
        high.append(original[axis] - starts[axis] - spread)
      }
      return g.padded(low: starts, high: high, interior: steps.map { $0 - 1 }, fill: .zeroBits)
    }
  }

  /// The tensor inside a larger one: `low` elements before, `high` after and `interior` between elements of each axis,
  /// all of them `fill`, a rank-0 tensor. Negative numbers of outer elements crop.
  func padded(low: [Int], high: [Int], interior: [Int]?, fill: Tensor) -> Tensor {
    let between = interior ?? [Int](repeating: 0, count: rank)
    require(
      low.count == rank && high.count == rank && between.count == rank && between.allSatisfy { $0 >= 0 },
      "padded: shape \(shape) takes \(rank) numbers low, high and interior; got \(low), \(high), \(between)")
    var target: [Int] = []
    for axis in 0..<rank {
      let spread = shape[axis] == 0 ? 0 : shape[axis] + (shape[axis] - 1) * between[axis]
      target.append(low[axis] + spread + high[axis])
    }
    require(target.allSatisfy { $0 >= 0 }, "padded: \(low) and \(high) crop more than shape \(shape) has")
    // The elements that stay, per axis (those whose place is not cropped), and where they go.
    let own = rowMajorStrides(shape)
    let theirs = rowMajorStrides(target)
    var (first, kept, places, jumps): ([Int], [Int], [Int], [Int]) = ([], [], [], [])
    var (from, to) = (0, 0)
    for axis in 0..<rank {
      let step = between[axis] + 1
      let begin = low[axis] >= 0 ? 0 : (-low[axis] + step - 1) / step
      let room = target[axis] - low[axis]
      let end = room <= 0 ? 0 : Swift.min(shape[axis], (room + step - 1) / step)
      first.append(begin)
      kept.append(Swift.max(end - begin, 0))
      places.append(low[axis] + begin * step)
      jumps.append(theirs[axis] * step)
      from += begin * own[axis]
      to += places[axis] * theirs[axis]
    }
    let value = fill.scalar
    let result = Tensor(shape: target) { buffer in
      buffer.initialize(repeating: value)
      erased.withUnsafeBytes { source in
        guard let source = source.baseAddress, let target = buffer.baseAddress else { return }
        copyStrided(
          kept, size: Scalar.scalarType.byteCount, from: source, start: from, strides: own,
          to: UnsafeMutableRawPointer(target), targetStart: to, targetStrides: jumps)
      }
    }
    let (original, begins, extents, starts) = (shape, first, kept, places)
    return result.linked(to: self) { g in
      // The places of this tensor's elements that are not cropped; the cropped ones get zeros.
      if extents.contains(0) { return Tensor.zeroBits.broadcast(to: original) }
      var (limits, high): ([Int], [Int]) = ([], [])
      for axis in original.indices {
        limits.append(starts[axis] + (extents[axis] - 1) * (between[axis] + 1) + 1)
        high.append(original[axis] - begins[axis] - extents[axis])
      }
      return g.sliced(starts: starts, limits: limits, strides: between.map { $0 + 1 })
        .padded(low: begins, high: high, interior: nil, fill: .zeroBits)
    }
  }

  /// A rank-0 tensor of zero bits: 0 or `false`.
  static var zeroBits: Tensor { Tensor(AnyTensor(zeros: [], Scalar.scalarType)) }
}

extension Tensor where Scalar: TensorNumber {
  /// The tensor inside a larger one: `low` elements before, `high` after and `interior` between elements of each axis,
  /// all of them `value`. Negative numbers of outer elements crop.
  public func padded(
    low: [Int], high: [Int], interior: [Int]? = nil, value: some ScalarOperand = 0
  ) -> Tensor {
    padded(low: low, high: high, interior: interior, fill: Tensor(adopting: value))
  }

  /// The tensor inside a larger one, of which every other element is the rank-0 tensor `value`.
  public func padded(low: [Int], high: [Int], interior: [Int]? = nil, value: Tensor) -> Tensor {
    require(value.rank == 0, "padded: the value has shape \(value.shape), a scalar was expected")
    let result = padded(low: low, high: high, interior: interior, fill: value)
    let shape = shape
    return result.linked(to: value) { g in
      // What is not an element of this tensor comes from the value.
      let inside = Tensor.ones(shape).padded(low: low, high: high, interior: interior, fill: .zeroBits)
      return (g * (1 - inside)).sum()
    }
  }
}

/// Tensors one after the other along an axis; their other extents must agree, or it stops.
public func concatenated<Scalar>(_ parts: [Tensor<Scalar>], axis: Int = 0) -> Tensor<Scalar> {
  guard let first = parts.first else { stop("concatenated: there is nothing to concatenate") }
  let axis = frontAxis(axis, rank: first.rank, in: "concatenated")
  for part in parts {
    require(
      part.rank == first.rank && (0..<first.rank).allSatisfy { $0 == axis || part.shape[$0] == first.shape[$0] },
      "concatenated: the shapes \(parts.map(\.shape)) must agree in every axis but \(axis)")
  }
  var shape = first.shape
  shape[axis] = parts.reduce(0) { $0 + $1.shape[axis] }
  let strides = rowMajorStrides(shape)
  var result = Tensor<Scalar>(shape: shape) { target in
    var offset = 0
    for part in parts {
      part.erased.withUnsafeBytes { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        copyStrided(
          part.shape, size: Scalar.scalarType.byteCount, from: from, strides: rowMajorStrides(part.shape),
          to: UnsafeMutableRawPointer(to), targetStart: offset * strides[axis], targetStrides: strides)
      }
      offset += part.shape[axis]
    }
  }
  var offset = 0
  for part in parts {
    var starts = [Int](repeating: 0, count: shape.count)
    var limits = shape
    starts[axis] = offset
    offset += part.shape[axis]
    limits[axis] = offset
    let (from, to) = (starts, limits)
    result = result.linked(to: part) { $0.sliced(starts: from, limits: to) }
  }
  return result
}
