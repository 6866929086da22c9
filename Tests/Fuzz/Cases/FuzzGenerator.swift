import TestSupport

/// Where a case's random choices come from: the same cases on every machine.
public typealias FuzzGenerator = SplitMix

extension SplitMix {
  /// A number below `limit`, which is positive.
  mutating func below(_ limit: Int) -> Int { Int.random(in: 0..<limit, using: &self) }

  /// One of the elements, of which there must be some.
  mutating func pick<Element>(_ elements: [Element]) -> Element { elements[below(elements.count)] }

  /// True once in `n` times.
  mutating func oneIn(_ n: Int) -> Bool { below(n) == 0 }
}
