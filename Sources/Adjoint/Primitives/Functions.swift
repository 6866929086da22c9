// Functions of one tensor, element by element, with the derivative of each.

/// e to the power of each element.
public func exp<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.exp, x).linked(to: x) { $0 * exp(x) }
}

/// e to the power of each element, less 1: exact near 0.
public func expm1<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.expm1, x).linked(to: x) { $0 * exp(x) }
}

/// The natural logarithm of each element: −∞ at 0, NaN below.
public func log<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.log, x).linked(to: x) { $0 / x }
}

/// The natural logarithm of 1 + x for each element x: exact near 0.
public func log1p<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.log1p, x).linked(to: x) { $0 / (1 + x) }
}

/// The square root of each element: NaN below 0; its derivative at 0 is infinite.
public func sqrt<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.sqrt, x).linked(to: x) { $0 * 0.5 / sqrt(x) }
}

/// The reciprocal of the square root of each element: infinite at 0, NaN below.
public func rsqrt<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.rsqrt, x).linked(to: x) { $0 * -0.5 * (rsqrt(x) / x) }
}

/// The hyperbolic tangent of each element.
public func tanh<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.tanh, x).linked(to: x) { g in
    let y = tanh(x)
    return g * ((1 + y) * (1 - y))
  }
}

/// The logistic function of each element, 1 / (1 + e^−x).
public func sigmoid<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  // sigmoid(−x) is 1 − sigmoid(x) without its cancellation.
  ScalarMaths.map(.logistic, x).linked(to: x) { $0 * (sigmoid(x) * sigmoid(-x)) }
}

/// The error function of each element, 2/√π times the integral of e^−t² from 0 to x.
public func erf<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.erf, x).linked(to: x) { $0 * 1.1283791670955126 * exp(-(x * x)) }
}

/// The inverse of the error function of each element: infinite at ±1, NaN outside.
public func erfInv<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.erfInv, x).linked(to: x) { g in
    let y = erfInv(x)
    return g * 0.886226925452758 * exp(y * y)
  }
}

/// The sine of each element, in radians.
public func sin<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.sin, x).linked(to: x) { $0 * cos(x) }
}

/// The cosine of each element, in radians.
public func cos<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  ScalarMaths.map(.cos, x).linked(to: x) { -($0 * sin(x)) }
}

/// The absolute value. Its derivative is −1 below 0 and +1 from 0 on.
public func abs<Scalar: TensorNumber>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.mapped { $0 < 0 || Scalar.scalarType.isFloat ? magnitude($0) : $0 }
    .linked(to: x) { g in select(x .>= 0, g, -g) }
}

/// −1, 0 or 1 as each element is negative, zero or positive; NaN stays. Its derivative is 0.
public func sign<Scalar: TensorNumber>(_ x: Tensor<Scalar>) -> Tensor<Scalar> {
  x.mapped { $0 > 0 ? 1 : $0 < 0 ? Scalar.tensorDifference(0, 1) : $0 }
}

/// The largest whole number that is not larger. Its derivative is 0.
public func floor<Scalar: TensorFloat>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x.mapped { $0.rounded(.down) } }

/// The magnitude; of the least integer, that integer.
private func magnitude<Scalar: TensorNumber>(_ value: Scalar) -> Scalar {
  switch value {
  case let value as Float: value.magnitude as! Scalar
  case let value as Double: value.magnitude as! Scalar
  default: value < 0 ? Scalar.tensorDifference(0, value) : value
  }
}
