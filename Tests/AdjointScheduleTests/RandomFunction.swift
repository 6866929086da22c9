import AdjointIR

/// A random differentiable function, written into a builder: the same for the same seed, whatever it is applied to.
struct RandomFunction {
  let seed: UInt64
  var operations = 14
  /// Leaves out what is not smooth everywhere, for second derivatives by finite differences.
  var isSmooth = false

  /// Types of random arguments.
  static func argumentTypes(_ generator: inout ProbeGenerator) -> [TensorType] {
    (0..<Int.random(in: 1...3, using: &generator)).map { _ in
      TensorType(generator.shape(rank: 0...2, limit: 3), .f64)
    }
  }

  /// Appends the function of `arguments` (and of `captured` values, in the same way) and returns `outputs` values, or
  /// one scalar.
  func write(_ builder: Builder, _ arguments: [Value], captured: [Value] = [], outputs: Int? = nil) throws -> [Value] {
    var generator = ProbeGenerator(seed: seed)
    var pool = arguments + captured
    for _ in 0..<operations {
      // Recent values are drawn more often, so that the graph gets deep.
      let recent = pool.suffix(4).randomElement(using: &generator)!
      let x = Bool.random(using: &generator) ? recent : pool.randomElement(using: &generator)!
      pool.append(try step(builder, x, pool, &generator))
    }
    let last = Array(pool.suffix(outputs ?? 4))
    if outputs != nil { return last }
    var loss = try builder.scalar(0.25, .f64)
    for value in last + arguments {
      loss = try builder.add(loss, builder.reduce(.sum, builder.sin(value), axes: Array(value.type.shape.indices)))
    }
    return [loss]
  }

  private func step(
    _ builder: Builder, _ x: Value, _ pool: [Value], _ generator: inout ProbeGenerator
  ) throws -> Value {
    let shape = x.type.shape
    let partner = try fitted(builder, pool.randomElement(using: &generator)!, to: x.type)
    func constant(_ value: Double) throws -> Value { try builder.constant(value, like: x) }
    func positive(_ x: Value) throws -> Value { try builder.add(builder.multiply(x, x), constant(0.5)) }
    let firstRough = 31
    var kind = Int.random(in: 0...38, using: &generator)
    if isSmooth, kind >= firstRough { kind -= firstRough }
    switch kind {
    case 0: return try builder.tanh(x)
    case 1: return try builder.sin(x)
    case 2: return try builder.cos(x)
    case 3: return try builder.exp(builder.tanh(x))
    case 4: return try builder.expm1(builder.sin(x))
    case 5: return try builder.log(positive(x))
    case 6: return try builder.log1p(positive(x))
    case 7: return try builder.sqrt(positive(x))
    case 8: return try builder.rsqrt(positive(x))
    case 9: return try builder.logistic(x)
    case 10: return try builder.erf(x)
    case 11: return try builder.erfInv(builder.multiply(constant(0.7), builder.tanh(x)))
    case 12: return try builder.add(x, partner)
    case 13: return try builder.subtract(x, partner)
    case 14: return try builder.multiply(builder.tanh(x), partner)
    case 15: return try builder.divide(x, positive(partner))
    case 16: return try builder.power(positive(builder.tanh(x)), builder.sin(partner))
    case 17: return try builder.negate(x)
    case 18: return try builder.fma(builder.tanh(builder.convert(builder.convert(x, to: .f64), to: .f64)), partner, x)
    case 19:
      return try builder.select(builder.compare(.less, partner, builder.constant(0.1, like: partner)), x, partner)
    case 20: return try builder.reduce(.sum, x, axes: randomAxes(shape, &generator))
    case 21: return try builder.reshape(x, [shape.reduce(1, *)])
    case 22: return try builder.transpose(x, Array(shape.indices.shuffled(using: &generator)))
    case 23: return try builder.broadcast(x, to: [2] + shape)
    case 24:
      let starts = shape.map { Int.random(in: 0..<$0, using: &generator) }
      return try builder.slice(x, starts: starts, limits: shape, strides: shape.map { _ in 2 })
    case 25:
      return try builder.pad(x, low: shape.map { _ in 1 }, high: shape.map { _ in 0 }, interior: shape.map { _ in 1 })
    case 26:
      guard !shape.isEmpty else { return try builder.multiply(x, x) }
      return try builder.concatenate([x, partner], axis: shape.count - 1)
    case 27, 28:
      let contracting = shape.indices.filter { _ in Bool.random(using: &generator) }
      let batch = shape.indices.filter { !contracting.contains($0) && Bool.random(using: &generator) }
      let product = try builder.dot(
        builder.tanh(x), builder.tanh(partner),
        DotDimensions(leftContracting: contracting, rightContracting: contracting, leftBatch: batch, rightBatch: batch))
      return product.type.count > 60 ? x : product
    case 29:
      guard !shape.isEmpty else { return try builder.sin(x) }
      return try builder.gatherRows(x, constantRows(builder, x, &generator))
    case 30: return try builder.reduce(.product, builder.tanh(x), axes: randomAxes(shape, &generator))
    case 31: return try builder.maximum(x, partner)
    case 32: return try builder.minimum(x, partner)
    case 33: return try builder.abs(x)
    case 34: return try builder.reduce(.max, x, axes: randomAxes(shape, &generator))
    case 35: return try builder.reduce(.min, x, axes: randomAxes(shape, &generator))
    case 36:
      guard !shape.isEmpty else { return try builder.exp(builder.sin(x)) }
      return try builder.gatherRows(partner, computedRows(builder, x, &generator))
    case 37:
      guard !shape.isEmpty else { return try builder.cos(builder.tanh(x)) }
      let rows =
        try Bool.random(using: &generator)
        ? computedRows(builder, x, &generator) : constantRows(builder, x, &generator)
      let updates = x.type.with(shape: rows.type.shape + shape.dropFirst())
      let source = pool.filter { $0.type == updates }.randomElement(using: &generator) ?? x
      let table = Bool.random(using: &generator) ? partner : try builder.zeros(x.type)
      let update =
        try Bool.random(using: &generator) ? builder.gatherRows(x, rows) : fitted(builder, source, to: updates)
      return try builder.scatterAddRows(table, rows, builder.sin(update))
    default:
      // The elements whose place along the last axis is where another tensor has its largest.
      guard let axis = shape.indices.last else { return try builder.sin(builder.exp(builder.tanh(x))) }
      let largest = try builder.append(ArgReduce(largest: true, axis: axis), [partner])[0]
      let place = try builder.append(Iota(shape: shape, axis: axis, dtype: .i32), [])[0]
      let spread = try builder.broadcastInDim(largest, shape: shape, dimensions: Array(0..<axis))
      let rest = Bool.random(using: &generator) ? try builder.zeros(x.type) : try builder.cos(x)
      let picked = try builder.select(builder.compare(.equal, place, spread), x, rest)
      return Bool.random(using: &generator) ? picked : try builder.reduce(.sum, picked, axes: [axis])
    }
  }

  /// Constant rows of a table.
  private func constantRows(_ builder: Builder, _ table: Value, _ generator: inout ProbeGenerator) throws -> Value {
    let count = [[], [1], [3], [2, 2]].randomElement(using: &generator) ?? []
    let rows = (0..<count.reduce(1, *)).map { _ in
      Int64.random(in: 0..<Int64(table.type.shape[0]), using: &generator)
    }
    return try builder.constant(Literal(TensorType(count, .i32), .integer(rows)))
  }

  /// Rows of a table that its own elements name: where each column is largest.
  private func computedRows(_ builder: Builder, _ table: Value, _ generator: inout ProbeGenerator) throws -> Value {
    let rows = try builder.append(ArgReduce(largest: Bool.random(using: &generator), axis: 0), [table])[0]
    return try Bool.random(using: &generator) ? builder.reshape(rows, [rows.type.count]) : rows
  }

  private func randomAxes(_ shape: [Int], _ generator: inout ProbeGenerator) -> [Int] {
    shape.indices.filter { _ in Bool.random(using: &generator) }
  }

  /// `value`, made to have that type: its sum, broadcast, where it has another.
  private func fitted(_ builder: Builder, _ value: Value, to type: TensorType) throws -> Value {
    if value.type == type { return value }
    return try builder.broadcast(builder.reduce(.sum, value, axes: Array(value.type.shape.indices)), to: type.shape)
  }
}
