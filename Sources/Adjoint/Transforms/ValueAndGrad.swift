// `valueAndGrad(loss)` as a function of the loss's own arguments: one overload for each number of arguments and each place and
// sort of the one that is differentiated.

/// The value and gradient by a model's parameters.
public func valueAndGrad<Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (Model) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Model) -> (Tensor<Scalar>, State<Model>) {
  { value in gradient("valueAndGrad", value, argnums.filter, besides: []) { f($0) } }
}

/// The value, auxiliary result and gradient by a model's parameters.
public func valueAndGrad<Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Model) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Model) -> ((Tensor<Scalar>, Aux), State<Model>) {
  { value in differentiate("valueAndGrad", value, argnums.filter, besides: []) { f($0) } }
}

/// The value and gradient by a model's parameters, the first of 2 arguments.
public func valueAndGrad<B, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (Model, B) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Model, B) -> (Tensor<Scalar>, State<Model>) {
  { value, b in gradient("valueAndGrad", value, argnums.filter, besides: [b]) { f($0, b) } }
}

/// The value, auxiliary result and gradient by a model's parameters, the first of 2 arguments.
public func valueAndGrad<B, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Model, B) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Model, B) -> ((Tensor<Scalar>, Aux), State<Model>) {
  { value, b in differentiate("valueAndGrad", value, argnums.filter, besides: [b]) { f($0, b) } }
}

/// The value and gradient by a model's parameters, the second of 2 arguments.
public func valueAndGrad<A, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, Model) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Model) -> (Tensor<Scalar>, State<Model>) {
  { a, value in gradient("valueAndGrad", value, argnums.filter, besides: [a]) { f(a, $0) } }
}

/// The value, auxiliary result and gradient by a model's parameters, the second of 2 arguments.
public func valueAndGrad<A, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Model) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Model) -> ((Tensor<Scalar>, Aux), State<Model>) {
  { a, value in differentiate("valueAndGrad", value, argnums.filter, besides: [a]) { f(a, $0) } }
}

/// The value and gradient by a model's parameters, the first of 3 arguments.
public func valueAndGrad<B, C, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (Model, B, C) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Model, B, C) -> (Tensor<Scalar>, State<Model>) {
  { value, b, c in gradient("valueAndGrad", value, argnums.filter, besides: [b, c]) { f($0, b, c) } }
}

/// The value, auxiliary result and gradient by a model's parameters, the first of 3 arguments.
public func valueAndGrad<B, C, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Model, B, C) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Model, B, C) -> ((Tensor<Scalar>, Aux), State<Model>) {
  { value, b, c in differentiate("valueAndGrad", value, argnums.filter, besides: [b, c]) { f($0, b, c) } }
}

/// The value and gradient by a model's parameters, the second of 3 arguments.
public func valueAndGrad<A, C, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, Model, C) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Model, C) -> (Tensor<Scalar>, State<Model>) {
  { a, value, c in gradient("valueAndGrad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) } }
}

/// The value, auxiliary result and gradient by a model's parameters, the second of 3 arguments.
public func valueAndGrad<A, C, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Model, C) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Model, C) -> ((Tensor<Scalar>, Aux), State<Model>) {
  { a, value, c in differentiate("valueAndGrad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) } }
}

/// The value and gradient by a model's parameters, the third of 3 arguments.
public func valueAndGrad<A, B, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, B, Model) -> Tensor<Scalar>, argnums: ThirdArgument
) -> (A, B, Model) -> (Tensor<Scalar>, State<Model>) {
  { a, b, value in gradient("valueAndGrad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) } }
}

/// The value, auxiliary result and gradient by a model's parameters, the third of 3 arguments.
public func valueAndGrad<A, B, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, Model) -> (Tensor<Scalar>, Aux), argnums: ThirdArgument
) -> (A, B, Model) -> ((Tensor<Scalar>, Aux), State<Model>) {
  { a, b, value in differentiate("valueAndGrad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) } }
}

/// The value and gradient by a tensor or state.
public func valueAndGrad<Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (Value) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Value) -> (Tensor<Scalar>, Value) {
  { value in gradient("valueAndGrad", value, argnums.filter, besides: []) { f($0) } }
}

/// The value, auxiliary result and gradient by a tensor or state.
public func valueAndGrad<Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Value) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Value) -> ((Tensor<Scalar>, Aux), Value) {
  { value in differentiate("valueAndGrad", value, argnums.filter, besides: []) { f($0) } }
}

/// The value and gradient by a tensor or state, the first of 2 arguments.
public func valueAndGrad<B, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (Value, B) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Value, B) -> (Tensor<Scalar>, Value) {
  { value, b in gradient("valueAndGrad", value, argnums.filter, besides: [b]) { f($0, b) } }
}

/// The value, auxiliary result and gradient by a tensor or state, the first of 2 arguments.
public func valueAndGrad<B, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Value, B) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Value, B) -> ((Tensor<Scalar>, Aux), Value) {
  { value, b in differentiate("valueAndGrad", value, argnums.filter, besides: [b]) { f($0, b) } }
}

/// The value and gradient by a tensor or state, the second of 2 arguments.
public func valueAndGrad<A, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, Value) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Value) -> (Tensor<Scalar>, Value) {
  { a, value in gradient("valueAndGrad", value, argnums.filter, besides: [a]) { f(a, $0) } }
}

/// The value, auxiliary result and gradient by a tensor or state, the second of 2 arguments.
public func valueAndGrad<A, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Value) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Value) -> ((Tensor<Scalar>, Aux), Value) {
  { a, value in differentiate("valueAndGrad", value, argnums.filter, besides: [a]) { f(a, $0) } }
}

/// The value and gradient by a tensor or state, the first of 3 arguments.
public func valueAndGrad<B, C, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (Value, B, C) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Value, B, C) -> (Tensor<Scalar>, Value) {
  { value, b, c in gradient("valueAndGrad", value, argnums.filter, besides: [b, c]) { f($0, b, c) } }
}

/// The value, auxiliary result and gradient by a tensor or state, the first of 3 arguments.
public func valueAndGrad<B, C, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Value, B, C) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Value, B, C) -> ((Tensor<Scalar>, Aux), Value) {
  { value, b, c in differentiate("valueAndGrad", value, argnums.filter, besides: [b, c]) { f($0, b, c) } }
}

/// The value and gradient by a tensor or state, the second of 3 arguments.
public func valueAndGrad<A, C, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, Value, C) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Value, C) -> (Tensor<Scalar>, Value) {
  { a, value, c in gradient("valueAndGrad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) } }
}

/// The value, auxiliary result and gradient by a tensor or state, the second of 3 arguments.
public func valueAndGrad<A, C, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Value, C) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Value, C) -> ((Tensor<Scalar>, Aux), Value) {
  { a, value, c in differentiate("valueAndGrad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) } }
}

/// The value and gradient by a tensor or state, the third of 3 arguments.
public func valueAndGrad<A, B, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, B, Value) -> Tensor<Scalar>, argnums: ThirdArgument
) -> (A, B, Value) -> (Tensor<Scalar>, Value) {
  { a, b, value in gradient("valueAndGrad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) } }
}

/// The value, auxiliary result and gradient by a tensor or state, the third of 3 arguments.
public func valueAndGrad<A, B, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, Value) -> (Tensor<Scalar>, Aux), argnums: ThirdArgument
) -> (A, B, Value) -> ((Tensor<Scalar>, Aux), Value) {
  { a, b, value in differentiate("valueAndGrad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) } }
}
