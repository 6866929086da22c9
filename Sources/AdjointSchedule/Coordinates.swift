import AdjointIR

/// Where an element is in its tensor: one index per dimension, over the loop variables of a kernel.
typealias Coordinates = [Index]

/// The row-major strides of a shape.
func strides(_ shape: [Int]) -> [Int] {
  var strides = [Int](repeating: 1, count: shape.count)
  for dimension in shape.indices.dropLast().reversed() {
    strides[dimension] = strides[dimension + 1] * shape[dimension + 1]
  }
  return strides
}

/// The place of an element in row-major order.
func flatten(_ coordinates: Coordinates, _ shape: [Int]) -> Index {
  let strides = strides(shape)
  var flat = Index()
  for (dimension, index) in coordinates.enumerated() where shape[dimension] != 1 {
    flat = flat + index * strides[dimension]
  }
  return flat
}

/// The coordinates in `shape` of the element at a row-major place, where they are sums of multiples of variables
/// without division; nil where they are not. `extents` are those of the variables.
func unflatten(_ flat: Index, _ shape: [Int], _ extents: [Int]) -> Coordinates? {
  var rest = flat
  var coordinates: Coordinates = []
  for (dimension, stride) in strides(shape).enumerated() {
    if shape[dimension] == 1 {
      coordinates.append(Index())
      continue
    }
    guard stride > 0, rest.constant >= 0 else { return shape.contains(0) ? shape.map { _ in Index() } : nil }
    var quotient = Index(constant: rest.constant / stride)
    var remainder = Index(constant: rest.constant % stride)
    for term in rest.terms {
      guard term.coefficient > 0, term.variable < extents.count else { return nil }
      if term.coefficient % stride == 0 {
        quotient = quotient + Index(terms: [.init(variable: term.variable, coefficient: term.coefficient / stride)])
      } else {
        remainder = remainder + Index(terms: [term])
      }
    }
    guard range(remainder, extents).upperBound < stride else { return nil }
    coordinates.append(quotient)
    rest = remainder
  }
  return coordinates
}

/// The smallest and the largest value of an index while its variables run.
func range(_ index: Index, _ extents: [Int]) -> ClosedRange<Int> {
  var low = index.constant
  var high = index.constant
  for term in index.terms {
    let end = term.coefficient * max(0, extents[term.variable] - 1)
    if end < 0 { low += end } else { high += end }
  }
  return low...high
}

/// Where a view's operand has the element that the view has at `coordinates`; nil where that needs a division.
func coordinatesOfOperand(
  _ map: IndexMap, _ coordinates: Coordinates, result: [Int], operand: [Int], _ extents: [Int]
) -> Coordinates? {
  switch map {
  case .broadcast(let dimensions):
    return operand.indices.map { operand[$0] == 1 ? Index() : coordinates[dimensions[$0]] }
  case .transpose(let permutation):
    var mapped = coordinates
    for (dimension, source) in permutation.enumerated() { mapped[source] = coordinates[dimension] }
    return mapped
  case .slice(let starts, let strides):
    return coordinates.indices.map { coordinates[$0] * strides[$0] + Index(constant: starts[$0]) }
  case .reshape:
    return unflatten(flatten(coordinates, result), operand, extents)
  }
}

/// The coordinates of a view whose operand has `coordinates`, where the view has exactly the operand's elements; nil
/// where it has not, or where that needs a division.
func coordinatesOfResult(
  _ map: IndexMap, _ coordinates: Coordinates, result: [Int], operand: [Int], _ extents: [Int]
) -> Coordinates? {
  guard result.reduce(1, *) == operand.reduce(1, *) else { return nil }
  switch map {
  case .broadcast(let dimensions):
    var mapped = Coordinates(repeating: Index(), count: result.count)
    for (dimension, target) in dimensions.enumerated() { mapped[target] = coordinates[dimension] }
    return mapped
  case .transpose(let permutation):
    return permutation.map { coordinates[$0] }
  case .slice:
    return coordinates
  case .reshape:
    return unflatten(flatten(coordinates, operand), result, extents)
  }
}

/// The variables in order such that the index counts 0, 1, 2 … as they run, the last fastest; nil where there is no
/// such order.
func countingOrder(_ index: Index, _ extents: [Int]) -> [Int]? {
  guard index.constant == 0 else { return nil }
  var stride = 1
  var order: [Int] = []
  for term in index.terms.sorted(by: { $0.coefficient < $1.coefficient }) {
    guard term.coefficient == stride else { return nil }
    stride *= extents[term.variable]
    order.append(term.variable)
  }
  return order.reversed()
}

/// The number of partial results with which a row of that many elements is combined. It depends on nothing else, so
/// that a sum is the same number however loops are fused, and every vector unit can compute it.
func reductionLanes(_ extent: Int) -> Int {
  var lanes = 1
  if extent >= 16 { while lanes < ReductionNest.mostLanes && lanes * 4 <= extent { lanes *= 2 } }
  return lanes
}
