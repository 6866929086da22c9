import AdjointIR

/// Properties and methods of `Tensor`.
extension BuiltinTable {
  mutating func addTensorMethods() {
    property("Tensor", "shape") { _, call in .array(try call.receiverTensor().type.shape.map { .int($0) }) }
    property("Tensor", "rank") { _, call in .int(try call.receiverTensor().type.rank) }
    property("Tensor", "count") { _, call in .int(try call.receiverTensor().type.count) }
    let item: BuiltinBody = { elaborator, call in
      try call.expect(in: "item")
      return try elaborator.element(of: call.receiverTensor(), at: nil, call)
    }
    property("Tensor", "scalar", item)
    method("Tensor", "item", [:], item)
    subscripts["Tensor"] = { elaborator, call in
      try elaborator.element(
        of: call.receiverTensor(), at: call.arguments.map { try $0.value.asInteger("index") }, call)
    }
    addAddingProduct()
    addReductions()
    addShapeMethods()
    addDataMovement()
    addConversions()
  }

  private mutating func addAddingProduct() {
    method("Tensor", "addingProduct", ["_0": .sameElement, "_1": .sameElement]) { elaborator, call in
      try call.expect("_", "_", in: "addingProduct")
      let sum = try call.receiverTensor()
      let (left, right) = (try call.required(nil), try call.required(nil, position: 1))
      guard sum.type.dtype.isFloat else {
        throw OpError(
          "type.operands", "'addingProduct' is not defined on elements of type \(sum.type.dtype.swiftName)")
      }
      return try elaborator.write(call) { writer in
        let x = try TensorOperands.value(left, sum.type.dtype, writer, name: "addingProduct")
        let y = try TensorOperands.value(right, sum.type.dtype, writer, name: "addingProduct")
        return try writer.addingProduct(sum, x, y)
      }
    }
  }

  private mutating func addReductions() {
    let types: [String: SwiftType] = ["axis": .integer(.int), "axes": .array(.integer(.int)), "keepDims": .bool]
    let reductions: [(String, Reduction?)] = [
      ("sum", .sum), ("max", .max), ("min", .min), ("product", .product), ("mean", nil),
    ]
    for (name, reduction) in reductions {
      method("Tensor", name, types) { elaborator, call in
        try call.expect("axes?", "axis?", "keepDims?", in: name)
        let value = try call.receiverTensor()
        let axes = try call.integer("axis").map { [$0] } ?? call.integers("axes")
        let keepDims = try call.flag("keepDims")
        guard value.type.dtype != .bool else {
          throw OpError("type.operands", "\(name)() is not defined on elements of type Bool; cast(to:) first")
        }
        return try elaborator.write(call) { writer in
          guard let reduction else { return try writer.mean(value, axes: axes, keepDims: keepDims) }
          return try writer.reduce(reduction, value, axes: axes, keepDims: keepDims)
        }
      }
    }
    for (name, largest) in [("argmax", true), ("argmin", false)] {
      method("Tensor", name, types) { elaborator, call in
        try call.expect("axis?", "keepDims?", in: name)
        let value = try call.receiverTensor()
        let (axis, keepDims) = (try call.integer("axis"), try call.flag("keepDims"))
        return try elaborator.write(call) {
          try $0.argReduce(largest: largest, value, axis: axis, keepDims: keepDims)
        }
      }
    }
  }

  private mutating func addShapeMethods() {
    method("Tensor", "reshaped", ["_0": .array(.integer(.int)), "to": .array(.integer(.int))]) { elaborator, call in
      try call.expect("_?", "to?", in: "reshaped")
      let value = try call.receiverTensor()
      guard let shape = try call.integers(nil) ?? call.integers("to") else { _ = try call.required(nil); return .void }
      return try elaborator.write(call) { try $0.reshape(value, to: shape) }
    }
    method("Tensor", "transposed", ["_0": .array(.integer(.int))]) { elaborator, call in
      try call.expect("_?", in: "transposed")
      let value = try call.receiverTensor()
      let order = try call.integers(nil)
      return try elaborator.write(call) { try $0.transpose(value, order) }
    }
    method("Tensor", "broadcast", ["to": .array(.integer(.int))]) { elaborator, call in
      try call.expect("to", in: "broadcast")
      let value = try call.receiverTensor()
      let shape = try call.required("to").asIntegers("to")
      return try elaborator.write(call) { try $0.broadcast(value, to: shape) }
    }
    method("Tensor", "expandedDims", ["axis": .integer(.int)]) { elaborator, call in
      try call.expect("axis", in: "expandedDims")
      let value = try call.receiverTensor()
      let axis = try call.required("axis").asInteger("axis")
      return try elaborator.write(call) { try $0.expandDimensions(value, axis: axis) }
    }
    method("Tensor", "squeezed", ["axis": .integer(.int)]) { elaborator, call in
      try call.expect("axis?", in: "squeezed")
      let value = try call.receiverTensor()
      let axis = try call.integer("axis")
      return try elaborator.write(call) { try $0.squeeze(value, axis: axis) }
    }
  }

  private mutating func addDataMovement() {
    let list = SwiftType.array(.integer(.int))
    method("Tensor", "sliced", ["starts": list, "limits": list, "strides": list]) { elaborator, call in
      try call.expect("starts", "limits", "strides?", in: "sliced")
      let value = try call.receiverTensor()
      let starts = try call.required("starts").asIntegers("starts")
      let limits = try call.required("limits").asIntegers("limits")
      let strides = try call.integers("strides") ?? [Int](repeating: 1, count: starts.count)
      return try elaborator.write(call) {
        try $0.builder.emit(Slice(starts: starts, limits: limits, strides: strides), value)
      }
    }
    method("Tensor", "padded", ["low": list, "high": list, "interior": list]) { elaborator, call in
      try call.expect("low", "high", "interior?", "value?", in: "padded")
      let value = try call.receiverTensor()
      let low = try call.required("low").asIntegers("low")
      let high = try call.required("high").asIntegers("high")
      let interior = try call.integers("interior") ?? [Int](repeating: 0, count: low.count)
      let fill = call.argument("value")?.value ?? (value.type.dtype == .bool ? .bool(false) : .int(0))
      return try elaborator.write(call) { writer in
        let scalar = try TensorOperands.value(fill, value.type.dtype, writer, name: "padded")
        return try writer.builder.emit(Pad(low: low, high: high, interior: interior), value, scalar)
      }
    }
    method("Tensor", "gathered") { elaborator, call in
      try call.expect("rows", in: "gathered")
      let value = try call.receiverTensor()
      let indices = try call.tensor("rows")
      return try elaborator.write(call) { try $0.builder.emit(GatherRows(), value, indices) }
    }
  }

  private mutating func addConversions() {
    method("Tensor", "cast") { elaborator, call in
      try call.expect("to", in: "cast")
      let value = try call.receiverTensor()
      let dtype = try call.dtype("to")
      return try elaborator.write(call) { try $0.cast(value, to: dtype) }
    }
    method("Tensor", "bitcast") { elaborator, call in
      try call.expect("to", in: "bitcast")
      let value = try call.receiverTensor()
      let dtype = try call.dtype("to")
      return try elaborator.write(call) { writer in
        dtype == value.type.dtype ? value : try writer.builder.emit(Bitcast(to: dtype), value)
      }
    }
  }
}

extension Elaborator {
  /// One element as a run-time scalar: the only one, or the one at an index. It is a plain number from here on, so no
  /// derivative passes through it.
  fileprivate func element(of value: Value, at index: [Int]?, _ call: BuiltinCall) throws -> AbstractValue {
    try writing(call) { writer in
      var element = value
      if let index {
        let shape = value.type.shape
        guard index.count == shape.count, zip(index, shape).allSatisfy({ (0..<$1).contains($0) }) else {
          throw OpError("static.index", "there is no element at \(index) in a tensor of shape \(shape)")
        }
        let limits = index.map { $0 + 1 }
        element = try writer.builder.emit(
          Slice(starts: index, limits: limits, strides: index.map { _ in 1 }), value)
      }
      guard element.type.count == 1 else {
        throw OpError("shape.item", "\(element.type) is not one number")
      }
      element = try writer.reshape(element, to: [])
      if element.type.dtype.isFloat { element = try writer.builder.emit(StopGradient(), element) }
      return .tensor(SymbolicTensor(element, isScalar: true))
    }
  }
}
