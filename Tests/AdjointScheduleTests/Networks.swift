import AdjointIR
import AdjointTransforms

/// Typical training programs, written as a front end would record them.
enum Networks {
  /// One SGD step of a two-layer perceptron with softmax cross-entropy. Results: loss, then the new parameters.
  static func perceptron(batch: Int, sizes: [Int], update: Update = .sgd) throws -> Program {
    let layers = sizes.count - 1
    var types: [TensorType] = []
    var names: [String] = []
    for layer in 0..<layers {
      types += [TensorType([sizes[layer], sizes[layer + 1]]), TensorType([sizes[layer + 1]])]
      names += ["layer\(layer).kernel", "layer\(layer).bias"]
    }
    let parameterCount = types.count
    if update == .adam {
      types += types.prefix(parameterCount) + types.prefix(parameterCount) + [.scalar(.i32)]
      names += names.prefix(parameterCount).map { "mu.\($0)" } + names.prefix(parameterCount).map { "nu.\($0)" }
      names.append("count")
    }
    let stateCount = types.count
    types += [TensorType([batch, sizes[0]]), TensorType([batch], .i32)]
    names += ["images", "labels"]
    let reuses: [Int?] = [nil] + (0..<stateCount).map { $0 }
    var program = try makeProgram(types, reuses: reuses, names: names) { b, x in
      let parameters = Array(x.prefix(parameterCount))
      let region = try b.region(parameters: parameters.map(\.type)) { p in
        var h = x[stateCount]
        for layer in 0..<layers {
          let product = try b.matmul(h, p[2 * layer])
          let isLast = layer == layers - 1
          h = try b.add(
            product, b.broadcast(p[2 * layer + 1], to: product.type.shape), name: isLast ? "logits" : "z\(layer)")
          if isLast { continue }
          let zero = try b.constant(0, like: h)
          h = try b.select(b.compare(.lessOrEqual, h, zero), zero, h, name: "h\(layer)")
        }
        return [try b.crossEntropy(h, x[stateCount + 1])]
      }
      let results = try b.append(Differentiate(.gradient), parameters, regions: [region], name: "loss")
      let gradients = Array(results.dropFirst())
      if update == .sgd {
        return try [results[0]]
          + zip(parameters, gradients).map { p, g in try b.subtract(p, b.multiply(b.constant(0.1, like: p), g)) }
      }
      return try [results[0]] + b.adam(parameters, gradients, Array(x[parameterCount..<stateCount]))
    }
    for result in 1..<program.results.count {
      program.results[result].name = names[result - 1]
      program.results[result].destination = .variable(argument: 0, variable: result - 1)
    }
    program.results[0].name = "loss"
    return try simplify(expandDerivatives(program))
  }

  enum Update { case sgd, adam }

  /// Layer normalisation with its gradients.
  static func layerNorm(rows: Int, width: Int) throws -> Program {
    let types = [TensorType([rows, width]), TensorType([width]), TensorType([width]), TensorType([rows, width])]
    let program = try makeProgram(types, names: ["x", "scale", "bias", "d_y"]) { b, x in
      let region = try b.region(parameters: Array(types.prefix(3))) { p in
        let shape = p[0].type.shape
        func spread(_ v: Value) throws -> Value { try b.broadcastInDim(v, shape: shape, dimensions: [0]) }
        func mean(_ v: Value) throws -> Value {
          let sum = try b.reduce(.sum, v, axes: [1])
          return try b.divide(sum, b.constant(Double(width), like: sum))
        }
        let centred = try b.subtract(p[0], spread(mean(p[0])), name: "centred")
        let variance = try mean(b.multiply(centred, centred))
        let inverse = try b.rsqrt(b.add(variance, b.constant(1e-6, like: variance)), name: "inverse")
        let normal = try b.multiply(centred, spread(inverse), name: "normal")
        return [try b.add(b.multiply(normal, b.broadcast(p[1], to: shape)), b.broadcast(p[2], to: shape), name: "y")]
      }
      return try b.append(Differentiate(.reverse), Array(x.prefix(3)) + [x[3]], regions: [region])
    }
    return try simplify(expandDerivatives(program))
  }

  /// Softmax attention over heads.
  static func attention(heads: Int, length: Int, width: Int) throws -> Program {
    let type = TensorType([heads, length, width])
    return try makeProgram([type, type, type], names: ["query", "key", "value"]) { b, x in
      let scores = try b.dot(
        x[0], x[1], DotDimensions(leftContracting: [2], rightContracting: [2], leftBatch: [0], rightBatch: [0]),
        name: "scores")
      let scaled = try b.multiply(scores, b.constant(0.5, like: scores))
      func spread(_ v: Value) throws -> Value {
        try b.broadcastInDim(v, shape: scores.type.shape, dimensions: [0, 1])
      }
      let shifted = try b.exp(b.subtract(scaled, spread(b.reduce(.max, scaled, axes: [2]))))
      let weights = try b.divide(shifted, spread(b.reduce(.sum, shifted, axes: [2])), name: "weights")
      return [try b.matmul(weights, x[2])]
    }
  }

  /// Rows of a table picked, scaled and summed, with the table's gradient step.
  static func embedding(rows: Int, width: Int, length: Int) throws -> Program {
    let table = TensorType([rows, width])
    let program = try makeProgram([table, TensorType([length], .i32)], reuses: [nil, 0], names: ["table", "ids"]) {
      b, x in
      let region = try b.region(parameters: [table]) { p in
        let picked = try b.tanh(b.gatherRows(p[0], x[1]))
        return [try b.reduce(.sum, b.multiply(picked, picked), axes: [0, 1])]
      }
      let results = try b.append(Differentiate(.gradient), [x[0]], regions: [region])
      return [results[0], try b.subtract(x[0], b.multiply(b.constant(0.1, like: x[0]), results[1]))]
    }
    return try simplify(expandDerivatives(program))
  }
}

extension Builder {
  /// The mean of softmax cross-entropy with integer labels.
  func crossEntropy(_ logits: Value, _ labels: Value) throws -> Value {
    let shape = logits.type.shape
    func spread(_ v: Value) throws -> Value { try broadcastInDim(v, shape: shape, dimensions: [0]) }
    let largest = try stopGradient(reduce(.max, logits, axes: [1]), name: "largest")
    let shifted = try subtract(logits, spread(largest), name: "shifted")
    let total = try reduce(.sum, exp(shifted), axes: [1])
    let column = try append(Iota(shape: shape, axis: 1, dtype: .i32), [])[0]
    let isLabel = try compare(.equal, column, spread(labels))
    let picked = try reduce(.sum, multiply(shifted, convert(isLabel, to: .f32)), axes: [1])
    let losses = try subtract(log(total), picked, name: "losses")
    let sum = try reduce(.sum, losses, axes: [0])
    return try divide(sum, constant(Double(shape[0]), like: sum), name: "loss")
  }

  /// Adam: new parameters, first moments, second moments and count.
  func adam(_ parameters: [Value], _ gradients: [Value], _ slots: [Value]) throws -> [Value] {
    let count = try add(slots[slots.count - 1], scalar(1, .i32), name: "count")
    let steps = try convert(count, to: .f64)
    func correction(_ decay: Double) throws -> Value {
      try convert(subtract(scalar(1, .f64), power(scalar(decay, .f64), steps)), to: .f32)
    }
    let (first, second) = (try correction(0.9), try correction(0.999))
    var new: [[Value]] = [[], [], []]
    for (number, (p, g)) in zip(parameters, gradients).enumerated() {
      func c(_ value: Double) throws -> Value { try constant(value, like: p) }
      let mu = try add(multiply(c(0.9), slots[number]), multiply(c(0.1), g))
      let squared = try multiply(g, g)
      let nu = try add(multiply(c(0.999), slots[parameters.count + number]), multiply(c(0.001), squared))
      let numerator = try divide(mu, broadcast(first, to: p.type.shape))
      let root = try sqrt(divide(nu, broadcast(second, to: p.type.shape)))
      let step = try divide(numerator, add(root, c(1e-8)))
      new[0].append(try subtract(p, multiply(c(0.001), step)))
      new[1].append(mu)
      new[2].append(nu)
    }
    return new[0] + new[1] + new[2] + [count]
  }
}
