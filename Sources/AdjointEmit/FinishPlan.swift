import AdjointIR
import AdjointSchedule

/// What happens to a product's elements, in stages that go on while the next tile is summed.
///
/// A processor takes many cycles for a root or a division, and keeps no other unit from working meanwhile; but it looks
/// no further ahead than some steps of a sum. So each of them gets a stage, what uses it comes in a later one, and there
/// are steps of the next tile's sum between them.
struct FinishPlan {
  /// One statement of an epilogue.
  enum Step {
    case define(Int, Expression)
    case store(buffer: Int, at: Index, Expression)
  }

  /// What each stage does, in order.
  private(set) var stages: [[Step]] = []
  /// Variables of the epilogue that a later stage than their own uses.
  private(set) var kept: [Int] = []
  /// Variables from outside.
  private(set) var outer: [Int] = []
  /// The buffers that are read and written.
  private(set) var buffers: [Int] = []
  /// The kernel with the variables that stages need besides its own.
  private(set) var kernel: Kernel

  private let contraction: Contraction
  private let type: DType
  /// The stage from which on a variable can be used: one later than its own where it is a root or a quotient.
  private var ready: [Int: Int] = [:]
  private var steps: [(stage: Int, step: Step)] = []

  /// Stages of more would leave too few steps of the sum for each.
  private static let mostStages = 6

  /// Nil where nothing is gained, or something is not done to vectors.
  init?(_ contraction: Contraction, _ plan: TilePlan, _ kernel: Kernel, _ schedule: Schedule, _ aliasing: Aliasing) {
    self.contraction = contraction
    self.kernel = kernel
    type = kernel.variables[contraction.accumulator].dtype
    let tiles = (plan.rows / TilePlan.tallestTile) * (plan.columns / TilePlan.widestPanel)
    guard contraction.batch.isEmpty, !plan.cutsDepth, plan.columns % TilePlan.widestPanel == 0, tiles > 3,
      contraction.epilogue.allSatisfy({ isForVectors($0, schedule.buffers) })
    else { return nil }
    ready[contraction.accumulator] = 0
    for statement in contraction.epilogue { place(statement) }
    let count = (steps.map(\.stage).max() ?? 0) + 1
    // At least two steps of the sum after each stage of each row.
    guard count > 1, count <= Self.mostStages, plan.depth >= 2 * TilePlan.tallestTile * count else { return nil }
    delayLoads()
    stages = (0..<count).map { stage in steps.filter { $0.stage == stage }.map(\.step) }
    guard keepsOrder(aliasing) else { return nil }
    collect()
  }

  /// Whether a statement can be written for vectors along the columns.
  private func isForVectors(_ statement: Statement, _ buffers: [Buffer]) -> Bool {
    switch statement {
    case .define(let variable, let value):
      return kernel.variables[variable].dtype == type && isForVectors(value, buffers)
    case .store(let buffer, let at, let value):
      return buffers[buffer].type.dtype == type && isInTile(at) && at.coefficient(of: contraction.columns.variable) == 1
        && isForVectors(value, buffers)
    default: return false
    }
  }

  private func isForVectors(_ expression: Expression, _ buffers: [Buffer]) -> Bool {
    switch expression {
    case .load(let buffer, let at):
      return buffers[buffer].type.dtype == type && isInTile(at)
        && (0...1).contains(at.coefficient(of: contraction.columns.variable))
    case .variable(let variable): return kernel.variables[variable].dtype == type
    case .constant(_, let dtype): return dtype == type
    case .call(let function, let arguments):
      return [.negate, .add, .subtract, .multiply, .fma, .divide, .sqrt, .rsqrt].contains(function)
        && arguments.allSatisfy { isForVectors($0, buffers) }
    case .index, .compare, .select, .convert, .bitcast: return false
    }
  }

  /// Whether an index depends on the row and the column only.
  private func isInTile(_ index: Index) -> Bool {
    index.terms.allSatisfy { $0.variable == contraction.rows.variable || $0.variable == contraction.columns.variable }
  }
}

extension FinishPlan {
  private mutating func place(_ statement: Statement) {
    switch statement {
    case .define(let variable, let value):
      let (value, stage) = staged(value, name: variable)
      if value != .variable(variable) { define(variable, value, stage) }
    case .store(let buffer, let at, let value):
      let (value, stage) = staged(value)
      steps.append((stage, .store(buffer: buffer, at: at, value)))
    default: break
    }
  }

  private mutating func define(_ variable: Int, _ value: Expression, _ stage: Int) {
    steps.append((stage, .define(variable, value)))
    ready[variable] = stage
  }

  private mutating func variable(_ name: String) -> Int {
    kernel.variables.append(.init(name: name, dtype: type))
    return kernel.variables.count - 1
  }

  /// The expression over variables for the roots and quotients in it, and the stage in which it can be computed.
  /// - Parameter name: The variable that is to have the value, where that is a root or a quotient.
  private mutating func staged(_ expression: Expression, name: Int? = nil) -> (Expression, Int) {
    guard case .call(let function, let arguments) = expression else {
      if case .variable(let variable) = expression { return (expression, ready[variable] ?? 0) }
      return (expression, 0)
    }
    if function == .rsqrt {
      return staged(.call(.divide, [.constant(1, type), .call(.sqrt, arguments)]), name: name)
    }
    var operands = arguments.map { staged($0) }
    guard function == .sqrt || function == .divide else {
      return (.call(function, operands.map(\.0)), operands.map(\.1).max() ?? 0)
    }
    let stage = max(1, operands.map(\.1).max() ?? 0)
    let names = function == .sqrt ? ["radicand"] : ["numerator", "denominator"]
    for number in operands.indices where operands[number].1 < stage {
      guard case .call = operands[number].0 else { continue }
      let operand = variable(names[number])
      define(operand, operands[number].0, operands[number].1)
      operands[number].0 = .variable(operand)
    }
    let result = name ?? variable(function == .sqrt ? "root" : "quotient")
    define(result, .call(function, operands.map(\.0)), stage)
    ready[result] = stage + 1
    return (.variable(result), stage + 1)
  }

  /// Loads that have a name go to the first stage that uses it.
  private mutating func delayLoads() {
    for number in steps.indices {
      guard case .define(let variable, .load) = steps[number].step else { continue }
      let uses = steps.filter { $0.step.value.variables.contains(variable) }.map(\.stage)
      steps[number].stage = uses.min() ?? 0
    }
  }

  /// Whether loads and stores of what may be the same element are in the order in which the epilogue has them.
  private func keepsOrder(_ aliasing: Aliasing) -> Bool {
    func accesses(_ loads: [(buffer: Int, index: Index)], _ store: Int?) -> [(buffer: Int, isStore: Bool)] {
      loads.map { ($0.buffer, false) } + (store.map { [($0, true)] } ?? [])
    }
    let before = contraction.epilogue.flatMap { statement -> [(buffer: Int, isStore: Bool)] in
      switch statement {
      case .define(_, let value): accesses(loads(value), nil)
      case .store(let buffer, _, let value): accesses(loads(value), buffer)
      default: []
      }
    }
    let after = stages.joined().flatMap { step -> [(buffer: Int, isStore: Bool)] in
      if case .store(let buffer, _, let value) = step { return accesses(loads(value), buffer) }
      return accesses(loads(step.value), nil)
    }
    for store in before where store.isStore {
      /// The accesses of the store's memory, each by its buffer and kind.
      func order(_ all: [(buffer: Int, isStore: Bool)]) -> [[Int]] {
        all.filter { $0.buffer == store.buffer || aliasing.mayBeSame($0.buffer, store.buffer) }
          .map { [$0.buffer, $0.isStore ? 1 : 0] }
      }
      guard order(before) == order(after) else { return false }
    }
    return true
  }

  private mutating func collect() {
    var stageOf: [Int: Int] = [contraction.accumulator: 0]
    for (number, steps) in stages.enumerated() {
      for step in steps {
        for variable in step.value.variables where variable != contraction.accumulator {
          if let own = stageOf[variable] {
            if own < number, !kept.contains(variable) { kept.append(variable) }
          } else if !outer.contains(variable) {
            outer.append(variable)
          }
        }
        var used = loads(step.value).map(\.buffer)
        switch step {
        case .define(let variable, _): stageOf[variable] = number
        case .store(let buffer, _, _): used.append(buffer)
        }
        for buffer in used where !buffers.contains(buffer) { buffers.append(buffer) }
      }
    }
  }
}

extension FinishPlan.Step {
  /// What is defined or stored.
  var value: Expression {
    switch self {
    case .define(_, let value), .store(_, _, let value): value
    }
  }

  /// The variable that is defined.
  var defined: Int? { if case .define(let variable, _) = self { variable } else { nil } }
}

extension Expression {
  /// Whether a value is made from the number of an iteration itself.
  var usesIndex: Bool {
    switch self {
    case .index: true
    case .load, .variable, .constant: false
    case .call(_, let arguments): arguments.contains(where: \.usesIndex)
    case .compare(_, let left, let right): left.usesIndex || right.usesIndex
    case .select(let predicate, let onTrue, let onFalse): [predicate, onTrue, onFalse].contains(where: \.usesIndex)
    case .convert(let value, to: _), .bitcast(let value, to: _): value.usesIndex
    }
  }

  /// The variables that a value is computed from, but for those in the indices of what it loads.
  var variables: [Int] {
    switch self {
    case .variable(let variable): [variable]
    case .load, .constant, .index: []
    case .call(_, let arguments): arguments.flatMap(\.variables)
    case .compare(_, let left, let right): left.variables + right.variables
    case .select(let predicate, let onTrue, let onFalse): [predicate, onTrue, onFalse].flatMap(\.variables)
    case .convert(let value, to: _), .bitcast(let value, to: _): value.variables
    }
  }
}
