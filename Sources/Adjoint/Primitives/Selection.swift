/// Each element from `onTrue` where the condition holds, else from `onFalse`; shapes broadcast.
public func select<Scalar>(
  _ condition: Tensor<Bool>, _ onTrue: Tensor<Scalar>, _ onFalse: Tensor<Scalar>
) -> Tensor<Scalar> {
  guard
    let pair = broadcastShape(onTrue.shape, onFalse.shape), let shape = broadcastShape(condition.shape, pair)
  else {
    stop(
      "select: the shapes \(condition.shape), \(onTrue.shape) and \(onFalse.shape) do not broadcast together")
  }
  let condition = condition.broadcast(to: shape)
  let x = onTrue.broadcast(to: shape)
  let y = onFalse.broadcast(to: shape)
  let result = Tensor<Scalar>(shape: shape) { target in
    condition.withUnsafeBufferPointer { flags in
      x.withUnsafeBufferPointer { left in
        y.withUnsafeBufferPointer { right in
          for index in target.indices { target[index] = flags[index] ? left[index] : right[index] }
        }
      }
    }
  }
  return
    result
    .linked(to: x) { g in select(condition, g, Tensor.zeroBits) }
    .linked(to: y) { g in select(condition, Tensor.zeroBits, g) }
}

/// Each element from `onTrue` where the condition holds, else a number.
public func select<Scalar: TensorNumber>(
  _ condition: Tensor<Bool>, _ onTrue: Tensor<Scalar>, _ onFalse: some ScalarOperand
) -> Tensor<Scalar> { select(condition, onTrue, Tensor(adopting: onFalse)) }

/// A number where the condition holds, else each element from `onFalse`.
public func select<Scalar: TensorNumber>(
  _ condition: Tensor<Bool>, _ onTrue: some ScalarOperand, _ onFalse: Tensor<Scalar>
) -> Tensor<Scalar> { select(condition, Tensor(adopting: onTrue), onFalse) }

/// The larger of two elements; shapes broadcast; NaN where one is. Equal elements share the cotangent evenly.
public func maximum<Scalar: TensorNumber>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
  let (x, y) = broadcastTogether(x, y, in: "maximum")
  return x.zipped(y) { $0 > $1 || $0 != $0 ? $0 : $1 }
    .linked(to: x) { share($0, x .> y, x .== y) }
    .linked(to: y) { share($0, y .> x, x .== y) }
}

/// The larger of each element and a number.
public func maximum<Scalar: TensorNumber>(_ x: Tensor<Scalar>, _ y: some ScalarOperand) -> Tensor<Scalar> {
  maximum(x, Tensor(adopting: y))
}

/// The larger of a number and each element.
public func maximum<Scalar: TensorNumber>(_ x: some ScalarOperand, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
  maximum(Tensor(adopting: x), y)
}

/// The smaller of two elements; shapes broadcast; NaN where one is. Equal elements share the cotangent evenly.
public func minimum<Scalar: TensorNumber>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
  let (x, y) = broadcastTogether(x, y, in: "minimum")
  return x.zipped(y) { $0 < $1 || $0 != $0 ? $0 : $1 }
    .linked(to: x) { share($0, x .< y, x .== y) }
    .linked(to: y) { share($0, y .< x, x .== y) }
}

/// The smaller of each element and a number.
public func minimum<Scalar: TensorNumber>(_ x: Tensor<Scalar>, _ y: some ScalarOperand) -> Tensor<Scalar> {
  minimum(x, Tensor(adopting: y))
}

/// The smaller of a number and each element.
public func minimum<Scalar: TensorNumber>(_ x: some ScalarOperand, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
  minimum(Tensor(adopting: x), y)
}

/// The cotangent where this operand won, half of it where both are equal.
private func share<Scalar: TensorNumber>(
  _ g: Tensor<Scalar>, _ wins: Tensor<Bool>, _ ties: Tensor<Bool>
) -> Tensor<Scalar> { select(wins, g, select(ties, g / 2, 0)) }

/// The same value, of which no derivative is taken.
public func stopGradient<Scalar>(_ x: Tensor<Scalar>) -> Tensor<Scalar> { x.untaped }

/// The same state, array or tree, of which no derivative is taken.
public func stopGradient<Value: TransformValue>(_ value: Value) -> Value {
  value.withTransformLeaves(value.transformLeaves.map(\.untaped))
}
