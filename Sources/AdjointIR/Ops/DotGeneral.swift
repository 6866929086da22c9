/// Sums of products over paired dimensions, as in `lax.dot_general`; its shape is the batch dimensions, then the left
/// operand's free ones, then the right operand's.
public struct DotGeneral: Op {
  /// Which dimensions are paired.
  public var dimensions: DotDimensions

  /// Makes the op.
  public init(_ dimensions: DotDimensions) { self.dimensions = dimensions }

  public static let name = "dot"
  public static let summary = "Sums of products over paired dimensions: any matrix product, with batches."
  public var attributes: String {
    let contracting = "contracting=\(dimensions.leftContracting)x\(dimensions.rightContracting)"
    if dimensions.leftBatch.isEmpty, dimensions.rightBatch.isEmpty { return contracting }
    return contracting + ", batch=\(dimensions.leftBatch)x\(dimensions.rightBatch)"
  }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    try expect(2, operands)
    let (left, right) = (operands[0], operands[1])
    guard left.dtype == right.dtype else {
      throw OpError("dtype.mismatch", "dot needs operands of one element type, got \(left) and \(right)")
    }
    try expect(.number, left)
    let d = dimensions
    guard Indexing.areAxes(d.leftBatch + d.leftContracting, rank: left.rank),
      Indexing.areAxes(d.rightBatch + d.rightContracting, rank: right.rank),
      d.leftBatch.count == d.rightBatch.count, d.leftContracting.count == d.rightContracting.count
    else {
      throw OpError("shape.dot", "cannot multiply \(left) by \(right): \(attributes) are not pairs of their axes")
    }
    for (kind, pairs) in [
      ("sums over", zip(d.leftContracting, d.rightContracting)), ("pairs", zip(d.leftBatch, d.rightBatch)),
    ] {
      for (l, r) in pairs where left.shape[l] != right.shape[r] {
        throw OpError(
          "shape.dot",
          "cannot multiply \(left) by \(right): the product \(kind) axis \(l) of the left operand, of size "
            + "\(left.shape[l]), and axis \(r) of the right operand, of size \(right.shape[r]); they must be equal")
      }
    }
    return [TensorType(d.resultShape(left: left.shape, right: right.shape), left.dtype)]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let (left, right) = (operands[0].type, operands[1].type)
    let result = try resultTypes([left, right], regions: [])[0]
    let form = dimensions.canonical(left: left.shape, right: right.shape)
    let x = try Transpose(permutation: form.leftOrder).evaluate([operands[0]], context)[0]
    let y = try Transpose(permutation: form.rightOrder).evaluate([operands[1]], context)[0]
    if case .real(let x) = x.elements, case .real(let y) = y.elements {
      let products = ReferenceLoops.products(x, y, batch: form.batch, m: form.m, k: form.k, n: form.n)
      return [Literal(result, .real(products))]
    }
    return [Literal(result, integers: form.products(x.integers, y.integers))]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    let (x, y) = (operation.operands[0], operation.operands[1])
    let left = try tangents[0].map { t in try builder.dot(t, y, dimensions) }
    let right = try tangents[1].map { t in try builder.dot(x, t, dimensions) }
    guard let left else { return [right] }
    guard let right else { return [left] }
    return [try builder.add(left, right)]
  }

  /// The cotangent of one operand is the result's cotangent contracted with the other over the other's free dimensions:
  /// it comes out as batch, own free, own contracting (in the other's order), and is put back in the operand's order.
  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return [nil, nil] }
    let (x, y) = (operation.operands[0], operation.operands[1])
    let d = dimensions
    let batches = Array(d.leftBatch.indices)
    let leftFree = d.leftFree(rank: x.type.rank)
    let rightFree = d.rightFree(rank: y.type.rank)
    switch linear {
    case [0]:
      let rightOut = rightFree.indices.map { batches.count + leftFree.count + $0 }
      let product = try builder.dot(
        ct, y,
        DotDimensions(
          leftContracting: rightOut, rightContracting: rightFree, leftBatch: batches, rightBatch: d.rightBatch))
      // What is left of `y` are its contracting dimensions, ascending.
      let partners = d.rightContracting.indices.sorted { d.rightContracting[$0] < d.rightContracting[$1] }
      let order = d.leftBatch + leftFree + partners.map { d.leftContracting[$0] }
      return [try builder.transpose(product, Transpose.inverse(order)), nil]
    case [1]:
      let leftOut = leftFree.indices.map { batches.count + $0 }
      let product = try builder.dot(
        x, ct,
        DotDimensions(
          leftContracting: leftFree, rightContracting: leftOut, leftBatch: d.leftBatch, rightBatch: batches))
      let partners = d.leftContracting.indices.sorted { d.leftContracting[$0] < d.leftContracting[$1] }
      let order = d.rightBatch + partners.map { d.rightContracting[$0] } + rightFree
      return [nil, try builder.transpose(product, Transpose.inverse(order))]
    default: throw notLinear(in: linear)
    }
  }

  public var lowering: Lowering { .dot(dimensions) }

  public static let probes = [
    Probe(tolerance: 1e-5) { generator in
      let shape = [generator.shape(rank: 2...2), generator.shape(rank: 1...1)].flatMap { $0 }
      let types = [TensorType([shape[0], shape[1]]), TensorType([shape[1], shape[2]])]
      return Probe.Case(
        op: DotGeneral(.matmul(leftRank: 2, rightRank: 2)), operands: types,
        domains: [.real(-2...2), .real(-2...2)])
    },
    Probe(tolerance: 1e-5) { generator in general(.f32, .real(-2...2), &generator) },
    Probe { generator in general(.i32, .integer(-9...9), &generator) },
  ]

  /// Any number of batch, contracting and free dimensions, each operand's in random order.
  private static func general(
    _ dtype: DType, _ domain: Probe.Domain, _ generator: inout ProbeGenerator
  ) -> Probe.Case {
    let (batch, contracting) = (generator.shape(rank: 0...2, limit: 3), generator.shape(rank: 0...2, limit: 4))
    func operand() -> (TensorType, batch: [Int], contracting: [Int]) {
      let extents = batch + contracting + generator.shape(rank: 0...2, limit: 4)
      let order = Array(extents.indices).shuffled(using: &generator)
      let places = Transpose.inverse(order)
      return (
        TensorType(order.map { extents[$0] }, dtype), Array(places.prefix(batch.count)),
        Array(places.dropFirst(batch.count).prefix(contracting.count))
      )
    }
    let (left, right) = (operand(), operand())
    let dimensions = DotDimensions(
      leftContracting: left.contracting, rightContracting: right.contracting, leftBatch: left.batch,
      rightBatch: right.batch)
    return Probe.Case(op: DotGeneral(dimensions), operands: [left.0, right.0], domains: [domain, domain])
  }
}

extension DotDimensions.Canonical {
  /// The products of `x` as [batch, m, k] by `y` as [batch, k, n], as [batch, m, n], modulo 2^64.
  fileprivate func products(_ x: [Int64], _ y: [Int64]) -> [Int64] {
    (0..<batch * m * n).map { place in
      let (row, column) = place.quotientAndRemainder(dividingBy: max(n, 1))
      let (left, right) = (row * k, row / max(m, 1) * k * n + column)
      return (0..<k).reduce(0) { $0 &+ x[left + $1] &* y[right + $1 * n] }
    }
  }
}

extension Builder {
  /// Appends a general dot product.
  public func dot(
    _ x: Value, _ y: Value, _ dimensions: DotDimensions, name: String? = nil
  ) throws(OpError) -> Value {
    try emit(DotGeneral(dimensions), x, y, name: name)
  }

  /// Appends a matrix product (or vector, or batched with equal leading dimensions).
  public func matmul(_ x: Value, _ y: Value, name: String? = nil) throws(OpError) -> Value {
    guard x.type.rank > 0, y.type.rank > 0 else {
      throw OpError("shape.dot", "cannot multiply \(x.type) by \(y.type): a scalar has no axis to sum over; use *")
    }
    return try dot(x, y, .matmul(leftRank: x.type.rank, rightRank: y.type.rank), name: name)
  }
}
