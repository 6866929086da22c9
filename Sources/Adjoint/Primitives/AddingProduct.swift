import CAdjoint

// Multiply and add with one rounding, by the name that Swift's floating-point numbers have for it.

extension Tensor where Scalar: TensorFloat {
  /// This tensor plus the product of two others, element by element, rounded once; shapes broadcast. On x86-64
  /// processors without AVX2 the product is rounded too, as in products of matrices.
  public func addingProduct(_ left: Tensor, _ right: Tensor) -> Tensor {
    guard let pair = broadcastShape(left.shape, right.shape), let shape = broadcastShape(self.shape, pair) else {
      stop(
        "addingProduct: the shapes \(self.shape), \(left.shape) and \(right.shape) do not broadcast together")
    }
    let x = left.broadcast(to: shape)
    let y = right.broadcast(to: shape)
    let z = broadcast(to: shape)
    return ScalarMaths.fma(x, y, z).linked(to: x) { $0 * y }.linked(to: y) { $0 * x }.linked(to: z) { $0 }
  }

  /// This tensor plus the product of a tensor and a number, rounded once.
  public func addingProduct(_ left: Tensor, _ right: some ScalarOperand) -> Tensor {
    addingProduct(left, Tensor(adopting: right))
  }

  /// This tensor plus the product of a number and a tensor, rounded once.
  public func addingProduct(_ left: some ScalarOperand, _ right: Tensor) -> Tensor {
    addingProduct(Tensor(adopting: left), right)
  }

  /// This tensor plus the product of two numbers in its type, rounded once.
  public func addingProduct(_ left: some ScalarOperand, _ right: some ScalarOperand) -> Tensor {
    addingProduct(Tensor(adopting: left), Tensor(adopting: right))
  }
}

extension ScalarMaths {
  /// x · y + z of tensors of one shape, not recorded.
  fileprivate static func fma<Scalar: TensorFloat>(
    _ x: Tensor<Scalar>, _ y: Tensor<Scalar>, _ z: Tensor<Scalar>
  ) -> Tensor<Scalar> {
    Tensor(shape: x.shape) { target in
      x.withUnsafeBufferPointer { left in
        y.withUnsafeBufferPointer { right in
          z.withUnsafeBufferPointer { sum in
            guard let l = left.baseAddress, let r = right.baseAddress, let s = sum.baseAddress,
              let to = target.baseAddress
            else { return }
            let (a, b, c) = (UnsafeRawPointer(l), UnsafeRawPointer(r), UnsafeRawPointer(s))
            let result = UnsafeMutableRawPointer(to)
            if Scalar.scalarType == .f32 {
              adjoint_map_fma_f32(
                a.assumingMemoryBound(to: Float.self), b.assumingMemoryBound(to: Float.self),
                c.assumingMemoryBound(to: Float.self), result.assumingMemoryBound(to: Float.self), left.count)
            } else {
              adjoint_map_fma_f64(
                a.assumingMemoryBound(to: Double.self), b.assumingMemoryBound(to: Double.self),
                c.assumingMemoryBound(to: Double.self), result.assumingMemoryBound(to: Double.self), left.count)
            }
          }
        }
      }
    }
  }
}
