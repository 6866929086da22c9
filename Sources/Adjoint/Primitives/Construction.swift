extension Tensor where Scalar: TensorNumber {
  /// All zeros, in this shape; `[]` for a scalar.
  public static func zeros(_ shape: [Int]) -> Tensor { Tensor(AnyTensor(zeros: shape, Scalar.scalarType)) }

  /// All ones, in this shape; `[]` for a scalar.
  public static func ones(_ shape: [Int]) -> Tensor { Tensor(repeating: 1, shape: shape) }

  /// Each element its index along `axis`, from 0. Stops where there is no such axis.
  public static func iota(_ shape: [Int], axis: Int = 0) -> Tensor {
    let axis = frontAxis(axis, rank: shape.count, in: "iota")
    let stride = rowMajorStrides(shape)[axis]
    return Tensor(shape: shape) { target in
      for index in target.indices { target[index] = Scalar(adopting: Int64(index / stride % shape[axis])) }
    }
  }

  /// A number of another type as a rank-0 tensor of this one.
  init(adopting value: some ScalarOperand) { self.init(value.adopted(as: Scalar.self)) }
}

/// Each element its index along `axis`.
public func iota<Scalar: TensorNumber>(_ shape: [Int], axis: Int = 0) -> Tensor<Scalar> { .iota(shape, axis: axis) }

/// Each element its index along `axis`, in `Int32` where the context asks for no other type.
public func iota(_ shape: [Int], axis: Int = 0) -> Tensor<Int32> { .iota(shape, axis: axis) }
