// Gradients at once: valueAndGrad(model) { model in … }.

/// A function's value and its gradient by a model's parameters (`Param`).
///
/// What the function changes in the model's other variables is there afterwards, once.
public func valueAndGrad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, State<Model>) {
  try gradient("valueAndGrad", model, f)
}

/// A function's value, auxiliary result and gradient by a model's parameters.
public func valueAndGrad<Model: Module, Scalar: TensorFloat, Aux>(
  _ model: Model, _ f: (Model) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), State<Model>) { try differentiate("valueAndGrad", model, f) }

/// A function's value and its gradient by a tensor or state.
public func valueAndGrad<Value: TransformValue, Scalar: TensorFloat>(
  _ value: Value, _ f: (Value) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, Value) {
  try gradient("valueAndGrad", value, f)
}

/// A function's value, auxiliary result and gradient by a tensor or state.
public func valueAndGrad<Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ value: Value, _ f: (Value) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), Value) { try differentiate("valueAndGrad", value, f) }

/// The gradient of a function by a model's parameters.
public func grad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> State<Model> { try valueAndGrad(model, f).1 }

/// The gradient of a function by a tensor or state.
public func grad<Value: TransformValue, Scalar: TensorFloat>(
  _ value: Value, _ f: (Value) throws -> Tensor<Scalar>
) rethrows -> Value { try valueAndGrad(value, f).1 }
