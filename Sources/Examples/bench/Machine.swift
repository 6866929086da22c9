import CAdjoint
import CBench

/// What one core of this machine can do at most, as small loops find it now: medians, since workloads are judged by
/// theirs. A processor's clock, and what a shared one has left, change within seconds: what a workload is compared with
/// is found turn by turn with it.
struct Machine {
  /// Floating-point operations a second in fused multiply-adds.
  let peak: Double
  /// Seconds for one exponential and one hyperbolic tangent in a long row, with the vector maths that kernels use.
  let exponential: Double
  let tangent: Double

  init() {
    peak = 24 * Double(Self.lanes) / usualTime { _ = cbench_multiply_add(UInt64($0)) }
    let count = 4096
    // Aligned as tensors are: vectors across cache lines would take longer, and make the bounds too easy.
    let memory = UnsafeMutableRawPointer.allocate(byteCount: 2 * count * 4, alignment: 64)
    let x = memory.initializeMemory(as: Float.self, from: numbers(count, 1, 4), count: count)
    let y = (memory + count * 4).initializeMemory(as: Float.self, repeating: 0, count: count)
    exponential = usualTime { for _ in 0..<$0 { adjoint_map_exp_f32(x, y, count) } } / Double(count)
    tangent = usualTime { for _ in 0..<$0 { adjoint_map_tanh_f32(x, y, count) } } / Double(count)
    memory.deallocate()
  }

  /// Floats in a vector of the instruction set that kernels use.
  private static var lanes: UInt64 { cbench_multiply_add(1) / 24 }

  /// Bytes a second, read and written together, over arrays of that many bytes in all.
  func bandwidth(_ footprint: Double, isInPlace: Bool) -> Double {
    let count = max(1024, Int(footprint) / (isInPlace ? 4 : 8))
    let memory = UnsafeMutablePointer<Float>.allocate(capacity: 2 * count)
    memory.initialize(repeating: 1, count: 2 * count)
    defer { memory.deallocate() }
    let time = usualTime { rounds in
      if isInPlace {
        cbench_update(memory, count, UInt64(rounds))
      } else {
        cbench_copy(memory, memory + count, count, UInt64(rounds))
      }
    }
    return Double(8 * count) / time
  }

  /// What a workload takes at least on one core.
  func bound(_ cost: Workload.Cost) -> Bound {
    let otherFlops = 2 * cost.otherOperations / Double(cbench_multiply_add_instructions())
    let arithmetic =
      (cost.flops + otherFlops) / peak + cost.exponentials * exponential + cost.tangents * tangent
    guard cost.bytes > 0 else { return Bound(seconds: arithmetic, isMemory: false) }
    let memory = cost.bytes / bandwidth(cost.footprint, isInPlace: cost.isInPlace)
    return Bound(seconds: max(arithmetic, memory), isMemory: memory > arithmetic)
  }

  /// The least time, and what sets it.
  struct Bound {
    var seconds: Double
    var isMemory: Bool
  }

  /// The processor as it names itself, and the instruction set that kernels use.
  static var name: String {
    let isa =
      switch adjoint_selected_isa() {
      case ADJOINT_ISA_AVX512: "AVX-512"
      case ADJOINT_ISA_AVX2: "AVX2"
      default: "baseline"
      }
    return "\(processorName() ?? "a processor without a name"), \(processorCount()) cores, \(isa)"
  }
}

/// The seconds a round of something takes as a rule.
private func usualTime(_ run: (Int) -> Void) -> Double { median(sample(run, seconds: 0.05)) }
