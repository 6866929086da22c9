extension Tensor {
  /// Rows of a table `[n, rest…]`, picked by integers of any shape: `[indices…, rest…]`. An index out of range is clamped
  /// to the nearest row; no cotangent goes back through it.
  public func gathered<Index: TensorInteger>(rows indices: Tensor<Index>) -> Tensor {
    require(rank >= 1, "gathered: a table needs at least one axis")
    require(shape[0] > 0 || indices.count == 0, "gathered: the table of shape \(shape) has no rows")
    let count = shape[0]
    let rest = Array(shape.dropFirst())
    let width = elementCount(of: rest) * Scalar.scalarType.byteCount
    let result = Tensor(shape: indices.shape + rest) { target in
      indices.withUnsafeBufferPointer { rows in
        erased.withUnsafeBytes { source in
          guard let from = source.baseAddress, let to = target.baseAddress else { return }
          let base = UnsafeMutableRawPointer(to)
          for (place, index) in rows.enumerated() {
            let row = Swift.min(Swift.max(Int(index), 0), count - 1)
            (base + place * width).copyMemory(from: from + row * width, byteCount: width)
          }
        }
      }
    }
    return result.linked(to: self) { $0.scatterAdded(rows: indices, count: count) }
  }

  /// The transpose of `gathered`: each row added into a table of `count` zero rows at its index; rows whose index is out
  /// of range are dropped.
  func scatterAdded<Index: TensorInteger>(rows indices: Tensor<Index>, count: Int) -> Tensor {
    switch self {
    case let floats as Tensor<Float>: floats.scatterAddedNumbers(rows: indices, count: count) as! Tensor
    case let doubles as Tensor<Double>: doubles.scatterAddedNumbers(rows: indices, count: count) as! Tensor
    default: stop("a tensor of \(Scalar.scalarType) has no cotangent")
    }
  }
}

extension Tensor where Scalar: TensorFloat {
  fileprivate func scatterAddedNumbers<Index: TensorInteger>(rows indices: Tensor<Index>, count: Int) -> Tensor {
    let rest = Array(shape.dropFirst(indices.rank))
    let width = elementCount(of: rest)
    var result = Tensor.zeros([count] + rest)
    result.withUnsafeMutableBufferPointer { target in
      indices.withUnsafeBufferPointer { rows in
        withUnsafeBufferPointer { source in
          for (place, index) in rows.enumerated() where index >= 0 && Int(index) < count {
            let (from, to) = (place * width, Int(index) * width)
            for offset in 0..<width { target[to + offset] += source[from + offset] }
          }
        }
      }
    }
    return result.linked(to: self) { g in
      let inside = indices.mapped { $0 >= 0 && Int($0) < count }
      let mask = inside.reshaped(indices.shape + rest.map { _ in 1 })
      return select(mask, g.gathered(rows: indices), 0)
    }
  }
}

/// 1 where the last axis's index (of `depth`) is the element's value, else 0.
public func oneHot<Index: TensorInteger>(_ indices: Tensor<Index>, _ depth: Int) -> Tensor<Float> {
  require(depth >= 0, "oneHot: the depth \(depth) is negative")
  return (indices.expandedDims(axis: -1) .== Tensor<Index>.iota([depth])).cast(to: Float.self)
}
