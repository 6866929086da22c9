/// What one outermost transform records while it runs: the nodes, in the order in which they were made.
///
/// The tape owns its nodes, and a node's edges may reach back to itself through the tensors that its pullbacks
/// capture; closing the tape cuts all of that at once, without recursion.
package final class Tape: @unchecked Sendable {
  // Guarded by `lock`: a loss may compute on several threads.
  private var nodes: [TapeNode] = []
  private var recording = true
  private let lock = Lock()

  /// An empty tape that records.
  package init() {}

  /// Whether operations on its tensors are being recorded.
  package var isRecording: Bool {
    get { lock.withLock { recording } }
    set { lock.withLock { recording = newValue } }
  }

  /// A new node at the end.
  package func append(_ edges: [TapeNode.Edge]) -> TapeNode {
    lock.withLock {
      let node = TapeNode(tape: self, index: nodes.count, edges: edges)
      nodes.append(node)
      return node
    }
  }

  /// Forgets everything recorded; tensors that still refer to it are constants from now on.
  package func close() {
    let nodes = lock.withLock {
      defer { self.nodes = [] }
      recording = false
      return self.nodes
    }
    for node in nodes { node.edges = [] }
  }
}

/// One recorded value: what it was computed from, and how a cotangent goes back there.
package final class TapeNode: @unchecked Sendable {
  /// A way back to one operand.
  package struct Edge {
    package let parent: TapeNode
    package let pullback: (AnyTensor) -> AnyTensor

    /// Makes an edge.
    package init(parent: TapeNode, pullback: @escaping (AnyTensor) -> AnyTensor) {
      self.parent = parent
      self.pullback = pullback
    }
  }

  /// Where it is recorded. The tape owns this node too; closing it cuts the cycle.
  package let tape: Tape
  /// Later nodes have larger numbers, so the order is topological.
  package let index: Int
  // Written when an operation adds its edges, right after the node is made, and when the tape closes.
  package fileprivate(set) var edges: [Edge]

  fileprivate init(tape: Tape, index: Int, edges: [Edge]) {
    self.tape = tape
    self.index = index
    self.edges = edges
  }

  /// The tape to record on, nil where operations on this value are no longer recorded.
  package var recordingTape: Tape? {
    tape.isRecording ? tape : nil
  }

  fileprivate func add(_ edge: Edge) { edges.append(edge) }
}

extension Tensor {
  /// This value, recorded as depending on `parent` (if a transform is watching that).
  ///
  /// `pullback` turns the cotangent of this value into the cotangent of `parent`. It is written in recorded
  /// operations, so that the gradient of a gradient is one more walk over the same tape.
  package func linked<Parent>(
    to parent: Tensor<Parent>, _ pullback: @escaping (Tensor<Scalar>) -> Tensor<Parent>
  ) -> Tensor {
    guard let parentNode = parent.erased.node, let tape = parentNode.recordingTape else { return self }
    let edge = TapeNode.Edge(parent: parentNode) { pullback(Tensor($0)).erased }
    var result = self
    if let node = erased.node, node.tape === tape {
      node.add(edge)
    } else {
      require(
        erased.node?.recordingTape == nil,
        "an operation combines values of two transforms of which neither runs inside the other")
      result.erased.node = tape.append([edge])
    }
    return result
  }

  /// The same value as a constant of every transform.
  package var untaped: Tensor { Tensor(erased.untaped) }
}
