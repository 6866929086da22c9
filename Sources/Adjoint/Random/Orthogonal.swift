import AdjointRuntime

extension Initializer {
  /// Rows or columns (whichever are fewer) at right angles, of length `scale`: Saxe et al. (2014). The axis
  /// `columnAxis` counts as columns, all others together as rows.
  ///
  /// The numbers are JAX's up to rounding. It runs on the host, so code is not generated for it.
  public static func orthogonal(_ scale: Float = 1, columnAxis: Int = -1) -> Initializer {
    Initializer { key, shape in
      precondition(shape.count >= 2, "an orthogonal initialiser needs a shape of two axes or more, not \(shape)")
      let axis = columnAxis < 0 ? columnAxis + shape.count : columnAxis
      precondition(axis >= 0 && axis < shape.count, "shape \(shape) has no axis \(columnAxis)")
      let columns = shape[axis]
      var rest = shape
      rest.remove(at: axis)
      let rows = rest.reduce(1, *)
      if rows * columns == 0 { return Tensor<Float>.zeros(shape) }
      let matrix = orthonormal(key, rows, columns) * scale
      // The columns go from the end to their axis.
      var order = Array(0..<shape.count - 1)
      order.insert(shape.count - 1, at: axis)
      return matrix.reshaped(rest + [columns]).transposed(order)
    }
  }

  /// An orthogonal matrix in the middle of a convolution's window, 0 elsewhere: Xiao et al. (2018).
  ///
  /// The numbers are JAX's up to rounding. It runs on the host, so code is not generated for it.
  public static func deltaOrthogonal(_ scale: Float = 1) -> Initializer {
    Initializer { key, shape in
      precondition(
        (3...5).contains(shape.count) && shape[shape.count - 1] >= shape[shape.count - 2],
        "a delta-orthogonal initialiser needs a window of one to three axes, and no more inputs than outputs: \(shape)")
      let matrix = orthogonal(scale)(key, Array(shape.suffix(2))).scalars
      var place = 0
      for extent in shape.dropLast(2) { place = place * extent + (extent - 1) / 2 }
      var values = [Float](repeating: 0, count: shape.reduce(1, *))
      values.replaceSubrange(place * matrix.count..<(place + 1) * matrix.count, with: matrix)
      return Tensor(shape: shape, values)
    }
  }
}

/// A matrix with orthonormal columns, or rows where it is wider than high: the orthogonal factor of a normal matrix,
/// with the signs that make the triangular factor's diagonal positive, which make it the only one.
private func orthonormal(_ key: Key, _ rows: Int, _ columns: Int) -> Tensor<Float> {
  let (height, width) = (max(rows, columns), min(rows, columns))
  let drawn = normal(key, [height, width]).scalars
  var basis: [[Double]] = []
  for column in 0..<width {
    var vector = (0..<height).map { Double(drawn[$0 * width + column]) }
    // Gram and Schmidt, twice, which is as exact as can be.
    for _ in 0..<2 {
      for other in basis {
        let dot = zip(vector, other).reduce(0) { $0 + $1.0 * $1.1 }
        for place in vector.indices { vector[place] -= dot * other[place] }
      }
    }
    let length = vector.reduce(0) { $0 + $1 * $1 }.squareRoot()
    basis.append(vector.map { $0 / length })
  }
  let values = (0..<height).flatMap { row in basis.map { Float($0[row]) } }
  let matrix = Tensor<Float>(shape: [height, width], values)
  return rows < columns ? matrix.transposed() : matrix
}
