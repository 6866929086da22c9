// `grad(loss)` as a function of the loss's own arguments: one overload for each number of arguments and each place and
// sort of the one that is differentiated.

/// The gradient by a model's parameters.
public func grad<Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (Model) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Model) -> State<Model> {
  { value in gradient("grad", value, argnums.filter, besides: []) { f($0) }.1 }
}

/// The gradient by a model's parameters, and the auxiliary result.
public func grad<Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Model) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Model) -> (State<Model>, Aux) {
  { value in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: []) { f($0) }
    return (gradient, value.1)
  }
}

/// The gradient by a model's parameters, the first of 2 arguments.
public func grad<B, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (Model, B) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Model, B) -> State<Model> {
  { value, b in gradient("grad", value, argnums.filter, besides: [b]) { f($0, b) }.1 }
}

/// The gradient by a model's parameters, the first of 2 arguments, and the auxiliary result.
public func grad<B, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Model, B) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Model, B) -> (State<Model>, Aux) {
  { value, b in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [b]) { f($0, b) }
    return (gradient, value.1)
  }
}

/// The gradient by a model's parameters, the second of 2 arguments.
public func grad<A, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, Model) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Model) -> State<Model> {
  { a, value in gradient("grad", value, argnums.filter, besides: [a]) { f(a, $0) }.1 }
}

/// The gradient by a model's parameters, the second of 2 arguments, and the auxiliary result.
public func grad<A, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Model) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Model) -> (State<Model>, Aux) {
  { a, value in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [a]) { f(a, $0) }
    return (gradient, value.1)
  }
}

/// The gradient by a model's parameters, the first of 3 arguments.
public func grad<B, C, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (Model, B, C) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Model, B, C) -> State<Model> {
  { value, b, c in gradient("grad", value, argnums.filter, besides: [b, c]) { f($0, b, c) }.1 }
}

/// The gradient by a model's parameters, the first of 3 arguments, and the auxiliary result.
public func grad<B, C, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Model, B, C) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Model, B, C) -> (State<Model>, Aux) {
  { value, b, c in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [b, c]) { f($0, b, c) }
    return (gradient, value.1)
  }
}

/// The gradient by a model's parameters, the second of 3 arguments.
public func grad<A, C, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, Model, C) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Model, C) -> State<Model> {
  { a, value, c in gradient("grad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) }.1 }
}

/// The gradient by a model's parameters, the second of 3 arguments, and the auxiliary result.
public func grad<A, C, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Model, C) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Model, C) -> (State<Model>, Aux) {
  { a, value, c in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) }
    return (gradient, value.1)
  }
}

/// The gradient by a model's parameters, the third of 3 arguments.
public func grad<A, B, Model: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, B, Model) -> Tensor<Scalar>, argnums: ThirdArgument
) -> (A, B, Model) -> State<Model> {
  { a, b, value in gradient("grad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) }.1 }
}

/// The gradient by a model's parameters, the third of 3 arguments, and the auxiliary result.
public func grad<A, B, Model: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, Model) -> (Tensor<Scalar>, Aux), argnums: ThirdArgument
) -> (A, B, Model) -> (State<Model>, Aux) {
  { a, b, value in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) }
    return (gradient, value.1)
  }
}

/// The gradient by a tensor or state.
public func grad<Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (Value) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Value) -> Value {
  { value in gradient("grad", value, argnums.filter, besides: []) { f($0) }.1 }
}

/// The gradient by a tensor or state, and the auxiliary result.
public func grad<Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Value) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Value) -> (Value, Aux) {
  { value in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: []) { f($0) }
    return (gradient, value.1)
  }
}

/// The gradient by a tensor or state, the first of 2 arguments.
public func grad<B, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (Value, B) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Value, B) -> Value {
  { value, b in gradient("grad", value, argnums.filter, besides: [b]) { f($0, b) }.1 }
}

/// The gradient by a tensor or state, the first of 2 arguments, and the auxiliary result.
public func grad<B, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Value, B) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Value, B) -> (Value, Aux) {
  { value, b in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [b]) { f($0, b) }
    return (gradient, value.1)
  }
}

/// The gradient by a tensor or state, the second of 2 arguments.
public func grad<A, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, Value) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Value) -> Value {
  { a, value in gradient("grad", value, argnums.filter, besides: [a]) { f(a, $0) }.1 }
}

/// The gradient by a tensor or state, the second of 2 arguments, and the auxiliary result.
public func grad<A, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Value) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Value) -> (Value, Aux) {
  { a, value in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [a]) { f(a, $0) }
    return (gradient, value.1)
  }
}

/// The gradient by a tensor or state, the first of 3 arguments.
public func grad<B, C, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (Value, B, C) -> Tensor<Scalar>, argnums: FirstArgument = .first
) -> (Value, B, C) -> Value {
  { value, b, c in gradient("grad", value, argnums.filter, besides: [b, c]) { f($0, b, c) }.1 }
}

/// The gradient by a tensor or state, the first of 3 arguments, and the auxiliary result.
public func grad<B, C, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (Value, B, C) -> (Tensor<Scalar>, Aux), argnums: FirstArgument = .first
) -> (Value, B, C) -> (Value, Aux) {
  { value, b, c in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [b, c]) { f($0, b, c) }
    return (gradient, value.1)
  }
}

/// The gradient by a tensor or state, the second of 3 arguments.
public func grad<A, C, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, Value, C) -> Tensor<Scalar>, argnums: SecondArgument
) -> (A, Value, C) -> Value {
  { a, value, c in gradient("grad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) }.1 }
}

/// The gradient by a tensor or state, the second of 3 arguments, and the auxiliary result.
public func grad<A, C, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, Value, C) -> (Tensor<Scalar>, Aux), argnums: SecondArgument
) -> (A, Value, C) -> (Value, Aux) {
  { a, value, c in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [a, c]) { f(a, $0, c) }
    return (gradient, value.1)
  }
}

/// The gradient by a tensor or state, the third of 3 arguments.
public func grad<A, B, Value: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, B, Value) -> Tensor<Scalar>, argnums: ThirdArgument
) -> (A, B, Value) -> Value {
  { a, b, value in gradient("grad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) }.1 }
}

/// The gradient by a tensor or state, the third of 3 arguments, and the auxiliary result.
public func grad<A, B, Value: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, Value) -> (Tensor<Scalar>, Aux), argnums: ThirdArgument
) -> (A, B, Value) -> (Value, Aux) {
  { a, b, value in
    let (value, gradient) = differentiate("grad", value, argnums.filter, besides: [a, b]) { f(a, b, $0) }
    return (gradient, value.1)
  }
}
