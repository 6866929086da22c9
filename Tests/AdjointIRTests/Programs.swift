import AdjointIR

/// Writes a program of one region; its parameters are called `a`, `b`, … and its results `r0`, `r1`, ….
func program(
  _ types: [TensorType], _ body: (Builder, [Value]) throws -> [Value]
) throws -> Program {
  let builder = Builder()
  let region = try builder.region(parameters: types) { parameters in try body(builder, parameters) }
  return program(region, nextValueID: builder.nextValueID)
}

func program(_ region: Region, nextValueID: Int) -> Program {
  Program(
    name: "test",
    parameters: region.parameters.indices.map {
      Program.Parameter(name: String(UnicodeScalar(UInt8(97 + $0 % 26))), source: .argument($0))
    },
    results: region.results.indices.map { Program.Result(name: "r\($0)", destination: .returned(leaf: $0)) },
    body: region, nextValueID: nextValueID)
}

/// What one op does to tangents, and the same run backwards: each operation of its jvp transposed alone, last first.
struct Differentiated {
  /// From the operands and the tangents of the real ones to the results' tangents (those that are not zero).
  var forward: Program
  /// From the operands and the cotangents of those tangents to the cotangents of the real operands.
  var backward: Program
  /// The positions of the real operands.
  var active: [Int]
  /// The positions of the results that have tangents.
  var results: [Int]

  /// Differentiates `op`; nil where no result has a tangent.
  init?(_ op: any Op, _ operands: [TensorType]) throws {
    active = operands.indices.filter { operands[$0].dtype.isFloat }
    let builder = Builder()
    let primals = operands.map(builder.makeValue)
    let tangents = active.map { builder.makeValue(operands[$0]) }
    let outputs = try builder.append(op, primals)
    let primal = builder.takeOperations()
    var inputs = operands.map { _ in Value?.none }
    for (position, tangent) in zip(active, tangents) { inputs[position] = tangent }
    let ends = try op.jvp(primal[0], tangents: inputs, builder)
    precondition(ends.count == outputs.count, "\(op) gave \(ends.count) tangents for \(outputs.count) results")
    results = ends.indices.filter { ends[$0] != nil }
    if results.isEmpty { return nil }
    let derivative = builder.takeOperations()
    forward = program(
      Region(parameters: primals + tangents, operations: primal + derivative, results: ends.compactMap { $0 }),
      nextValueID: builder.nextValueID)

    // The primal part of the derivative stays, the linear part is transposed.
    var dependent = Set(tangents)
    var known: [Operation] = []
    var linear: [Operation] = []
    for operation in derivative {
      if operation.operands.contains(where: dependent.contains) {
        linear.append(operation)
        dependent.formUnion(operation.results)
      } else {
        known.append(operation)
      }
    }
    let seeds = ends.compactMap { $0.map { builder.makeValue($0.type) } }
    var cotangents: [Value: Value] = [:]
    func accumulate(_ cotangent: Value, to value: Value) throws {
      cotangents[value] = try cotangents[value].map { sum in try builder.add(sum, cotangent) } ?? cotangent
    }
    for (end, seed) in zip(ends.compactMap { $0 }, seeds) { try accumulate(seed, to: end) }
    for operation in linear.reversed() {
      let positions = operation.operands.indices.filter { dependent.contains(operation.operands[$0]) }
      let incoming = operation.results.map { cotangents[$0] }
      let outgoing = try operation.op.transpose(operation, linear: Set(positions), cotangents: incoming, builder)
      precondition(outgoing.count == operation.operands.count, "\(operation.op) gave \(outgoing.count) cotangents")
      for position in positions {
        if let cotangent = outgoing[position] { try accumulate(cotangent, to: operation.operands[position]) }
      }
    }
    let gradients = try tangents.map { tangent in try cotangents[tangent] ?? builder.zeros(tangent.type) }
    backward = program(
      Region(
        parameters: primals + seeds, operations: primal + known + builder.takeOperations(), results: gradients),
      nextValueID: builder.nextValueID)
  }
}

extension Literal {
  /// Standard random numbers of a real type.
  static func random(_ type: TensorType, _ generator: inout ProbeGenerator) -> Literal {
    Literal(type, .real((0..<type.count).map { _ in Double.random(in: -1...1, using: &generator) }))
  }

  /// This plus `step` times `direction`.
  func moved(by step: Double, _ direction: Literal) -> Literal {
    Literal(type, .real(zip(reals, direction.reals).map { $0 + step * $1 }))
  }

  /// The sum of products of corresponding elements.
  func dot(_ other: Literal) -> Double { zip(reals, other.reals).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// A scalar f32.
func scalar(_ value: Double) -> Literal { Literal([], [value]) }
