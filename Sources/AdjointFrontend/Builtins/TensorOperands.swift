import AdjointIR

/// Operands of an operation on tensors, where a number on one side takes the other side's element type.
struct TensorOperands {
  var left: Value
  var right: Value
  /// Whether Swift sees scalars on both sides.
  var areScalars: Bool

  init(_ left: AbstractValue, _ right: AbstractValue, _ writer: TensorWriter, name: String) throws(OpError) {
    let tensors = [left, right].compactMap { value -> SymbolicTensor? in
      if case .tensor(let tensor) = value { return tensor }
      return nil
    }
    guard let dtype = tensors.first(where: { !$0.isScalar })?.type.dtype ?? tensors.first?.type.dtype else {
      throw OpError("type.operands", "'\(name)' on \(left.summary) and \(right.summary) is not known")
    }
    self.left = try Self.value(left, dtype, writer, name: name)
    self.right = try Self.value(right, dtype, writer, name: name)
    areScalars = tensors.allSatisfy(\.isScalar)
  }

  /// A tensor as it is, or a number as a scalar of the given element type.
  static func value(
    _ operand: AbstractValue, _ dtype: DType, _ writer: TensorWriter, name: String
  ) throws(OpError) -> Value {
    switch operand {
    case .tensor(let tensor):
      if tensor.type.dtype == dtype { return tensor.value }
      // A run-time Float or Double beside a tensor is a number, and takes the tensor's type as one.
      if tensor.isScalar, tensor.type.dtype.isFloat, dtype.isFloat { return try writer.cast(tensor.value, to: dtype) }
      throw OpError(
        "type.mismatch",
        "'\(name)' needs the same element type on both sides, got \(tensor.type.dtype.swiftName) beside "
          + "\(dtype.swiftName); convert one with cast(to:)")
    case .integer(let number, _):
      guard dtype != .bool else { break }
      if dtype == .u32 && !(0...Int(UInt32.max)).contains(number)
        || dtype == .i32 && !(Int(Int32.min)...Int(Int32.max)).contains(number)
      {
        throw OpError("type.range", "\(number) is not a \(dtype.swiftName)")
      }
      return try writer.full(number, shape: [], dtype: dtype)
    case .real(let number, _):
      guard dtype.isFloat else { break }
      return try writer.full(number, shape: [], dtype: dtype)
    case .bool(let flag):
      guard dtype == .bool else { break }
      return try writer.full(flag ? 1.0 : 0.0, shape: [], dtype: .bool)
    default: break
    }
    throw OpError(
      "type.operands", "'\(name)' on \(operand.summary) and a tensor of \(dtype.swiftName) elements is not known")
  }
}
