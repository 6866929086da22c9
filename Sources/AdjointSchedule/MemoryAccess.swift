import AdjointIR

/// One read or write of a buffer in a kernel, with the way to it through statements and loops.
struct MemoryAccess {
  enum Step: Equatable {
    case position(Int)
    case loop(Loop)
  }

  var buffer: Int
  /// Nil where elements are read in no simple order.
  var index: Index?
  var isWrite: Bool
  var path: [Step]
  /// How many values the scalars take that its index may use: those that are clamped to numbers from 0.
  var scalars: [Int: Int] = [:]

  /// How many values the variables take that its index may use.
  var extents: [Int: Int] {
    var result = scalars
    for case .loop(let loop) in path { result[loop.variable] = loop.extent }
    return result
  }
}

extension Kernel {
  /// Every read and write of a buffer, in the order of the statements.
  var accesses: [MemoryAccess] {
    var found: [MemoryAccess] = []
    collect(body, [], &found)
    let scalars = clampedScalars(body)
    if !scalars.isEmpty { for number in found.indices { found[number].scalars = scalars } }
    return found
  }

  /// The scalars that are clamped to `0..<extent`, with that extent: rows that are looked up.
  private func clampedScalars(_ statements: [Statement]) -> [Int: Int] {
    var found: [Int: Int] = [:]
    for statement in statements {
      switch statement {
      case .define(let variable, .call(.minimum, let arguments)):
        guard case .constant(let high, .i64) = arguments[1], high >= 0,
          case .call(.maximum, let inner) = arguments[0], case .constant(0, .i64) = inner[1]
        else { continue }
        found[variable] = Int(high) + 1
      case .loop(_, let body), .when(_, let body): found.merge(clampedScalars(body)) { $1 }
      case .reduce(let nest): found.merge(clampedScalars(nest.body)) { $1 }
      case .contract(let contraction): found.merge(clampedScalars(contraction.epilogue)) { $1 }
      case .define, .store, .accumulate: continue
      }
    }
    return found
  }

  private func collect(_ statements: [Statement], _ path: [MemoryAccess.Step], _ found: inout [MemoryAccess]) {
    for (position, statement) in statements.enumerated() {
      let here = path + [.position(position)]
      switch statement {
      case .loop(let loop, let body): collect(body, here + [.loop(loop)], &found)
      case .define(_, let value): reads(value, here, &found)
      case .store(let buffer, let index, let value):
        reads(value, here, &found)
        found.append(MemoryAccess(buffer: buffer, index: index, isWrite: true, path: here))
      case .accumulate(let buffer, let index, _, let value):
        reads(value, here, &found)
        found.append(MemoryAccess(buffer: buffer, index: index, isWrite: true, path: here))
      case .reduce(let nest):
        let inside = here + nest.loops.map { .loop($0) }
        collect(nest.body, inside, &found)
        for accumulator in nest.accumulators {
          reads(accumulator.value, inside + [.position(nest.body.count)], &found)
        }
      case .when(let condition, let body):
        reads(condition, here + [.position(0)], &found)
        collect(body, here + [.position(1)], &found)
      case .contract(let contraction):
        for operand in [contraction.left, contraction.right] {
          found.append(MemoryAccess(buffer: operand.buffer, index: nil, isWrite: false, path: here))
        }
        let loops = contraction.batch + [contraction.rows, contraction.columns]
        collect(contraction.epilogue, here + loops.map { .loop($0) }, &found)
      }
    }
  }

  private func reads(_ expression: Expression, _ path: [MemoryAccess.Step], _ found: inout [MemoryAccess]) {
    for load in loads(expression) {
      found.append(MemoryAccess(buffer: load.buffer, index: load.index, isWrite: false, path: path))
    }
  }

  /// Whether what the kernel writes to one buffer may lie where it reads another: each element is read for the last
  /// time before, or by the statement that, it is overwritten.
  func canShare(reading source: Int, writing target: Int, _ accesses: [MemoryAccess]) -> Bool {
    let reads = accesses.filter { $0.buffer == source && !$0.isWrite }
    let writes = accesses.filter { $0.buffer == target && $0.isWrite }
    return reads.allSatisfy { read in writes.allSatisfy { isSafe(read, before: $0) } }
  }

  private func isSafe(_ read: MemoryAccess, before write: MemoryAccess) -> Bool {
    guard let readIndex = read.index, let writeIndex = write.index else { return false }
    var common: [Loop] = []
    var depth = 0
    while depth < read.path.count, depth < write.path.count, read.path[depth] == write.path[depth] {
      if case .loop(let loop) = read.path[depth] { common.append(loop) }
      depth += 1
    }
    // Within one iteration of the loops around both, the read comes first.
    if depth < read.path.count, depth < write.path.count {
      guard case .position(let first) = read.path[depth], case .position(let second) = write.path[depth], first < second
      else { return false }
    } else if read.path.count != write.path.count {
      return false
    }
    // Different iterations of those loops touch different elements.
    guard let readRange = range(readIndex, read, common), let writeRange = range(writeIndex, write, common) else {
      return false
    }
    var span = max(readRange.upperBound, writeRange.upperBound) - min(readRange.lowerBound, writeRange.lowerBound) + 1
    for loop in common where readIndex.coefficient(of: loop.variable) != writeIndex.coefficient(of: loop.variable) {
      return false
    }
    let steps = common.filter { $0.extent > 1 }.map { (writeIndex.coefficient(of: $0.variable), $0.extent) }
    for (coefficient, extent) in steps.sorted(by: { $0.0 < $1.0 }) {
      guard coefficient >= span else { return false }
      span += coefficient * (extent - 1)
    }
    return true
  }

  /// The values that an index takes while the loops that are not in `common` run; nil where it uses other variables.
  private func range(_ index: Index, _ access: MemoryAccess, _ common: [Loop]) -> ClosedRange<Int>? {
    let extents = access.extents
    var low = index.constant
    var high = index.constant
    for term in index.terms {
      guard let extent = extents[term.variable] else { return nil }
      if common.contains(where: { $0.variable == term.variable }) { continue }
      let end = term.coefficient * max(0, extent - 1)
      if end < 0 { low += end } else { high += end }
    }
    return low...high
  }
}

/// Every load in an expression, in order.
public func loads(_ expression: Expression) -> [(buffer: Int, index: Index)] {
  switch expression {
  case .load(let buffer, let index): [(buffer, index)]
  case .variable, .constant, .index: []
  case .call(_, let arguments): arguments.flatMap(loads)
  case .compare(_, let left, let right): loads(left) + loads(right)
  case .select(let predicate, let onTrue, let onFalse): loads(predicate) + loads(onTrue) + loads(onFalse)
  case .convert(let value, to: _), .bitcast(let value, to: _): loads(value)
  }
}
