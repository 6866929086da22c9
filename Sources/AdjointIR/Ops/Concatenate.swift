/// Tensors one after the other along an axis.
public struct Concatenate: Op {
  /// The axis along which extents add up.
  public var axis: Int

  /// Makes the op.
  public init(axis: Int) { self.axis = axis }

  public static let name = "concatenate"
  public static let summary = "Tensors one after the other along an axis."
  public var attributes: String { "axis=\(axis)" }

  public func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    guard let first = operands.first else { throw OpError("ir.operands", "concatenate needs at least one operand") }
    guard first.shape.indices ~= axis else {
      throw OpError("shape.concatenate", "concatenate has no axis \(axis) in \(first)")
    }
    var result = first
    for operand in operands.dropFirst() {
      var expected = first
      if operand.rank == first.rank { expected.shape[axis] = operand.shape[axis] }
      guard operand == expected else {
        throw OpError(
          "shape.concatenate",
          "concatenate along axis \(axis) needs operands that agree in every other axis, got \(listed(operands))")
      }
      result.shape[axis] += operand.shape[axis]
    }
    return [result]
  }

  public func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] {
    let type = try resultTypes(operands.map(\.type), regions: [])[0]
    var result = Literal(type, integers: [Int64](repeating: 0, count: type.count))
    let strides = Indexing.strides(type.shape)
    var start = 0
    for operand in operands {
      let positions = Indexing.offsets(operand.type.shape, strides: strides, base: start * strides[axis])
      result = result.replacing(positions, with: operand)
      start += operand.type.shape[axis]
    }
    return [result]
  }

  public func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    guard tangents.contains(where: { $0 != nil }) else { return [nil] }
    var all: [Value] = []
    for (tangent, operand) in zip(tangents, operation.operands) {
      all.append(try tangent ?? builder.zeros(operand.type))
    }
    return [try builder.concatenate(all, axis: axis)]
  }

  public func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    guard let ct = cotangents[0] else { return operation.operands.map { _ in nil } }
    var starts = ct.type.shape.map { _ in 0 }
    var results: [Value?] = []
    for (position, operand) in operation.operands.enumerated() {
      var limits = ct.type.shape
      limits[axis] = starts[axis] + operand.type.shape[axis]
      results.append(linear.contains(position) ? try builder.slice(ct, starts: starts, limits: limits) : nil)
      starts[axis] = limits[axis]
    }
    return results
  }

  public var lowering: Lowering { .concatenate(axis: axis) }

  public static let probes = [
    Probe { generator in
      let shape = generator.shape(rank: 1...3)
      let axis = Int.random(in: shape.indices, using: &generator)
      let operands = (0..<Int.random(in: 1...3, using: &generator)).map { _ in
        var shape = shape
        shape[axis] = Int.random(in: 0...4, using: &generator)
        return TensorType(shape)
      }
      return Probe.Case(op: Concatenate(axis: axis), operands: operands, domains: operands.map { _ in .real(-3...3) })
    }
  ]
}

extension Builder {
  /// Appends a concatenation.
  public func concatenate(_ parts: [Value], axis: Int, name: String? = nil) throws(OpError) -> Value {
    try append(Concatenate(axis: axis), parts, name: name)[0]
  }
}
