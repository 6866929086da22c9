// Gradients by a part of a state: valueAndGrad(state, wrt: Param.self) { state in … }. The result holds that part.

/// A function's value and its gradient by the leaves of a state that a filter means.
public func valueAndGrad<Model: Module, Scalar: TensorFloat>(
  _ state: State<Model>, wrt: Filter, _ f: (State<Model>) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, State<Model>) { try gradient("valueAndGrad", state, wrt, f) }

/// A function's value, auxiliary result and gradient by the leaves of a state that a filter means.
public func valueAndGrad<Model: Module, Scalar: TensorFloat, Aux>(
  _ state: State<Model>, wrt: Filter, _ f: (State<Model>) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), State<Model>) { try differentiate("valueAndGrad", state, wrt, f) }

/// The gradient of a function by the leaves of a state that a filter means.
public func grad<Model: Module, Scalar: TensorFloat>(
  _ state: State<Model>, wrt: Filter, _ f: (State<Model>) throws -> Tensor<Scalar>
) rethrows -> State<Model> { try gradient("grad", state, wrt, f).1 }

/// A function's value and its gradient by the leaves of a state of one kind.
public func valueAndGrad<Model: Module, Scalar: TensorFloat>(
  _ state: State<Model>, wrt: any VariableType.Type, _ f: (State<Model>) throws -> Tensor<Scalar>
) rethrows -> (Tensor<Scalar>, State<Model>) { try gradient("valueAndGrad", state, .of(wrt), f) }

/// A function's value, auxiliary result and gradient by the leaves of a state of one kind.
public func valueAndGrad<Model: Module, Scalar: TensorFloat, Aux>(
  _ state: State<Model>, wrt: any VariableType.Type, _ f: (State<Model>) throws -> (Tensor<Scalar>, Aux)
) rethrows -> ((Tensor<Scalar>, Aux), State<Model>) { try differentiate("valueAndGrad", state, .of(wrt), f) }

/// The gradient of a function by the leaves of a state of one kind.
public func grad<Model: Module, Scalar: TensorFloat>(
  _ state: State<Model>, wrt: any VariableType.Type, _ f: (State<Model>) throws -> Tensor<Scalar>
) rethrows -> State<Model> { try gradient("grad", state, .of(wrt), f).1 }
