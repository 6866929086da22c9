import AdjointIR
import AdjointSchedule

/// Swift text of the statements of one kernel.
struct SwiftStatements {
  let kernel: Kernel
  let schedule: Schedule
  var expressions: SwiftExpressions
  /// Names of the kernel's function, to which lanes and the like are added.
  var names: Names
  /// The bytes of scratch memory taken so far.
  var scratchBytes = 0
  /// The element types whose product function the kernel calls.
  var products: Set<DType> = []

  /// Names made from others so far; loops side by side share them.
  private var derived: [String: String] = [:]

  init(kernel: Kernel, schedule: Schedule, expressions: SwiftExpressions, names: Names) {
    self.kernel = kernel
    self.schedule = schedule
    self.expressions = expressions
    self.names = names
  }

  /// A name that no buffer or scalar has, the same one for the same text.
  mutating func derivedName(_ text: String) -> String {
    if let name = derived[text] { return name }
    let name = names.unique(text)
    derived[text] = name
    return name
  }

  /// Takes a piece of the scratch memory, aligned to 64 bytes, and returns its offset.
  mutating func takeScratch(_ byteCount: Int) -> Int {
    defer { scratchBytes += (byteCount + 63) / 64 * 64 }
    return scratchBytes
  }

  /// Takes over what a copy, used inside a closure, has collected.
  mutating func adopt(_ copy: SwiftStatements) { self = copy }

  func name(_ variable: Int) -> String { expressions.variableNames[variable] }
  func text(_ expression: Expression) -> String { expressions.text(expression) }
  func dtype(_ variable: Int) -> DType { kernel.variables[variable].dtype }

  mutating func write(_ statements: [Statement], to text: inout CText) {
    for statement in statements { write(statement, to: &text) }
  }

  mutating func write(_ statement: Statement, to text: inout CText) {
    switch statement {
    case .loop(let loop, let body):
      var copy = self
      text.loop(name(loop.variable), in: "0..<\(loop.extent)") { copy.write(body, to: &$0) }
      adopt(copy)
    case .define(let variable, let value):
      text.line("let \(name(variable)): \(dtype(variable).swiftName) = \(self.text(value))")
    case .store(let buffer, let at, let value):
      text.line("\(expressions.element(buffer, at: at)) = \(expressions.stored(value))")
    case .accumulate(let buffer, let at, let reduction, let value):
      let type = schedule.buffers[buffer].type.dtype
      text.line(combineElement(expressions.element(buffer, at: at), value, reduction, type))
    case .reduce(let nest): write(nest, to: &text)
    case .when(let condition, let body):
      var copy = self
      text.block("if \(self.text(condition))") { copy.write(body, to: &$0) }
      adopt(copy)
    case .contract(let contraction): write(contraction, to: &text)
    }
  }

  mutating func writeLoops(
    _ loops: ArraySlice<Loop>, to text: inout CText, _ body: (inout SwiftStatements, inout CText) -> Void
  ) {
    guard let loop = loops.first else { return body(&self, &text) }
    var copy = self
    text.loop(name(loop.variable), in: "0..<\(loop.extent)") { copy.writeLoops(loops.dropFirst(), to: &$0, body) }
    adopt(copy)
  }

  /// `place = reduction(place, value)` for a place in memory or in a vector.
  func combineElement(_ place: String, _ value: Expression, _ reduction: Reduction, _ type: DType) -> String {
    combine(place, type == .bool ? "(\(expressions.stored(value)))" : text(value), reduction, type)
  }

  /// `place = reduction(place, value)`; booleans are bytes on both sides.
  func combine(_ place: String, _ value: String, _ reduction: Reduction, _ type: DType) -> String {
    switch (reduction, type) {
    case (.sum, .bool), (.max, .bool): "\(place) |= \(value)"
    case (.product, .bool), (.min, .bool): "\(place) &= \(value)"
    case (.sum, _): "\(place) \(type.isFloat ? "" : "&")+= \(value)"
    case (.product, _): "\(place) \(type.isFloat ? "" : "&")*= \(value)"
    case (.max, _): "\(place) = adjoint_maximum_\(type)(\(place), \(value))"
    case (.min, _): "\(place) = adjoint_minimum_\(type)(\(place), \(value))"
    }
  }

  /// What a reduction starts from.
  func neutral(_ reduction: Reduction, _ type: DType) -> String {
    switch (reduction, type) {
    case (.max, .bool): "0"
    case (.min, .bool): "1"
    case (.sum, .bool): "0"
    case (.product, .bool): "1"
    case (.sum, _): SwiftExpressions.literal(0, type)
    case (.product, _): SwiftExpressions.literal(1, type)
    case (.max, .f32), (.max, .f64): SwiftExpressions.literal(-.infinity, type)
    case (.min, .f32), (.min, .f64): SwiftExpressions.literal(.infinity, type)
    case (.max, _): "\(type.swiftName).min"
    case (.min, _): "\(type.swiftName).max"
    }
  }
}

extension CText {
  /// `for name in range {`, the body, `}`; `_` for a name that the body does not use, which Swift would warn of.
  mutating func loop(_ name: String, in range: String, _ body: (inout CText) -> Void) {
    let start = lines.count
    block("for \(name) in \(range)", body)
    let isUsed = lines[(start + 1)...].contains { line in
      line.split { !($0.isLetter || $0.isNumber || $0 == "_") }.contains { $0 == name }
    }
    if !isUsed { replaceLine(start, lines[start].replacing("for \(name) in", with: "for _ in", maxReplacements: 1)) }
  }
}
