/// What every gradient comes down to: runs `body` on watched inputs and pulls 1 back from its scalar result.
func differentiate<Scalar: TensorFloat, Aux>(
  _ operation: String, watching prepare: (Transformation) -> [AnyTensor],
  _ body: () throws -> (Tensor<Scalar>, Aux), restoring restore: (Transformation) -> Void
) rethrows -> (Tensor<Scalar>, Aux, [AnyTensor]) {
  let transformation = Transformation()
  defer { transformation.end() }
  let leaves = prepare(transformation)
  defer { restore(transformation) }
  let (loss, aux) = try transformation.run(body)
  require(
    loss.rank == 0,
    "\(operation): a gradient is defined for functions with a scalar result, this one has shape \(loss.shape); "
      + "take its mean() or sum()")
  let gradients = transformation.pullBack(
    [(loss.erased, Tensor<Scalar>(1).erased)], to: leaves, isRecorded: !transformation.isOutermost)
  let constant = Tensor<Scalar>(transformation.leaving(loss.erased))
  let outside = (aux as? any TransformValue).map { $0.leaving(transformation) as! Aux } ?? aux
  return (constant, outside, gradients.map(transformation.leaving))
}

/// `f`'s value, auxiliary result and gradient by a model's parameters, or by the variables that a filter means.
///
/// `others` are the function's further arguments.
func differentiate<Model: Module, Scalar: TensorFloat, Aux>(
  _ operation: String, _ model: Model, _ filter: Filter? = nil, besides others: [Any] = [],
  _ f: (Model) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), State<Model>) {
  var watched: WatchedModel<Model>?
  let (loss, aux, gradients) = try differentiate(
    operation,
    watching: {
      let model = WatchedModel(model, $0, filter, besides: others, in: operation)
      watched = model
      return model.leaves
    },
    { try f(model) }, restoring: { watched!.restore($0) })
  return ((loss, aux), watched!.state(of: gradients))
}

/// `f`'s value, auxiliary result and gradient by a value's tensors.
func differentiate<Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ operation: String, _ value: Value, _ filter: Filter? = nil, besides others: [Any] = [],
  _ f: (Value) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), Value) {
  let chosen = ChosenLeaves(of: value, filter, in: operation)
  var input = value
  let (loss, aux, gradients) = try differentiate(
    operation,
    watching: {
      let (watched, leaves) = chosen.part.leaves(of: $0, in: operation)
      input = chosen.whole(watched)
      return leaves
    },
    { try f(input) }, restoring: { _ in })
  return ((loss, aux), chosen.part.withTransformLeaves(gradients))
}

/// `f`'s value and gradient by a model's parameters.
func gradient<Model: Module, Scalar: TensorFloat>(
  _ operation: String, _ model: Model, _ filter: Filter? = nil, besides others: [Any] = [],
  _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, State<Model>) {
  let (value, gradient) = try differentiate(operation, model, filter, besides: others) { (try f($0), ()) }
  return (value.0, gradient)
}

/// `f`'s value and gradient by a value's tensors.
func gradient<Value: TransformValue, Scalar: TensorFloat>(
  _ operation: String, _ value: Value, _ filter: Filter? = nil, besides others: [Any] = [],
  _ f: (Value) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, Value) {
  let (result, gradient) = try differentiate(operation, value, filter) { (try f($0), ()) }
  return (result.0, gradient)
}
