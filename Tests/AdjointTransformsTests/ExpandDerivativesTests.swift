import AdjointDiagnostics
import AdjointIR
import AdjointTransforms
import Testing

@Suite("Derivatives of random functions")
struct RandomDerivativeTests {
  @Test("gradients agree with finite differences", arguments: 0..<60)
  func gradients(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed) + 1)
    let types = RandomFunction.argumentTypes(&generator)
    let function = RandomFunction(seed: UInt64(seed))
    let captured = TensorType([2], .f64)
    let primal = try makeProgram(types + [captured]) { builder, x in
      try function.write(builder, Array(x.dropLast()), captured: [x.last!])
    }
    let gradient = try makeProgram(types + [captured]) { builder, x in
      try builder.differentiate(.gradient, at: Array(x.dropLast())) {
        try function.write(builder, $0, captured: [x.last!])
      }
    }
    let x = random(types + [captured], &generator)
    let results = try evaluateExpanded(gradient, x)
    #expect(bits(results[0]) == bits(try evaluate(primal, x)[0]))
    for _ in 0..<3 {
      let direction = random(types, &generator) + [Literal([2], [0, 0], dtype: .f64)]
      let h = 1e-5
      let above = try evaluate(primal, moved(x, along: direction, by: h))[0].reals[0]
      let below = try evaluate(primal, moved(x, along: direction, by: -h))[0].reals[0]
      let (expected, actual) = ((above - below) / (2 * h), dot(Array(results.dropFirst()), direction))
      #expect(isClose(expected, actual, 1e-6), "seed \(seed): finite difference \(expected), gradient \(actual)")
    }
  }

  @Test("forward and reverse mode are transposes of each other", arguments: 0..<40)
  func dotProducts(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed) + 1000)
    let types = RandomFunction.argumentTypes(&generator)
    let function = RandomFunction(seed: UInt64(seed) + 500)
    var outputTypes: [TensorType] = []
    _ = try makeProgram(types) { builder, x in
      let outputs = try function.write(builder, x, outputs: 3)
      outputTypes = outputs.map(\.type)
      return outputs
    }
    let (n, m) = (types.count, outputTypes.count)
    let forward = try makeProgram(types + types) { builder, x in
      try builder.differentiate(.forward, at: Array(x.prefix(n)), with: Array(x.dropFirst(n))) {
        try function.write(builder, $0, outputs: 3)
      }
    }
    let reverse = try makeProgram(types + outputTypes) { builder, x in
      try builder.differentiate(.reverse, at: Array(x.prefix(n)), with: Array(x.dropFirst(n))) {
        try function.write(builder, $0, outputs: 3)
      }
    }
    let x = random(types, &generator)
    let (tangents, cotangents) = (random(types, &generator), random(outputTypes, &generator))
    let pushed = try evaluateExpanded(forward, x + tangents)
    let pulled = try evaluateExpanded(reverse, x + cotangents)
    for i in 0..<m { #expect(bits(pushed[i]) == bits(pulled[i])) }
    let (left, right) = (dot(Array(pushed.dropFirst(m)), cotangents), dot(Array(pulled.dropFirst(m)), tangents))
    #expect(isClose(left, right, 1e-10), "seed \(seed): \(left) and \(right)")
  }

  @Test("gradients of gradients agree with finite differences of gradients", arguments: 0..<25)
  func secondOrder(seed: Int) throws {
    var generator = ProbeGenerator(seed: UInt64(seed) + 2000)
    let types = RandomFunction.argumentTypes(&generator)
    let function = RandomFunction(seed: UInt64(seed) + 700, operations: 8, isSmooth: true)
    let n = types.count
    let gradient = try makeProgram(types) { builder, x in
      try builder.differentiate(.gradient, at: x) { try function.write(builder, $0) }
    }
    // The gradient of <∇f(x), v> by x, which is the Hessian times v.
    let reverseOverReverse = try makeProgram(types + types) { builder, xv in
      try builder.differentiate(.gradient, at: Array(xv.prefix(n))) { x in
        let inner = try builder.differentiate(.gradient, at: x) { try function.write(builder, $0) }
        return [try sumOfProducts(builder, Array(inner.dropFirst()), Array(xv.dropFirst(n)))]
      }
    }
    let forwardOverReverse = try makeProgram(types + types) { builder, xv in
      try builder.differentiate(.forward, at: Array(xv.prefix(n)), with: Array(xv.dropFirst(n))) { x in
        Array(try builder.differentiate(.gradient, at: x) { try function.write(builder, $0) }.dropFirst())
      }
    }
    // The gradient of the derivative along v.
    let reverseOverForward = try makeProgram(types + types) { builder, xv in
      try builder.differentiate(.gradient, at: Array(xv.prefix(n))) { x in
        let along = Array(xv.dropFirst(n))
        return [try builder.differentiate(.forward, at: x, with: along) { try function.write(builder, $0) }[1]]
      }
    }
    let (x, v) = (random(types, &generator), random(types, &generator))
    let products = [
      Array(try evaluateExpanded(reverseOverReverse, x + v).dropFirst()),
      Array(try evaluateExpanded(forwardOverReverse, x + v).dropFirst(n)),
      Array(try evaluateExpanded(reverseOverForward, x + v).dropFirst()),
    ]
    let expanded = try expandDerivatives(gradient)
    let h = 1e-5
    let above = try evaluate(expanded, moved(x, along: v, by: h)).dropFirst()
    let below = try evaluate(expanded, moved(x, along: v, by: -h)).dropFirst()
    for (i, pair) in zip(above, below).enumerated() {
      for (j, numbers) in zip(pair.0.reals, pair.1.reals).enumerated() {
        let expected = (numbers.0 - numbers.1) / (2 * h)
        for (way, product) in products.enumerated() {
          #expect(
            isClose(expected, product[i].reals[j], 2e-5),
            "seed \(seed), way \(way), argument \(i)[\(j)]: \(expected), \(product[i].reals[j])")
        }
      }
    }
    // The Hessian is symmetric: <w, H v> = <v, H w>.
    let w = random(types, &generator)
    let other = Array(try evaluateExpanded(forwardOverReverse, x + w).dropFirst(n))
    #expect(isClose(dot(products[1], w), dot(other, v), 1e-9), "seed \(seed)")
  }

  private func sumOfProducts(_ builder: Builder, _ a: [Value], _ b: [Value]) throws -> Value {
    var sum: Value?
    for (a, b) in zip(a, b) {
      let term = try builder.reduce(.sum, builder.multiply(a, b), axes: Array(a.type.shape.indices))
      if let total = sum { sum = try builder.add(total, term) } else { sum = term }
    }
    return sum!
  }
}

@Suite("The structure of derivatives")
struct ExpandDerivativesTests {
  let vector = TensorType([3], .f64)
  let scalar = TensorType.scalar(.f64)

  private func total(_ builder: Builder, _ x: Value) throws -> Value {
    try builder.reduce(.sum, x, axes: Array(x.type.shape.indices))
  }

  @Test("a program without derivatives is left alone")
  func nothingToDo() throws {
    let program = try makeProgram([vector]) { builder, x in [try builder.sin(x[0])] }
    #expect(text(try expandDerivatives(program)) == text(program))
  }

  @Test("arguments that the loss does not depend on get zeros, and nothing else is written for them")
  func unusedArguments() throws {
    let program = try makeProgram([vector, vector]) { builder, x in
      try builder.differentiate(.gradient, at: x) { p in [try total(builder, p[0])] }
    }
    let arguments = [Literal([3], [1, 2, 3], dtype: .f64), Literal([3], [4, 5, 6], dtype: .f64)]
    let results = try evaluateExpanded(program, arguments)
    #expect(results.map(\.reals) == [[6], [1, 1, 1], [0, 0, 0]])
    let operations = try simplify(expandDerivatives(program)).body.operations
    #expect(!operations.contains { $0.op is Add || $0.op is Multiply })
  }

  @Test("the gradient of a square is twice a product, not a sum of two")
  func square() throws {
    let program = try makeProgram([vector, vector]) { builder, x in
      try builder.differentiate(.gradient, at: [x[0]], with: []) { p in
        [try total(builder, builder.multiply(builder.multiply(p[0], p[0]), x[1]))]
      }
    }
    let arguments = [Literal([3], [1, -2, 3], dtype: .f64), Literal([3], [4, 5, 6], dtype: .f64)]
    #expect(try evaluateExpanded(program, arguments)[1].reals == [8, -20, 36])
    #expect(try !simplify(expandDerivatives(program)).body.operations.contains { $0.op is Add })
  }

  @Test("a captured value is a constant, even where it is the argument itself")
  func capturedArgument() throws {
    // f(p) = Σ p · x at p = x: the gradient is x, not 2x.
    let program = try makeProgram([vector]) { builder, x in
      try builder.differentiate(.gradient, at: [x[0]]) { p in [try total(builder, builder.multiply(p[0], x[0]))] }
    }
    #expect(try evaluateExpanded(program, [Literal([3], [1, 2, 3], dtype: .f64)])[1].reals == [1, 2, 3])
  }

  @Test("a value given twice has a gradient for each position")
  func sameArgumentTwice() throws {
    let program = try makeProgram([vector]) { builder, x in
      try builder.differentiate(.gradient, at: [x[0], x[0]]) { p in
        [try total(builder, builder.multiply(p[0], builder.multiply(p[0], p[1])))]
      }
    }
    let results = try evaluateExpanded(program, [Literal([3], [1, 2, 3], dtype: .f64)])
    #expect(results[1].reals == [2, 8, 18])
    #expect(results[2].reals == [1, 4, 9])
  }

  @Test("inner functions capture the arguments of outer ones")
  func nestedCaptures() throws {
    // g(x) = d/dy (x² y³) at y = x is 3x⁴; its derivative is 12x³: the capture varies in the outer function.
    let program = try makeProgram([scalar]) { builder, x in
      try builder.differentiate(.gradient, at: x) { outer in
        let square = try builder.multiply(outer[0], outer[0])
        let inner = try builder.differentiate(.gradient, at: outer) { y in
          [try builder.multiply(square, builder.multiply(y[0], builder.multiply(y[0], y[0])))]
        }
        return [inner[1]]
      }
    }
    let results = try evaluateExpanded(program, [Literal(scalar: 2, .f64)])
    #expect(results.map(\.reals) == [[48], [96]])
  }

  @Test("the third derivative of x⁴ at 1 is 24")
  func thirdDerivative() throws {
    func derivative(_ builder: Builder, _ order: Int, _ x: Value) throws -> Value {
      if order == 0 {
        let square = try builder.multiply(x, x)
        return try builder.multiply(square, square)
      }
      return try builder.differentiate(.gradient, at: [x]) { [try derivative(builder, order - 1, $0[0])] }[1]
    }
    let program = try makeProgram([scalar]) { builder, x in [try derivative(builder, 3, x[0])] }
    #expect(try evaluateExpanded(program, [Literal(scalar: 1, .f64)])[0].reals == [24])
  }

  @Test("a loss that is a parameter, a captured value, or no function of the argument")
  func trivialLosses() throws {
    let program = try makeProgram([scalar, scalar]) { builder, x in
      let parameter = try builder.differentiate(.gradient, at: [x[0]]) { [$0[0]] }
      let captured = try builder.differentiate(.gradient, at: [x[0]]) { _ in [x[1]] }
      let constant = try builder.differentiate(.gradient, at: [x[0]]) { _ in [try builder.scalar(7, .f64)] }
      return parameter + captured + constant
    }
    let results = try evaluateExpanded(program, [Literal(scalar: 2, .f64), Literal(scalar: 3, .f64)])
    #expect(results.map(\.reals) == [[2], [1], [3], [0], [7], [0]])
  }

  @Test("one value as two results: cotangents add, tangents repeat")
  func sameResultTwice() throws {
    let reverse = try makeProgram([vector, vector, vector]) { builder, x in
      try builder.differentiate(.reverse, at: [x[0]], with: [x[1], x[2]]) { p in
        let y = try builder.multiply(p[0], p[0])
        return [y, y]
      }
    }
    let point = Literal([3], [1, 2, 3], dtype: .f64)
    let (a, b) = (Literal([3], [1, 0, 2], dtype: .f64), Literal([3], [0, 5, 1], dtype: .f64))
    #expect(try evaluateExpanded(reverse, [point, a, b])[2].reals == [2, 20, 18])
    let forward = try makeProgram([vector, vector]) { builder, x in
      try builder.differentiate(.forward, at: [x[0]], with: [x[1]]) { p in
        let y = try builder.multiply(p[0], p[0])
        return [y, y, p[0]]
      }
    }
    let results = try evaluateExpanded(forward, [point, a])
    #expect(results.dropFirst(3).map(\.reals) == [[2, 0, 12], [2, 0, 12], [1, 0, 2]])
  }

  @Test("auxiliaries are passed on, and what only they use needs no derivative")
  func auxiliaries() throws {
    let program = try makeProgram([vector]) { builder, x in
      try builder.differentiate(.gradient, at: x, auxiliaries: 2) { p in
        let index = try builder.argReduce(p[0], axis: 0)
        let rest = try builder.emit(Refusing(), builder.remainder(p[0], builder.constant(2, like: p[0])))
        return [try total(builder, builder.multiply(p[0], p[0])), index, rest]
      }
    }
    let results = try evaluateExpanded(program, [Literal([3], [1, 5, 3], dtype: .f64)])
    #expect(results[0].reals == [35])
    #expect(results[1].integers == [1])
    #expect(results[2].reals == [1, 1, 1])
    #expect(results[3].reals == [2, 10, 6])
  }

  @Test("stopped gradients are zero")
  func stopGradient() throws {
    let program = try makeProgram([vector]) { builder, x in
      try builder.differentiate(.gradient, at: x) { p in
        [try total(builder, builder.multiply(p[0], builder.emit(StopGradient(), p[0])))]
      }
    }
    let results = try evaluateExpanded(program, [Literal([3], [1, 2, 3], dtype: .f64)])
    #expect(results[1].reals == [1, 2, 3])
    let simplified = try simplify(expandDerivatives(program))
    #expect(!simplified.body.operations.contains { $0.op is StopGradient })
  }

  @Test("simplification before expansion keeps stopped gradients")
  func simplifyBeforeExpansion() throws {
    let program = try makeProgram([vector]) { builder, x in
      try builder.differentiate(.gradient, at: x) { p in
        [try total(builder, builder.multiply(p[0], builder.emit(StopGradient(), p[0])))]
      }
    }
    let early = try simplify(program)
    try verify(early)
    #expect(try evaluateExpanded(early, [Literal([3], [1, 2, 3], dtype: .f64)])[1].reals == [1, 2, 3])
  }

  @Test("operations keep or get their line, role and name")
  func provenance() throws {
    let line = SourceSpan(file: "Model.swift", line: 7, column: 5)
    let program = try makeProgram([vector, vector]) { builder, x in
      try builder.differentiate(.gradient, at: x, name: "loss") { p in
        try builder.with(span: line) {
          let logits = try builder.multiply(p[0], p[1], name: "logits")
          return [try total(builder, builder.sin(logits))]
        }
      }
    }
    let operations = try simplify(expandDerivatives(program)).body.operations
    let logits = try #require(operations.first { $0.name == "logits" })
    #expect(logits.role == .primal && logits.span == line && logits.op is Multiply)
    #expect(operations.contains { $0.name == "loss" && $0.role == .primal })
    let cotangent = try #require(operations.first { $0.name == "d_logits" })
    #expect(cotangent.role == .adjoint && cotangent.span == line)
    #expect(operations.contains { $0.name == "d_x0" } && operations.contains { $0.name == "d_x1" })
    #expect(operations.allSatisfy { $0.role == .primal || $0.role == .adjoint })
  }

  @Test("forward mode marks tangents")
  func forwardRoles() throws {
    let program = try makeProgram([vector, vector]) { builder, x in
      try builder.differentiate(.forward, at: [x[0]], with: [x[1]]) { p in [try builder.sin(p[0], name: "wave")] }
    }
    let operations = try expandDerivatives(program).body.operations
    #expect(operations.map(\.role) == [.primal, .tangent, .tangent])
    #expect(operations.last?.name == "t_wave")
  }

  @Test("an argument that is not real is refused, where the derivative is taken")
  func integerArgument() throws {
    let program = try unchecked(.gradient, argument: TensorType([3], .i32)) { builder, p in
      [try total(builder, builder.convert(p, to: .f32))]
    }
    expectFinding("grad.dtype", at: derivativeSpan) { try expandDerivatives(program) }
  }

  @Test("a loss that is not a scalar is refused, where the derivative is taken")
  func vectorLoss() throws {
    let program = try unchecked(.gradient, argument: vector) { builder, p in [try builder.sin(p)] }
    expectFinding("grad.scalar", at: derivativeSpan) { try expandDerivatives(program) }
  }

  @Test("all refusals are reported together, each on its own line")
  func allFindings() throws {
    let (first, second) = (
      SourceSpan(file: "Model.swift", line: 3, column: 1), SourceSpan(file: "Model.swift", line: 4, column: 1)
    )
    let program = try makeProgram([vector]) { builder, x in
      try builder.with(span: derivativeSpan) {
        try builder.differentiate(.gradient, at: x) { p in
          let a = try builder.with(span: first) { try builder.emit(Refusing(), p[0]) }
          let b = try builder.with(span: second) { try builder.emit(Refusing(), p[0]) }
          return [try total(builder, builder.add(a, b))]
        }
      }
    }
    do {
      _ = try expandDerivatives(program)
      Issue.record("nothing was refused")
    } catch let findings as Findings {
      #expect(findings.all.map(\.span) == [first, second])
      #expect(findings.all.allSatisfy { $0.id == "test.refused" && $0.notes.map(\.span) == [derivativeSpan] })
    }
  }

  @Test("a region that captures what varies is refused, one that does not is a constant")
  func regions() throws {
    func program(capturing isVarying: Bool) throws -> Program {
      try makeProgram([scalar, scalar]) { builder, x in
        try builder.differentiate(.gradient, at: [x[0]]) { p in
          let region = try builder.region(parameters: []) { _ in [try builder.sin(isVarying ? p[0] : x[1])] }
          return [try builder.multiply(p[0], builder.append(Once(), [], regions: [region])[0])]
        }
      }
    }
    do {
      _ = try expandDerivatives(program(capturing: true))
      Issue.record("nothing was refused")
    } catch let findings as Findings {
      #expect(findings.all.map(\.id) == ["grad.region"])
    }
    let constant = try simplify(expandDerivatives(program(capturing: false)))
    try verify(constant)
    let once = try #require(constant.body.operations.first { $0.op is Once })
    #expect(constant.body.operations.contains { $0.op is Multiply })
    #expect(constant.body.results[1] == once.results[0])
  }

  private let derivativeSpan = SourceSpan(file: "Model.swift", line: 12, column: 9)

  /// A program whose derivative no builder would have let through.
  private func unchecked(
    _ mode: Differentiate.Mode, argument: TensorType, _ body: (Builder, Value) throws -> [Value]
  ) throws -> Program {
    let builder = Builder()
    let x = builder.makeValue(argument)
    let region = try builder.region(parameters: [argument]) { try body(builder, $0[0]) }
    let results = (region.results + [x]).map { builder.makeValue($0.type) }
    let operation = Operation(
      op: Differentiate(mode), operands: [x], results: results, regions: [region], span: derivativeSpan)
    return Program(
      name: "test", parameters: [.init(name: "x", source: .argument(0))], results: [],
      body: Region(parameters: [x], operations: [operation], results: []), nextValueID: builder.nextValueID)
  }

  private func expectFinding(_ id: String, at span: SourceSpan, _ body: () throws -> Program) {
    do {
      _ = try body()
      Issue.record("nothing was refused")
    } catch let findings as Findings {
      #expect(findings.all.map(\.id) == [id])
      #expect(findings.all.map(\.span) == [span])
    } catch {
      Issue.record("\(error)")
    }
  }
}

/// An op with a region, whose results are its own.
private struct Once: Op {
  static let name = "once"
  static let summary = "The results of its region."
  var attributes: String { "" }
  func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] {
    regions.flatMap { $0.results.map(\.type) }
  }
  func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] { [] }
  func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] { [nil] }
  func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] { [] }
  var lowering: Lowering { .expanded }
  static let probes: [Probe] = []
}

/// An op without a derivative.
private struct Refusing: Op {
  static let name = "refusing"
  static let summary = "The identity, without a derivative."
  var attributes: String { "" }
  func resultTypes(_ operands: [TensorType], regions: [Region]) throws(OpError) -> [TensorType] { operands }
  func evaluate(_ operands: [Literal], _ context: EvaluationContext) throws -> [Literal] { operands }
  func jvp(_ operation: Operation, tangents: [Value?], _ builder: Builder) throws -> [Value?] {
    throw OpError("test.refused", "no derivative")
  }
  func transpose(
    _ operation: Operation, linear: Set<Int>, cotangents: [Value?], _ builder: Builder
  ) throws -> [Value?] {
    throw OpError("test.refused", "no transposition")
  }
  var lowering: Lowering { .expanded }
  static let probes: [Probe] = []
}
