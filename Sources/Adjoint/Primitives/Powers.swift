precedencegroup PowerPrecedence {
  associativity: right
  higherThan: MultiplicationPrecedence
}

infix operator ** : PowerPrecedence

extension Tensor where Scalar: TensorNumber {
  /// A whole power, by repeated multiplication; a negative one is the reciprocal (of real numbers only).
  public static func ** (base: Tensor, exponent: Int) -> Tensor {
    require(
      exponent >= 0 || Scalar.scalarType.isFloat, "**: a tensor of whole numbers has no power \(exponent)")
    var rest = exponent.magnitude
    var square = base
    var product: Tensor?
    while rest > 0 {
      if rest & 1 == 1 { product = product.map { $0 * square } ?? square }
      rest >>= 1
      if rest > 0 { square = square * square }
    }
    let result = product ?? .ones(base.shape)
    return exponent < 0 ? 1 / result : result
  }
}

extension Tensor where Scalar: TensorFloat {
  /// A power, element by element; shapes broadcast.
  public static func ** (base: Tensor, exponent: Tensor) -> Tensor { pow(base, exponent) }

  /// A power, element by element.
  public static func ** (base: Tensor, exponent: some BinaryFloatingPoint & ScalarOperand) -> Tensor {
    pow(base, Tensor(adopting: exponent))
  }

  /// A number to the power of each element.
  public static func ** (base: some ScalarOperand, exponent: Tensor) -> Tensor { pow(Tensor(adopting: base), exponent) }
}

/// x to the power y, element by element; shapes broadcast. NaN for a negative x and a y that is not whole.
public func pow<Scalar: TensorFloat>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
  let (x, y) = broadcastTogether(x, y, in: "pow")
  return ScalarMaths.power(x, y)
    .linked(to: x) { g in g * (y * pow(x, y - 1)) }
    .linked(to: y) { g in
      // At x = 0 the power is flat in y wherever it is defined.
      let isZero = x .== 0
      return g * select(isZero, 0, log(select(isZero, 1, x)) * pow(x, y))
    }
}

/// x to the power of a number, element by element.
public func pow<Scalar: TensorFloat>(
  _ x: Tensor<Scalar>, _ y: some BinaryFloatingPoint & ScalarOperand
) -> Tensor<Scalar> { pow(x, Tensor(adopting: y)) }

/// x to a whole power, by repeated multiplication.
public func pow<Scalar: TensorNumber>(_ x: Tensor<Scalar>, _ y: Int) -> Tensor<Scalar> { x ** y }

/// A number to the power of each element.
public func pow<Scalar: TensorFloat>(_ x: some ScalarOperand, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
  pow(Tensor(adopting: x), y)
}
