// Random draws. The numbers are JAX's to the bit, for Threefry in its partitionable form and 32-bit floats.

/// 32 random bits for each element of `shape`.
public func randomBits(_ key: Key, _ shape: [Int]) -> Tensor<UInt32> {
  var count = 1
  for extent in shape {
    count *= extent
  }
  let words = randomBlock(key, Tensor<UInt32>.iota([count], axis: 0))
  return (words.0 ^ words.1).reshaped(shape)
}

/// Uniform in `low..<high`, in steps of 2⁻²³ of the interval.
public func uniform(_ key: Key, _ shape: [Int], low: Float = 0, high: Float = 1) -> Tensor<Float> {
  let unit = unitUniform(key, shape)
  let range = high - low
  if low == 0 && range == 1 {
    return unit
  }
  if range == 1 || range == 2 {
    // The product is exact, so the sum is rounded once, as by a fused multiply-add.
    return maximum(unit * range + low, low)
  }
  return uniform(unit, Tensor<Float>(low), Tensor<Float>(high))
}

/// Uniform in 0..<1: multiples of 2⁻²³, from the upper bits.
func unitUniform(_ key: Key, _ shape: [Int]) -> Tensor<Float> {
  let mantissa = (randomBits(key, shape) >> 9) | 0x3F80_0000
  return mantissa.bitcast(to: Float.self) - 1
}

/// `unit * (high - low) + low` rounded once: the product has at most 47 significant bits, so it is exact in 64-bit
/// arithmetic.
func uniform(_ unit: Tensor<Float>, _ low: Tensor<Float>, _ high: Tensor<Float>) -> Tensor<Float> {
  let range = (high - low).cast(to: Double.self)
  let wide = unit.cast(to: Double.self) * range + low.cast(to: Double.self)
  return maximum(wide.cast(to: Float.self), low)
}

/// Normal with mean 0 and standard deviation 1: √2 erfInv of a uniform number in (−1, 1).
public func normal(_ key: Key, _ shape: [Int]) -> Tensor<Float> {
  // From the number after -1 on, so that the result is finite.
  erfInv(uniform(key, shape, low: -0.99999994, high: 1)) * 1.4142135
}

/// Normal with mean 0 and standard deviation 1, restricted to the open interval from `lower` to `upper`.
public func truncatedNormal(_ key: Key, _ lower: Float, _ upper: Float, _ shape: [Int]) -> Tensor<Float> {
  let low = Tensor<Float>(errorFunction(ofBound: lower))
  let high = Tensor<Float>(errorFunction(ofBound: upper))
  let values = erfInv(uniform(unitUniform(key, shape), low, high)) * 1.4142135
  return minimum(maximum(values, lower.nextUp), upper.nextDown)
}

/// The error function of `bound` / √2, rounded step by step as JAX's compiler does on a CPU: a bound that differed in its
/// last bit would change every draw.
func errorFunction(ofBound bound: Float) -> Float {
  let x = bound * 0.70710677
  if x >= 3.7439212 {
    return 1
  }
  if x <= -3.7439212 {
    return -1
  }
  let square = x * x
  var numerator: Float = 0.00022905065861350646
  let above: [Float] = [0.0034082910107109506, 0.050955695062380861, 0.18520832239976145, 1.128379143519084]
  for coefficient in above {
    numerator = fusedProduct(numerator, square, coefficient)
  }
  var denominator: Float = -1.1791602954361697e-7
  let below: [Float] = [
    0.000023547966471313185, 0.0010179625278914885, 0.014070470171167667, 0.11098505178285362, 0.49746925110067538, 1,
  ]
  for coefficient in below {
    denominator = fusedProduct(denominator, square, coefficient)
  }
  return x * numerator / denominator
}

/// `a * b + c` rounded once: the product is exact in 64 bits.
func fusedProduct(_ a: Float, _ b: Float, _ c: Float) -> Float {
  Float(Double(a) * Double(b) + Double(c))
}

/// True with this probability.
public func bernoulli(_ key: Key, _ probability: Float, _ shape: [Int]) -> Tensor<Bool> {
  unitUniform(key, shape) .< probability
}

/// Uniform integers in `low..<high`; `low` where that is empty.
public func randint(_ key: Key, _ shape: [Int], low: Int, high: Int) -> Tensor<Int32> {
  let span = high > low ? high - low : 1
  let keys = split(key, 2)
  let upper = randomBits(keys[0], shape) % UInt32(span)
  let lower = randomBits(keys[1], shape) % UInt32(span)
  let root = 65536 % span
  let multiplier = ((root * root) & 0xFFFF_FFFF) % span
  let offset = (upper * UInt32(multiplier) + lower) % UInt32(span)
  return offset.bitcast(to: Int32.self) + Int32(low)
}

/// Standard Gumbel: the negative logarithm of an exponential draw.
public func gumbel(_ key: Key, _ shape: [Int]) -> Tensor<Float> {
  -log(-log(uniform(key, shape, low: 1.1754944e-38, high: 1)))
}

/// An index of the last axis, drawn with the probabilities that softmax gives `logits`.
public func categorical(_ key: Key, _ logits: Tensor<Float>) -> Tensor<Int32> {
  (gumbel(key, logits.shape) + logits).argmax(axis: -1)
}
