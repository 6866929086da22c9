// Gradients by two arguments at once of functions that return a further result beside the value.

/// The auxiliary result and the gradients by two models, the first and second of 2 arguments.
public func grad<A: Module, B: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> ((State<A>, State<B>), Aux) {
  { a, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: []) {
      f(a, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by two models, the first and second of 3 arguments.
public func grad<A: Module, B: Module, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, C) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> ((State<A>, State<B>), Aux) {
  { a, b, c in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) {
      f(a, b, c)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by two models, the first and third of 3 arguments.
public func grad<A: Module, B: Module, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, C, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> ((State<A>, State<B>), Aux) {
  { a, c, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) {
      f(a, c, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by two models, the second and third of 3 arguments.
public func grad<A: Module, B: Module, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (C, A, B) -> (Tensor<Scalar>, Aux), argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> ((State<A>, State<B>), Aux) {
  { c, a, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) {
      f(c, a, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by a model and a tensor or state, the first and second of 2 arguments.
public func grad<A: Module, B: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> ((State<A>, B), Aux) {
  { a, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { b in
      f(a, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by a model and a tensor or state, the first and second of 3 arguments.
public func grad<A: Module, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, C) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> ((State<A>, B), Aux) {
  { a, b, c in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in
      f(a, b, c)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by a model and a tensor or state, the first and third of 3 arguments.
public func grad<A: Module, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, C, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> ((State<A>, B), Aux) {
  { a, c, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in
      f(a, c, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by a model and a tensor or state, the second and third of 3 arguments.
public func grad<A: Module, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (C, A, B) -> (Tensor<Scalar>, Aux), argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> ((State<A>, B), Aux) {
  { c, a, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in
      f(c, a, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by two tensors or states, the first and second of 2 arguments.
public func grad<A: TransformValue, B: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> ((A, B), Aux) {
  { a, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { a, b in
      f(a, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by two tensors or states, the first and second of 3 arguments.
public func grad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, C) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> ((A, B), Aux) {
  { a, b, c in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in
      f(a, b, c)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by two tensors or states, the first and third of 3 arguments.
public func grad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, C, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> ((A, B), Aux) {
  { a, c, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in
      f(a, c, b)
    }
    return (gradients, value.1)
  }
}

/// The auxiliary result and the gradients by two tensors or states, the second and third of 3 arguments.
public func grad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (C, A, B) -> (Tensor<Scalar>, Aux), argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> ((A, B), Aux) {
  { c, a, b in
    let (value, gradients) = pairDifferentiate("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in
      f(c, a, b)
    }
    return (gradients, value.1)
  }
}

/// The value, the auxiliary result and the gradients by two models, the first and second of 2 arguments.
public func valueAndGrad<A: Module, B: Module, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> ((Tensor<Scalar>, Aux), (State<A>, State<B>)) {
  { a, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { f(a, b) }
  }
}

/// The value, the auxiliary result and the gradients by two models, the first and second of 3 arguments.
public func valueAndGrad<A: Module, B: Module, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, C) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> ((Tensor<Scalar>, Aux), (State<A>, State<B>)) {
  { a, b, c in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(a, b, c) }
  }
}

/// The value, the auxiliary result and the gradients by two models, the first and third of 3 arguments.
public func valueAndGrad<A: Module, B: Module, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, C, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> ((Tensor<Scalar>, Aux), (State<A>, State<B>)) {
  { a, c, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(a, c, b) }
  }
}

/// The value, the auxiliary result and the gradients by two models, the second and third of 3 arguments.
public func valueAndGrad<A: Module, B: Module, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (C, A, B) -> (Tensor<Scalar>, Aux), argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> ((Tensor<Scalar>, Aux), (State<A>, State<B>)) {
  { c, a, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(c, a, b) }
  }
}

/// The value, the auxiliary result and the gradients by a model and a tensor or state, the first and second of 2 arguments.
public func valueAndGrad<A: Module, B: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> ((Tensor<Scalar>, Aux), (State<A>, B)) {
  { a, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { b in f(a, b) }
  }
}

/// The value, the auxiliary result and the gradients by a model and a tensor or state, the first and second of 3 arguments.
public func valueAndGrad<A: Module, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, C) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> ((Tensor<Scalar>, Aux), (State<A>, B)) {
  { a, b, c in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(a, b, c) }
  }
}

/// The value, the auxiliary result and the gradients by a model and a tensor or state, the first and third of 3 arguments.
public func valueAndGrad<A: Module, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, C, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> ((Tensor<Scalar>, Aux), (State<A>, B)) {
  { a, c, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(a, c, b) }
  }
}

/// The value, the auxiliary result and the gradients by a model and a tensor or state, the second and third of 3 arguments.
public func valueAndGrad<A: Module, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (C, A, B) -> (Tensor<Scalar>, Aux), argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> ((Tensor<Scalar>, Aux), (State<A>, B)) {
  { c, a, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(c, a, b) }
  }
}

/// The value, the auxiliary result and the gradients by two tensors or states, the first and second of 2 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> ((Tensor<Scalar>, Aux), (A, B)) {
  { a, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { a, b in f(a, b) }
  }
}

/// The value, the auxiliary result and the gradients by two tensors or states, the first and second of 3 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, B, C) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> ((Tensor<Scalar>, Aux), (A, B)) {
  { a, b, c in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(a, b, c) }
  }
}

/// The value, the auxiliary result and the gradients by two tensors or states, the first and third of 3 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (A, C, B) -> (Tensor<Scalar>, Aux), argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> ((Tensor<Scalar>, Aux), (A, B)) {
  { a, c, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(a, c, b) }
  }
}

/// The value, the auxiliary result and the gradients by two tensors or states, the second and third of 3 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat, Aux>(
  _ f: @escaping (C, A, B) -> (Tensor<Scalar>, Aux), argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> ((Tensor<Scalar>, Aux), (A, B)) {
  { c, a, b in
    pairDifferentiate("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(c, a, b) }
  }
}
