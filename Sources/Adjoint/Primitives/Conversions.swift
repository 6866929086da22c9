extension Tensor {
  /// The elements converted by value: real numbers to integers truncate toward 0, saturate and turn NaN into 0;
  /// integers wrap; to `Bool` is whether it is not 0; from `Bool` is 1 or 0.
  public func cast<Target: TensorScalar>(to type: Target.Type) -> Tensor<Target> {
    if let same = self as? Tensor<Target> { return same }
    let result = converted(to: type)
    guard Scalar.scalarType.isFloat, Target.scalarType.isFloat else { return result }
    return result.linked(to: self) { $0.cast(to: Scalar.self) }
  }

  /// The bits of the elements read as another type of the same size.
  public func bitcast<Target: TensorScalar>(to type: Target.Type) -> Tensor<Target> {
    if let same = self as? Tensor<Target> { return same }
    require(
      Scalar.scalarType.byteCount == Target.scalarType.byteCount,
      "bitcast: a \(Scalar.scalarType) has \(Scalar.scalarType.byteCount) bytes, a \(Target.scalarType) has "
        + "\(Target.scalarType.byteCount)")
    require(Target.scalarType != .bool, "bitcast: not every byte is a Bool")
    return Tensor<Target>(shape: shape) { target in
      erased.withUnsafeBytes { source in UnsafeMutableRawBufferPointer(target).copyMemory(from: source) }
    }
  }

  private func converted<Target: TensorScalar>(to type: Target.Type) -> Tensor<Target> {
    switch self {
    case let values as Tensor<Float>: convert(values.mapped { Double($0) }, to: type)
    case let values as Tensor<Double>: convert(values, to: type)
    case let values as Tensor<Int32>: convert(values.mapped { Int64($0) }, to: type)
    case let values as Tensor<Int64>: convert(values, to: type)
    case let values as Tensor<UInt32>: convert(values.mapped { Int64($0) }, to: type)
    case let values as Tensor<Bool>: convert(values.mapped { $0 ? Int64(1) : 0 }, to: type)
    default: stop("cast: \(Scalar.self) is no element of a tensor")
    }
  }
}

private func convert<Target: TensorScalar>(_ values: Tensor<Double>, to type: Target.Type) -> Tensor<Target> {
  let result: Any =
    switch type.scalarType {
    case .f32: values.mapped { Float($0) }
    case .f64: values.untaped
    case .i32: values.mapped { saturated($0, Int32.self) }
    case .i64: values.mapped { saturated($0, Int64.self) }
    case .u32: values.mapped { saturated($0, UInt32.self) }
    case .bool: values.mapped { $0 != 0 }
    }
  return result as! Tensor<Target>
}

private func convert<Target: TensorScalar>(_ values: Tensor<Int64>, to type: Target.Type) -> Tensor<Target> {
  let result: Any =
    switch type.scalarType {
    case .f32: values.mapped { Float($0) }
    case .f64: values.mapped { Double($0) }
    case .i32: values.mapped { Int32(truncatingIfNeeded: $0) }
    case .i64: values
    case .u32: values.mapped { UInt32(truncatingIfNeeded: $0) }
    case .bool: values.mapped { $0 != 0 }
    }
  return result as! Tensor<Target>
}

private func saturated<Target: FixedWidthInteger>(_ value: Double, _ type: Target.Type) -> Target {
  if value.isNaN { return 0 }
  if value <= Double(Target.min) { return .min }
  if value >= Double(Target.max) { return .max }
  return Target(value)
}
