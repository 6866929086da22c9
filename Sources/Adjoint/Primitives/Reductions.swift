extension Tensor where Scalar: TensorNumber {
  /// The sum of all elements, a rank-0 tensor unless `keepDims`; 0 of none.
  public func sum(keepDims: Bool = false) -> Tensor { sum(axes: Array(0..<rank), keepDims: keepDims) }

  /// The sum along an axis.
  public func sum(axis: Int, keepDims: Bool = false) -> Tensor { sum(axes: [axis], keepDims: keepDims) }

  /// The sum along some axes, which go away unless `keepDims`. Stops for an axis that does not exist or is named twice.
  public func sum(axes: [Int], keepDims: Bool = false) -> Tensor {
    let axes = frontAxes(axes, rank: rank, in: "sum")
    let original = shape
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    return reduced(axes, keepDims, Self.total).linked(to: self) { g in
      g.reshaped(kept).broadcast(to: original)
    }
  }

  /// The arithmetic mean of all elements.
  public func mean(keepDims: Bool = false) -> Tensor { mean(axes: Array(0..<rank), keepDims: keepDims) }

  /// The arithmetic mean along an axis.
  public func mean(axis: Int, keepDims: Bool = false) -> Tensor { mean(axes: [axis], keepDims: keepDims) }

  /// The arithmetic mean along some axes: the sum times the reciprocal of the count, as XLA computes it.
  public func mean(axes: [Int], keepDims: Bool = false) -> Tensor {
    let count = frontAxes(axes, rank: rank, in: "mean").reduce(1) { $0 * shape[$1] }
    return sum(axes: axes, keepDims: keepDims) * (1 / Double(count))
  }

  /// The product of all elements; 1 of none.
  public func product(keepDims: Bool = false) -> Tensor { product(axes: Array(0..<rank), keepDims: keepDims) }

  /// The product along an axis.
  public func product(axis: Int, keepDims: Bool = false) -> Tensor { product(axes: [axis], keepDims: keepDims) }

  /// The product along some axes.
  ///
  /// It is computed by halving the reduced extent, so that its derivative is exact where elements are zero.
  public func product(axes: [Int], keepDims: Bool = false) -> Tensor {
    let axes = frontAxes(axes, rank: rank, in: "product")
    let others = shape.indices.filter { !axes.contains($0) }
    let outer = others.map { shape[$0] }
    var rest = transposed(others + axes).reshaped([elementCount(of: outer), elementCount(of: axes.map { shape[$0] })])
    let rows = rest.shape[0]
    while rest.shape[1] > 1 {
      let half = rest.shape[1] / 2
      let left = rest.sliced(starts: [0, 0], limits: [rows, half])
      let right = rest.sliced(starts: [0, half], limits: [rows, 2 * half])
      let odd = rest.sliced(starts: [0, 2 * half], limits: rest.shape)
      rest = concatenated([left * right, odd], axis: 1)
    }
    if rest.shape[1] == 0 { rest = .ones([rows, 1]) }
    return rest.reshaped(keepDims ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] } : outer)
  }

  /// The largest element; NaN where there is one. Stops for a tensor without elements.
  public func max(keepDims: Bool = false) -> Tensor { max(axes: Array(0..<rank), keepDims: keepDims) }

  /// The largest element along an axis.
  public func max(axis: Int, keepDims: Bool = false) -> Tensor { max(axes: [axis], keepDims: keepDims) }

  /// The largest element along some axes. Equal largest elements share its cotangent evenly.
  public func max(axes: [Int], keepDims: Bool = false) -> Tensor { extremum("max", axes, keepDims) { $1 > $0 } }

  /// The smallest element; NaN where there is one. Stops for a tensor without elements.
  public func min(keepDims: Bool = false) -> Tensor { min(axes: Array(0..<rank), keepDims: keepDims) }

  /// The smallest element along an axis.
  public func min(axis: Int, keepDims: Bool = false) -> Tensor { min(axes: [axis], keepDims: keepDims) }

  /// The smallest element along some axes. Equal smallest elements share its cotangent evenly.
  public func min(axes: [Int], keepDims: Bool = false) -> Tensor { extremum("min", axes, keepDims) { $1 < $0 } }

  /// The index of the largest element along an axis (of all elements without one): the first of equals; NaN wins.
  public func argmax(axis: Int? = nil, keepDims: Bool = false) -> Tensor<Int32> {
    argExtremum("argmax", axis, keepDims) { $1 > $0 }
  }

  /// The index of the smallest element along an axis (of all elements without one): the first of equals; NaN wins.
  public func argmin(axis: Int? = nil, keepDims: Bool = false) -> Tensor<Int32> {
    argExtremum("argmin", axis, keepDims) { $1 < $0 }
  }

  /// The sum over whatever was broadcast from `shape`.
  func summedDownAsNumber(to target: [Int]) -> Tensor {
    let lead = rank - target.count
    let axes = shape.indices.filter { $0 < lead || target[$0 - lead] == 1 && shape[$0] != 1 }
    return (axes.isEmpty ? self : sum(axes: axes)).reshaped(target)
  }

  private func extremum(
    _ name: String, _ axes: [Int], _ keepDims: Bool, _ isBetter: @escaping (Scalar, Scalar) -> Bool
  ) -> Tensor {
    let axes = frontAxes(axes, rank: rank, in: name)
    require(
      axes.allSatisfy { shape[$0] > 0 }, "\(name): there is no \(name) of no elements (shape \(shape), axes \(axes))")
    let result = reduced(axes, keepDims) { elements in
      var best = elements[0]
      for element in elements where isBetter(best, element) || element != element { best = element }
      return best
    }
    let kept = shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
    return result.linked(to: self) { g in
      let largest = self.untaped.extremum(name, axes, true, isBetter)
      let hits = (self.untaped .== largest).cast(to: Scalar.self)
      return hits * (g.reshaped(kept) / hits.sum(axes: axes, keepDims: true))
    }
  }

  private func argExtremum(
    _ name: String, _ axis: Int?, _ keepDims: Bool, _ isBetter: (Scalar, Scalar) -> Bool
  ) -> Tensor<Int32> {
    guard let axis else {
      let result = reshaped([count]).argExtremum(name, 0, false, isBetter)
      return keepDims ? result.reshaped(shape.map { _ in 1 }) : result
    }
    let front = frontAxis(axis, rank: rank, in: name)
    require(shape[front] > 0, "\(name): there is no largest or smallest of no elements (shape \(shape), axis \(axis))")
    return reduced([front], keepDims) { elements -> Int32 in
      var best = 0
      for (index, element) in elements.enumerated() where elements[best] == elements[best] {
        if isBetter(elements[best], element) || element != element { best = index }
      }
      return Int32(best)
    }
  }

  /// `combine` over the elements along `axes` (ascending), for each place of the other axes.
  private func reduced<Result: TensorScalar>(
    _ axes: [Int], _ keepDims: Bool, _ combine: (UnsafeBufferPointer<Scalar>) -> Result
  ) -> Tensor<Result> {
    let others = shape.indices.filter { !axes.contains($0) }
    let run = axes.reduce(1) { $0 * shape[$1] }
    let rows = untaped.transposed(others + axes)
    let target = keepDims ? shape.indices.map { axes.contains($0) ? 1 : shape[$0] } : others.map { shape[$0] }
    return Tensor<Result>(shape: target) { results in
      rows.withUnsafeBufferPointer { elements in
        for index in results.indices {
          results[index] = combine(UnsafeBufferPointer(rebasing: elements[index * run..<(index + 1) * run]))
        }
      }
    }
  }

  /// The sum of elements: in 64 bits for `Float`, so that eager sums are the accurate ones.
  private static func total(_ elements: UnsafeBufferPointer<Scalar>) -> Scalar {
    var index = 0
    if Scalar.self == Float.self {
      return elements.withMemoryRebound(to: Float.self) { floats in
        var sum: Double = 0
        while index < floats.count {
          sum += Double(floats[index])
          index += 1
        }
        return Float(sum) as! Scalar
      }
    }
    if Scalar.self == Double.self {
      return elements.withMemoryRebound(to: Double.self) { doubles in
        var sum: Double = 0
        while index < doubles.count {
          sum += doubles[index]
          index += 1
        }
        return sum as! Scalar
      }
    }
    return elements.reduce(Scalar.zero) { Scalar.tensorSum($0, $1) }
  }
}

extension Tensor {
  /// The sum over whatever was broadcast from `shape`: only numbers have cotangents.
  func summedDown(to target: [Int]) -> Tensor {
    switch self {
    case let floats as Tensor<Float>: floats.summedDownAsNumber(to: target) as! Tensor
    case let doubles as Tensor<Double>: doubles.summedDownAsNumber(to: target) as! Tensor
    default: stop("a tensor of \(Scalar.scalarType) has no cotangent")
    }
  }
}
