/// Random functions in the Swift that the front end reads, made of everything that tensors can do: valid, well
/// conditioned, and different for each seed.
public struct RandomSource: Sendable {
  /// A function of tensors.
  public struct Function: Sendable {
    public var name: String
    /// The shapes of its parameters `x`, `y`, ….
    public var shapes: [[Int]]
    /// Its declaration.
    public var text: String
    /// How many tensors it returns.
    public var results: Int
  }

  public let functions: [Function]

  /// The whole file.
  public var text: String { "import Adjoint\n\n" + functions.map { $0.text + "\n" }.joined(separator: "\n") }

  /// Writes `count` functions.
  public init(seed: UInt64, count: Int) {
    functions = (0..<count).map { number in
      var writer = Writer(generator: FuzzGenerator(seed: seed &* 1_000_003 &+ UInt64(number)))
      return writer.function("f\(number)")
    }
  }

  /// A tensor that is in scope.
  private struct Known {
    var name: String
    var shape: [Int]
    var count: Int { shape.reduce(1, *) }
  }

  private struct Writer {
    var generator: FuzzGenerator
    var lines: [String] = []
    var known: [Known] = []
    var made = 0

    mutating func function(_ name: String) -> Function {
      let parameters = ["x", "y", "z"].prefix(1 + generator.below(3)).map { name in
        Known(name: name, shape: (0..<generator.below(4)).map { _ in generator.pick([1, 2, 3, 5]) })
      }
      let signature = parameters.map {
        "@Shape(\($0.shape.map(String.init).joined(separator: ", "))) \($0.name): Tensor<Float>"
      }
      let head = "func \(name)(\(signature.joined(separator: ", ")))"
      known = parameters
      let form = generator.below(4)
      var results = 1
      var text: String
      let steps = 3 + generator.below(10)
      switch form {
      case 0:
        write(steps, indent: "  ")
        text = "\(head) -> Tensor<Float> {\n\(lines.joined())  return \(known[known.count - 1].name)\n}"
      default:
        // Outside the derivative: constants of the function.
        let before = form == 2 ? generator.below(4) : 0
        write(before, indent: "  ")
        write(steps, indent: "    ")
        let loss = "    return \(sum())\n"
        let body = "{ (\(parameters[0].name): Tensor<Float>) in\n"
        if form == 3 {
          results = 2
          text = "\(head) -> (Tensor<Float>, Tensor<Float>) {\n  let (value, slope) = valueAndGrad \(body)"
          text += "\(lines.joined())\(loss)  }(\(parameters[0].name))\n  return (value, slope)\n}"
        } else {
          text = "\(head) -> Tensor<Float> {\n\(lines.prefix(before).joined())  return grad \(body)"
          text += "\(lines.dropFirst(before).joined())\(loss)  }(\(parameters[0].name))\n}"
        }
      }
      return Function(name: name, shapes: parameters.map(\.shape), text: text, results: results)
    }

    /// The means of the last few tensors together.
    private func sum() -> String {
      known.suffix(3).map { "sin(\($0.name)).mean()" }.joined(separator: " + ")
    }

    private mutating func write(_ steps: Int, indent: String) {
      for _ in 0..<steps {
        let (text, shape) = step()
        guard shape.reduce(1, *) <= 400 else { continue }
        let name = "v\(made)"
        made += 1
        lines.append("\(indent)let \(name) = \(text)\n")
        known.append(Known(name: name, shape: shape))
      }
    }

    /// Something that can be made of what is known, and its shape.
    private mutating func step() -> (String, [Int]) {
      let x = generator.oneIn(2) ? known[known.count - 1] : generator.pick(known)
      let (n, shape) = (x.name, x.shape)
      let other = partner(x)
      let axis = shape.isEmpty ? 0 : generator.below(shape.count)
      let positive = "(\(n) * \(n) + 0.5)"
      switch generator.below(45) {
      case 0: return ("tanh(\(n))", shape)
      case 1: return ("exp(tanh(\(n)))", shape)
      case 2: return ("sin(\(n)) * cos(\(n))", shape)
      case 3: return ("sigmoid(\(n))", shape)
      case 4: return ("erf(\(n))", shape)
      case 5: return ("log1p\(positive)", shape)
      case 6: return ("sqrt\(positive)", shape)
      case 7: return ("rsqrt\(positive)", shape)
      case 8: return ("log\(positive)", shape)
      case 9: return ("expm1(sin(\(n)))", shape)
      case 10: return ("erfInv(tanh(\(n)) * 0.7)", shape)
      case 11: return ("-\(n)", shape)
      case 12: return ("abs(\(n) - 0.111)", shape)
      case 13: return ("\(n) + \(other)", shape)
      case 14: return ("tanh(\(n)) - \(other)", shape)
      case 15: return ("tanh(\(n)) * \(other)", shape)
      case 16: return ("\(n) / (abs(\(other)) + 1.5)", shape)
      case 17: return ("pow(sigmoid(\(n)) + 0.5, tanh(\(other)))", shape)
      case 18: return ("tanh(\(n)) ** \(2 + generator.below(2))", shape)
      case 19: return ("maximum(\(n), \(other))", shape)
      case 20: return ("minimum(\(n), 0.303)", shape)
      case 21: return ("select(\(n) .> \(other), \(n), \(other) * 0.5)", shape)
      case 22: return ("\(n) * stopGradient(sigmoid(\(other)))", shape)
      case 23: return ("1.5 - \(n) * 0.25", shape)
      case 24: return ("relu(\(n)) + sign(\(n) - 0.0707)", shape)
      // Divided, so that what is done with it does not turn the rounding of a large sum into a large difference.
      case 25: return ("(\(n) / \(x.count)).sum()", [])
      case 26: return ("\(n).mean(keepDims: true)", shape.map { _ in 1 })
      case 27: return ("\(n).reshaped([-1])", [x.count])
      case 28:
        let order = Array(shape.indices).shuffled(using: &generator)
        return ("\(n).transposed(\(order))", order.map { shape[$0] })
      case 29: return ("\(n).expandedDims(axis: 0)", [1] + shape)
      case 30: return ("\(n).broadcast(to: \([2] + shape))", [2] + shape)
      case 31: return ("softmax(\(n).reshaped([-1, 1]) * 0.5, axis: 0)", [x.count, 1])
      case 32: return ("gelu(\(n))", shape)
      case 33: return ("silu(\(n)) + softplus(\(n))", shape)
      case 34: return ("\(n).addingProduct(tanh(\(n)), \(other)).addingProduct(0.5, sin(\(n)))", shape)
      default: break
      }
      guard !shape.isEmpty else { return ("\(n) * \(n) * 0.5", shape) }
      var without = shape
      without.remove(at: axis)
      switch generator.below(15) {
      case 0: return ("\(n).sum(axis: \(axis))", without)
      case 1: return ("\(n).mean(axis: \(axis), keepDims: true) - \(n)", shape)
      case 2: return ("\(n).max(axis: \(axis))", without)
      case 3: return ("\(n).min(axis: \(axis), keepDims: true) + \(n)", shape)
      case 4:
        let starts = shape.map { generator.below($0) }
        let strides = shape.map { _ in 1 + generator.below(2) }
        let result = zip(zip(starts, shape), strides).map { ($0.1 - $0.0 + $1 - 1) / $1 }
        return ("\(n).sliced(starts: \(starts), limits: \(shape), strides: \(strides))", result)
      case 5:
        let (low, high) = (shape.map { _ in generator.below(2) }, shape.map { _ in generator.below(3) })
        let result = zip(shape, zip(low, high)).map { $0 + $1.0 + $1.1 }
        return ("\(n).padded(low: \(low), high: \(high), value: 0.25)", result)
      case 6:
        var result = shape
        result[axis] *= 2
        return ("concatenated([\(n), \(n) * 0.5], axis: \(axis))", result)
      case 7:
        let last = shape[shape.count - 1]
        let text = "matmul(\(n).reshaped([-1, \(last)]), \(n).reshaped([-1, \(last)]).transposed()) * 0.1"
        return (text, [x.count / last, x.count / last])
      case 8:
        let text = "dotGeneral(tanh(\(n)), \(n), contracting: ([\(axis)], [\(axis)]), batch: ([], []))"
        return (text, without + without)
      case 9:
        return ("\(n).gathered(rows: \(n).argmax(axis: 0).reshaped([-1]))", [x.count / shape[0]] + shape.dropFirst())
      case 10: return ("oneHot(\(n).argmax(axis: \(axis)), \(shape[axis])) * 0.5", without + [shape[axis]])
      case 11:
        let rows = (0...generator.below(4)).map { _ in generator.below(shape[0]) }
        return ("\(n).gathered(rows: Tensor<Int32>(\(rows)))", [rows.count] + shape.dropFirst())
      case 12:
        let last = shape.count - 1
        let text = "(\(n) * oneHot(\(other).argmax(axis: \(last)), \(shape[last]))).sum(axis: \(last))"
        // A partner may broadcast: only one of the same shape has as many places.
        guard known.contains(where: { $0.name == other }) else { return ("sin(\(n))", shape) }
        return (text, Array(shape.dropLast()))
      case 13: return ("sin(\(n).gathered(rows: \(n).argmax(axis: 0)))", Array(shape.dropFirst() + shape.dropFirst()))
      default: return ("logSoftmax(\(n).reshaped([-1]))", [x.count])
      }
    }

    /// A tensor that broadcasts to the shape of `x`.
    private mutating func partner(_ x: Known) -> String {
      let same = known.filter { $0.shape == x.shape }
      if generator.oneIn(3), let axis = x.shape.indices.randomElement(using: &generator) {
        return "\(x.name).mean(axis: \(axis), keepDims: true)"
      }
      if generator.oneIn(4) { return "\(generator.pick(known).name).mean()" }
      return generator.pick(same).name
    }
  }
}
