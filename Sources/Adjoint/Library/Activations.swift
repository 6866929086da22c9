// Element-wise functions. Where one has a kink, its derivative there is what JAX takes.

/// max(x, 0) element by element, any shape; derivative 0 at 0: Nair and Hinton (2010).
public func relu(_ x: Tensor<Float>) -> Tensor<Float> {
  select(x .<= 0, 0, x)
}

/// min(max(x, 0), 6) element by element, any shape; derivative 0 at 0 and 6: Krizhevsky (2010).
public func relu6(_ x: Tensor<Float>) -> Tensor<Float> {
  select(x .>= 6, 6, relu(x))
}

/// x where x ≥ 0, `negativeSlope` x elsewhere, any shape: Maas et al. (2013).
public func leakyRelu(_ x: Tensor<Float>, negativeSlope: Float = 0.01) -> Tensor<Float> {
  select(x .>= 0, x, x * negativeSlope)
}

/// x where x > 0, `alpha` (exp(x) − 1) elsewhere, any shape: Clevert et al. (2015), section 3.
public func elu(_ x: Tensor<Float>, alpha: Float = 1) -> Tensor<Float> {
  let negative = select(x .> 0, 0, x)
  return select(x .> 0, x, expm1(negative) * alpha)
}

/// max(x, 0) + min(0, `alpha` (exp(x / `alpha`) − 1)), any shape: Barron (2017).
public func celu(_ x: Tensor<Float>, alpha: Float = 1) -> Tensor<Float> {
  maximum(x, 0) + expm1(minimum(x, 0) / alpha) * alpha
}

/// The scaled ELU that keeps mean 0 and variance 1, any shape: Klambauer et al. (2017), equation 2.
public func selu(_ x: Tensor<Float>) -> Tensor<Float> {
  elu(x, alpha: 1.6732632) * 1.050701
}

/// x Φ(x), where Φ is the standard normal's distribution function, any shape: Hendrycks and Gimpel (2016),
/// section 2. By default Φ is approximated through tanh.
public func gelu(_ x: Tensor<Float>, approximate: Bool = true) -> Tensor<Float> {
  if approximate {
    // sqrt(2 / pi) (x + 0.044715 x^3), as a product: its derivative takes fewer steps.
    let inner = x * (x * x * 0.035677407 + 0.7978846)
    return x * ((tanh(inner) + 1) * 0.5)
  }
  return x * 0.5 * (erf(x * 0.70710677) + 1)
}

/// x / (1 + exp(−x)), any shape, also called swish: Elfwing et al. (2018).
public func silu(_ x: Tensor<Float>) -> Tensor<Float> {
  x * sigmoid(x)
}

/// log(1 + exp(x)) without overflow, any shape: Dugas et al. (2001).
public func softplus(_ x: Tensor<Float>) -> Tensor<Float> {
  // min(x, -x) is -|x| with derivative 0 at 0, which leaves the 1/2 of max(x, 0) there.
  maximum(x, 0) + log1p(exp(minimum(x, -x)))
}

/// log(1 / (1 + exp(−x))) without overflow, any shape.
public func logSigmoid(_ x: Tensor<Float>) -> Tensor<Float> {
  -softplus(-x)
}

/// x limited to −1 … 1, any shape; derivative 1 at both ends.
public func hardTanh(_ x: Tensor<Float>) -> Tensor<Float> {
  select(x .> 1, 1, select(x .< -1, -1, x))
}

/// The piecewise linear sigmoid relu6(x + 3) / 6, any shape: Howard et al. (2019), section 5.2.
public func hardSigmoid(_ x: Tensor<Float>) -> Tensor<Float> {
  relu6(x + 3) / 6
}

/// x relu6(x + 3) / 6, any shape: Howard et al. (2019), section 5.2.
public func hardSilu(_ x: Tensor<Float>) -> Tensor<Float> {
  x * hardSigmoid(x)
}

/// x / (1 + |x|), any shape: Glorot and Bengio (2010), section 3.
public func softSign(_ x: Tensor<Float>) -> Tensor<Float> {
  x / (abs(x) + 1)
}
