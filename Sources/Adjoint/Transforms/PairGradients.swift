// Gradients by two arguments at once: `grad(loss, argnums: (.first, .second))` gives one for each.

/// The value and auxiliary result of a function of two models, and the gradient by the variables of each. A variable that
/// both have belongs to the first: its gradient sums what it does in both.
func pairDifferentiate<A: Module, B: Module, Scalar: TensorFloat, Aux>(
  _ operation: String, _ a: A, _ aFilter: Filter?, _ b: B, _ bFilter: Filter?, besides others: [Any] = [],
  _ f: () -> (Tensor<Scalar>, Aux)
) -> ((Tensor<Scalar>, Aux), (State<A>, State<B>)) {
  var watchedA: WatchedModel<A>?
  var watchedB: WatchedModel<B>?
  let (loss, aux, gradients) = differentiate(
    operation,
    watching: {
      let first = WatchedModel(a, $0, aFilter, besides: others, in: operation)
      let second = WatchedModel(b, $0, bFilter, after: first.variables, besides: others, in: operation)
      (watchedA, watchedB) = (first, second)
      return first.leaves + second.leaves
    }, f,
    restoring: {
      watchedB!.restore($0)
      watchedA!.restore($0)
    })
  let count = watchedA!.leaves.count
  return (
    (loss, aux), (watchedA!.state(of: Array(gradients[..<count])), watchedB!.state(of: Array(gradients[count...])))
  )
}

/// The value and auxiliary result of a function of a model and a value, and the gradient by each.
func pairDifferentiate<A: Module, B: TransformValue, Scalar: TensorFloat, Aux>(
  _ operation: String, _ a: A, _ aFilter: Filter?, _ b: B, _ bFilter: Filter?, besides others: [Any] = [],
  _ f: (B) -> (Tensor<Scalar>, Aux)
) -> ((Tensor<Scalar>, Aux), (State<A>, B)) {
  let chosen = ChosenLeaves(of: b, bFilter, in: operation)
  var watched: WatchedModel<A>?
  var input = b
  let (loss, aux, gradients) = differentiate(
    operation,
    watching: {
      let first = WatchedModel(a, $0, aFilter, besides: others, in: operation)
      let (second, leaves) = chosen.part.leaves(of: $0, in: operation)
      watched = first
      input = chosen.whole(second)
      return first.leaves + leaves
    },
    { f(input) }, restoring: { watched!.restore($0) })
  let count = watched!.leaves.count
  return (
    (loss, aux),
    (watched!.state(of: Array(gradients[..<count])), chosen.part.withTransformLeaves(Array(gradients[count...])))
  )
}

/// The value and auxiliary result of a function of two values, and the gradient by each.
func pairDifferentiate<A: TransformValue, B: TransformValue, Scalar: TensorFloat, Aux>(
  _ operation: String, _ a: A, _ aFilter: Filter?, _ b: B, _ bFilter: Filter?, besides others: [Any] = [],
  _ f: (A, B) -> (Tensor<Scalar>, Aux)
) -> ((Tensor<Scalar>, Aux), (A, B)) {
  let chosenA = ChosenLeaves(of: a, aFilter, in: operation)
  let chosenB = ChosenLeaves(of: b, bFilter, in: operation)
  var inputs = (a, b)
  let (loss, aux, gradients) = differentiate(
    operation,
    watching: {
      let (first, firstLeaves) = chosenA.part.leaves(of: $0, in: operation)
      let (second, secondLeaves) = chosenB.part.leaves(of: $0, in: operation)
      inputs = (chosenA.whole(first), chosenB.whole(second))
      return firstLeaves + secondLeaves
    },
    { f(inputs.0, inputs.1) }, restoring: { _ in })
  let count = chosenA.part.transformLeaves.count
  return (
    (loss, aux),
    (
      chosenA.part.withTransformLeaves(Array(gradients[..<count])),
      chosenB.part.withTransformLeaves(Array(gradients[count...]))
    )
  )
}

/// The value of a function of two models, and the gradient by the variables of each.
func pairGradient<A: Module, B: Module, Scalar: TensorFloat>(
  _ operation: String, _ a: A, _ aFilter: Filter?, _ b: B, _ bFilter: Filter?, besides others: [Any] = [],
  _ f: () -> Tensor<Scalar>
) -> (Tensor<Scalar>, (State<A>, State<B>)) {
  let (value, gradients) = pairDifferentiate(operation, a, aFilter, b, bFilter, besides: others) { (f(), ()) }
  return (value.0, gradients)
}

/// The value of a function of a model and a value, and the gradient by each.
func pairGradient<A: Module, B: TransformValue, Scalar: TensorFloat>(
  _ operation: String, _ a: A, _ aFilter: Filter?, _ b: B, _ bFilter: Filter?, besides others: [Any] = [],
  _ f: (B) -> Tensor<Scalar>
) -> (Tensor<Scalar>, (State<A>, B)) {
  let (value, gradients) = pairDifferentiate(operation, a, aFilter, b, bFilter, besides: others) { (f($0), ()) }
  return (value.0, gradients)
}

/// The value of a function of two values, and the gradient by each.
func pairGradient<A: TransformValue, B: TransformValue, Scalar: TensorFloat>(
  _ operation: String, _ a: A, _ aFilter: Filter?, _ b: B, _ bFilter: Filter?, besides others: [Any] = [],
  _ f: (A, B) -> Tensor<Scalar>
) -> (Tensor<Scalar>, (A, B)) {
  let (value, gradients) = pairDifferentiate(operation, a, aFilter, b, bFilter, besides: others) { (f($0, $1), ()) }
  return (value.0, gradients)
}

/// The gradients by two models, the first and second of 2 arguments.
public func grad<A: Module, B: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, B) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> (State<A>, State<B>) {
  { a, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { f(a, b) }.1
  }
}

/// The gradients by two models, the first and second of 3 arguments.
public func grad<A: Module, B: Module, C, Scalar: TensorFloat>(
  _ f: @escaping (A, B, C) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> (State<A>, State<B>) {
  { a, b, c in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(a, b, c) }.1
  }
}

/// The gradients by two models, the first and third of 3 arguments.
public func grad<A: Module, B: Module, C, Scalar: TensorFloat>(
  _ f: @escaping (A, C, B) -> Tensor<Scalar>, argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> (State<A>, State<B>) {
  { a, c, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(a, c, b) }.1
  }
}

/// The gradients by two models, the second and third of 3 arguments.
public func grad<A: Module, B: Module, C, Scalar: TensorFloat>(
  _ f: @escaping (C, A, B) -> Tensor<Scalar>, argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> (State<A>, State<B>) {
  { c, a, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(c, a, b) }.1
  }
}

/// The gradients by a model and a tensor or state, the first and second of 2 arguments.
public func grad<A: Module, B: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, B) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> (State<A>, B) {
  { a, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { b in f(a, b) }.1
  }
}

/// The gradients by a model and a tensor or state, the first and second of 3 arguments.
public func grad<A: Module, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, B, C) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> (State<A>, B) {
  { a, b, c in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(a, b, c) }.1
  }
}

/// The gradients by a model and a tensor or state, the first and third of 3 arguments.
public func grad<A: Module, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, C, B) -> Tensor<Scalar>, argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> (State<A>, B) {
  { a, c, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(a, c, b) }.1
  }
}

/// The gradients by a model and a tensor or state, the second and third of 3 arguments.
public func grad<A: Module, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (C, A, B) -> Tensor<Scalar>, argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> (State<A>, B) {
  { c, a, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(c, a, b) }.1
  }
}

/// The gradients by two tensors or states, the first and second of 2 arguments.
public func grad<A: TransformValue, B: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, B) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> (A, B) {
  { a, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { a, b in f(a, b) }.1
  }
}

/// The gradients by two tensors or states, the first and second of 3 arguments.
public func grad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, B, C) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> (A, B) {
  { a, b, c in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(a, b, c) }.1
  }
}

/// The gradients by two tensors or states, the first and third of 3 arguments.
public func grad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, C, B) -> Tensor<Scalar>, argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> (A, B) {
  { a, c, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(a, c, b) }.1
  }
}

/// The gradients by two tensors or states, the second and third of 3 arguments.
public func grad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (C, A, B) -> Tensor<Scalar>, argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> (A, B) {
  { c, a, b in
    pairGradient("grad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(c, a, b) }.1
  }
}

/// The value and the gradients by two models, the first and second of 2 arguments.
public func valueAndGrad<A: Module, B: Module, Scalar: TensorFloat>(
  _ f: @escaping (A, B) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> (Tensor<Scalar>, (State<A>, State<B>)) {
  { a, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { f(a, b) }
  }
}

/// The value and the gradients by two models, the first and second of 3 arguments.
public func valueAndGrad<A: Module, B: Module, C, Scalar: TensorFloat>(
  _ f: @escaping (A, B, C) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> (Tensor<Scalar>, (State<A>, State<B>)) {
  { a, b, c in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(a, b, c) }
  }
}

/// The value and the gradients by two models, the first and third of 3 arguments.
public func valueAndGrad<A: Module, B: Module, C, Scalar: TensorFloat>(
  _ f: @escaping (A, C, B) -> Tensor<Scalar>, argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> (Tensor<Scalar>, (State<A>, State<B>)) {
  { a, c, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(a, c, b) }
  }
}

/// The value and the gradients by two models, the second and third of 3 arguments.
public func valueAndGrad<A: Module, B: Module, C, Scalar: TensorFloat>(
  _ f: @escaping (C, A, B) -> Tensor<Scalar>, argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> (Tensor<Scalar>, (State<A>, State<B>)) {
  { c, a, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { f(c, a, b) }
  }
}

/// The value and the gradients by a model and a tensor or state, the first and second of 2 arguments.
public func valueAndGrad<A: Module, B: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, B) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> (Tensor<Scalar>, (State<A>, B)) {
  { a, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { b in f(a, b) }
  }
}

/// The value and the gradients by a model and a tensor or state, the first and second of 3 arguments.
public func valueAndGrad<A: Module, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, B, C) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> (Tensor<Scalar>, (State<A>, B)) {
  { a, b, c in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(a, b, c) }
  }
}

/// The value and the gradients by a model and a tensor or state, the first and third of 3 arguments.
public func valueAndGrad<A: Module, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, C, B) -> Tensor<Scalar>, argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> (Tensor<Scalar>, (State<A>, B)) {
  { a, c, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(a, c, b) }
  }
}

/// The value and the gradients by a model and a tensor or state, the second and third of 3 arguments.
public func valueAndGrad<A: Module, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (C, A, B) -> Tensor<Scalar>, argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> (Tensor<Scalar>, (State<A>, B)) {
  { c, a, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { b in f(c, a, b) }
  }
}

/// The value and the gradients by two tensors or states, the first and second of 2 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, Scalar: TensorFloat>(
  _ f: @escaping (A, B) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B) -> (Tensor<Scalar>, (A, B)) {
  { a, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: []) { a, b in f(a, b) }
  }
}

/// The value and the gradients by two tensors or states, the first and second of 3 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, B, C) -> Tensor<Scalar>, argnums: (FirstArgument, SecondArgument)
) -> (A, B, C) -> (Tensor<Scalar>, (A, B)) {
  { a, b, c in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(a, b, c) }
  }
}

/// The value and the gradients by two tensors or states, the first and third of 3 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (A, C, B) -> Tensor<Scalar>, argnums: (FirstArgument, ThirdArgument)
) -> (A, C, B) -> (Tensor<Scalar>, (A, B)) {
  { a, c, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(a, c, b) }
  }
}

/// The value and the gradients by two tensors or states, the second and third of 3 arguments.
public func valueAndGrad<A: TransformValue, B: TransformValue, C, Scalar: TensorFloat>(
  _ f: @escaping (C, A, B) -> Tensor<Scalar>, argnums: (SecondArgument, ThirdArgument)
) -> (C, A, B) -> (Tensor<Scalar>, (A, B)) {
  { c, a, b in
    pairGradient("valueAndGrad", a, argnums.0.filter, b, argnums.1.filter, besides: [c]) { a, b in f(c, a, b) }
  }
}
