import Adjoint

/// Numbers that look random and are the same in every language: the finaliser of MurmurHash3 over the place. The peers'
/// scripts have the same few lines.
func numbers(_ count: Int, _ seed: UInt32, _ scale: Float) -> [Float] {
  (0..<count).map { place in
    var h = UInt32(truncatingIfNeeded: place) &* 2_654_435_761 &+ seed &* 0x9E37_79B9
    h ^= h >> 16
    h = h &* 0x85EB_CA6B
    h ^= h >> 13
    h = h &* 0xC2B2_AE35
    h ^= h >> 16
    return Float((Double(h) / 4_294_967_296 - 0.5) * Double(scale))
  }
}

/// A tensor of such numbers.
func tensor(_ shape: [Int], _ seed: UInt32, _ scale: Float = 2) -> Tensor<Float> {
  Tensor(shape: shape, numbers(shape.reduce(1, *), seed, scale))
}

/// Class numbers.
func classes(_ count: Int, of number: Int) -> Tensor<Int32> {
  Tensor((0..<count).map { Int32($0 * 7 % number) })
}

/// The sum of the squares, in 64 bits: enough to see that two programs computed the same.
func energy(_ tensor: Tensor<Float>) -> Double {
  tensor.withUnsafeBufferPointer { $0.reduce(into: 0.0) { $0 += Double($1) * Double($1) } }
}
