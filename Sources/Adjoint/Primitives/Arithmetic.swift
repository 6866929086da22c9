// Arithmetic of two tensors, element by element, with broadcasting. The derivatives are written for operands of one
// shape: broadcasting is an operation of its own, whose derivative sums.

extension Tensor where Scalar: TensorNumber {
  /// The sum, element by element; shapes broadcast by NumPy's rule, and it stops where they do not.
  public static func + (left: Tensor, right: Tensor) -> Tensor {
    let (x, y) = broadcastTogether(left, right, in: "+")
    return arithmetic(.add, x, y).linked(to: x) { $0 }.linked(to: y) { $0 }
  }

  /// The difference, element by element; shapes broadcast by NumPy's rule, and it stops where they do not.
  public static func - (left: Tensor, right: Tensor) -> Tensor {
    let (x, y) = broadcastTogether(left, right, in: "-")
    return arithmetic(.subtract, x, y).linked(to: x) { $0 }.linked(to: y) { -$0 }
  }

  /// The product, element by element; shapes broadcast by NumPy's rule, and it stops where they do not.
  public static func * (left: Tensor, right: Tensor) -> Tensor {
    let (x, y) = broadcastTogether(left, right, in: "*")
    return arithmetic(.multiply, x, y).linked(to: x) { $0 * y }.linked(to: y) { $0 * x }
  }

  /// The quotient, element by element; shapes broadcast. Integers truncate toward 0, and by 0 give all bits set.
  public static func / (left: Tensor, right: Tensor) -> Tensor {
    let (x, y) = broadcastTogether(left, right, in: "/")
    return arithmetic(.divide, x, y).linked(to: x) { $0 / y }.linked(to: y) { -($0 * (x / y)) / y }
  }

  /// The remainder of truncating division, element by element; shapes broadcast. It has the sign of the dividend.
  public static func % (left: Tensor, right: Tensor) -> Tensor {
    let (x, y) = broadcastTogether(left, right, in: "%")
    // x − y·trunc(x / y), where the truncated quotient is constant between its jumps.
    return x.zipped(y) { Scalar.tensorRemainder($0, $1) }
      .linked(to: x) { $0 }
      .linked(to: y) { g in -(g * ((x.untaped - x.untaped % y.untaped) / y.untaped).roundedToWhole) }
  }

  /// The negative, element by element; integers wrap.
  public static prefix func - (x: Tensor) -> Tensor {
    // By sign, not by subtraction: −0 is the negative of 0.
    let result =
      Scalar.scalarType.isFloat
      ? arithmetic(.multiply, x, Tensor(adopting: -1).broadcast(to: x.shape))
      : x.mapped { Scalar.tensorDifference(0, $0) }
    return result.linked(to: x) { -$0 }
  }

  /// The tensor itself.
  public static prefix func + (x: Tensor) -> Tensor { x }

  /// Adds a tensor, element by element. The shape is that of the sum, so it may grow.
  public static func += (left: inout Tensor, right: Tensor) { left = left + right }
  /// Subtracts a tensor, element by element.
  public static func -= (left: inout Tensor, right: Tensor) { left = left - right }
  /// Multiplies by a tensor, element by element.
  public static func *= (left: inout Tensor, right: Tensor) { left = left * right }
  /// Divides by a tensor, element by element.
  public static func /= (left: inout Tensor, right: Tensor) { left = left / right }

  private var roundedToWhole: Tensor {
    switch self {
    case let floats as Tensor<Float>: floats.mapped { $0.rounded() } as! Tensor
    case let doubles as Tensor<Double>: doubles.mapped { $0.rounded() } as! Tensor
    default: self
    }
  }
}

// A number beside a tensor takes the tensor's type.
extension Tensor where Scalar: TensorNumber {
  /// The sum with a number.
  public static func + (left: Tensor, right: some ScalarOperand) -> Tensor { left + Tensor(adopting: right) }
  /// The sum with a number.
  public static func + (left: some ScalarOperand, right: Tensor) -> Tensor { Tensor(adopting: left) + right }
  /// The difference with a number.
  public static func - (left: Tensor, right: some ScalarOperand) -> Tensor { left - Tensor(adopting: right) }
  /// The difference from a number.
  public static func - (left: some ScalarOperand, right: Tensor) -> Tensor { Tensor(adopting: left) - right }
  /// The product with a number.
  public static func * (left: Tensor, right: some ScalarOperand) -> Tensor { left * Tensor(adopting: right) }
  /// The product with a number.
  public static func * (left: some ScalarOperand, right: Tensor) -> Tensor { Tensor(adopting: left) * right }
  /// The quotient by a number.
  public static func / (left: Tensor, right: some ScalarOperand) -> Tensor { left / Tensor(adopting: right) }
  /// The quotient of a number.
  public static func / (left: some ScalarOperand, right: Tensor) -> Tensor { Tensor(adopting: left) / right }
  /// The remainder by a number.
  public static func % (left: Tensor, right: some ScalarOperand) -> Tensor { left % Tensor(adopting: right) }
  /// The remainder of a number.
  public static func % (left: some ScalarOperand, right: Tensor) -> Tensor { Tensor(adopting: left) % right }
  /// Adds a number.
  public static func += (left: inout Tensor, right: some ScalarOperand) { left = left + right }
  /// Subtracts a number.
  public static func -= (left: inout Tensor, right: some ScalarOperand) { left = left - right }
  /// Multiplies by a number.
  public static func *= (left: inout Tensor, right: some ScalarOperand) { left = left * right }
  /// Divides by a number.
  public static func /= (left: inout Tensor, right: some ScalarOperand) { left = left / right }
}

private enum ArithmeticOperation { case add, subtract, multiply, divide }

/// The operation on two tensors of one shape, not recorded.
private func arithmetic<Scalar: TensorNumber>(
  _ operation: ArithmeticOperation, _ x: Tensor<Scalar>, _ y: Tensor<Scalar>
) -> Tensor<Scalar> {
  if let x = x as? Tensor<Float>, let y = y as? Tensor<Float> {
    return arithmetic(operation, floats: x, y) as! Tensor<Scalar>
  }
  switch operation {
  case .add: return x.zipped(y) { Scalar.tensorSum($0, $1) }
  case .subtract: return x.zipped(y) { Scalar.tensorDifference($0, $1) }
  case .multiply: return x.zipped(y) { Scalar.tensorProduct($0, $1) }
  case .divide: return x.zipped(y) { Scalar.tensorQuotient($0, $1) }
  }
}

/// The same on `Float`, spelled out so that it is bearable in a debug build too.
private func arithmetic(
  _ operation: ArithmeticOperation, floats x: Tensor<Float>, _ y: Tensor<Float>
) -> Tensor<Float> {
  Tensor<Float>(shape: x.shape) { target in
    x.withUnsafeBufferPointer { left in
      y.withUnsafeBufferPointer { right in
        guard let l = left.baseAddress, let r = right.baseAddress, let t = target.baseAddress else { return }
        let count = left.count
        var i = 0
        switch operation {
        case .add:
          while i < count {
            t[i] = l[i] + r[i]
            i &+= 1
          }
        case .subtract:
          while i < count {
            t[i] = l[i] - r[i]
            i &+= 1
          }
        case .multiply:
          while i < count {
            t[i] = l[i] * r[i]
            i &+= 1
          }
        case .divide:
          while i < count {
            t[i] = l[i] / r[i]
            i &+= 1
          }
        }
      }
    }
  }
}
