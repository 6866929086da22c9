import AdjointIR

/// Writes the tensor surface's operations on a builder: ops neither broadcast nor know negative axes, the surface does
/// both. Nothing here knows the front end's values, so it can be read as the surface's definition in terms of ops.
struct TensorWriter {
  let builder: Builder

  // MARK: Constants

  /// A constant of any shape with one number in every element.
  func full(_ number: Double, shape: [Int], dtype: DType) throws(OpError) -> Value {
    try broadcast(builder.emit(Constant(Literal(scalar: number, dtype))), to: shape)
  }

  /// As `full`, for whole numbers: exact where a real number would not be.
  func full(_ number: Int, shape: [Int], dtype: DType) throws(OpError) -> Value {
    guard dtype.isInteger else { return try full(Double(number), shape: shape, dtype: dtype) }
    let literal = Literal(.scalar(dtype), .integer([Int64(number)]))
    return try broadcast(builder.emit(Constant(literal)), to: shape)
  }

  // MARK: Shapes

  /// The axis counted from the front; negative ones count from the back.
  func axis(_ axis: Int, rank: Int, of what: String) throws(OpError) -> Int {
    let positive = axis < 0 ? axis + rank : axis
    guard positive >= 0, positive < rank else {
      throw OpError("shape.axis", "\(what): axis \(axis) is outside a tensor of rank \(rank)")
    }
    return positive
  }

  /// The axes counted from the front, sorted; repeated ones are refused.
  func axes(_ axes: [Int], rank: Int, of what: String) throws(OpError) -> [Int] {
    var result: [Int] = []
    for item in axes { result.append(try axis(item, rank: rank, of: what)) }
    guard Set(result).count == result.count else {
      throw OpError("shape.axis", "\(what): the axes \(axes) name an axis twice")
    }
    return result.sorted()
  }

  /// NumPy's rule: aligned at the last axis, extents are equal or one of them is 1.
  static func broadcastShape(_ left: [Int], _ right: [Int]) -> [Int]? {
    let rank = max(left.count, right.count)
    var shape = [Int](repeating: 1, count: rank)
    for axis in 0..<rank {
      let l = axis - (rank - left.count)
      let r = axis - (rank - right.count)
      let (a, b) = (l >= 0 ? left[l] : 1, r >= 0 ? right[r] : 1)
      guard a == b || a == 1 || b == 1 else { return nil }
      shape[axis] = a == 1 ? b : a
    }
    return shape
  }

  /// The value in a larger shape by NumPy's rule: an axis of extent 1 repeats, missing leading axes repeat.
  func broadcast(_ value: Value, to shape: [Int]) throws(OpError) -> Value {
    let own = value.type.shape
    if own == shape { return value }
    guard own.count <= shape.count, Self.broadcastShape(own, shape) == shape else {
      throw OpError("shape.broadcast", "a tensor of shape \(own) cannot be broadcast to \(shape)")
    }
    let offset = shape.count - own.count
    let kept = own.indices.filter { own[$0] == shape[$0 + offset] }
    let narrow = try reshape(value, to: kept.map { own[$0] })
    if narrow.type.shape == shape { return narrow }
    return try builder.emit(BroadcastInDim(shape: shape, dimensions: kept.map { $0 + offset }), narrow)
  }

  /// Two values in their common shape.
  func broadcast(_ left: Value, _ right: Value, for what: String) throws(OpError) -> (Value, Value) {
    guard let shape = Self.broadcastShape(left.type.shape, right.type.shape) else {
      throw OpError(
        "shape.broadcast", "\(what): the shapes \(left.type.shape) and \(right.type.shape) do not broadcast together")
    }
    return (try broadcast(left, to: shape), try broadcast(right, to: shape))
  }

  /// The same elements in another shape; the shape may leave out one extent as -1.
  func reshape(_ value: Value, to target: [Int]) throws(OpError) -> Value {
    var shape = target
    let open = shape.indices.filter { shape[$0] == -1 }
    if open.count == 1 {
      let known = TensorType(shape.filter { $0 != -1 }).checkedCount ?? 0
      guard known > 0, value.type.count % known == 0 else {
        throw OpError("shape.reshape", "\(value.type.count) elements of \(value.type) do not fill the shape \(target)")
      }
      shape[open[0]] = value.type.count / known
    }
    guard TensorType(shape).checkedCount == value.type.count else {
      throw OpError("shape.reshape", "\(value.type.count) elements of \(value.type) do not fill the shape \(target)")
    }
    return shape == value.type.shape ? value : try builder.emit(Reshape(shape: shape), value)
  }

  /// The axes in another order; nil reverses them.
  func transpose(_ value: Value, _ permutation: [Int]?) throws(OpError) -> Value {
    let rank = value.type.rank
    var order: [Int] = []
    for item in permutation ?? (0..<rank).reversed() { order.append(try axis(item, rank: rank, of: "transposed")) }
    guard order.sorted() == Array(0..<rank) else {
      throw OpError("shape.permutation", "\(permutation ?? []) is not an order of the \(rank) axes of \(value.type)")
    }
    return order == Array(0..<rank) ? value : try builder.emit(Transpose(permutation: order), value)
  }

  /// A further axis of extent 1 at the place it has in the result.
  func expandDimensions(_ value: Value, axis: Int) throws(OpError) -> Value {
    let place = try self.axis(axis, rank: value.type.rank + 1, of: "expandedDims")
    var shape = value.type.shape
    shape.insert(1, at: place)
    return try reshape(value, to: shape)
  }

  /// Without an axis of extent 1 (or without all of them).
  func squeeze(_ value: Value, axis: Int?) throws(OpError) -> Value {
    guard let axis else { return try reshape(value, to: value.type.shape.filter { $0 != 1 }) }
    let place = try self.axis(axis, rank: value.type.rank, of: "squeezed")
    guard value.type.shape[place] == 1 else {
      throw OpError("shape.squeeze", "axis \(axis) of \(value.type) has extent \(value.type.shape[place]), not 1")
    }
    var shape = value.type.shape
    shape.remove(at: place)
    return try reshape(value, to: shape)
  }

  // MARK: Element by element

  /// A two-operand op on the operands' common shape.
  func binary(_ op: any Op, _ left: Value, _ right: Value, named name: String) throws(OpError) -> Value {
    let (a, b) = try broadcast(left, right, for: name)
    return try builder.emit(op, a, b)
  }

  /// Elements of one tensor where the predicate holds, of the other where it does not.
  func select(_ predicate: Value, _ onTrue: Value, _ onFalse: Value) throws(OpError) -> Value {
    let (a, b) = try broadcast(onTrue, onFalse, for: "select")
    let (p, x) = try broadcast(predicate, a, for: "select")
    return try builder.emit(Select(), p, x, broadcast(b, to: x.type.shape))
  }

  /// A tensor plus the product of two others, rounded once.
  func addingProduct(_ sum: Value, _ left: Value, _ right: Value) throws(OpError) -> Value {
    let shapes = [sum, left, right].map(\.type.shape)
    guard let pair = Self.broadcastShape(shapes[1], shapes[2]), let shape = Self.broadcastShape(shapes[0], pair) else {
      throw OpError(
        "shape.broadcast",
        "addingProduct: the shapes \(shapes[0]), \(shapes[1]) and \(shapes[2]) do not broadcast together")
    }
    return try builder.fma(broadcast(left, to: shape), broadcast(right, to: shape), broadcast(sum, to: shape))
  }

  /// Another element type, by value.
  func cast(_ value: Value, to dtype: DType) throws(OpError) -> Value {
    value.type.dtype == dtype ? value : try builder.emit(Convert(to: dtype), value)
  }

  /// A whole power by repeated squaring, as JAX multiplies it out: its derivative needs no logarithm.
  func power(_ value: Value, _ exponent: Int) throws(OpError) -> Value {
    let one = { () throws(OpError) -> Value in
      try self.full(1, shape: value.type.shape, dtype: value.type.dtype)
    }
    guard exponent != 0 else { return try one() }
    guard exponent > 0 || value.type.dtype.isFloat else {
      throw OpError("type.power", "a tensor of whole numbers has no power \(exponent)")
    }
    var rest = exponent.magnitude
    var square = value
    var product: Value?
    while rest > 0 {
      if rest & 1 == 1 {
        product = if let sofar = product { try builder.emit(Multiply(), sofar, square) } else { square }
      }
      rest >>= 1
      if rest > 0 { square = try builder.emit(Multiply(), square, square) }
    }
    guard let product else { return try one() }
    return exponent < 0 ? try builder.emit(Divide(), one(), product) : product
  }

  // MARK: Reductions

  /// A reduction over some axes, or all for nil; `keepDims` leaves them with extent 1.
  func reduce(_ reduction: Reduction, _ value: Value, axes: [Int]?, keepDims: Bool) throws(OpError) -> Value {
    let rank = value.type.rank
    let along = try self.axes(axes ?? Array(0..<rank), rank: rank, of: reduction.rawValue)
    if reduction == .max || reduction == .min {
      let count = along.map { value.type.shape[$0] }.reduce(1, *)
      guard count > 0 else {
        throw OpError("shape.empty", "\(reduction.rawValue) of no elements: \(value.type) along \(along)")
      }
    }
    let reduced = along.isEmpty ? value : try builder.emit(Reduce(reduction, axes: along), value)
    return keepDims ? try reshape(reduced, to: keeping(along, of: value.type.shape)) : reduced
  }

  /// The sum times the reciprocal of how many elements went into it, as the eager form.
  func mean(_ value: Value, axes: [Int]?, keepDims: Bool) throws(OpError) -> Value {
    guard value.type.dtype.isFloat else {
      throw OpError("type.mean", "the mean of \(value.type) is not a whole number; cast(to: Float.self) first")
    }
    let sum = try reduce(.sum, value, axes: axes, keepDims: keepDims)
    let along = try self.axes(axes ?? Array(0..<value.type.rank), rank: value.type.rank, of: "mean")
    let count = along.map { value.type.shape[$0] }.reduce(1, *)
    return try builder.multiply(sum, builder.filled(1 / Double(count), sum.type))
  }

  /// The index of the first largest or smallest element along an axis (along the flattened tensor for nil).
  func argReduce(largest: Bool, _ value: Value, axis: Int?, keepDims: Bool) throws(OpError) -> Value {
    let operand = axis == nil ? try reshape(value, to: [value.type.count]) : value
    let name = largest ? "argmax" : "argmin"
    let along = try self.axis(axis ?? 0, rank: operand.type.rank, of: name)
    guard operand.type.shape[along] > 0 else { throw OpError("shape.empty", "\(name) of no elements") }
    let result = try builder.emit(ArgReduce(largest: largest, axis: along), operand)
    guard keepDims else { return result }
    let all = Array(value.type.shape.indices)
    return try reshape(result, to: keeping(axis == nil ? all : [along], of: value.type.shape))
  }

  private func keeping(_ axes: [Int], of shape: [Int]) -> [Int] {
    shape.indices.map { axes.contains($0) ? 1 : shape[$0] }
  }

  // MARK: Products

  /// NumPy's matmul: vectors contract their only axis, matrices the inner ones, leading axes broadcast.
  func matmul(_ left: Value, _ right: Value) throws(OpError) -> Value {
    let (l, r) = (left.type.shape, right.type.shape)
    guard !l.isEmpty, !r.isEmpty else {
      throw OpError(
        "shape.dot", "matmul needs tensors with axes, got \(left.type) and \(right.type); use * for scalars")
    }
    let (lc, rc) = (l.count - 1, max(r.count - 2, 0))
    guard l[lc] == r[rc] else {
      throw OpError(
        "shape.dot",
        "matmul of shapes \(l) and \(r): the inner sizes \(l[lc]) (axis \(lc)) and \(r[rc]) (axis \(rc)) differ")
    }
    guard l.count > 2 && r.count > 2 || l.count == 2 && r.count > 2 else {
      // At most one side has leading axes, and it comes first or the other is a vector: no batch is needed.
      return try builder.emit(DotGeneral(DotDimensions(leftContracting: [lc], rightContracting: [rc])), left, right)
    }
    guard let batch = Self.broadcastShape(Array(l.dropLast(2)), Array(r.dropLast(2))) else {
      throw OpError("shape.dot", "matmul of shapes \(l) and \(r): the leading axes do not broadcast together")
    }
    let a = try broadcast(left, to: batch + l.suffix(2))
    let b = try broadcast(right, to: batch + r.suffix(2))
    let leading = Array(batch.indices)
    let dimensions = DotDimensions(
      leftContracting: [batch.count + 1], rightContracting: [batch.count], leftBatch: leading, rightBatch: leading)
    return try builder.emit(DotGeneral(dimensions), a, b)
  }

  /// A general dot product; negative axes count from the back.
  func dot(
    _ left: Value, _ right: Value, contracting: ([Int], [Int]), batch: ([Int], [Int])
  ) throws(OpError) -> Value {
    func positive(_ list: [Int], _ value: Value) throws(OpError) -> [Int] {
      var result: [Int] = []
      for item in list { result.append(try axis(item, rank: value.type.rank, of: "dotGeneral")) }
      return result
    }
    let dimensions = DotDimensions(
      leftContracting: try positive(contracting.0, left), rightContracting: try positive(contracting.1, right),
      leftBatch: try positive(batch.0, left), rightBatch: try positive(batch.1, right))
    return try builder.emit(DotGeneral(dimensions), left, right)
  }

  // MARK: Indices

  /// 1 where the last axis's index is the element's value, 0 elsewhere.
  func oneHot(_ indices: Value, depth: Int, dtype: DType) throws(OpError) -> Value {
    guard indices.type.dtype.isInteger else {
      throw OpError("type.index", "oneHot needs whole numbers, got \(indices.type)")
    }
    let shape = indices.type.shape + [depth]
    let numbers = try builder.emit(Iota(shape: shape, axis: shape.count - 1, dtype: indices.type.dtype))
    let wide = try builder.emit(
      BroadcastInDim(shape: shape, dimensions: Array(indices.type.shape.indices)), indices)
    return try cast(builder.emit(Compare(.equal), wide, numbers), to: dtype)
  }
}
