import AdjointIR

// A loss picks one element of each row by comparing every index with the row's label. One look at that element does
// the same: a sum of what is picked is read there, and what is added to the picked element is added there, after the
// loop.

extension KernelWriter {
  /// `number = index ? value : 0` over a loop.
  private struct Choice {
    /// The term of the number, which does not vary with the loop.
    var number: Int
    /// The term of what is picked.
    var value: Int
  }

  /// What a sum over one loop comes to that adds the element at one index, if there is such an index, and zeros;
  /// false where it is another sum.
  mutating func lookUp(_ member: Int, _ loops: ArraySlice<Loop>, in scope: Int) -> Bool {
    guard loops.count == 1, let loop = loops.first, case .reduce(.sum, _) = graph.nodes[member].kind,
      let choice = choice(operandTerm(member, .full), loop)
    else { return false }
    let (row, isInside) = place(choice, loop)
    guard let value = scalars.replacing(loop.variable, in: choice.value, by: row, variable: scalars.reserve(row, "row"))
    else { return false }
    let dtype = graph.nodes[member].type.dtype
    // A sum starts at 0, so that it is never -0.
    let zero = scalars.constant(0, dtype)
    let sum = scalars.term(.select(isInside, scalars.term(.call(.add, [zero, value]), dtype), zero), dtype)
    guard scalars.terms[sum].level == scope else { return false }
    scalars.hint(sum, graph.nodes[member].name.map(identifier) ?? "chosen")
    scalars.count([sum], definesLoads: false)
    reductionVariables[member] = scalars.define(sum, in: scope)
    return true
  }

  /// Where `write` adds a number to one element of a row and 0 to the others, makes it add 0 to all; returns what adds
  /// the number, after the loop.
  mutating func correction(_ write: inout Write, _ loops: ArraySlice<Loop>, in scope: Int) -> [Statement] {
    guard write.reduction == nil, loops.count == 1, let loop = loops.first, scalars.isUsedOnce(write.term),
      write.index.coefficient(of: loop.variable) > 0,
      case .call(.add, let operands) = scalars.terms[write.term].kind, operands[0] != operands[1]
    else { return [] }
    let dtype = scalars.terms[write.term].dtype
    for (rest, picked) in [(operands[0], operands[1]), (operands[1], operands[0])] where scalars.isUsedOnce(picked) {
      // Not 0: the sum of -0 and that would be seen to have gone through +0.
      guard let choice = choice(picked, loop), case .constant(let bits, _) = scalars.terms[choice.value].kind,
        Double(bitPattern: bits) != 0
      else { continue }
      let (row, isInside) = place(choice, loop)
      guard scalars.terms[isInside].level <= scope else { return [] }
      let number = scalars.reserve(row, "row")
      scalars.alsoCount(isInside)
      write.term = scalars.term(.call(.add, [rest, scalars.constant(0, dtype)]), dtype)
      _ = scalars.expression(row, in: scope)
      let condition = scalars.expression(isInside, in: scope)
      let index = write.index.replacing(loop.variable, by: number)
      let value = Expression.constant(Double(bitPattern: bits), dtype)
      return [.when(condition, [.accumulate(buffer: write.buffer, at: index, .sum, value)])]
    }
    return []
  }

  /// A term that is a choice by the loop's index.
  private mutating func choice(_ term: Int, _ loop: Loop) -> Choice? {
    guard case .select(let predicate, let value, let other) = scalars.terms[term].kind,
      case .constant(let bits, _) = scalars.terms[other].kind, bits == 0,
      case .compare(.equal, let left, let right) = scalars.terms[predicate].kind,
      scalars.terms[left].dtype.isInteger
    else { return nil }
    for (index, number) in [(left, right), (right, left)]
    where isIndex(index, of: loop) && scalars.terms[number].level < 2 {
      return Choice(number: number, value: value)
    }
    return nil
  }

  private func isIndex(_ term: Int, of loop: Loop) -> Bool {
    switch scalars.terms[term].kind {
    case .index(let index): index == Index(variable: loop.variable)
    case .convert(let value, let dtype): dtype.isInteger && isIndex(value, of: loop)
    default: false
    }
  }

  /// The index that a choice picks, clamped to those of the loop, and whether it is one of them.
  private mutating func place(_ choice: Choice, _ loop: Loop) -> (row: Int, isInside: Int) {
    let wide =
      scalars.terms[choice.number].dtype == .i64
      ? choice.number : scalars.term(.convert(choice.number, .i64), .i64)
    scalars.hint(wide, "index")
    let row = scalars.clamped(wide, below: loop.extent)
    return (row, scalars.term(.compare(.equal, wide, row), .bool))
  }
}

extension ScalarScopes {
  /// An i64 term brought into `0..<extent`.
  mutating func clamped(_ term: Int, below extent: Int) -> Int {
    let atLeast = self.term(.call(.maximum, [term, constant(0, .i64)]), .i64)
    return self.term(.call(.minimum, [atLeast, constant(Double(extent - 1), .i64)]), .i64)
  }

  /// A term with the innermost loop's variable replaced by a row's number; nil where that cannot be said.
  mutating func replacing(_ loop: Int, in term: Int, by row: Int, variable: Int) -> Int? {
    let old = terms[term]
    if old.level < 2 { return term }
    func children(_ terms: [Int]) -> [Int]? {
      var result: [Int] = []
      for term in terms {
        guard let new = replacing(loop, in: term, by: row, variable: variable) else { return nil }
        result.append(new)
      }
      return result
    }
    switch old.kind {
    case .variable, .constant: return nil
    case .index(let index): return index == Index(variable: loop) ? row : nil
    case .load(let buffer, let index, let other):
      let new = index.replacing(loop, by: variable)
      guard other == nil, new.terms.allSatisfy({ level(Index(terms: [$0])) < 2 }) else { return nil }
      return self.term(.load(buffer: buffer, at: new, row: row), old.dtype)
    case .call(let function, let arguments):
      return children(arguments).map { self.term(.call(function, $0), old.dtype) }
    case .compare(let comparison, let left, let right):
      return children([left, right]).map { self.term(.compare(comparison, $0[0], $0[1]), old.dtype) }
    case .select(let predicate, let onTrue, let onFalse):
      return children([predicate, onTrue, onFalse]).map { self.term(.select($0[0], $0[1], $0[2]), old.dtype) }
    case .convert(let value, let dtype):
      return children([value]).map { self.term(.convert($0[0], dtype), dtype) }
    case .bitcast(let value, let dtype):
      return children([value]).map { self.term(.bitcast($0[0], dtype), dtype) }
    }
  }
}

extension Index {
  /// The index with one variable in the place of another.
  func replacing(_ variable: Int, by other: Int) -> Index {
    Index(
      constant: constant,
      terms: terms.map { $0.variable == variable ? Term(variable: other, coefficient: $0.coefficient) : $0 })
  }
}
