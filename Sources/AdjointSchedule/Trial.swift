/// What an attempt to place a node has found out so far: it can be taken back, to any point.
struct Trial {
  /// Put-off nodes that would go where their reader goes, in an order in which operands come first.
  private(set) var placed: [(node: Int, placement: Placement)] = []
  /// Nodes that would be computed again.
  private(set) var inlined: Set<Int> = []
  private var placeOf: [Int: Int] = [:]
  private var inlinedInOrder: [Int] = []

  /// A point to come back to.
  struct Mark {
    fileprivate var placed: Int
    fileprivate var inlined: Int
  }

  var mark: Mark { Mark(placed: placed.count, inlined: inlinedInOrder.count) }

  func placement(of node: Int) -> Placement? { placeOf[node].map { placed[$0].placement } }

  func holds(_ node: Int) -> Bool { placeOf[node] != nil }

  mutating func place(_ node: Int, _ placement: Placement) {
    placeOf[node] = placed.count
    placed.append((node, placement))
  }

  mutating func inline(_ node: Int) {
    if inlined.insert(node).inserted { inlinedInOrder.append(node) }
  }

  /// Forgets what came after the mark.
  mutating func goBack(to mark: Mark) {
    while placed.count > mark.placed { placeOf[placed.removeLast().node] = nil }
    while inlinedInOrder.count > mark.inlined { inlined.remove(inlinedInOrder.removeLast()) }
  }
}
