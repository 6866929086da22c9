extension Tensor where Scalar: TensorInteger {
  /// The bits set in both; shapes broadcast.
  public static func & (left: Tensor, right: Tensor) -> Tensor { bits("&", left, right) { $0 & $1 } }
  /// The bits set in either; shapes broadcast.
  public static func | (left: Tensor, right: Tensor) -> Tensor { bits("|", left, right) { $0 | $1 } }
  /// The bits set in one; shapes broadcast.
  public static func ^ (left: Tensor, right: Tensor) -> Tensor { bits("^", left, right) { $0 ^ $1 } }
  /// The bits moved up, zeros coming in; by the width or more gives 0.
  public static func << (left: Tensor, right: Tensor) -> Tensor { bits("<<", left, right) { shiftedUp($0, $1) } }
  /// The bits moved down, zeros coming in (whatever the sign); by the width or more gives 0.
  public static func >> (left: Tensor, right: Tensor) -> Tensor { bits(">>", left, right) { shiftedDown($0, $1) } }
  /// The bits inverted.
  public static prefix func ~ (x: Tensor) -> Tensor { x.mapped { ~$0 } }

  /// The bits set in both.
  public static func & (left: Tensor, right: some ScalarOperand) -> Tensor { left & Tensor(adopting: right) }
  /// The bits set in either.
  public static func | (left: Tensor, right: some ScalarOperand) -> Tensor { left | Tensor(adopting: right) }
  /// The bits set in one.
  public static func ^ (left: Tensor, right: some ScalarOperand) -> Tensor { left ^ Tensor(adopting: right) }
  /// The bits moved up, zeros coming in.
  public static func << (left: Tensor, right: some ScalarOperand) -> Tensor { left << Tensor(adopting: right) }
  /// The bits moved down, zeros coming in (whatever the sign).
  public static func >> (left: Tensor, right: some ScalarOperand) -> Tensor { left >> Tensor(adopting: right) }
}

private func bits<Scalar: TensorInteger>(
  _ name: String, _ left: Tensor<Scalar>, _ right: Tensor<Scalar>, _ combine: (Scalar, Scalar) -> Scalar
) -> Tensor<Scalar> {
  let (x, y) = broadcastTogether(left, right, in: name)
  return x.zipped(y, combine)
}

private func isInWidth<Scalar: TensorInteger>(_ count: Scalar) -> Bool { count >= 0 && count < Scalar.bitWidth }

private func shiftedUp<Scalar: TensorInteger>(_ value: Scalar, _ count: Scalar) -> Scalar {
  isInWidth(count) ? value &<< count : 0
}

private func shiftedDown<Scalar: TensorInteger>(_ value: Scalar, _ count: Scalar) -> Scalar {
  guard isInWidth(count) else { return 0 }
  return Scalar(truncatingIfNeeded: Scalar.Magnitude(truncatingIfNeeded: value) &>> Scalar.Magnitude(count))
}

extension Tensor where Scalar == Bool {
  /// Where both hold; shapes broadcast.
  public static func .& (left: Tensor, right: Tensor) -> Tensor {
    let (x, y) = broadcastTogether(left, right, in: ".&")
    return x.zipped(y) { $0 && $1 }
  }

  /// Where either holds; shapes broadcast.
  public static func .| (left: Tensor, right: Tensor) -> Tensor {
    let (x, y) = broadcastTogether(left, right, in: ".|")
    return x.zipped(y) { $0 || $1 }
  }

  /// Where it does not hold.
  public static prefix func .! (x: Tensor) -> Tensor { x.mapped { !$0 } }
}

/// The Threefry-2x32 block function with 20 rounds (Salmon et al., 2011), element by element: two words from two words
/// of key and two of counter.
public func threefry2x32(
  _ key0: Tensor<UInt32>, _ key1: Tensor<UInt32>, _ counter0: Tensor<UInt32>, _ counter1: Tensor<UInt32>
) -> (Tensor<UInt32>, Tensor<UInt32>) {
  var shape: [Int] = []
  for word in [key0, key1, counter0, counter1] {
    guard let wider = broadcastShape(shape, word.shape) else {
      stop(
        "threefry2x32: the shapes \(key0.shape), \(key1.shape), \(counter0.shape) and \(counter1.shape) do not "
          + "broadcast together")
    }
    shape = wider
  }
  return ScalarMaths.threefry(
    key0.broadcast(to: shape), key1.broadcast(to: shape), counter0.broadcast(to: shape), counter1.broadcast(to: shape))
}
