import AdjointIR

/// The compositions of the golden file, from ops, as the library writes them.
func composition(_ name: String, _ b: Builder, _ x: [Value]) throws -> [Value] {
  switch name {
  case "relu", "relu at 0": return [try b.maximum(x[0], b.zeros(x[0].type))]
  case "sigmoid times x": return [try b.multiply(x[0], b.logistic(x[0]))]
  case "gelu tanh":
    let cube = try b.multiply(x[0], b.multiply(x[0], x[0]))
    let inner = try b.add(x[0], b.multiply(b.constant(0.044715, like: x[0]), cube))
    let factor = try b.constant((2 / Double.pi).squareRoot(), like: x[0])
    return [try b.halfOnePlus(b.tanh(b.multiply(factor, inner)), times: x[0])]
  case "gelu erf":
    return [try b.halfOnePlus(b.erf(b.divide(x[0], b.constant(2.0.squareRoot(), like: x[0]))), times: x[0])]
  case "softplus":
    let tail = try b.log1p(b.exp(b.negate(b.abs(x[0]))))
    return [try b.add(b.maximum(x[0], b.zeros(x[0].type)), tail)]
  case "softmax": return [try b.softmax(x[0])]
  case "logSoftmax": return [try b.logSoftmax(x[0])]
  case "logSumExp": return [try b.logSumExp(x[0])]
  case "cross entropy": return [try b.crossEntropy(x[0], labels: x[1])]
  case "layer norm":
    let centred = try b.subtract(x[0], b.spread(b.mean(x[0]), like: x[0]))
    let variance = try b.mean(b.multiply(centred, centred))
    let inverse = try b.rsqrt(b.add(variance, b.constant(1e-6, like: variance)))
    let normal = try b.multiply(centred, b.spread(inverse, like: x[0]))
    return [
      try b.add(b.multiply(normal, b.broadcast(x[1], to: x[0].type.shape)), b.broadcast(x[2], to: x[0].type.shape))
    ]
  case "mlp":
    func layer(_ x: Value, _ kernel: Value, _ bias: Value) throws -> Value {
      let product = try b.matmul(x, kernel)
      return try b.add(product, b.broadcast(bias, to: product.type.shape))
    }
    let hidden = try b.tanh(layer(x[0], x[1], x[2]))
    let error = try b.subtract(layer(hidden, x[3], x[4]), x[5])
    return [try b.meanOfAll(b.multiply(error, error))]
  case "attention":
    let scores = try b.dot(
      x[0], x[1], DotDimensions(leftContracting: [2], rightContracting: [2], leftBatch: [0], rightBatch: [0]))
    let weights = try b.softmax(b.multiply(scores, b.constant(0.5, like: scores)))
    return [try b.matmul(weights, x[2])]
  case "variance":
    let centred = try b.subtract(x[0], b.broadcast(b.meanOfAll(x[0]), to: x[0].type.shape))
    return [try b.meanOfAll(b.multiply(centred, centred))]
  case "gradient of curved": return [try b.differentiate(.gradient, at: [x[0]]) { [try b.curved($0[0])] }[1]]
  case "hessian vector":
    return [
      try b.differentiate(.forward, at: [x[0]], with: [x[1]]) { p in
        [try b.differentiate(.gradient, at: p) { [try b.curved($0[0])] }[1]]
      }[1]
    ]
  case "third derivative":
    func derivative(_ order: Int, _ x: Value) throws -> Value {
      if order == 0 { return try b.multiply(b.tanh(x), b.multiply(x, x)) }
      // Each element depends on its own alone, so that the gradient of the sum is the derivative of each.
      return try b.differentiate(.gradient, at: [x]) { p in
        [try b.reduce(.sum, derivative(order - 1, p[0]), axes: [0])]
      }[1]
    }
    return [try derivative(3, x[0])]
  default: throw OpError("test.composition", "the golden file has a composition that is unknown here: \(name)")
  }
}

extension Builder {
  fileprivate func halfOnePlus(_ y: Value, times x: Value) throws -> Value {
    try multiply(multiply(constant(0.5, like: x), x), add(constant(1, like: y), y))
  }

  /// A tensor repeated along a new last axis.
  fileprivate func spread(_ x: Value, like other: Value) throws -> Value {
    try broadcastInDim(x, shape: other.type.shape, dimensions: Array(x.type.shape.indices))
  }

  private func lastAxis(_ x: Value) -> [Int] { [x.type.rank - 1] }

  fileprivate func mean(_ x: Value) throws -> Value {
    let sum = try reduce(.sum, x, axes: lastAxis(x))
    return try divide(sum, constant(Double(x.type.shape.last!), like: sum))
  }

  fileprivate func meanOfAll(_ x: Value) throws -> Value {
    let sum = try reduce(.sum, x, axes: Array(x.type.shape.indices))
    return try divide(sum, constant(Double(x.type.count), like: sum))
  }

  /// `x` less its maximum, through which no gradient goes.
  private func shifted(_ x: Value) throws -> (Value, maximum: Value) {
    let maximum = try emit(StopGradient(), reduce(.max, x, axes: lastAxis(x)))
    return (try subtract(x, spread(maximum, like: x)), maximum)
  }

  fileprivate func softmax(_ x: Value) throws -> Value {
    let exponentials = try exp(shifted(x).0)
    return try divide(exponentials, spread(reduce(.sum, exponentials, axes: lastAxis(x)), like: x))
  }

  fileprivate func logSoftmax(_ x: Value) throws -> Value {
    let (shifted, _) = try shifted(x)
    return try subtract(shifted, spread(log(reduce(.sum, exp(shifted), axes: lastAxis(x))), like: x))
  }

  fileprivate func logSumExp(_ x: Value) throws -> Value {
    let (shifted, maximum) = try shifted(x)
    return try add(log(reduce(.sum, exp(shifted), axes: lastAxis(x))), maximum)
  }

  fileprivate func crossEntropy(_ logits: Value, labels: Value) throws -> Value {
    let shape = logits.type.shape
    let classes = try emit(Iota(shape: shape, axis: 1, dtype: labels.type.dtype))
    let isLabel = try compare(.equal, classes, broadcastInDim(labels, shape: shape, dimensions: [0]))
    let logp = try logSoftmax(logits)
    let picked = try reduce(.sum, select(isLabel, logp, zeros(logp.type)), axes: [1])
    return try negate(meanOfAll(picked))
  }

  fileprivate func curved(_ x: Value) throws -> Value {
    let bump = try multiply(tanh(x), exp(negate(multiply(x, x))))
    let sum = try reduce(.sum, x, axes: [0])
    return try add(reduce(.sum, bump, axes: [0]), multiply(sum, multiply(sum, sum)))
  }
}
