import AdjointIR

extension Simplifier {
  /// Computes what depends on constants alone, and computes once what is the same in every element. A constant tensor
  /// of one number stays a scalar and its broadcast.
  ///
  /// Only operations whose result is exactly rounded are computed here: generated code and the eager library have
  /// their own exponentials, whose last bit this one need not share.
  mutating func foldConstants(_ operation: Operation) throws -> Rewrite? {
    if let constant = operation.op as? Constant { return try foldSplat(constant, operation) }
    guard operation.regions.isEmpty, !operation.operands.isEmpty else { return nil }
    if let literals = operation.operands.compactMapAll(literal(of:)), isFoldable(operation, literals) {
      let results = try operation.op.evaluate(literals, EvaluationContext()).map { $0.rounded(.asTyped) }
      guard zip(results, operation.results).allSatisfy({ $0.type == $1.type && !$0.hasNaN }) else { return nil }
      return .values(try results.map { try emit(Constant($0), [], for: operation) })
    }
    return try foldUniform(operation)
  }

  /// The scalar that fills `value`, where that is known to be one value.
  func splatSource(of value: Value) -> Value? {
    guard let definition = definition(of: value), definition.op is BroadcastInDim else { return nil }
    return definition.operands[0].type.shape.isEmpty ? definition.operands[0] : nil
  }

  /// The number that fills `value`, where that is a constant.
  func constant(of value: Value) -> Double? {
    let scalar = splatSource(of: value) ?? value
    guard scalar.type.shape.isEmpty else { return nil }
    return literal(of: scalar)?.reals[0]
  }

  /// A tensor of one number.
  mutating func splat(_ number: Double, _ type: TensorType, for operation: Operation) throws -> Value {
    let scalar = try emit(Constant(Literal(scalar: number, type.dtype)), [], for: operation)
    return type.shape.isEmpty
      ? scalar : try emit(BroadcastInDim(shape: type.shape, dimensions: []), [scalar], for: operation)
  }

  /// The constant that `value` is, where it is one.
  private func literal(of value: Value) -> Literal? { (definition(of: value)?.op as? Constant)?.literal }

  private mutating func foldSplat(_ constant: Constant, _ operation: Operation) throws -> Rewrite? {
    let type = constant.literal.type
    guard type.count > 1, let element = constant.literal.onlyElement else { return nil }
    let scalar = try emit(Constant(element), [], for: operation)
    return .operation(BroadcastInDim(shape: type.shape, dimensions: []), [scalar])
  }

  /// An element-wise operation on tensors that are each filled with one scalar needs to be computed on the scalars.
  private mutating func foldUniform(_ operation: Operation) throws -> Rewrite? {
    guard let type = operation.results.first?.type, !type.shape.isEmpty,
      let scalars = operation.operands.compactMapAll(splatSource(of:)),
      case .elementwise = operation.op.lowering
    else { return nil }
    let results = try emitAll(operation.op, scalars, for: operation)
    let broadcast = BroadcastInDim(shape: type.shape, dimensions: [])
    return .values(try results.map { try emit(broadcast, [$0], for: operation) })
  }

  private func isFoldable(_ operation: Operation, _ operands: [Literal]) -> Bool {
    // A long constant takes more room in generated code than the operation that makes it.
    guard operation.results.allSatisfy({ $0.type.count <= 16 }) else { return false }
    switch operation.op {
    case is Add, is Subtract, is Multiply, is Negate, is Sqrt, is Abs, is Sign, is Floor, is Maximum, is Minimum,
      is Compare, is Select, is Not, is And, is Or, is Xor, is ShiftLeft, is ShiftRightLogical, is Threefry,
      is Bitcast, is StopGradient, is Reshape, is Transpose, is Slice, is Concatenate:
      return !(operation.op is StopGradient) || removesStops
    case is Divide, is Remainder:
      return operands[0].type.dtype.isFloat || !operands[1].integers.contains(0)
    case is Convert:
      // From an integer too long for a Float64, the reference would round twice.
      return operands[0].type.dtype != .i64 || operands[0].integers.allSatisfy { $0.magnitude <= 1 << 53 }
    default: return false
    }
  }
}

extension Literal {
  fileprivate var hasNaN: Bool {
    if case .real(let values) = elements { return values.contains(where: \.isNaN) }
    return false
  }

  /// The element, as a scalar, that every element equals bit for bit; nil where they differ.
  fileprivate var onlyElement: Literal? {
    let scalar = TensorType.scalar(type.dtype)
    switch elements {
    case .real(let values):
      guard let first = values.first else { return nil }
      return values.allSatisfy { $0.bitPattern == first.bitPattern } ? Literal(scalar, .real([first])) : nil
    case .integer(let values):
      guard let first = values.first else { return nil }
      return values.allSatisfy { $0 == first } ? Literal(scalar, .integer([first])) : nil
    case .bool(let values):
      guard let first = values.first else { return nil }
      return values.allSatisfy { $0 == first } ? Literal(scalar, .bool([first])) : nil
    }
  }
}

extension Array {
  /// What `transform` makes of the elements, where it makes something of each of them.
  func compactMapAll<Mapped>(_ transform: (Element) -> Mapped?) -> [Mapped]? {
    var mapped: [Mapped] = []
    for element in self {
      guard let value = transform(element) else { return nil }
      mapped.append(value)
    }
    return mapped
  }
}
