import AdjointIR
import AdjointSchedule

/// A line of memory that a pass over a row asks for while it computes, because a later loop over the same row
/// writes it, or the next row reads it.
///
/// A store to a line that is in no near cache waits for the line to be read, and processors guess only which lines a
/// stream of reads comes to next. A kernel that passes over each row several times knows: the pass before a store has
/// the time to ask for the store's line, and the passes after the first for what the first one reads of the next row.
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
  /// What each pass among the statements of a loop over rows asks for early, by the statement's place.
  func earlyLines(_ row: Loop, _ body: [Statement]) -> [Int: [EarlyLine]] {
    let passes = body.enumerated().compactMap { place, statement in
      RowPass(statement).map { (place: place, pass: $0) }
    }
    guard let first = passes.first?.pass, passes.count > 1, row.extent > 1,
      passes.allSatisfy({ $0.pass.loop.extent == first.loop.extent })
    else { return [:] }
    func isFar(_ buffer: Int, _ index: Index, _ pass: RowPass) -> Bool {
      schedule.buffers[buffer].type.byteCount > EarlyLine.nearBytes && index.coefficient(of: pass.loop.variable) == 1
        && index.coefficient(of: row.variable) >= first.loop.extent
        && index.terms.allSatisfy { expressions.loopIndices.contains($0.variable) }
    }
    var early: [Int: [EarlyLine]] = [:]
    for (current, next) in zip(passes, passes.dropFirst()) where canAsk(current.pass) {
      early[current.place] = next.pass.stores.filter { isFar($0.buffer, $0.index, next.pass) }.map {
        EarlyLine(buffer: $0.buffer, index: $0.index, column: next.pass.loop.variable, isWrite: true)
      }
    }
    let able = passes.filter { canAsk($0.pass) }
    let later = able.filter { $0.place > passes[0].place }
    let asking = later.isEmpty ? able : later
    let times = KernelCost(kernel: kernel, buffers: schedule.buffers)
    // The longer a pass computes the more it asks, but what asks for several lines at once waits for the last of them.
    // A loop is cut into blocks for this alone.
    func wait(_ place: Int, _ pass: RowPass) -> Double {
      let lines = Double(early[place, default: []].count + 1)
      return lines * lines / times.nanoseconds(body[place]) * (pass.isReduction ? 1 : 2)
    }
    for load in first.loads where isFar(load.buffer, load.index, first) {
      guard let place = asking.min(by: { wait($0.place, $0.pass) < wait($1.place, $1.pass) })?.place else { break }
      early[place, default: []].append(
        EarlyLine(
          buffer: load.buffer, index: load.index, column: first.loop.variable, isWrite: false, nextOf: row))
    }
    return early
  }

  /// Whether a pass has blocks to ask from, or can be given some: a loop over all of the row that a compiler may cut up as
  /// it likes.
  private func canAsk(_ pass: RowPass) -> Bool {
    pass.isReduction
      || pass.body.isFlat && pass.loop.extent >= EarlyLine.block && vectorsAtOnce(pass.loop, pass.body) == nil
        && kernel.division?.loops.contains(pass.loop.variable) != true
  }

  /// Asks for the lines of one block of a row, from the element `block` on.
  mutating func writeEarly(_ lines: [EarlyLine], block: String, lanes: Int, to text: inout CText) {
    if !lines.isEmpty { text.line("// Soon written, or read.") }
    for line in lines {
      for offset in stride(from: 0, to: lanes, by: perLine(line)) {
        text.line(prefetch(line, from: block, offset))
      }
    }
  }

  /// Asks for as many lines as there are in what is computed from a block of a row: those after the ones that were asked
  /// for before, since memory is quicker to answer for lines one after the other.
  mutating func writeEarly(_ lines: [EarlyLine], _ turns: Turns, to text: inout CText) {
    guard let step = lines.map(perLine).min() else { return }
    let (from, line) = (derivedName("lines_begin"), derivedName("line"))
    text.line("// Soon written, or read.")
    text.line(
      "const int \(from) = (\(turns.first) * \(turns.extent) + \(turns.block) * \(turns.atOnce)) / \(turns.lanes);")
    text.block("for (int \(line) = \(from); \(line) < \(from) + \(turns.atOnce); \(line) += \(step))") { inner in
      for early in lines { inner.line(prefetch(early, from: line, 0)) }
    }
  }

  /// A loop over a row, in blocks that ask for lines.
  mutating func writeEarly(_ lines: [EarlyLine], over loop: Loop, _ body: [Statement], to text: inout CText) {
    let lanes = EarlyLine.block
    let whole = loop.extent / lanes * lanes
    let block = derivedName(name(loop.variable) + "_block")
    var copy = self
    text.block("for (int \(block) = 0; \(block) < \(whole); \(block) += \(lanes))") { outer in
      copy.writeEarly(lines, block: block, lanes: lanes, to: &outer)
      copy.writeLoop(loop, from: block, to: "\(block) + \(lanes)", body, to: &outer)
    }
    if whole < loop.extent { copy.writeLoop(loop, from: "\(whole)", to: "\(loop.extent)", body, to: &text) }
    adopt(copy)
  }

  private func perLine(_ line: EarlyLine) -> Int {
    max(1, EarlyLine.lineBytes / schedule.buffers[line.buffer].type.dtype.size)
  }

  private mutating func prefetch(_ line: EarlyLine, from place: String, _ offset: Int) -> String {
    var here = expressions
    here.variableNames[line.column] = place
    if let row = line.nextOf { here.variableNames[row.variable] = derivedName(name(row.variable) + "_next") }
    let element = here.element(line.buffer, at: line.index + Index(constant: offset))
    return "__builtin_prefetch(&\(element)\(line.isWrite ? ", 1" : ""));"
  }

  /// Defines the number of the next row, the last row's own where there is none.
  mutating func writeNextRow(_ row: Loop, to text: inout CText) {
    let name = name(row.variable)
    text.line("const int \(derivedName(name + "_next")) = \(name) + 1 < \(row.extent) ? \(name) + 1 : \(name);")
  }
}

/// Passes over a row's blocks, each for some lanes of a block: what is known where the lanes of one block are computed.
struct Turns {
  /// The lanes of a block.
  let lanes: Int
  /// The elements of all blocks.
  let extent: Int
  /// How many lanes are computed at once, the first of them, and where their block begins: in C.
  let atOnce: String
  let first: String
  let block: String
}

extension EarlyLine {
  static let lineBytes = 64
  /// Arrays that are smaller stay in the nearest cache anyway.
  static let nearBytes = 1 << 15
  /// The elements for which a loop asks at a time.
  static let block = 32
}

/// A statement that passes over a row once, with what it stores and loads in each iteration.
private struct RowPass {
  let loop: Loop
  let body: [Statement]
  /// Whether it is written in blocks, the lanes of its sums.
  let isReduction: Bool
  private(set) var stores: [(buffer: Int, index: Index)] = []
  private(set) var loads: [(buffer: Int, index: Index)] = []

  init?(_ statement: Statement) {
    switch statement {
    case .reduce(let nest) where nest.loops.count == 1 && nest.lanes > 1:
      (loop, body, isReduction) = (nest.loops[0], nest.body, true)
      collect(nest.body)
      for accumulator in nest.accumulators { add(accumulator.value) }
    case .loop(let loop, let body):
      (self.loop, self.body, isReduction) = (loop, body, false)
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
