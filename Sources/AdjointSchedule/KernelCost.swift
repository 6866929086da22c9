import AdjointIR

/// About how long a kernel takes on one core, in nanoseconds: enough to tell whether it is worth dividing.
///
/// Numbers are those of a server core of 2023 with AVX-512, rounded; where cores are slower, dividing pays earlier
/// than this says. A multiply-add of a product of matrices takes 0.02 ns, an addition 0.03, a division or square root
/// 0.1, a function such as exp 0.4, an element read or written 0.05 from a cache, and 0.4 where it comes from memory.
public struct KernelCost {
  private let kernel: Kernel
  private let buffers: [Buffer]

  /// The cost of a kernel of a schedule that has these buffers.
  public init(kernel: Kernel, buffers: [Buffer]) {
    self.kernel = kernel
    self.buffers = buffers
  }

  /// Waking a thread that sleeps and waiting for the last one costs a few microseconds, so a part of a kernel does
  /// this much work at least.
  public static let leastPart = 8_000.0

  /// Bytes that pass between a core and memory in a nanosecond.
  private static let memoryBytes = 10.0
  /// Arrays that are smaller in all stay in a cache.
  private static let nearBytes = 1 << 21

  var nanoseconds: Double {
    let bytes = Set(kernel.reads + kernel.writes).map { buffers[$0].type.byteCount }.reduce(0, +)
    let arithmetic = cost(kernel.body)
    return bytes > KernelCost.nearBytes ? max(arithmetic, Double(bytes) / KernelCost.memoryBytes) : arithmetic
  }

  /// The arithmetic of one of its statements.
  public func nanoseconds(_ statement: Statement) -> Double { cost(statement) }

  private func cost(_ statements: [Statement]) -> Double { statements.map(cost).reduce(0, +) }

  private func cost(_ statement: Statement) -> Double {
    switch statement {
    case .loop(let loop, let body): return Double(loop.extent) * cost(body)
    case .define(_, let value): return cost(value)
    case .store(_, _, let value): return 0.05 + cost(value)
    case .accumulate(_, _, _, let value): return 0.1 + cost(value)
    case .when(let condition, let body): return cost(condition) + cost(body)
    case .reduce(let nest):
      let values = nest.accumulators.map { 0.03 + cost($0.value) }.reduce(0, +)
      return Double(nest.loops.map(\.extent).reduce(1, *)) * (values + cost(nest.body))
    case .contract(let contraction):
      let loops = contraction.batch + [contraction.rows, contraction.columns]
      let size = kernel.variables[contraction.accumulator].dtype.size
      let sum = Double(contraction.depth) * 0.005 * Double(size) * emptyLanes(contraction)
      return Double(loops.map(\.extent).reduce(1, *)) * (sum + cost(contraction.epilogue))
    }
  }

  /// By how much longer a product takes since its last vectors are not full: they run along the columns, or along rows
  /// that lie side by side.
  private func emptyLanes(_ contraction: Contraction) -> Double {
    func factor(_ extent: Int) -> Double { Double((extent + 15) / 16 * 16) / Double(max(1, extent)) }
    let along = factor(contraction.columns.extent)
    return contraction.left.freeStride == 1 ? min(along, factor(contraction.rows.extent)) : along
  }

  private func cost(_ expression: Expression) -> Double {
    switch expression {
    case .load: return 0.05
    case .variable, .constant, .index: return 0
    case .call(let function, let arguments):
      let isDouble = arguments.first.map { $0.dtype(kernel, buffers) == .f64 } ?? false
      return arguments.map(cost).reduce(0, +) + (isDouble ? 4 : 1) * cost(function)
    case .compare(_, let left, let right): return 0.03 + cost(left) + cost(right)
    case .select(let predicate, let onTrue, let onFalse):
      return 0.03 + cost(predicate) + cost(onTrue) + cost(onFalse)
    case .convert(let value, to: _), .bitcast(let value, to: _): return 0.03 + cost(value)
    }
  }

  private func cost(_ function: ScalarFunction) -> Double {
    switch function {
    case .divide, .sqrt, .rsqrt, .remainder: 0.1
    case .add, .subtract, .multiply, .negate, .fma, .maximum, .minimum, .abs, .sign, .floor: 0.03
    case .exp, .expm1, .log, .log1p, .tanh, .logistic, .erf, .erfInv, .sin, .cos, .power: 0.4
    default: 0.1
    }
  }
}
