import AdjointIR

/// How tensors are made: `Tensor(0.5)`, `Tensor([1, 2])`, `Tensor(shape:_:)`, `.zeros(shape)`, `.iota(shape, axis:)`.
extension BuiltinTable {
  mutating func addTensorConstruction() {
    let list = SwiftType.array(.integer(.int))
    types.insert("Tensor")
    initialiser("Tensor", ["shape": list]) { elaborator, call in
      if call.argument("repeating") != nil {
        try call.expect("repeating", "shape", in: "Tensor")
        return try elaborator.filled(
          call.required("repeating"), shape: call.required("shape").asIntegers("shape"), call)
      }
      if call.argument("shape") != nil {
        try call.expect("shape", "_", in: "Tensor")
        let shape = try call.required("shape").asIntegers("shape")
        return try elaborator.tensor(call.required(nil), shape: shape, call)
      }
      try call.expect("_", in: "Tensor")
      let value = try call.required(nil)
      if case .tensor(let tensor) = value {
        // A run-time scalar becomes a tensor; a tensor stays itself.
        let dtype = call.genericArguments.first?.dtype ?? tensor.type.dtype
        guard dtype == tensor.type.dtype else {
          throw OpError("type.mismatch", "Tensor<\(dtype.swiftName)> of \(value.summary): use cast(to:)")
        }
        return .tensor(tensor.value)
      }
      if case .array = value { return try elaborator.tensor(value, shape: nil, call) }
      return try elaborator.filled(value, shape: [], call)
    }
    for (name, number) in [("zeros", 0), ("ones", 1)] {
      staticMethod("Tensor", name, ["_0": list, "shape": list]) { elaborator, call in
        try call.expect("_?", "shape?", in: name)
        let shape = try call.integers(nil) ?? call.integers("shape") ?? []
        let dtype = call.elementType ?? .f32
        guard dtype != .bool else {
          throw OpError("type.operands", "Tensor<Bool> has no \(name); use Tensor(repeating:)")
        }
        return try elaborator.write(call) { try $0.full(number, shape: shape, dtype: dtype) }
      }
    }
    staticMethod("Tensor", "iota", ["_0": list, "axis": .integer(.int)]) { elaborator, call in
      try elaborator.iota(call)
    }
    function("iota", ["_0": list, "axis": .integer(.int)]) { elaborator, call in try elaborator.iota(call) }
  }
}

extension BuiltinCall {
  /// The element type that generic arguments, the receiver type or the context name.
  fileprivate var elementType: DType? {
    if let dtype = genericArguments.first?.dtype { return dtype }
    if case .type(let type)? = receiver, let dtype = type.dtype { return dtype }
    if case .tensor(let dtype?)? = expected { return dtype }
    return nil
  }
}

extension Elaborator {
  fileprivate func iota(_ call: BuiltinCall) throws -> AbstractValue {
    try call.expect("_", "axis?", in: "iota")
    let shape = try call.required(nil).asIntegers("shape")
    let axis = try call.integer("axis") ?? 0
    return try write(call) { writer in
      let along = try writer.axis(axis, rank: shape.count, of: "iota")
      return try writer.builder.emit(Iota(shape: shape, axis: along, dtype: call.elementType ?? .i32))
    }
  }

  /// A tensor with one number everywhere.
  fileprivate func filled(_ value: AbstractValue, shape: [Int], _ call: BuiltinCall) throws -> AbstractValue {
    guard let dtype = call.elementType ?? value.elementType else { throw undecided(value) }
    return try write(call) { writer in
      try writer.broadcast(TensorOperands.value(value, dtype, writer, name: "Tensor"), to: shape)
    }
  }

  /// A tensor of the numbers in an array; nested arrays add axes where no shape is given.
  fileprivate func tensor(_ values: AbstractValue, shape: [Int]?, _ call: BuiltinCall) throws -> AbstractValue {
    var leaves: [AbstractValue] = []
    let own = try collect(values, &leaves)
    if let shape, TensorType(shape).checkedCount != leaves.count {
      throw OpError("shape.count", "\(leaves.count) numbers do not fill the shape \(shape)")
    }
    let dtypes = leaves.map { $0.elementType }
    let widest = dtypes.contains(.f32) || dtypes.contains(.f64) ? dtypes.first { $0?.isFloat == true } : dtypes.first
    guard let dtype = call.elementType ?? widest ?? nil else { throw undecided(leaves.first ?? values) }
    if leaves.contains(where: \.isSymbolic) {
      return try stacked(leaves, dtype, shape: shape ?? own, call)
    }
    let type = TensorType(shape ?? own, dtype)
    let literal: Literal
    switch dtype {
    case .f32, .f64:
      literal = Literal(type, .real(try leaves.map { try $0.number(dtype) }))
    case .i32, .i64, .u32:
      literal = Literal(
        type, .integer(try leaves.map { Int64(try $0.asInteger("an element of a whole-number tensor")) }))
    case .bool:
      literal = Literal(
        type,
        .bool(
          try leaves.map {
            guard case .bool(let flag) = $0 else { throw $0.mismatch("an element", wanted: "a Bool") }
            return flag
          }))
    }
    return try write(call) { try $0.builder.emit(Constant(literal)) }
  }

  /// Why the element type of a tensor is not known.
  private func undecided(_ value: AbstractValue) -> OpError {
    guard value.asNumber != nil else { return value.mismatch("an element", wanted: "a number") }
    return OpError("type.context", "the element type is not clear here; write Tensor<Float>(…) or Tensor<Int32>(…)")
  }

  /// A tensor of which some elements are run-time scalars.
  private func stacked(
    _ leaves: [AbstractValue], _ dtype: DType, shape: [Int], _ call: BuiltinCall
  ) throws -> AbstractValue {
    try write(call) { writer in
      var parts: [Value] = []
      for leaf in leaves {
        guard leaf.isScalarLike else { throw leaf.mismatch("an element", wanted: "a number") }
        parts.append(try writer.reshape(TensorOperands.value(leaf, dtype, writer, name: "Tensor"), to: [1]))
      }
      return try writer.reshape(writer.builder.append(Concatenate(axis: 0), parts)[0], to: shape)
    }
  }

  /// The leaves of nested arrays in row-major order, and the shape they form.
  private func collect(_ value: AbstractValue, _ leaves: inout [AbstractValue]) throws -> [Int] {
    guard case .array(let elements) = value else {
      leaves.append(value)
      return []
    }
    var inner: [Int]?
    for element in elements {
      let shape = try collect(element, &leaves)
      guard inner == nil || inner == shape else {
        throw OpError("shape.ragged", "the rows of a tensor have different lengths")
      }
      inner = shape
    }
    return [elements.count] + (inner ?? [])
  }
}

extension AbstractValue {
  /// The element type that Swift infers from a number where nothing else says; nil where it is none of a tensor's.
  fileprivate var elementType: DType? {
    switch self {
    case .integer(_, .int): nil
    case .integer(_, let type): type.dtype
    case .real(_, let type): type.dtype
    case .bool: .bool
    case .tensor(let tensor): tensor.type.dtype
    default: nil
    }
  }

  fileprivate func number(_ dtype: DType) throws(OpError) -> Double {
    guard let number = asNumber else { throw mismatch("an element", wanted: "a number") }
    return dtype == .f32 ? Double(Float(number)) : number
  }
}
