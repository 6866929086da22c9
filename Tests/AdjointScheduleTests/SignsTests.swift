import AdjointIR
import AdjointSchedule
import Testing

/// What is known of an element less the largest of its row, where the row's memory is written too.
@Suite struct SignsTests {
  // Variables: the row, two loops along it, the largest, an element; buffer 1 may be the memory of buffer 0.
  private static let (i, j, k, largest, element) = (0, 1, 2, 3, 4)
  private static let difference = Expression.call(.subtract, [.variable(element), .variable(largest)])

  private static func at(_ column: Int) -> Index {
    Index(terms: [.init(variable: i, coefficient: 8), .init(variable: column, coefficient: 1)])
  }

  private static func largestOfRow(_ body: [Statement] = []) -> Statement {
    .reduce(
      ReductionNest(
        lanes: 1, loops: [Loop(variable: j, extent: 8)],
        accumulators: [.init(variable: largest, combine: .reduce(.max), value: .load(buffer: 0, at: at(j)))],
        body: body))
  }

  private static let load = Statement.define(element, .load(buffer: 0, at: at(k)))
  private static func store(_ value: Expression = difference, at column: Int = k) -> Statement {
    .store(buffer: 1, at: at(column), value)
  }
  private static func along(_ body: [Statement]) -> Statement { .loop(Loop(variable: k, extent: 8), body) }
  private static func rows(_ body: [Statement]) -> [Statement] { [.loop(Loop(variable: i, extent: 4), body)] }

  private func isKnown(_ body: [Statement], shared: Set<Int> = [0, 1]) -> Bool {
    let kernel = Kernel(
      name: "rows", sources: [], formulas: [], reads: [0], writes: [1], locals: [],
      variables: ["i", "j", "k", "largest", "element"].enumerated().map { number, name in
        .init(name: name, dtype: number < 3 ? .i64 : .f32)
      }, body: body)
    return Signs(kernel, shared: shared).isAtMostZero(Self.difference)
  }

  @Test func aRowThatIsWrittenAfterItIsReadIsWhatItWas() {
    // Each row is read whole, and then written: by a loop of its own.
    let zero = Expression.constant(0, .f32)
    #expect(isKnown(Self.rows([Self.largestOfRow(), Self.along([Self.load]), Self.along([Self.store(zero)])])))
    // Memory of its own may be written at any time.
    #expect(isKnown(Self.rows([Self.largestOfRow(), Self.along([Self.load, Self.store()])]), shared: []))
  }

  @Test func aRowThatIsWrittenMeanwhileIsNot() {
    let zero = Expression.constant(0, .f32)
    // What an iteration writes, a later one may read.
    #expect(!isKnown(Self.rows([Self.largestOfRow(), Self.along([Self.load, Self.store()])])))
    // Between the largest and the element.
    #expect(!isKnown(Self.rows([Self.largestOfRow(), Self.store(zero, at: Self.i), Self.along([Self.load])])))
    #expect(!isKnown(Self.rows([Self.largestOfRow(), Self.along([Self.store(zero)]), Self.along([Self.load])])))
    let isMet = Expression.compare(.less, .variable(Self.largest), zero)
    let write = Statement.when(isMet, [Self.along([Self.store(zero)])])
    #expect(!isKnown(Self.rows([Self.largestOfRow(), write, Self.along([Self.load])])))
    // While the largest is looked for.
    #expect(!isKnown(Self.rows([Self.largestOfRow([Self.store(zero, at: Self.j)]), Self.along([Self.load])])))
    // The largest of the first row, in all rows: the rows before have been written.
    #expect(
      !isKnown([Self.largestOfRow()] + Self.rows([Self.along([Self.load]), Self.along([Self.store(zero)])])))
  }

  @Test func anElementOfAChangingRowIsKnownWhereItIsDefinedOnly() {
    let load = Expression.load(buffer: 0, at: Self.at(Self.k))
    let kernel = Kernel(
      name: "rows", sources: [], formulas: [], reads: [0], writes: [1], locals: [],
      variables: ["i", "j", "k", "largest", "element"].enumerated().map { number, name in
        .init(name: name, dtype: number < 3 ? .i64 : .f32)
      },
      body: Self.rows([Self.largestOfRow(), Self.along([Self.load]), Self.along([Self.store()])]))
    let signs = Signs(kernel, shared: [0, 1])
    #expect(signs.isAtMostZero(Self.difference))
    #expect(!signs.isAtMostZero(.call(.subtract, [load, .variable(Self.largest)])))
  }
}
