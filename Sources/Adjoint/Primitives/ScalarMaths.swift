import CAdjoint

/// The functions that have no operator of the machine: computed by the C functions that generated kernels use, so that
/// eager and compiled code agree to the last bit.
enum ScalarMaths {
  enum Function { case exp, expm1, log, log1p, sqrt, rsqrt, tanh, logistic, erf, erfInv, sin, cos }

  /// The function of every element.
  static func map<Scalar: TensorFloat>(_ function: Function, _ x: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(shape: x.shape) { target in
      x.withUnsafeBufferPointer { source in
        guard let from = source.baseAddress, let to = target.baseAddress else { return }
        if Scalar.scalarType == .f32 {
          floatMap(function)(
            UnsafeRawPointer(from).assumingMemoryBound(to: Float.self),
            UnsafeMutableRawPointer(to).assumingMemoryBound(to: Float.self), source.count)
        } else {
          doubleMap(function)(
            UnsafeRawPointer(from).assumingMemoryBound(to: Double.self),
            UnsafeMutableRawPointer(to).assumingMemoryBound(to: Double.self), source.count)
        }
      }
    }
  }

  /// x to the power y, of tensors of one shape.
  static func power<Scalar: TensorFloat>(_ x: Tensor<Scalar>, _ y: Tensor<Scalar>) -> Tensor<Scalar> {
    Tensor(shape: x.shape) { target in
      x.withUnsafeBufferPointer { left in
        y.withUnsafeBufferPointer { right in
          guard let l = left.baseAddress, let r = right.baseAddress, let to = target.baseAddress else { return }
          let (base, exponent, result) = (UnsafeRawPointer(l), UnsafeRawPointer(r), UnsafeMutableRawPointer(to))
          if Scalar.scalarType == .f32 {
            adjoint_map_pow_f32(
              base.assumingMemoryBound(to: Float.self), exponent.assumingMemoryBound(to: Float.self),
              result.assumingMemoryBound(to: Float.self), left.count)
          } else {
            adjoint_map_pow_f64(
              base.assumingMemoryBound(to: Double.self), exponent.assumingMemoryBound(to: Double.self),
              result.assumingMemoryBound(to: Double.self), left.count)
          }
        }
      }
    }
  }

  /// The Threefry block function of tensors of one shape.
  static func threefry(
    _ key0: Tensor<UInt32>, _ key1: Tensor<UInt32>, _ counter0: Tensor<UInt32>, _ counter1: Tensor<UInt32>
  ) -> (Tensor<UInt32>, Tensor<UInt32>) {
    var second = Tensor<UInt32>.zeros(key0.shape)
    let first = Tensor<UInt32>(shape: key0.shape) { first in
      second.withUnsafeMutableBufferPointer { second in
        key0.withUnsafeBufferPointer { k0 in
          key1.withUnsafeBufferPointer { k1 in
            counter0.withUnsafeBufferPointer { c0 in
              counter1.withUnsafeBufferPointer { c1 in
                adjoint_map_threefry2x32(
                  k0.baseAddress, k1.baseAddress, c0.baseAddress, c1.baseAddress, first.baseAddress,
                  second.baseAddress, first.count)
              }
            }
          }
        }
      }
    }
    return (first, Tensor(second.erased.reshaped(key0.shape)))
  }

  private typealias FloatMap = (UnsafePointer<Float>, UnsafeMutablePointer<Float>, Int) -> Void
  private typealias DoubleMap = (UnsafePointer<Double>, UnsafeMutablePointer<Double>, Int) -> Void

  private static func floatMap(_ function: Function) -> FloatMap {
    switch function {
    case .exp: { adjoint_map_exp_f32($0, $1, $2) }
    case .expm1: { adjoint_map_expm1_f32($0, $1, $2) }
    case .log: { adjoint_map_log_f32($0, $1, $2) }
    case .log1p: { adjoint_map_log1p_f32($0, $1, $2) }
    case .sqrt: { adjoint_map_sqrt_f32($0, $1, $2) }
    case .rsqrt: { adjoint_map_rsqrt_f32($0, $1, $2) }
    case .tanh: { adjoint_map_tanh_f32($0, $1, $2) }
    case .logistic: { adjoint_map_logistic_f32($0, $1, $2) }
    case .erf: { adjoint_map_erf_f32($0, $1, $2) }
    case .erfInv: { adjoint_map_erfInv_f32($0, $1, $2) }
    case .sin: { adjoint_map_sin_f32($0, $1, $2) }
    case .cos: { adjoint_map_cos_f32($0, $1, $2) }
    }
  }

  private static func doubleMap(_ function: Function) -> DoubleMap {
    switch function {
    case .exp: { adjoint_map_exp_f64($0, $1, $2) }
    case .expm1: { adjoint_map_expm1_f64($0, $1, $2) }
    case .log: { adjoint_map_log_f64($0, $1, $2) }
    case .log1p: { adjoint_map_log1p_f64($0, $1, $2) }
    case .sqrt: { adjoint_map_sqrt_f64($0, $1, $2) }
    case .rsqrt: { adjoint_map_rsqrt_f64($0, $1, $2) }
    case .tanh: { adjoint_map_tanh_f64($0, $1, $2) }
    case .logistic: { adjoint_map_logistic_f64($0, $1, $2) }
    case .erf: { adjoint_map_erf_f64($0, $1, $2) }
    case .erfInv: { adjoint_map_erfInv_f64($0, $1, $2) }
    case .sin: { adjoint_map_sin_f64($0, $1, $2) }
    case .cos: { adjoint_map_cos_f64($0, $1, $2) }
    }
  }
}
