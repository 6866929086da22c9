import AdjointIR
import AdjointSchedule

/// A line of memory that a reduction over a row asks for while it computes, because a later loop over the same row
/// writes it, or the next row reads it.
///
/// A store to a line that is in no near cache waits for the line to be read, and processors guess only which lines a
/// stream of reads comes to next. A kernel that passes over each row several times knows: the pass before a store has
/// the time to ask for the store's line, and the last reduction over a row for the first reads of the next.
struct EarlyLine {
  var buffer: Int
  /// Where the element is, over the row's number and `column`.
  var index: Index
  /// The variable that runs along the row.
  var column: Int
  var isWrite: Bool
  /// The row's loop, where it is the next row's element that is asked for.
  var nextOf: Loop?
}

extension CStatements {
  /// What each reduction among the statements of a loop over rows asks for early, by the statement's place.
  func earlyLines(_ row: Loop, _ body: [Statement]) -> [Int: [EarlyLine]] {
    let passes = body.enumerated().compactMap { place, statement in
      RowPass(statement).map { (place: place, pass: $0) }
    }
    guard let extent = passes.first?.pass.loop.extent, passes.count > 1, row.extent > 1,
      passes.allSatisfy({ $0.pass.loop.extent == extent })
    else { return [:] }
    func isFar(_ buffer: Int, _ index: Index, _ pass: RowPass) -> Bool {
      schedule.buffers[buffer].type.byteCount > EarlyLine.nearBytes && index.coefficient(of: pass.loop.variable) == 1
        && index.coefficient(of: row.variable) >= extent
        && index.terms.allSatisfy { expressions.loopIndices.contains($0.variable) }
    }
    var early: [Int: [EarlyLine]] = [:]
    for (current, next) in zip(passes, passes.dropFirst()) where current.pass.isBlocked {
      early[current.place] = next.pass.stores.filter { isFar($0.buffer, $0.index, next.pass) }.map {
        EarlyLine(buffer: $0.buffer, index: $0.index, column: next.pass.loop.variable, isWrite: true)
      }
    }
    if let last = passes.last(where: { $0.pass.isBlocked }) {
      let first = passes[0].pass
      early[last.place, default: []] += first.loads.filter { isFar($0.buffer, $0.index, first) }.map {
        EarlyLine(buffer: $0.buffer, index: $0.index, column: first.loop.variable, isWrite: false, nextOf: row)
      }
    }
    return early
  }

  /// Asks for the lines of one block of a row, from the element `block` on.
  mutating func writeEarly(_ lines: [EarlyLine], block: String, lanes: Int, to text: inout CText) {
    if !lines.isEmpty { text.line("// Soon written, or read.") }
    for line in lines {
      var here = expressions
      here.variableNames[line.column] = block
      if let row = line.nextOf { here.variableNames[row.variable] = derivedName(name(row.variable) + "_next") }
      let perLine = max(1, EarlyLine.lineBytes / schedule.buffers[line.buffer].type.dtype.size)
      for offset in stride(from: 0, to: lanes, by: perLine) {
        let element = here.element(line.buffer, at: line.index + Index(constant: offset))
        text.line("__builtin_prefetch(&\(element)\(line.isWrite ? ", 1" : ""));")
      }
    }
  }

  /// Defines the number of the next row, the last row's own where there is none.
  mutating func writeNextRow(_ lines: [EarlyLine], to text: inout CText) {
    guard let row = lines.lazy.compactMap(\.nextOf).first else { return }
    let name = name(row.variable)
    text.line("const int \(derivedName(name + "_next")) = \(name) + 1 < \(row.extent) ? \(name) + 1 : \(name);")
  }
}

extension EarlyLine {
  static let lineBytes = 64
  /// Arrays that are smaller stay in the nearest cache anyway.
  static let nearBytes = 1 << 15
}

/// A statement that passes over a row once, with what it stores and loads in each iteration.
private struct RowPass {
  let loop: Loop
  /// Whether it is written in blocks, which have a place to ask for lines from.
  let isBlocked: Bool
  private(set) var stores: [(buffer: Int, index: Index)] = []
  private(set) var loads: [(buffer: Int, index: Index)] = []

  init?(_ statement: Statement) {
    switch statement {
    case .reduce(let nest) where nest.loops.count == 1 && nest.lanes > 1:
      loop = nest.loops[0]
      isBlocked = true
      collect(nest.body)
      for accumulator in nest.accumulators { add(accumulator.value) }
    case .loop(let loop, let body):
      self.loop = loop
      isBlocked = false
      collect(body)
    default: return nil
    }
  }

  private mutating func collect(_ statements: [Statement]) {
    for statement in statements {
      switch statement {
      case .define(_, let value), .accumulate(_, _, _, let value): add(value)
      case .store(let buffer, let index, let value):
        stores.append((buffer, index))
        add(value)
      case .loop, .reduce, .when, .contract: continue
      }
    }
  }

  private mutating func add(_ expression: Expression) {
    for load in AdjointSchedule.loads(expression)
    where !loads.contains(where: { $0.buffer == load.buffer && $0.index == load.index }) {
      loads.append(load)
    }
  }
}
