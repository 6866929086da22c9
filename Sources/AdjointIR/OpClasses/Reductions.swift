extension Reduction {
  /// What a reduction of no real numbers is.
  var identity: Double {
    switch self {
    case .sum: 0
    case .product: 1
    case .max: -.infinity
    case .min: .infinity
    }
  }

  /// What a reduction of no integers or booleans is.
  func identity(_ dtype: DType) -> Int64 {
    let (low, high): (Int64, Int64) =
      switch dtype {
      case .i32: (Int64(Int32.min), Int64(Int32.max))
      case .u32: (0, Int64(UInt32.max))
      case .bool: (0, 1)
      default: (.min, .max)
      }
    return switch self {
    case .sum: 0
    case .product: 1
    case .max: low
    case .min: high
    }
  }

  /// Two real numbers combined; a NaN wins.
  func combine(_ x: Double, _ y: Double) -> Double {
    switch self {
    case .sum: x + y
    case .product: x * y
    case .max: x.isNaN || y.isNaN ? .nan : x > y ? x : y
    case .min: x.isNaN || y.isNaN ? .nan : x < y ? x : y
    }
  }

  /// Two integers combined, modulo 2^64.
  func combine(_ x: Int64, _ y: Int64) -> Int64 {
    switch self {
    case .sum: x &+ y
    case .product: x &* y
    case .max: Swift.max(x, y)
    case .min: Swift.min(x, y)
    }
  }
}

extension Builder {
  /// For each element of `x`, the product of all others along `axes`: exact where elements are 0, by prefix and suffix
  /// products in a logarithmic number of steps (Hillis and Steele, "Data parallel algorithms", CACM 1986).
  func exclusiveProducts(_ x: Value, axes: [Int]) throws(OpError) -> Value {
    let shape = x.type.shape
    let order = shape.indices.filter { !axes.contains($0) } + axes
    let length = axes.reduce(1) { $0 * shape[$1] }
    let rows = shape.indices.filter { !axes.contains($0) }.reduce(1) { $0 * shape[$1] }
    let flat = try reshape(transpose(x, order), [rows, length])
    let one = try scalar(1, x.type.dtype)

    /// The elements moved by `distance` toward the end (or the start), with 1 moved in.
    func shifted(_ value: Value, by distance: Int, toEnd: Bool) throws(OpError) -> Value {
      let kept = try slice(
        value, starts: [0, toEnd ? 0 : distance], limits: [rows, toEnd ? length - distance : length])
      return try pad(kept, low: [0, toEnd ? distance : 0], high: [0, toEnd ? 0 : distance], fill: one)
    }

    func products(toEnd: Bool) throws(OpError) -> Value {
      guard length > 1 else { return try filled(1, flat.type) }
      var result = try shifted(flat, by: 1, toEnd: toEnd)
      var distance = 1
      while distance < length {
        result = try multiply(result, shifted(result, by: distance, toEnd: toEnd))
        distance *= 2
      }
      return result
    }

    let others = try multiply(products(toEnd: true), products(toEnd: false))
    return try transpose(reshape(others, order.map { shape[$0] }), Transpose.inverse(order))
  }
}
