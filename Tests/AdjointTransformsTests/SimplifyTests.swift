import AdjointIR
import AdjointTransforms
import Testing

@Suite("Simplification")
struct SimplifyTests {
  let vector = TensorType([4], .f64)
  let matrix = TensorType([2, 3], .f64)

  /// The names of the operations that are left.
  private func simplified(
    _ types: [TensorType], _ parts: Simplifications = .all, _ body: (Builder, [Value]) throws -> Value
  ) throws -> [String] {
    try operations(types, parts, body).map { type(of: $0.op).name }
  }

  private func operations(
    _ types: [TensorType], _ parts: Simplifications = .all, _ body: (Builder, [Value]) throws -> Value
  ) throws -> [Operation] {
    let program = try makeProgram(types) { builder, x in [try body(builder, x)] }
    let simple = try simplify(program, parts)
    try verify(simple)
    return simple.body.operations
  }

  @Test("random derivatives keep every bit, with each part alone and all together", arguments: 0..<60)
  func bitEqual(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed) + 5000)
    let dtype = seed % 2 == 0 ? DType.f64 : .f32
    let types = RandomFunction.argumentTypes(&generator, dtype)
    let function = RandomFunction(seed: UInt64(seed) + 900, operations: 12, dtype: dtype)
    let program = try expandDerivatives(
      makeProgram(types) { builder, x in
        try builder.differentiate(.gradient, at: x) { try function.write(builder, $0) }
      })
    // Whole numbers, zeros of both signs among them, meet more special cases than random reals do.
    let x = types.map { type in
      let values = (0..<type.count).map { _ in [-0.0, 0, 1, -1, 2, 0.3].randomElement(using: &generator)! }
      return Literal(type, .real(values)).rounded(.asTyped)
    }
    let expected = try evaluate(program, x).map(bits)
    let sets: [Simplifications] = [.deadCode, .commonSubexpressions, .constants, .algebra, .views, .all]
    for parts in sets {
      let simple = try simplify(program, parts)
      try verify(simple)
      #expect(try evaluate(simple, x).map(bits) == expected, "seed \(seed), parts \(parts.rawValue)")
    }
    let simple = try simplify(program)
    #expect(simple.body.operations.count < program.body.operations.count)
    #expect(text(try simplify(simple)) == text(simple), "seed \(seed): a second run found more to do")
    #expect(text(try simplify(program)) == text(simple))
  }

  @Test("what no result needs disappears")
  func deadCode() throws {
    let names = try simplified([vector]) { builder, x in
      _ = try builder.exp(x[0])
      return try builder.sin(x[0])
    }
    #expect(names == ["sin"])
  }

  @Test("what is computed twice is computed once; order does not matter to sums")
  func commonSubexpressions() throws {
    let names = try simplified([vector, vector]) { builder, x in
      let a = try builder.sin(builder.add(x[0], x[1]))
      let b = try builder.sin(builder.add(x[1], x[0]))
      return try builder.multiply(a, b)
    }
    #expect(names == ["add", "sin", "multiply"])
  }

  @Test("0 and -0 are different constants")
  func zeros() throws {
    let program = try makeProgram([]) { builder, _ in
      [try builder.scalar(0, .f64), try builder.scalar(-0.0, .f64)]
    }
    let results = try evaluate(simplify(program), [])
    #expect(results[0].reals[0].sign == .plus)
    #expect(results[1].reals[0].sign == .minus)
  }

  @Test("identities that do not hold for every number are left alone")
  func inexact() throws {
    let zero = try simplified([vector]) { builder, x in try builder.add(x[0], builder.constant(0, like: x[0])) }
    #expect(zero.last == "add")
    let product = try simplified([vector]) { builder, x in try builder.multiply(x[0], builder.constant(0, like: x[0])) }
    #expect(product.last == "multiply")
    let less = try simplified([vector]) { builder, x in try builder.subtract(x[0], builder.constant(-0.0, like: x[0])) }
    #expect(less.last == "subtract")
    let third = try simplified([vector]) { builder, x in try builder.divide(x[0], builder.constant(3, like: x[0])) }
    #expect(third.last == "divide")
    let difference = try simplified([vector, vector]) { builder, x in try builder.negate(builder.subtract(x[0], x[1])) }
    #expect(difference == ["subtract", "negate"])
    let sum = try simplified([.scalar(.f64)]) { builder, x in
      try builder.reduce(.sum, builder.broadcast(x[0], to: [5]), axes: [0])
    }
    #expect(sum.last == "reduce")
    // The reference's exponential need not be the generated code's, to the last bit.
    let exponential = try simplified([]) { builder, _ in try builder.exp(builder.scalar(1, .f32)) }
    #expect(exponential == ["constant", "exp"])
  }

  @Test("neutral elements disappear")
  func neutral() throws {
    let names = try simplified([vector]) { builder, x in
      let one = try builder.constant(1, like: x[0])
      var y = try builder.multiply(one, builder.divide(x[0], one))
      y = try builder.subtract(y, builder.zeros(y.type))
      y = try builder.add(y, builder.constant(-0.0, like: y))
      y = try builder.power(y, one)
      y = try builder.emit(StopGradient(), builder.emit(Convert(to: .f64), y))
      return try builder.sin(y)
    }
    #expect(names == ["sin"])
    let integers = try simplified([TensorType([2], .u32)]) { builder, x in
      let zero = try builder.zeros(x[0].type)
      let y = try builder.emit(Or(), builder.emit(Xor(), builder.add(x[0], zero), zero), zero)
      return try builder.emit(Not(), builder.emit(ShiftLeft(), y, zero))
    }
    #expect(integers == ["not"])
  }

  @Test("of one element, the first largest is found without looking")
  func searchOfOne() throws {
    let names = try simplified([TensorType([3, 1])]) { builder, x in
      try builder.append(ArgReduce(largest: true, axis: 1), [builder.exp(x[0])])[0]
    }
    #expect(names == ["constant", "broadcastInDim"])
  }

  @Test("a division by a power of two is a multiplication")
  func powersOfTwo() throws {
    let names = try simplified([vector]) { builder, x in try builder.divide(x[0], builder.constant(-8, like: x[0])) }
    #expect(names == ["constant", "broadcastInDim", "multiply"])
  }

  @Test("a product that is exact, or to which nothing is added, needs no fused multiply-add")
  func fused() throws {
    func left(_ factor: Double?, _ sum: Double?) throws -> [String] {
      try simplified([vector, vector, vector]) { builder, x in
        let factor = try factor.map { try builder.constant($0, like: x[0]) } ?? x[1]
        return try builder.fma(factor, x[0], sum.map { try builder.constant($0, like: x[0]) } ?? x[2])
      }
    }
    #expect(try left(1, nil) == ["add"])
    #expect(try left(-1, nil) == ["subtract"])
    #expect(try left(nil, -0.0) == ["multiply"])
    // -0 plus 0 is 0.
    #expect(try left(nil, 0).last == "fma")
    // 0 times infinity is not 0.
    #expect(try left(0, nil).last == "fma")
    #expect(try left(2, nil).last == "fma")
    let signs = try simplified([vector, vector, vector]) { builder, x in
      try builder.fma(builder.negate(x[0]), builder.negate(x[1]), x[2])
    }
    #expect(signs == ["fma"])
    // No constant is made of one: not every processor would round it as this one does.
    let constants = try simplified([]) { builder, _ in
      try builder.fma(builder.scalar(3, .f32), builder.scalar(5, .f32), builder.scalar(7, .f32))
    }
    #expect(constants.last == "fma")
  }

  @Test("negations meet and cancel")
  func negations() throws {
    let names = try simplified([vector, vector]) { builder, x in
      let product = try builder.multiply(builder.negate(x[0]), x[1])
      let quotient = try builder.divide(x[0], builder.negate(x[1]))
      return try builder.subtract(builder.add(x[0], product), quotient)
    }
    #expect(names == ["multiply", "divide", "subtract", "add"])
    let scaled = try simplified([vector]) { builder, x in
      try builder.negate(builder.multiply(builder.negate(builder.negate(x[0])), builder.constant(3, like: x[0])))
    }
    #expect(scaled == ["constant", "broadcastInDim", "multiply"])
  }

  @Test("constants are computed as scalars and never spread out")
  func constants() throws {
    let left = try operations([]) { builder, _ in
      let two = try builder.constant(Literal([100], [Double](repeating: 2, count: 100)))
      let three = try builder.filled(3, TensorType([100]))
      return try builder.reshape(builder.multiply(two, three), [10, 10])
    }
    #expect(left.map { type(of: $0.op).name } == ["constant", "broadcastInDim"])
    #expect((left[0].op as? Constant)?.literal == Literal(scalar: 6))
  }

  @Test("a key that the model fixes is computed when the code is generated")
  func keys() throws {
    let left = try operations([]) { builder, _ in
      let key = try builder.constant(Literal(TensorType([2], .u32), .integer([0, 7])))
      func word(_ i: Int) throws -> Value { try builder.reshape(builder.slice(key, starts: [i], limits: [i + 1]), []) }
      let zero = try builder.scalar(0, .u32)
      let words = try builder.append(Threefry(), [word(0), word(1), zero, zero])
      return try builder.emit(Xor(), words[0], words[1])
    }
    #expect(left.map { type(of: $0.op).name } == ["constant"])
  }

  @Test("what is the same in every element is computed once")
  func uniform() throws {
    let names = try simplified([.scalar(.f64)]) { builder, x in
      let spread = try builder.broadcast(x[0], to: [8])
      return try builder.multiply(builder.sin(spread), builder.constant(3, like: spread))
    }
    #expect(names == ["sin", "constant", "multiply", "broadcastInDim"])
  }

  @Test("movements compose")
  func views() throws {
    let transposes = try simplified([matrix]) { builder, x in
      try builder.sin(builder.transpose(builder.transpose(x[0], [1, 0]), [1, 0]))
    }
    #expect(transposes == ["sin"])
    let reshapes = try simplified([matrix]) { builder, x in
      try builder.sin(builder.reshape(builder.reshape(builder.reshape(x[0], [6]), [3, 2]), [6, 1]))
    }
    #expect(reshapes == ["reshape", "sin"])
    let kept = try operations([vector]) { builder, x in
      let column = try builder.reshape(x[0], [4, 1])
      return try builder.emit(
        BroadcastInDim(shape: [4, 1, 5], dimensions: [0, 1]), column)
    }
    #expect(kept.map { type(of: $0.op).name } == ["broadcastInDim"])
    #expect((kept[0].op as? BroadcastInDim)?.dimensions == [0])
    let slices = try operations([TensorType([20], .f64)]) { builder, x in
      let inner = try builder.slice(x[0], starts: [1], limits: [19], strides: [3])
      return try builder.slice(inner, starts: [1], limits: [6], strides: [2])
    }
    #expect(slices.count == 1)
    #expect(slices[0].op as? Slice == Slice(starts: [4], limits: [17], strides: [6]))
  }

  @Test("contractions read transposed operands where they lie")
  func dots() throws {
    let dW = try operations([TensorType([8, 2], .f64), TensorType([8, 3], .f64)]) { builder, x in
      // What the transposition of a product writes for the right operand's gradient, in its longest form.
      let product = try builder.dot(
        builder.transpose(x[1], [1, 0]), x[0], DotDimensions(leftContracting: [1], rightContracting: [0]))
      return try builder.transpose(product, [1, 0])
    }
    #expect(dW.map { type(of: $0.op).name } == ["dot"])
    #expect((dW[0].op as? DotGeneral)?.dimensions == DotDimensions(leftContracting: [0], rightContracting: [0]))
    #expect(dW[0].results[0].type.shape == [2, 3])
    // A product that is used as it is too is not computed twice.
    let shared = try simplified([TensorType([2, 2], .f64)]) { builder, x in
      let product = try builder.dot(x[0], x[0], DotDimensions(leftContracting: [1], rightContracting: [0]))
      return try builder.add(product, builder.transpose(product, [1, 0]))
    }
    #expect(shared == ["dot", "transpose", "add"])
  }

  @Test("random chains of movements and contractions keep every bit", arguments: 0..<60)
  func randomViews(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed) + 9000)
    let types = [TensorType(generator.shape(rank: 1...3, limit: 4), .f64)]
    let program = try makeProgram(types) { builder, x in
      var y = x[0]
      var results: [Value] = []
      for _ in 0..<8 {
        let shape = y.type.shape
        let axes = Array(shape.indices)
        switch Int.random(in: 0...4, using: &generator) {
        case 0, 1: y = try builder.emit(Transpose(permutation: axes.shuffled(using: &generator)), y)
        case 2:
          guard shape.count < 4 else { continue }
          let at = Int.random(in: 0...shape.count, using: &generator)
          var wider = shape
          wider.insert(Int.random(in: 1...2, using: &generator), at: at)
          y = try builder.emit(BroadcastInDim(shape: wider, dimensions: axes.map { $0 < at ? $0 : $0 + 1 }), y)
        case 3:
          // Without the axes of extent 1, or with one more.
          let squeezed = shape.filter { $0 != 1 }
          y = try builder.emit(Reshape(shape: squeezed.count < shape.count ? squeezed : [1] + shape), y)
        default:
          guard y.type.rank > 0, y.type.count < 100 else { continue }
          let other = try builder.emit(Transpose(permutation: axes.shuffled(using: &generator)), y)
          let left = axes.randomElement(using: &generator)!
          guard let right = axes.filter({ other.type.shape[$0] == shape[left] }).randomElement(using: &generator) else {
            continue
          }
          let product = try builder.dot(
            y, other, DotDimensions(leftContracting: [left], rightContracting: [right]))
          if product.type.rank < 5 { y = product }
        }
        if Bool.random(using: &generator) { results.append(y) }
      }
      return results + [y]
    }
    let x = random(types, &generator)
    let simple = try simplify(program)
    try verify(simple)
    #expect(try evaluate(simple, x).map(bits) == evaluate(program, x).map(bits), "seed \(seed)")
  }

  @Test("what a program computes decides its operations, not how often or in which order it was recorded")
  func recordings() throws {
    func step(_ isRepeated: Bool) throws -> [String] {
      let program = try expandDerivatives(
        makeProgram([matrix, vector.with(shape: [3])]) { builder, x in
          func loss(_ kernel: Value) throws -> Value {
            let product = try builder.dot(
              kernel, x[1], DotDimensions(leftContracting: [1], rightContracting: [0]))
            return try builder.reduce(.sum, builder.multiply(product, product), axes: [0])
          }
          // A front end that runs the model once more, and carries values through copies.
          if isRepeated { _ = try loss(x[0]) }
          let kernel = isRepeated ? try builder.emit(Reshape(shape: [2, 3]), x[0]) : x[0]
          let gradient = try builder.differentiate(.gradient, at: [kernel]) { [try loss($0[0])] }
          if isRepeated { _ = try builder.constant(0.1, like: kernel) }
          let scaled = try builder.multiply(builder.constant(0.1, like: kernel), gradient[1])
          let updated = try builder.subtract(kernel, scaled)
          return [updated, isRepeated ? try loss(kernel) : gradient[0]]
        })
      return try simplify(program).body.operations.map { type(of: $0.op).name + $0.op.attributes }
    }
    #expect(try step(false) == step(true))
  }

  @Test("names survive where their operation does not")
  func names() throws {
    let left = try operations([vector]) { builder, x in
      let wave = try builder.sin(x[0])
      return try builder.multiply(wave, builder.constant(1, like: wave), name: "logits")
    }
    #expect(left.map(\.name) == ["logits"])
  }

  @Test("takes time proportional to the program")
  func speed() throws {
    func run(_ count: Int) throws -> Duration {
      let program = try expandDerivatives(
        makeProgram([vector]) { builder, x in
          try builder.differentiate(.gradient, at: x) { p in
            var y = p[0]
            for _ in 0..<count { y = try builder.tanh(builder.multiply(y, builder.constant(1.5, like: y))) }
            return [try builder.reduce(.sum, y, axes: [0])]
          }
        })
      // The fastest of three: other processes only ever add time.
      return try (0..<3).map { _ in try ContinuousClock().measure { _ = try simplify(program) } }.min()!
    }
    _ = try run(100)
    let (small, large) = (try run(250), try run(2000))
    // Eight times as much; quadratic time would take sixty-four times as long.
    #expect(large < small * 30, "250 steps \(small), 2000 steps \(large)")
  }
}
