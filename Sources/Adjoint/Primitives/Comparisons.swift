extension Tensor {
  /// Where elements are equal; shapes broadcast by NumPy's rule, and it stops where they do not.
  public static func .== (left: Tensor, right: Tensor) -> Tensor<Bool> { compare(".==", left, right) { $0 == $1 } }
  /// Where elements differ; shapes broadcast by NumPy's rule, and it stops where they do not.
  public static func .!= (left: Tensor, right: Tensor) -> Tensor<Bool> { compare(".!=", left, right) { $0 != $1 } }
}

extension Tensor where Scalar: TensorNumber {
  /// Where the left element is smaller; shapes broadcast. With a NaN no order holds.
  public static func .< (left: Tensor, right: Tensor) -> Tensor<Bool> { compare(".<", left, right) { $0 < $1 } }
  /// Where the left element is smaller or equal; shapes broadcast.
  public static func .<= (left: Tensor, right: Tensor) -> Tensor<Bool> { compare(".<=", left, right) { $0 <= $1 } }
  /// Where the left element is larger; shapes broadcast.
  public static func .> (left: Tensor, right: Tensor) -> Tensor<Bool> { compare(".>", left, right) { $0 > $1 } }
  /// Where the left element is larger or equal; shapes broadcast.
  public static func .>= (left: Tensor, right: Tensor) -> Tensor<Bool> { compare(".>=", left, right) { $0 >= $1 } }

  /// Where elements equal a number.
  public static func .== (left: Tensor, right: some ScalarOperand) -> Tensor<Bool> { left .== Tensor(adopting: right) }
  /// Where elements differ from a number.
  public static func .!= (left: Tensor, right: some ScalarOperand) -> Tensor<Bool> { left .!= Tensor(adopting: right) }
  /// Where elements are smaller than a number.
  public static func .< (left: Tensor, right: some ScalarOperand) -> Tensor<Bool> { left .< Tensor(adopting: right) }
  /// Where elements are at most a number.
  public static func .<= (left: Tensor, right: some ScalarOperand) -> Tensor<Bool> { left .<= Tensor(adopting: right) }
  /// Where elements are larger than a number.
  public static func .> (left: Tensor, right: some ScalarOperand) -> Tensor<Bool> { left .> Tensor(adopting: right) }
  /// Where elements are at least a number.
  public static func .>= (left: Tensor, right: some ScalarOperand) -> Tensor<Bool> { left .>= Tensor(adopting: right) }
  /// Where a number equals elements.
  public static func .== (left: some ScalarOperand, right: Tensor) -> Tensor<Bool> { Tensor(adopting: left) .== right }
  /// Where a number differs from elements.
  public static func .!= (left: some ScalarOperand, right: Tensor) -> Tensor<Bool> { Tensor(adopting: left) .!= right }
  /// Where a number is smaller than elements.
  public static func .< (left: some ScalarOperand, right: Tensor) -> Tensor<Bool> { Tensor(adopting: left) .< right }
  /// Where a number is at most elements.
  public static func .<= (left: some ScalarOperand, right: Tensor) -> Tensor<Bool> { Tensor(adopting: left) .<= right }
  /// Where a number is larger than elements.
  public static func .> (left: some ScalarOperand, right: Tensor) -> Tensor<Bool> { Tensor(adopting: left) .> right }
  /// Where a number is at least elements.
  public static func .>= (left: some ScalarOperand, right: Tensor) -> Tensor<Bool> { Tensor(adopting: left) .>= right }
}

private func compare<Scalar>(
  _ name: String, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>, _ holds: (Scalar, Scalar) -> Bool
) -> Tensor<Bool> {
  // A comparison has no derivative.
  let (x, y) = broadcastTogether(left.untaped, right.untaped, in: name)
  return x.zipped(y, holds)
}
