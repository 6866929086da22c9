import AdjointIR

/// A dot product's operand as a place in memory: an index over one variable per dimension.
struct MemoryView {
  var node: Int
  var index: Index
}

/// A node that must be copied or computed into memory before it can be an operand.
struct Obstacle: Error { var node: Int }

extension Fusion {
  /// Where a group of that rank finds an operand in memory, through views.
  func matrix(_ operand: Int, rank: Int) -> Result<MemoryView, Obstacle> {
    let extents = graph.nodes[operand].type.shape
    var place = Place.coordinates(extents.indices.map { extents[$0] == 1 ? Index() : Index(variable: $0) })
    var number = operand
    while true {
      number = actual(number, rank: rank)
      let node = graph.nodes[number]
      if isInMemory(number, rank: rank) {
        return .success(MemoryView(node: number, index: place.flat(node.type.shape)))
      }
      guard case .view(let map) = node.kind else { return .failure(Obstacle(node: number)) }
      if map == .reshape {
        place = .flat(place.flat(node.type.shape))
      } else {
        let source = graph.nodes[node.operands[0]].type.shape
        guard let coordinates = place.coordinates(node.type.shape, extents),
          let mapped = coordinatesOfOperand(map, coordinates, result: node.type.shape, operand: source, extents)
        else { return .failure(Obstacle(node: number)) }
        place = .coordinates(mapped)
      }
      number = node.operands[0]
    }
  }

  /// The one stride along the last `count` dimensions together; nil where there is none.
  func mergedStride(_ index: Index, _ shape: [Int], _ count: Int) -> Int? {
    var stride: Int?
    var expected = 0
    for dimension in shape.indices.suffix(count).reversed() where shape[dimension] != 1 {
      let coefficient = index.coefficient(of: dimension)
      if stride == nil {
        stride = coefficient
      } else if coefficient != expected {
        return nil
      }
      expected = coefficient * shape[dimension]
    }
    return stride ?? 0
  }
}
