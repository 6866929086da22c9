/// One running transform: which tape it records on, and whether it is the outermost.
///
/// A transform inside another records on the outer one's tape, so that its own derivatives have derivatives. When the
/// outermost ends, the tape closes and what it returns are constants.
final class Transformation: @unchecked Sendable {
  @TaskLocal private static var outer: Transformation?

  let tape: Tape
  let isOutermost: Bool

  init() {
    if let outer = Self.outer, outer.tape.isRecording {
      tape = outer.tape
      isOutermost = false
    } else {
      tape = Tape()
      isOutermost = true
    }
  }

  /// Runs a user's function under this transform.
  func run<Result>(_ body: () throws -> Result) rethrows -> Result {
    try Self.$outer.withValue(self, operation: body)
  }

  /// A tensor as an input of this transform: cotangents arrive at its node and, for this transform, stop there.
  func leaf(_ tensor: AnyTensor) -> AnyTensor {
    var result = tensor.untaped
    var edges: [TapeNode.Edge] = []
    if let node = tensor.node, let recording = node.recordingTape {
      require(
        recording === tape,
        "a value of one running transform is an argument of another that does not run inside it, on another thread "
          + "perhaps; pass it as an argument of both, or stop its gradient")
      edges = [TapeNode.Edge(parent: node) { $0 }]
    }
    result.node = tape.append(edges)
    return result
  }

  /// The cotangents of `leaves` for the given cotangents of results; zeros where a result does not depend on a leaf.
  ///
  /// `isRecorded` says whether these cotangents may be differentiated again.
  func pullBack(
    _ results: [(value: AnyTensor, cotangent: AnyTensor)], to leaves: [AnyTensor], isRecorded: Bool
  ) -> [AnyTensor] {
    let wasRecording = tape.isRecording
    if !isRecorded { tape.isRecording = false }
    defer { if !isRecorded { tape.isRecording = wasRecording } }
    let leafIndices = Set(leaves.compactMap { $0.node?.index })
    let floor = leafIndices.min() ?? Int.max
    var cotangents: [Int: AnyTensor] = [:]
    var nodes: [Int: TapeNode] = [:]
    // Nodes are numbered in the order of their making, so the largest number is always next: a heap without parents
    // still to come.
    var pending = MaxHeap()
    func accumulate(_ node: TapeNode, _ cotangent: AnyTensor) {
      guard node.tape === tape, node.index >= floor else { return }
      if let sofar = cotangents[node.index] {
        cotangents[node.index] = sum(sofar, cotangent)
      } else {
        cotangents[node.index] = cotangent
        nodes[node.index] = node
        pending.insert(node.index)
      }
    }
    for result in results { if let node = result.value.node { accumulate(node, result.cotangent) } }
    while let index = pending.popMax() {
      // An input of this transform: what lies behind it belongs to an outer one.
      if leafIndices.contains(index) { continue }
      let node = nodes[index]!
      guard let cotangent = cotangents.removeValue(forKey: index) else { continue }
      nodes[index] = nil
      for edge in node.edges where edge.parent.index >= floor { accumulate(edge.parent, edge.pullback(cotangent)) }
    }
    return leaves.map { leaf in
      leaf.node.flatMap { cotangents[$0.index] } ?? AnyTensor(zeros: leaf.shape, leaf.scalarType)
    }
  }

  /// A value on its way out: a constant if no transform is left to differentiate it.
  func leaving(_ tensor: AnyTensor) -> AnyTensor {
    isOutermost && tensor.node?.tape === tape ? tensor.untaped : tensor
  }

  /// The function has run and its cotangents will not be differentiated: nothing more need be recorded.
  func stopRecording() { if isOutermost { tape.isRecording = false } }

  /// Ends the transform.
  func end() { if isOutermost { tape.close() } }
}

private func sum(_ left: AnyTensor, _ right: AnyTensor) -> AnyTensor {
  switch left.scalarType {
  case .f32: (Tensor<Float>(left) + Tensor<Float>(right)).erased
  case .f64: (Tensor<Double>(left) + Tensor<Double>(right)).erased
  default: stop("a tensor of \(left.scalarType) has no cotangent")
  }
}

/// Numbers, the largest out first.
private struct MaxHeap {
  private var items: [Int] = []

  mutating func insert(_ item: Int) {
    items.append(item)
    var child = items.count - 1
    while child > 0, items[child] > items[(child - 1) / 2] {
      items.swapAt(child, (child - 1) / 2)
      child = (child - 1) / 2
    }
  }

  mutating func popMax() -> Int? {
    guard let top = items.first else { return nil }
    let last = items.removeLast()
    if items.isEmpty { return top }
    items[0] = last
    var parent = 0
    while true {
      var largest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < items.count && items[child] > items[largest] {
        largest = child
      }
      if largest == parent { return top }
      items.swapAt(parent, largest)
      parent = largest
    }
  }
}
