/// Which element types an op takes.
public enum ElementClass: String, Hashable, Sendable {
  /// f32 and f64.
  case real
  /// Real numbers and integers.
  case number
  /// i32, i64 and u32.
  case integer
  /// Integers and booleans.
  case bits

  /// Whether tensors of `dtype` belong.
  public func contains(_ dtype: DType) -> Bool {
    switch self {
    case .real: dtype.isFloat
    case .number: dtype != .bool
    case .integer: dtype.isInteger
    case .bits: !dtype.isFloat
    }
  }

  /// What the class is called in messages.
  var words: String {
    switch self {
    case .real: "real numbers (f32, f64)"
    case .number: "numbers (f32, f64, i32, i64, u32)"
    case .integer: "integers (i32, i64, u32)"
    case .bits: "integers or booleans (i32, i64, u32, bool)"
    }
  }
}

extension Op {
  /// Checks how many operands there are.
  func expect(_ count: Int, _ operands: [TensorType]) throws(OpError) {
    guard operands.count == count else {
      throw OpError(
        "ir.operands",
        "\(Self.name) needs \(count) operand\(count == 1 ? "" : "s"), got \(operands.count): \(listed(operands))")
    }
  }

  /// Checks an element type.
  func expect(_ wanted: ElementClass, _ operand: TensorType) throws(OpError) {
    guard wanted.contains(operand.dtype) else {
      throw OpError("dtype.operand", "\(Self.name) needs \(wanted.words), got \(operand)")
    }
  }

  /// Checks that element-wise operands agree in shape and element type.
  func expectSameTypes(_ operands: [TensorType]) throws(OpError) {
    guard let first = operands.first else { return }
    for operand in operands.dropFirst() {
      guard operand.shape == first.shape else {
        throw OpError(
          "shape.elementwise", "\(Self.name) needs operands of one shape, got \(listed(operands))")
      }
      guard operand.dtype == first.dtype else {
        throw OpError(
          "dtype.mismatch", "\(Self.name) needs operands of one element type, got \(listed(operands))")
      }
    }
  }

  /// What `transpose` throws on operations that are not linear in the operands asked for.
  func notLinear(in operands: Set<Int>) -> OpError {
    OpError("ir.nonlinear", "\(Self.name) is not linear in operand \(listed(operands.sorted()))")
  }
}

/// Joins things for a message.
func listed(_ items: [some Any]) -> String { items.map { "\($0)" }.joined(separator: " and ") }
