import AdjointIR
import AdjointSchedule

// Loops over arrays element by element: how many of their vectors a processor works on at once, and what they ask the
// memory for ahead of time.

extension CStatements {
  /// Writes a loop over arrays that are larger than all caches, in blocks of a cache line; false for other loops.
  ///
  /// A processor follows a few streams of reads by itself, and not far. An optimiser's update has seven, of which it
  /// reaches what one stream does only if it is told.
  mutating func writeStreams(_ loop: Loop, _ body: [Statement], to text: inout CText) -> Bool {
    guard let streams = Streams(loop, body, schedule), kernel.division?.held.isEmpty ?? true else { return false }
    let block = streams.elementsOfALine
    let (begin, end) = limits(loop)
    let index = name(loop.variable)
    let (start, soon) = (derivedName(index + "_block"), derivedName(index + "_soon"))
    let isWhole = loop.extent % block == 0 && (kernel.division?.unit ?? block) % block == 0
    let whole = isWhole ? end : derivedName(index + "_whole")
    if !isWhole { text.line("const int \(whole) = \(end) - (\(end) - \(begin)) % \(block);") }
    let ahead = min(Streams.linesAhead * block, loop.extent)
    var copy = self
    text.block("for (int \(start) = \(begin); \(start) < \(whole); \(start) += \(block))") { outer in
      outer.line("// Soon read, or written.")
      outer.line("const int \(soon) = \(start) < \(loop.extent - ahead) ? \(start) + \(ahead) : \(start);")
      for (buffer, isWrite) in streams.buffers {
        let element = "\(copy.expressions.bufferNames[buffer] ?? "")[\(soon)]"
        outer.line("__builtin_prefetch(&\(element)\(isWrite ? ", 1" : ""));")
      }
      copy.writeLoop(loop, from: start, to: "\(start) + \(block)", body, to: &outer)
    }
    if !isWhole { copy.writeLoop(loop, from: whole, to: end, body, to: &text) }
    adopt(copy)
    return true
  }

  /// The iterations of a loop from one to before another.
  mutating func writeLoop(
    _ loop: Loop, from begin: String, to end: String, _ body: [Statement], to text: inout CText
  ) {
    if aliasing.allowsVectors(body, over: loop.variable) { text.directive(independentIterations) }
    let index = name(loop.variable)
    var copy = self
    text.block("for (int \(index) = \(begin); \(index) < \(end); \(index)++)") { copy.write(body, to: &$0) }
    adopt(copy)
  }

  /// The functions of many steps that are computed for vectors, in single precision.
  static let functions: [ScalarFunction] = [.exp, .expm1, .log, .log1p, .tanh, .logistic, .erf]

  /// How many vectors of a loop a compiler should work on side by side, where its own rule is too shy: it looks at how
  /// long the loop is, not at how long each instruction waits for the one before. Nil leaves the choice to it.
  func vectorsAtOnce(_ loop: Loop, _ body: [Statement]) -> Int? {
    guard loop.extent >= 64 else { return nil }
    var steps = 0
    var hasFunction = false
    func count(_ expression: Expression) -> Bool {
      switch expression {
      case .load, .variable, .constant, .index: return true
      case .call(let function, let arguments):
        steps += 1
        if CStatements.functions.contains(function) {
          guard expressions.dtype(expression) == .f32 else { return false }
          hasFunction = true
        }
        return arguments.allSatisfy(count)
      case .compare(_, let left, let right):
        steps += 1
        return [left, right].allSatisfy(count)
      case .select(let predicate, let onTrue, let onFalse):
        steps += 1
        return [predicate, onTrue, onFalse].allSatisfy(count)
      case .convert(let value, to: _), .bitcast(let value, to: _): return count(value)
      }
    }
    for statement in body {
      switch statement {
      case .define(_, let value), .store(_, _, let value), .accumulate(_, _, _, let value):
        guard count(value) else { return nil }
      case .loop, .reduce, .when, .contract: return nil
      }
    }
    return hasFunction ? steps > 8 ? 4 : 2 : nil
  }
}

/// The arrays that a loop passes over once, each element in its turn, where they are many and large.
private struct Streams {
  /// With whether each is written.
  let buffers: [(buffer: Int, isWrite: Bool)]
  let elementsOfALine: Int

  /// How far ahead lines are asked for.
  static let linesAhead = 32
  /// Fewer bytes may stay in some cache, where processors find their way.
  private static let leastBytes = 32 << 20
  private static let fewest = 3

  init?(_ loop: Loop, _ body: [Statement], _ schedule: Schedule) {
    var found: [(buffer: Int, isWrite: Bool)] = []
    func add(_ buffer: Int, _ index: Index, isWrite: Bool) -> Bool {
      if index.coefficient(of: loop.variable) == 0 { return true }
      guard index == Index(variable: loop.variable), schedule.buffers[buffer].type.count == loop.extent
      else { return false }
      if !found.contains(where: { $0.buffer == buffer }) { found.append((buffer, isWrite)) }
      return true
    }
    func addLoads(_ expression: Expression) -> Bool {
      loads(expression).allSatisfy { add($0.buffer, $0.index, isWrite: false) }
    }
    for statement in body {
      switch statement {
      case .define(_, let value):
        guard addLoads(value) else { return nil }
      case .store(let buffer, let at, let value):
        guard addLoads(value), add(buffer, at, isWrite: true) else { return nil }
      case .accumulate, .loop, .reduce, .when, .contract: return nil
      }
    }
    let types = found.map { schedule.buffers[$0.buffer].type }
    guard found.count >= Streams.fewest, types.reduce(0, { $0 + $1.byteCount }) >= Streams.leastBytes,
      let size = types.map(\.dtype.size).max()
    else { return nil }
    buffers = found
    elementsOfALine = EarlyLine.lineBytes / size
  }
}
