import AdjointIR

/// A function at a point, split into what is known there and what is linear in the tangents of its arguments.
///
/// The known primal operations are written into the program; the linear operations are not: they exist only for
/// `transpose` to read.
struct Linearised {
  /// The derivative of one primal operation.
  struct Step {
    var primal: Operation
    /// What the rule computes from known values alone, such as `cos(x)` for `sin(x)`; not yet written.
    var coefficients: [Operation]
    /// What depends on tangents.
    var linear: [Operation]
    /// The tangent of the operation's first result, where this step defines it.
    var tangent: Value?
  }

  /// The tangents of the arguments.
  var inputs: [Value]
  /// The function's results.
  var results: [Value]
  /// The tangents of the differentiated results, as functions of `inputs`; nil is a symbolic zero.
  var tangents: [Value?]
  var steps: [Step]
  /// Every value that depends on `inputs`, themselves included.
  var linear: Set<Value>
}

/// Writes the function in `region` at `primals` and linearises its first `outputs` results there.
func linearise(
  _ region: Region, outputs: Int, primals: [Value], _ context: DerivativeContext
) throws -> Linearised {
  let builder = context.builder
  let outputs = Array(region.results.prefix(outputs))
  let inputs = region.parameters.map { builder.makeValue($0.type) }
  var linear = Set(inputs)
  var steps: [Linearised.Step] = []
  var walk = ForwardWalk(region, differentiating: outputs, primals: primals, tangents: inputs, context)
  for operation in region.operations {
    try walk.advance(over: operation) { copy, incoming in
      var outgoing: [Value?] = []
      let written = try builder.with(span: copy.span, role: .adjoint) {
        try builder.region(parameters: []) { _ in
          outgoing = try context.rules.jvp(copy, incoming, builder)
          return []
        }.operations
      }
      var step = Linearised.Step(primal: copy, coefficients: [], linear: [], tangent: nil)
      for operation in written {
        if operation.uses(anyOf: linear) {
          step.linear.append(operation)
          linear.formUnion(operation.results)
        } else {
          step.coefficients.append(operation)
        }
      }
      // A tangent that depends on no argument would be a constant added to a linear function.
      for case let tangent? in outgoing where !linear.contains(tangent) {
        throw OpError("ir.rule", "the jvp of \(type(of: copy.op).name) is not linear in its tangents")
      }
      if case let tangent?? = outgoing.first, !incoming.contains(tangent) { step.tangent = tangent }
      steps.append(step)
      return outgoing
    }
  }
  return Linearised(
    inputs: inputs, results: walk.primals(of: region.results), tangents: walk.tangents(of: outputs), steps: steps,
    linear: linear)
}
