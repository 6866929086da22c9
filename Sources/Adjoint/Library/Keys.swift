/// A key of the counter-based random generator: two 32-bit words. Equal keys give equal draws; a draw never changes
/// its key, so take a new one for every draw (`split`, `foldIn`, `Rngs`).
public struct Key: Sendable {
  /// The two words, shape `[2]`.
  public let data: Tensor<UInt32>

  /// The key with these words, shape `[2]`.
  public init(_ data: Tensor<UInt32>) {
    self.data = data
  }
}

/// The key of a seed, of which the low 32 bits count.
public func key(_ seed: Int) -> Key {
  Key(Tensor<UInt32>([0, UInt32(seed & 0xFFFF_FFFF)]))
}

/// `count` keys that are independent of each other and of `key`.
public func split(_ key: Key, _ count: Int = 2) -> [Key] {
  var keys: [Key] = []
  for index in 0..<count {
    keys.append(foldIn(key, index))
  }
  return keys
}

/// The key that belongs to `key` and a number, of which the low 32 bits count.
public func foldIn(_ key: Key, _ number: Int) -> Key {
  foldIn(key, Tensor<UInt32>(UInt32(number & 0xFFFF_FFFF)))
}

/// The key that belongs to `key` and a number known at run time (a scalar), such as a step's.
public func foldIn(_ key: Key, _ number: Tensor<UInt32>) -> Key {
  let words = randomBlock(key, number)
  return Key(concatenated([words.0.reshaped([1]), words.1.reshaped([1])], axis: 0))
}

/// The generator's block function under `key` for 64-bit counters of which the high words are 0: two words for each.
func randomBlock(_ key: Key, _ counter: Tensor<UInt32>) -> (Tensor<UInt32>, Tensor<UInt32>) {
  let shape = counter.shape
  let first = key.data.sliced(starts: [0], limits: [1]).reshaped([]).broadcast(to: shape)
  let second = key.data.sliced(starts: [1], limits: [2]).reshaped([]).broadcast(to: shape)
  return threefry2x32(first, second, Tensor<UInt32>.zeros(shape), counter)
}
