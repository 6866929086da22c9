import AdjointIR
import AdjointSchedule

/// C text of the statements of one kernel.
struct CStatements {
  let kernel: Kernel
  let schedule: Schedule
  var expressions: CExpressions
  let aliasing: Aliasing
  /// Whether only C11 may be written.
  let isPortable: Bool
  /// Names of the kernel's function, to which lane arrays and the like are added.
  var names: Names
  /// What the kernel needs besides its buffers.
  var needs = KernelNeeds()

  /// The names of where a part of the kernel begins and ends; nil where it is not cut.
  private(set) var partLimits: (begin: String, end: String)?

  /// What the reduction that is written next asks for early.
  var early: [EarlyLine] = []

  /// Names made from others so far; loops side by side share them.
  private var derived: [String: String] = [:]

  init(
    kernel: Kernel, schedule: Schedule, expressions: CExpressions, aliasing: Aliasing, names: Names,
    isPortable: Bool = false
  ) {
    self.kernel = kernel
    self.schedule = schedule
    self.expressions = expressions
    self.aliasing = aliasing
    self.names = names
    self.isPortable = isPortable
    if kernel.division != nil, !isPortable { partLimits = (derivedName("begin"), derivedName("end")) }
  }

  /// A name that no buffer or scalar has, the same one for the same text.
  mutating func derivedName(_ text: String) -> String {
    if let name = derived[text] { return name }
    let name = names.unique(text)
    derived[text] = name
    return name
  }

  func name(_ variable: Int) -> String { expressions.variableNames[variable] }
  func text(_ expression: Expression) -> String { expressions.text(expression) }
  func dtype(_ variable: Int) -> DType { kernel.variables[variable].dtype }

  mutating func write(_ statements: [Statement], to text: inout CText) {
    for statement in statements { write(statement, to: &text) }
  }

  mutating func write(_ statement: Statement, to text: inout CText) {
    switch statement {
    case .loop(let loop, let body): write(loop, body, to: &text)
    case .define(let variable, let value):
      text.line("const \(dtype(variable).cType) \(name(variable)) = \(self.text(value));")
    case .store(let buffer, let at, let value):
      text.line("\(expressions.element(buffer, at: at)) = \(self.text(value));")
    case .accumulate(let buffer, let at, let reduction, let value):
      let type = schedule.buffers[buffer].type.dtype
      text.line(combine(expressions.element(buffer, at: at), self.text(value), reduction, type))
    case .reduce(let nest): write(nest, to: &text)
    case .when(let condition, let body):
      var copy = self
      text.block("if (\(self.text(condition)))") { copy.write(body, to: &$0) }
      adopt(copy)
    case .contract(let contraction): write(contraction, to: &text)
    }
  }

  /// Where a loop begins and ends in a part of the kernel: all of it, where it is not cut.
  func limits(_ loop: Loop) -> (begin: String, end: String) {
    guard let partLimits, let division = kernel.division, division.loops.contains(loop.variable) else {
      return ("0", "\(loop.extent)")
    }
    return partLimits
  }

  /// The header of a loop.
  func header(_ loop: Loop) -> String {
    let name = name(loop.variable)
    let (begin, end) = limits(loop)
    return "for (int \(name) = \(begin); \(name) < \(end); \(name)++)"
  }

  mutating func write(_ loop: Loop, _ body: [Statement], to text: inout CText) {
    if !isPortable, writeStreams(loop, body, to: &text) { return }
    if !early.isEmpty {
      let lines = early
      early = []
      return writeEarly(lines, over: loop, body, to: &text)
    }
    var directive = aliasing.allowsVectors(body, over: loop.variable) ? independentIterations : nil
    if !isPortable, let count = vectorsAtOnce(loop, body) {
      directive = (directive ?? "#pragma clang loop") + " interleave_count(\(count))"
    }
    if let directive { text.directive(directive) }
    let early = isPortable ? [:] : earlyLines(loop, body)
    let firstToAskForNext = early.filter { $0.value.contains { $0.nextOf != nil } }.keys.min()
    var copy = self
    text.block(header(loop)) { inner in
      for (place, statement) in body.enumerated() {
        copy.early = early[place] ?? []
        if place == firstToAskForNext { copy.writeNextRow(loop, to: &inner) }
        copy.write(statement, to: &inner)
      }
    }
    adopt(copy)
  }

  /// What stands before a loop whose iterations do not depend on each other.
  var independentIterations: String {
    isPortable ? "INDEPENDENT_ITERATIONS" : "#pragma clang loop vectorize(assume_safety)"
  }

  /// Takes over the names and needs that a copy, used inside a closure, has collected.
  mutating func adopt(_ copy: CStatements) {
    names = copy.names
    derived = copy.derived
    needs = copy.needs
  }

  /// `place = reduction(place, value);`
  func combine(_ place: String, _ value: String, _ reduction: Reduction, _ type: DType) -> String {
    switch (reduction, type) {
    case (.sum, .f32), (.sum, .f64), (.sum, .u32): return "\(place) += \(value);"
    case (.product, .f32), (.product, .f64), (.product, .u32): return "\(place) *= \(value);"
    case (.sum, .bool), (.max, .bool): return "\(place) |= \(value);"
    case (.product, .bool), (.min, .bool): return "\(place) &= \(value);"
    case (.sum, _): return "\(place) = adjoint_add_\(type)(\(place), \(value));"
    case (.product, _): return "\(place) = adjoint_multiply_\(type)(\(place), \(value));"
    case (.max, _): return "\(place) = adjoint_maximum_\(type)(\(place), \(value));"
    case (.min, _): return "\(place) = adjoint_minimum_\(type)(\(place), \(value));"
    }
  }

  /// What a reduction starts from.
  func neutral(_ reduction: Reduction, _ type: DType) -> String {
    switch (reduction, type) {
    case (.sum, _): CExpressions.literal(0, type)
    case (.product, _): CExpressions.literal(1, type)
    case (.max, .f32), (.max, .f64): CExpressions.literal(-.infinity, type)
    case (.min, .f32), (.min, .f64): CExpressions.literal(.infinity, type)
    case (.max, .i32): "INT32_MIN"
    case (.max, .i64): "INT64_MIN"
    case (.min, .i32): "INT32_MAX"
    case (.min, .i64): "INT64_MAX"
    case (.min, .u32): "UINT32_MAX"
    case (.min, .bool): "1"
    case (.max, .u32), (.max, .bool): "0"
    }
  }
}

/// What a kernel's function takes or calls besides its buffers.
struct KernelNeeds {
  /// The bytes of scratch of which each part has a slice, the columns' that it computes, or which all parts read; 0 for
  /// none.
  var sharedBytes = 0
  /// What is done before the parts begin, for all of them: the right matrix packed into the scratch that they share.
  var packing: Packing?
  /// The bytes of scratch that each part has for itself, or the whole kernel has; 0 for none.
  var scratchBytes = 0
  /// The element types whose tile functions it calls.
  var tiles: Set<DType> = []
  /// Those of them that finish a tile while the next one is summed.
  var finishes: Set<DType> = []
  /// Whether it sums some lanes of a row before the others, where registers do not hold all of them.
  var sumsInTurn = false
  /// What stands before the kernel's function.
  var helpers: [String] = []
  /// At multiples of what its parts begin, where that depends on the instruction set.
  var partUnit: String?

  /// What a part's own scratch is called.
  var ownScratch: String { sharedBytes > 0 ? "part_scratch" : "scratch" }
  /// The scratch of a kernel in that many parts.
  func bytes(parts: Int) -> Int { sharedStride + parts * scratchStride }
  /// Each begins on a cache line of its own.
  var sharedStride: Int { (sharedBytes + 63) / 64 * 64 }
  var scratchStride: Int { (scratchBytes + 63) / 64 * 64 }
}
