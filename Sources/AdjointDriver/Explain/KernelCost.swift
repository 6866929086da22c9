import AdjointIR
import AdjointSchedule

/// What a kernel costs, from its statements alone.
struct KernelCost {
  /// Additions, multiplications, comparisons and calls of functions, each counted as one; a fused multiply-add is two.
  var operations = 0
  /// The bytes of every buffer it reads or writes, each counted once.
  var bytes = 0

  init(_ kernel: Kernel, _ schedule: Schedule) {
    operations = KernelCost.operations(kernel.body)
    bytes = Set(kernel.reads + kernel.writes).map { schedule.buffers[$0].type.byteCount }.reduce(0, +)
  }

  private static func operations(_ statements: [Statement]) -> Int {
    statements.map(operations).reduce(0, +)
  }

  private static func operations(_ statement: Statement) -> Int {
    switch statement {
    case .loop(let loop, let body): return loop.extent * operations(body)
    case .define(_, let value), .store(_, _, let value): return operations(value)
    case .accumulate(_, _, _, let value): return operations(value) + 1
    case .when(let condition, let body): return operations(condition) + operations(body)
    case .reduce(let nest):
      let count = nest.loops.map(\.extent).reduce(1, *)
      return count * (operations(nest.body) + nest.accumulators.map { operations($0.value) + 1 }.reduce(0, +))
    case .contract(let contraction):
      let loops = contraction.batch + [contraction.rows, contraction.columns]
      return loops.map(\.extent).reduce(1, *) * (2 * contraction.depth + operations(contraction.epilogue))
    }
  }

  private static func operations(_ expression: Expression) -> Int {
    switch expression {
    case .load, .variable, .constant, .index: return 0
    case .call(let function, let arguments): return (function == .fma ? 2 : 1) + arguments.map(operations).reduce(0, +)
    case .compare(_, let left, let right): return 1 + operations(left) + operations(right)
    case .select(let condition, let onTrue, let onFalse):
      return 1 + operations(condition) + operations(onTrue) + operations(onFalse)
    case .convert(let value, _), .bitcast(let value, _): return operations(value)
    }
  }
}
