import AdjointDiagnostics
import AdjointIR
import AdjointTransforms
import Testing

/// A program over tensors of the given types.
func makeProgram(
  _ parameters: [TensorType], _ body: (Builder, [Value]) throws -> [Value]
) throws -> Program {
  let builder = Builder()
  let values = parameters.map(builder.makeValue)
  let results = try body(builder, values)
  let program = Program(
    name: "test",
    parameters: parameters.indices.map { Program.Parameter(name: "x\($0)", source: .argument($0)) },
    results: results.indices.map { Program.Result(name: "y\($0)", destination: .returned(leaf: $0)) },
    body: Region(parameters: values, operations: builder.takeOperations(), results: results),
    nextValueID: builder.nextValueID)
  try verify(program)
  return program
}

extension Builder {
  /// Appends a derivative of the function that `body` writes.
  func differentiate(
    _ mode: Differentiate.Mode, at primals: [Value], with extra: [Value] = [], auxiliaries: Int = 0,
    name: String? = nil, _ body: ([Value]) throws -> [Value]
  ) throws -> [Value] {
    let region = try region(parameters: primals.map(\.type), body)
    return try append(Differentiate(mode, auxiliaries: auxiliaries), primals + extra, regions: [region], name: name)
  }
}

/// The program with its derivatives expanded, verified, and simplified, verified; the two must agree bit for bit.
func evaluateExpanded(
  _ program: Program, _ arguments: [Literal], sourceLocation: SourceLocation = #_sourceLocation
) throws -> [Literal] {
  let expanded = try expandDerivatives(program)
  try verify(expanded)
  #expect(!text(expanded).contains("differentiate"), sourceLocation: sourceLocation)
  let simplified = try simplify(expanded)
  try verify(simplified)
  let results = try evaluate(expanded, arguments)
  let same = try evaluate(simplified, arguments)
  for (a, b) in zip(results, same) {
    #expect(bits(a) == bits(b), "simplification changed a result", sourceLocation: sourceLocation)
  }
  return results
}

func text(_ program: Program) -> String { program.text }

/// The elements' bits; all NaNs are one.
func bits(_ literal: Literal) -> [UInt64] {
  switch literal.elements {
  case .real(let values): values.map { $0.isNaN ? .max : $0.bitPattern }
  case .integer(let values): values.map { UInt64(bitPattern: $0) }
  case .bool(let values): values.map { $0 ? 1 : 0 }
  }
}

func dot(_ a: [Literal], _ b: [Literal]) -> Double {
  zip(a, b).reduce(0) { sum, pair in sum + zip(pair.0.reals, pair.1.reals).reduce(0) { $0 + $1.0 * $1.1 } }
}

/// `x + step * direction`, element by element.
func moved(_ x: [Literal], along direction: [Literal], by step: Double) -> [Literal] {
  zip(x, direction).map { x, d in Literal(x.type, .real(zip(x.reals, d.reals).map { $0 + step * $1 })) }
}

func random(_ types: [TensorType], _ generator: inout ProbeGenerator) -> [Literal] {
  types.map { type in
    Literal(type, .real((0..<type.count).map { _ in Double.random(in: -1...1, using: &generator) }))
  }
}

/// Whether two numbers agree relative to the larger one, or absolutely near 0.
func isClose(_ a: Double, _ b: Double, _ tolerance: Double) -> Bool {
  if a.isNaN || b.isNaN { return a.isNaN && b.isNaN }
  if a == b { return true }
  return (a - b).magnitude <= tolerance * max(1, a.magnitude, b.magnitude)
}
