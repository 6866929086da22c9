/// The shape of two shapes broadcast together by NumPy's rule, nil where they do not fit.
func broadcastShape(_ left: [Int], _ right: [Int]) -> [Int]? {
  let rank = max(left.count, right.count)
  var result = [Int](repeating: 1, count: rank)
  for axis in 0..<rank {
    let fromLeft = axis - (rank - left.count)
    let fromRight = axis - (rank - right.count)
    let l = fromLeft < 0 ? 1 : left[fromLeft]
    let r = fromRight < 0 ? 1 : right[fromRight]
    guard l == r || l == 1 || r == 1 else { return nil }
    result[axis] = l == 1 ? r : l
  }
  return result
}

/// The axis counted from the front; stops for one that does not exist.
func frontAxis(_ axis: Int, rank: Int, in operation: String) -> Int {
  require(
    axis >= -rank && axis < rank, "\(operation): axis \(axis) does not exist in a tensor of rank \(rank)")
  return axis < 0 ? axis + rank : axis
}

/// The axes counted from the front, ascending; stops for one that does not exist or is named twice.
func frontAxes(_ axes: [Int], rank: Int, in operation: String) -> [Int] {
  let front = axes.map { frontAxis($0, rank: rank, in: operation) }
  require(Set(front).count == front.count, "\(operation): an axis is named twice in \(axes)")
  return front.sorted()
}

/// Row-major strides in elements.
func rowMajorStrides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for axis in stride(from: shape.count - 2, through: 0, by: -1) { strides[axis] = strides[axis + 1] * shape[axis + 1] }
  return strides
}

/// Copies elements between two strided layouts of one shape. Strides and starts count elements of `size` bytes.
func copyStrided(
  _ shape: [Int], size: Int, from source: UnsafeRawPointer, start: Int = 0, strides: [Int],
  to target: UnsafeMutableRawPointer, targetStart: Int = 0, targetStrides: [Int]
) {
  if shape.contains(0) { return }
  let rank = shape.count
  let inner = rank == 0 ? 1 : shape[rank - 1]
  let sourceStep = (rank == 0 ? 1 : strides[rank - 1]) * size
  let targetStep = (rank == 0 ? 1 : targetStrides[rank - 1]) * size
  var index = [Int](repeating: 0, count: max(rank - 1, 0))
  var from = source + start * size
  var to = target + targetStart * size
  while true {
    copyRow(inner, size, from, sourceStep, to, targetStep)
    var axis = rank - 2
    while axis >= 0 {
      index[axis] += 1
      from += strides[axis] * size
      to += targetStrides[axis] * size
      if index[axis] < shape[axis] { break }
      from -= strides[axis] * size * shape[axis]
      to -= targetStrides[axis] * size * shape[axis]
      index[axis] = 0
      axis -= 1
    }
    if axis < 0 { return }
  }
}

private func copyRow(
  _ count: Int, _ size: Int, _ source: UnsafeRawPointer, _ sourceStep: Int, _ target: UnsafeMutableRawPointer,
  _ targetStep: Int
) {
  if sourceStep == size && targetStep == size {
    target.copyMemory(from: source, byteCount: count * size)
    return
  }
  var from = source
  var to = target
  var left = count
  switch size {
  case 4:
    while left > 0 {
      to.storeBytes(of: from.load(as: UInt32.self), as: UInt32.self)
      from += sourceStep
      to += targetStep
      left -= 1
    }
  case 8:
    while left > 0 {
      to.storeBytes(of: from.load(as: UInt64.self), as: UInt64.self)
      from += sourceStep
      to += targetStep
      left -= 1
    }
  default:
    while left > 0 {
      to.storeBytes(of: from.load(as: UInt8.self), as: UInt8.self)
      from += sourceStep
      to += targetStep
      left -= 1
    }
  }
}

extension Tensor {
  /// The elements read in strides, as a new tensor of `shape`.
  func strided(_ shape: [Int], start: Int = 0, _ strides: [Int]) -> Tensor {
    Tensor(shape: shape) { target in
      erased.withUnsafeBytes { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        copyStrided(
          shape, size: Scalar.scalarType.byteCount, from: from, start: start, strides: strides,
          to: UnsafeMutableRawPointer(to), targetStrides: rowMajorStrides(shape))
      }
    }
  }

  /// A tensor of `transform`'s results, element by element.
  func mapped<Result: TensorScalar>(_ transform: (Scalar) -> Result) -> Tensor<Result> {
    Tensor<Result>(shape: shape) { target in
      withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        var index = 0
        while index < source.count {
          to[index] = transform(from[index])
          index += 1
        }
      }
    }
  }

  /// A tensor of `transform`'s results over two tensors of one shape, element by element.
  func zipped<Other: TensorScalar, Result: TensorScalar>(
    _ other: Tensor<Other>, _ transform: (Scalar, Other) -> Result
  ) -> Tensor<Result> {
    Tensor<Result>(shape: shape) { target in
      withUnsafeBufferPointer { left in
        other.withUnsafeBufferPointer { right in
          guard let l = left.baseAddress, let r = right.baseAddress, let to = target.baseAddress else { return }
          var index = 0
          while index < left.count {
            to[index] = transform(l[index], r[index])
            index += 1
          }
        }
      }
    }
  }
}

/// Both tensors broadcast to their common shape; stops where there is none.
func broadcastTogether<Left, Right>(
  _ left: Tensor<Left>, _ right: Tensor<Right>, in operation: String
) -> (Tensor<Left>, Tensor<Right>) {
  if left.shape == right.shape { return (left, right) }
  guard let shape = broadcastShape(left.shape, right.shape) else {
    stop("\(operation): the shapes \(left.shape) and \(right.shape) do not broadcast together")
  }
  return (left.broadcast(to: shape), right.broadcast(to: shape))
}
