// Gradients at once: valueAndGrad(model) { model in … }.

/// A function's value and its gradient by a model's parameters (`Param`): reverse mode, by a tape (Griewank and
/// Walther, "Evaluating Derivatives", 2008, chapter 3). Stops unless the value is a scalar, of rank 0.
///
/// What the function changes in the model's other variables is there afterwards, once.
public func valueAndGrad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, State<Model>) {
  try gradient("valueAndGrad", model, nil, f)
}

/// A function's value, auxiliary result and gradient by a model's parameters.
public func valueAndGrad<Model: Module, Scalar: TensorFloat, Aux>(
  _ model: Model, _ f: (Model) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), State<Model>) { try differentiate("valueAndGrad", model, nil, f) }

/// A function's value and its gradient by a tensor or state.
public func valueAndGrad<Value: TransformValue, Scalar: TensorFloat>(
  _ value: Value, _ f: (Value) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, Value) {
  try gradient("valueAndGrad", value, nil, f)
}

/// A function's value, auxiliary result and gradient by a tensor or state.
public func valueAndGrad<Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ value: Value, _ f: (Value) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), Value) { try differentiate("valueAndGrad", value, nil, f) }

/// The gradient of a function by a model's parameters.
public func grad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> State<Model> { try valueAndGrad(model, f).1 }

/// The gradient of a function by a tensor or state.
public func grad<Value: TransformValue, Scalar: TensorFloat>(
  _ value: Value, _ f: (Value) throws -> Tensor<Scalar>
) rethrows -> Value { try valueAndGrad(value, f).1 }

/// A function's value and its gradient by the variables of a model that a filter means.
public func valueAndGrad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, wrt: Filter, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, State<Model>) { try gradient("valueAndGrad", model, wrt, f) }

/// A function's value, auxiliary result and gradient by the variables of a model that a filter means.
public func valueAndGrad<Model: Module, Scalar: TensorFloat, Aux>(
  _ model: Model, wrt: Filter, _ f: (Model) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), State<Model>) { try differentiate("valueAndGrad", model, wrt, f) }

/// The gradient of a function by the variables of a model that a filter means.
public func grad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, wrt: Filter, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> State<Model> { try gradient("grad", model, wrt, f).1 }

/// A function's value and its gradient by a model's variables of one kind.
public func valueAndGrad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, wrt: any VariableType.Type, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, State<Model>) { try gradient("valueAndGrad", model, .of(wrt), f) }

/// A function's value, auxiliary result and gradient by a model's variables of one kind.
public func valueAndGrad<Model: Module, Scalar: TensorFloat, Aux>(
  _ model: Model, wrt: any VariableType.Type, _ f: (Model) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), State<Model>) { try differentiate("valueAndGrad", model, .of(wrt), f) }

/// The gradient of a function by a model's variables of one kind.
public func grad<Model: Module, Scalar: TensorFloat>(
  _ model: Model, wrt: any VariableType.Type, _ f: (Model) throws -> Tensor<Scalar>
) rethrows -> State<Model> { try gradient("grad", model, .of(wrt), f).1 }
