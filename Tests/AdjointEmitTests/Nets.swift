import AdjointDiagnostics
import AdjointIR
import AdjointTransforms

/// Programs of the kind that models become.
enum Nets {
  /// Marks what follows as coming from a line of a model.
  static func at<Result>(_ builder: Builder, _ line: Int, _ body: () throws -> Result) rethrows -> Result {
    try builder.with(span: SourceSpan(file: "Models/DigitsModel.swift", line: line, column: 5)) { try body() }
  }

  static func linear(_ builder: Builder, _ x: Value, _ kernel: Value, _ bias: Value) throws -> Value {
    let product = try builder.matmul(x, kernel)
    return try builder.add(product, builder.broadcastInDim(bias, shape: product.type.shape, dimensions: [1]))
  }

  /// Sum over the last axis, which stays with extent 1 spread out again.
  static func rowwise(_ builder: Builder, _ reduction: Reduction, _ x: Value) throws -> Value {
    let row = try builder.reduce(reduction, x, axes: [x.type.rank - 1])
    return try builder.broadcastInDim(row, shape: x.type.shape, dimensions: Array(0..<x.type.rank - 1))
  }

  static func softmaxCrossEntropy(_ builder: Builder, _ logits: Value, _ labels: Value) throws -> Value {
    let (rows, classes) = (logits.type.shape[0], logits.type.shape[1])
    let largest = try builder.stopGradient(rowwise(builder, .max, logits))
    let shifted = try builder.subtract(logits, largest)
    let total = try rowwise(builder, .sum, builder.exp(shifted))
    let logProbabilities = try builder.subtract(shifted, builder.log(total))
    let index = try builder.iota(shape: [rows, classes], axis: 1)
    let wanted = try builder.broadcastInDim(labels, shape: [rows, classes], dimensions: [0])
    let hit = try builder.compare(.equal, index, wanted)
    let zeros = try builder.zeros(logits.type)
    let picked = try builder.reduce(.sum, builder.select(hit, logProbabilities, zeros), axes: [0, 1])
    return try builder.multiply(builder.negate(picked), builder.constant(1 / Double(rows), like: picked))
  }

  /// One step of a perceptron with one hidden layer, relu, and softmax cross-entropy, by SGD in place.
  static func perceptron(batch: Int, inputs: Int, hidden: Int, classes: Int) throws -> Program {
    let parameters: [(String, TensorType)] = [
      ("hidden.kernel", TensorType([inputs, hidden])), ("hidden.bias", TensorType([hidden])),
      ("output.kernel", TensorType([hidden, classes])), ("output.bias", TensorType([classes])),
      ("images", TensorType([batch, inputs])), ("labels", TensorType([batch], .i32)),
    ]
    let program = try makeProgram(
      "trainStep", parameters,
      results: ["hidden.kernel", "hidden.bias", "output.kernel", "output.bias", "loss"],
      reuses: [0: 0, 1: 1, 2: 2, 3: 3]
    ) { builder, values in
      let weights = Array(values[0..<4])
      let region = try builder.region(parameters: weights.map(\.type)) { weights in
        let h = try at(builder, 12) {
          let sum = try linear(builder, values[4], weights[0], weights[1])
          let h = try builder.maximum(sum, builder.zeros(sum.type))
          builder.setName("h", of: h)
          return h
        }
        let logits = try at(builder, 13) {
          let logits = try linear(builder, h, weights[2], weights[3])
          builder.setName("logits", of: logits)
          return logits
        }
        return [try at(builder, 18) { try softmaxCrossEntropy(builder, logits, values[5]) }]
      }
      let gradient = try at(builder, 17) { try builder.append(Differentiate(.gradient), weights, regions: [region]) }
      return try at(builder, 20) {
        let updated = try zip(weights, gradient.dropFirst()).map { weight, gradient in
          try builder.subtract(weight, builder.multiply(gradient, builder.constant(0.1, like: gradient)))
        }
        return updated + [gradient[0]]
      }
    }
    return try simplify(expandDerivatives(program))
  }

  /// Layer normalisation, the exact gelu and a mean, with all gradients.
  static func normalised(rows: Int, width: Int) throws -> Program {
    let program = try makeProgram(
      "normalised",
      [("x", TensorType([rows, width])), ("scale", TensorType([width])), ("bias", TensorType([width]))]
    ) { builder, values in
      let region = try builder.region(parameters: values.map(\.type)) { values in
        let x = values[0]
        let share = 1 / Double(width)
        let mean = try builder.multiply(rowwise(builder, .sum, x), builder.constant(share, like: x))
        let centred = try builder.subtract(x, mean)
        let variance = try builder.multiply(
          rowwise(builder, .sum, builder.multiply(centred, centred)), builder.constant(share, like: x))
        let factor = try builder.rsqrt(builder.add(variance, builder.constant(1e-6, like: x)))
        var y = try builder.multiply(centred, factor)
        y = try builder.multiply(y, builder.broadcastInDim(values[1], shape: x.type.shape, dimensions: [1]))
        y = try builder.add(y, builder.broadcastInDim(values[2], shape: x.type.shape, dimensions: [1]))
        let half = try builder.constant(0.5, like: y)
        let bell = try builder.erf(builder.multiply(y, builder.constant(0.5.squareRoot(), like: y)))
        let gelu = try builder.multiply(builder.multiply(half, y), builder.add(builder.constant(1, like: y), bell))
        let total = try builder.reduce(.sum, gelu, axes: [0, 1])
        return [try builder.multiply(total, builder.constant(share / Double(rows), like: total))]
      }
      return try builder.append(Differentiate(.gradient), values, regions: [region])
    }
    return try simplify(expandDerivatives(program))
  }

  /// Rows of a table, squared and summed, with the table's gradient by scattering.
  static func embedding(rows: Int, width: Int, tokens: Int) throws -> Program {
    let program = try makeProgram(
      "embedding", [("table", TensorType([rows, width])), ("tokens", TensorType([tokens], .i32))]
    ) { builder, values in
      let region = try builder.region(parameters: [values[0].type]) { inner in
        let picked = try builder.gatherRows(inner[0], values[1])
        return [try builder.reduce(.sum, builder.multiply(picked, builder.tanh(picked)), axes: [0, 1])]
      }
      return try builder.append(Differentiate(.gradient), [values[0]], regions: [region])
    }
    return try simplify(expandDerivatives(program))
  }

  /// Adam over two tensors, its bias corrections in f64, everything in place.
  static func adam() throws -> Program {
    let shapes = [[40, 30], [30]]
    var parameters: [(String, TensorType)] = []
    for (name, prefix) in [("parameter", ""), ("gradient", "d_"), ("mean", "mu."), ("square", "nu.")] {
      for (index, shape) in shapes.enumerated() { parameters.append((prefix + "\(name)\(index)", TensorType(shape))) }
    }
    parameters.append(("count", TensorType.scalar(.i32)))
    let names = [0, 1, 4, 5, 6, 7, 8].map { parameters[$0].0 }
    let reuses = [0: 0, 1: 1, 2: 4, 3: 5, 4: 6, 5: 7, 6: 8]
    return try simplify(
      makeProgram("adam", parameters, results: names, reuses: reuses) { builder, values in
        let count = try builder.add(values[8], builder.constant(1, like: values[8]))
        let step = try builder.convert(count, to: .f64)
        func correction(_ decay: Double) throws -> Value {
          let power = try builder.power(builder.constant(decay, like: step), step)
          return try builder.convert(
            builder.divide(
              builder.constant(1, like: step), builder.subtract(builder.constant(1, like: step), power)), to: .f32)
        }
        var updated: [Value] = [], means: [Value] = [], squares: [Value] = []
        for index in 0..<2 {
          let (p, g, mu, nu) = (values[index], values[2 + index], values[4 + index], values[6 + index])
          func scaled(_ x: Value, _ factor: Double) throws -> Value {
            try builder.multiply(x, builder.constant(factor, like: x))
          }
          let mean = try builder.add(scaled(mu, 0.9), scaled(g, 0.1))
          let square = try builder.add(scaled(nu, 0.999), scaled(builder.multiply(g, g), 0.001))
          let meanHat = try builder.multiply(mean, builder.broadcast(correction(0.9), to: mean.type.shape))
          let squareHat = try builder.multiply(square, builder.broadcast(correction(0.999), to: square.type.shape))
          let root = try builder.add(builder.sqrt(squareHat), builder.constant(1e-8, like: squareHat))
          updated.append(try builder.subtract(p, scaled(builder.divide(meanHat, root), 1e-3)))
          means.append(mean)
          squares.append(square)
        }
        return updated + means + squares + [count]
      })
  }

  /// Standard normal numbers from a key.
  static func normal(count: Int) throws -> Program {
    try simplify(
      makeProgram("normal", [("key", TensorType([2], .u32))]) { builder, values in
        let type = TensorType([count], .u32)
        func word(_ index: Int) throws -> Value {
          let word = try builder.slice(values[0], starts: [index], limits: [index + 1], strides: [1])
          return try builder.broadcast(builder.reshape(word, []), to: [count])
        }
        let words = try builder.append(
          Threefry(), [word(0), word(1), builder.zeros(type), builder.iota(shape: [count], axis: 0, dtype: .u32)])
        let bits = try builder.xor(words[0], words[1])
        let mantissa = try builder.or(
          builder.shiftRightLogical(bits, builder.constant(9, like: bits)), builder.constant(0x3f80_0000, like: bits))
        let unit = try builder.subtract(
          builder.bitcast(mantissa, to: .f32), builder.constant(1, like: builder.zeros(TensorType([count]))))
        let low = Double(Float(-1).nextUp)
        let spread = try builder.add(
          builder.multiply(unit, builder.constant(2, like: unit)), builder.constant(low, like: unit))
        let clamped = try builder.maximum(spread, builder.constant(low, like: unit))
        return [try builder.multiply(builder.erfInv(clamped), builder.constant(2.0.squareRoot(), like: unit))]
      })
  }
}
