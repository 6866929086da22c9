import AdjointIR

/// Puts kernels in an order in which every value is written before it is read, and a parameter's memory is overwritten
/// (by the result that reuses it) only after its last reader. Where no order does that, the result is computed
/// elsewhere and copied in the end.
struct KernelOrder {
  /// Places in the given kernels, in the order in which they run.
  var order: [Int] = []
  /// Results that must be computed elsewhere.
  var copiedResults: [Int] = []

  init(_ kernels: [Kernel], _ buffers: [Buffer], _ results: [Program.Result]) {
    var writer: [Int: Int] = [:]
    for (number, kernel) in kernels.enumerated() { for buffer in kernel.writes { writer[buffer] = number } }
    var parameterBuffer: [Int: Int] = [:]
    var resultBuffer: [Int: Int] = [:]
    for (number, buffer) in buffers.enumerated() {
      switch buffer.storage {
      case .parameter(let parameter): parameterBuffer[parameter] = number
      case .result(let result): resultBuffer[result] = number
      default: break
      }
    }
    var readers: [Int: [Int]] = [:]
    for (number, kernel) in kernels.enumerated() {
      for buffer in kernel.reads { readers[buffer, default: []].append(number) }
    }

    // For each kernel, the kernels that come before it: writers of what it reads, and readers of what it overwrites.
    var before = kernels.map { kernel in Set(kernel.reads.compactMap { writer[$0] }) }
    for number in kernels.indices { before[number].remove(number) }
    var hazards: [Int: (writer: Int, readers: [Int])] = [:]
    // Found once for each kernel: one that updates many small variables has a hazard for each of them.
    var accesses: [Int: [Int: [MemoryAccess]]] = [:]
    for (result, description) in results.enumerated() {
      guard let parameter = description.reuses, let source = parameterBuffer[parameter],
        let target = resultBuffer[result], let writer = writer[target]
      else { continue }
      let all = readers[source] ?? []
      if all.contains(writer) {
        let known = accesses[writer] ?? Dictionary(grouping: kernels[writer].accesses, by: \.buffer)
        accesses[writer] = known
        let both = (known[source] ?? []) + (source == target ? [] : known[target] ?? [])
        if !kernels[writer].canShare(reading: source, writing: target, both) {
          copiedResults.append(result)
          continue
        }
      }
      hazards[result] = (writer, all.filter { $0 != writer })
    }

    // Kahn's algorithm; of the kernels that may run, the first one runs.
    var dependents = [[Int]](repeating: [], count: kernels.count)
    var waiting = [Int](repeating: 0, count: kernels.count)
    func add(_ first: Int, _ second: Int) {
      dependents[first].append(second)
      waiting[second] += 1
    }
    for number in kernels.indices { for first in before[number].sorted() { add(first, number) } }
    for result in hazards.keys.sorted() {
      guard let hazard = hazards[result] else { continue }
      for reader in hazard.readers { add(reader, hazard.writer) }
    }
    var isDone = [Bool](repeating: false, count: kernels.count)
    var ready = SortedQueue(kernels.indices.filter { waiting[$0] == 0 })
    while order.count < kernels.count {
      guard let next = ready.popFirst() else {
        // A circle: give up the first result whose memory is still read by a kernel that has not run.
        let stuck = hazards.keys.sorted().first { result in
          hazards[result].map { !isDone[$0.writer] && $0.readers.contains { !isDone[$0] } } ?? false
        }
        guard let stuck, let hazard = hazards.removeValue(forKey: stuck) else {
          preconditionFailure("kernels depend on each other in a circle")
        }
        copiedResults.append(stuck)
        for reader in hazard.readers where !isDone[reader] {
          if let position = dependents[reader].lastIndex(of: hazard.writer) { dependents[reader].remove(at: position) }
          waiting[hazard.writer] -= 1
        }
        if waiting[hazard.writer] == 0 { ready.insert(hazard.writer) }
        continue
      }
      isDone[next] = true
      order.append(next)
      for dependent in dependents[next] {
        waiting[dependent] -= 1
        if waiting[dependent] == 0 { ready.insert(dependent) }
      }
    }
    copiedResults.sort()
  }
}

/// Numbers of which the smallest is taken first: a binary heap.
struct SortedQueue {
  private var heap: [Int] = []

  init(_ numbers: [Int]) { heap = numbers.sorted() }

  mutating func insert(_ number: Int) {
    heap.append(number)
    var child = heap.count - 1
    while child > 0, heap[(child - 1) / 2] > heap[child] {
      heap.swapAt((child - 1) / 2, child)
      child = (child - 1) / 2
    }
  }

  mutating func popFirst() -> Int? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    guard !heap.isEmpty else { return first }
    heap[0] = last
    var parent = 0
    while true {
      var smallest = parent
      for child in [2 * parent + 1, 2 * parent + 2] where child < heap.count && heap[child] < heap[smallest] {
        smallest = child
      }
      if smallest == parent { return first }
      heap.swapAt(parent, smallest)
      parent = smallest
    }
  }
}
