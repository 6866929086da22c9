import CBench

/// How many times as fast as one core the cores of this machine are together at what sets a workload's bound, time and
/// again for about that long: multiply-adds, or passes over the workload's memory. Nothing where there is one thread.
///
/// On a machine of one's own this is about the number of cores. On a shared one it says what there was to be had.
func gains(_ cost: Workload.Cost, isMemory: Bool, threads: Int, seconds: Double) -> [Double] {
  var gains = [Double](repeating: 0, count: 4096)
  guard isMemory else {
    let turns = cbench_gains(
      Int32(threads), { _, _ in _ = cbench_multiply_add(12 << 12) }, nil, seconds, &gains, Int32(gains.count))
    return Array(gains.prefix(Int(turns)))
  }
  // Each thread has its own part of the memory, as in a step that is divided.
  let count = max(1024, Int(cost.footprint) / (cost.isInPlace ? 4 : 8)) / threads
  let memory = UnsafeMutablePointer<Float>.allocate(capacity: 2 * count * threads)
  memory.initialize(repeating: 1, count: 2 * count * threads)
  defer { memory.deallocate() }
  var passes = Passes(
    memory: memory, count: count, isInPlace: cost.isInPlace, rounds: UInt64(max(1, 1_000_000 / (count * threads))))
  let turns = cbench_gains(
    Int32(threads),
    { context, share in
      guard let passes = context?.assumingMemoryBound(to: Passes.self).pointee else { return }
      let start = passes.memory + 2 * passes.count * Int(share)
      if passes.isInPlace {
        cbench_update(start, passes.count, passes.rounds)
      } else {
        cbench_copy(start, start + passes.count, passes.count, passes.rounds)
      }
    }, &passes, seconds, &gains, Int32(gains.count))
  return Array(gains.prefix(Int(turns)))
}

/// What each thread passes over.
private struct Passes {
  var memory: UnsafeMutablePointer<Float>
  var count: Int
  var isInPlace: Bool
  var rounds: UInt64
}
