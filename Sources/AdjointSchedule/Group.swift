import AdjointIR

/// The nodes that one kernel computes, and where its loops stand for each of them.
struct Group {
  enum Kind: Equatable {
    /// Loops over `space`; where `rowRank` is set, the outer `rowRank` loops run over rows, and rows are combined.
    case loops
    /// A dot product over `space`, then element-wise work on its results.
    case contraction(dot: Int)
    /// Elements moved from place to place: padding, concatenation, scattering.
    case movement(Int)
  }

  var kind: Kind
  /// The extents of the loop variables 0, 1, …, outermost first, all different from 1.
  var space: [Int]
  var rowRank: Int?
  /// The partial results of sums over all rows.
  var outerLanes: Int?
  /// In an order in which operands come first.
  var members: [Int] = []
  /// Nodes that are computed again where this group needs them.
  var inlined: Set<Int> = []
  /// Whether it depends on groups of this sort alone, so that every other group may come after it.
  var isPrologue: Bool
}

/// Where a group computes a node.
struct Placement {
  /// How deep in the group's loops.
  enum Level {
    /// Once, after all loops.
    case outer
    /// Once a row.
    case row
    /// In the innermost loops.
    case full
    /// Accumulated in memory across rows: known only when the kernel is over.
    case column
  }

  var group: Int
  var coordinates: Coordinates
  /// The row-major place of `coordinates`.
  var flat: Index
  var level: Level
  /// For reductions, where the operand's elements are.
  var operandCoordinates: Coordinates = []
}

/// Where an element of a tensor is: a reshape keeps the row-major place, other maps work on coordinates.
enum Place {
  case coordinates(Coordinates)
  case flat(Index)

  func flat(_ shape: [Int]) -> Index {
    switch self {
    case .coordinates(let coordinates): flatten(coordinates, shape)
    case .flat(let index): index
    }
  }

  func coordinates(_ shape: [Int], _ extents: [Int]) -> Coordinates? {
    switch self {
    case .coordinates(let coordinates): coordinates
    case .flat(let index): unflatten(index, shape, extents)
    }
  }
}

/// A part of a movement: a nest over `extents` that copies operand elements to result elements.
struct MovementNest {
  var extents: [Int]
  var operand: Int
  var operandCoordinates: Coordinates
  var resultCoordinates: Coordinates
}

extension Graph {
  /// The nests of a concatenation or a padding (its filling comes first).
  func movementNests(_ node: Int) -> [MovementNest] {
    let result = nodes[node].type.shape
    switch nodes[node].kind {
    case .concatenate(let axis):
      var start = 0
      return nodes[node].operands.map { operand in
        let extents = nodes[operand].type.shape
        let coordinates = extents.indices.map { Index(variable: $0) }
        var target = coordinates
        target[axis] = target[axis] + Index(constant: start)
        start += extents[axis]
        return MovementNest(
          extents: extents, operand: operand, operandCoordinates: coordinates, resultCoordinates: target)
      }
    case .pad(let low, _, let interior):
      let operand = nodes[node].operands[0]
      var nest = MovementNest(extents: [], operand: operand, operandCoordinates: [], resultCoordinates: [])
      for (dimension, extent) in nodes[operand].type.shape.enumerated() {
        // Negative padding crops: only elements that land inside the result are moved.
        let step = interior[dimension] + 1
        let first = low[dimension] < 0 ? (-low[dimension] + step - 1) / step : 0
        let last = min(extent - 1, (result[dimension] - 1 - low[dimension]).quotient(flooredBy: step))
        nest.extents.append(max(0, last - first + 1))
        let source = Index(variable: dimension) + Index(constant: first)
        nest.operandCoordinates.append(source)
        nest.resultCoordinates.append(source * step + Index(constant: low[dimension]))
      }
      let identity = result.indices.map { Index(variable: $0) }
      let fill = MovementNest(
        extents: result, operand: nodes[node].operands[1], operandCoordinates: [], resultCoordinates: identity)
      return nest.extents == result ? [nest] : [fill, nest]
    case .scatterAdd:
      let identity = result.indices.map { Index(variable: $0) }
      return [
        MovementNest(
          extents: result, operand: nodes[node].operands[0], operandCoordinates: identity, resultCoordinates: identity)
      ]
    default:
      return []
    }
  }
}

extension Int {
  /// The quotient rounded toward −∞.
  func quotient(flooredBy divisor: Int) -> Int {
    self >= 0 ? self / divisor : -((-self + divisor - 1) / divisor)
  }
}
