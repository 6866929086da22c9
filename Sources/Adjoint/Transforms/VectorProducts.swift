/// Keeps what a pullback needs, and lets it go with the pullback.
private final class PullbackTape: @unchecked Sendable {
  let transformation: Transformation

  init(_ transformation: Transformation) { self.transformation = transformation }

  deinit { transformation.end() }
}

/// A function's value, and the function that takes a cotangent of it back to one of the argument.
///
/// The pullback is linear and may be called any number of times; it stops where a cotangent does not have the value's
/// shapes.
public func vjp<Value: TransformValue, Result: TransformValue>(
  _ f: (Value) throws -> Result, _ value: Value
) rethrows -> (Result, (Result) -> Value) {
  let transformation = Transformation()
  let owner = PullbackTape(transformation)
  let (input, leaves) = value.leaves(of: transformation, in: "vjp")
  let result = try transformation.run { try f(input) }
  transformation.stopRecording()
  let outputs = result.transformLeaves
  return (
    result.leaving(transformation),
    { cotangent in
      let transformation = owner.transformation
      let pairs = matched(outputs, cotangent.transformLeaves, in: "vjp")
      let gradients = transformation.pullBack(pairs, to: leaves, isRecorded: !transformation.isOutermost)
      return value.withTransformLeaves(gradients.map(transformation.leaving))
    }
  )
}

/// A function's value, and the function that takes a cotangent of it back to the model's parameters.
public func vjp<Model: Module, Result: TransformValue>(
  _ f: (Model) throws -> Result, _ model: Model
) rethrows -> (Result, (Result) -> State<Model>) {
  let transformation = Transformation()
  let owner = PullbackTape(transformation)
  let watched = WatchedModel(model, transformation, in: "vjp")
  defer { watched.restore(transformation) }
  let result = try transformation.run { try f(model) }
  transformation.stopRecording()
  let outputs = result.transformLeaves
  return (
    result.leaving(transformation),
    { cotangent in
      let transformation = owner.transformation
      let pairs = matched(outputs, cotangent.transformLeaves, in: "vjp")
      let gradients = transformation.pullBack(pairs, to: watched.leaves, isRecorded: !transformation.isOutermost)
      return watched.state(of: gradients.map(transformation.leaving))
    }
  )
}

/// A function's value and its directional derivative: the Jacobian times a tangent of the argument.
///
/// By the pullback's own pullback: a pullback is linear in its cotangent, and the transpose of the transpose is the
/// derivative itself (J. Townsend, "A new trick for calculating Jacobian vector products", 2017). Stops where the
/// tangent does not have the argument's shapes.
public func jvp<Value: TransformValue, Result: TransformValue>(
  _ f: (Value) throws -> Result, _ value: Value, _ tangent: Value
) rethrows -> (Result, Result) {
  let transformation = Transformation()
  defer { transformation.end() }
  let (input, leaves) = value.leaves(of: transformation, in: "jvp")
  let result = try transformation.run { try f(input) }
  let tangents = matched(leaves, tangent.transformLeaves, in: "jvp").map(\.cotangent)
  let outputs = result.transformLeaves
  let derivative = forward(transformation, outputs, leaves, tangents)
  return (
    result.leaving(transformation), result.withTransformLeaves(derivative.map(transformation.leaving))
  )
}

/// A function's value and its directional derivative by a model's parameters.
public func jvp<Model: Module, Result: TransformValue>(
  _ f: (Model) throws -> Result, _ model: Model, _ tangent: State<Model>
) rethrows -> (Result, Result) {
  let transformation = Transformation()
  defer { transformation.end() }
  let watched = WatchedModel(model, transformation, in: "jvp")
  defer { watched.restore(transformation) }
  let result = try transformation.run { try f(model) }
  let tangents = matched(watched.leaves, tangent.transformLeaves, in: "jvp").map(\.cotangent)
  let derivative = forward(transformation, result.transformLeaves, watched.leaves, tangents)
  return (
    result.leaving(transformation), result.withTransformLeaves(derivative.map(transformation.leaving))
  )
}

private func forward(
  _ transformation: Transformation, _ outputs: [AnyTensor], _ leaves: [AnyTensor], _ tangents: [AnyTensor]
) -> [AnyTensor] {
  let floats = outputs.indices.filter { outputs[$0].scalarType.isFloat }
  let seeds = floats.map { transformation.leaf(AnyTensor(zeros: outputs[$0].shape, outputs[$0].scalarType)) }
  let backward = transformation.pullBack(
    zip(floats, seeds).map { (outputs[$0], $1) }, to: leaves, isRecorded: true)
  let derivatives = transformation.pullBack(
    Array(zip(backward, tangents)).map { ($0, $1) }, to: seeds, isRecorded: !transformation.isOutermost)
  // What is no real number has the derivative 0.
  var results = outputs.map { AnyTensor(zeros: $0.shape, $0.scalarType) }
  for (place, derivative) in zip(floats, derivatives) { results[place] = derivative }
  return results
}

/// Values with their cotangents or tangents; stops where the two do not have the same types and shapes.
private func matched(
  _ values: [AnyTensor], _ others: [AnyTensor], in operation: String
) -> [(value: AnyTensor, cotangent: AnyTensor)] {
  require(
    values.map(\.scalarType) == others.map(\.scalarType) && values.map(\.shape) == others.map(\.shape),
    "\(operation): \(values.map(\.typeText).joined(separator: ", ")) was expected, "
      + "got \(others.map(\.typeText).joined(separator: ", "))")
  return zip(values, others).map { ($0, $1) }
}
