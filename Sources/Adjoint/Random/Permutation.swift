#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#else
  import Darwin
#endif

/// The numbers from 0 to `count` - 1 in random order: what shuffles examples. JAX's order for the same key.
///
/// It runs on the host, since a model has no use for an order it cannot index by.
public func permutation(_ key: Key, _ count: Int) -> [Int] {
  // Each round sorts by 32 random bits; enough rounds make two orders alike only by chance, equal bits or not.
  let rounds = count < 2 ? 0 : Int((3 * log(Double(count)) / log(Double(UInt32.max))).rounded(.up))
  var order = Array(0..<count)
  var key = key
  for _ in 0..<rounds {
    let keys = split(key, 2)
    key = keys[0]
    let bits = randomBits(keys[1], [count]).scalars
    // Equal bits keep their order.
    let places = bits.indices.sorted { (bits[$0], $0) < (bits[$1], $1) }
    order = places.map { order[$0] }
  }
  return order
}
