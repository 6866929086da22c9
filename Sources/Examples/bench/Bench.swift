import Adjoint

/// Measures what the options ask for and prints it.
func bench(_ options: BenchOptions) throws {
  if let threads = options.threads { Threads.limit = threads }
  let threads = Threads.limit
  let peers = try options.peers.map { try Peer($0, python: options.python, threads: options.threads) }
  let machine = Machine()
  var report = Report(
    machine: Machine.name, threads: threads, peakGigaflops: machine.peak / 1e9,
    exponentialNanoseconds: machine.exponential * 1e9, tangentNanoseconds: machine.tangent * 1e9, outcomes: [])
  if !options.json {
    print(
      """
      \(report.machine)
      one core: \(report.peakGigaflops.short) GFLOP/s in multiply-adds, exp \(report.exponentialNanoseconds.short) ns, \
      tanh \(report.tangentNanoseconds.short) ns; \(threads) threads

      \(Report.head(peers: options.peers))
      """)
  }
  for (id, title, make) in workloads where options.wants(id, title) {
    let outcome = try measure(id, title, make(), peers, threads, seconds: options.seconds)
    report.outcomes.append(outcome)
    if !options.json { print(outcome.row(peers: options.peers)) }
  }
  if options.json { print(report.json) }
  let wrong = report.outcomes.flatMap { outcome in
    outcome.peers.filter { !$0.value.agrees }.map { "\(outcome.workload) (\($0.key))" }
  }
  if !wrong.isEmpty { throw Disagreement(workloads: wrong) }
}

/// A peer computed something else.
struct Disagreement: Error, CustomStringConvertible {
  var workloads: [String]
  var description: String { "the numbers differ from the peer's: \(workloads.sorted().joined(separator: ", "))" }
}

private func measure(
  _ id: String, _ title: String, _ workload: Workload, _ peers: [Peer], _ threads: Int, seconds: Double
) throws -> Outcome {
  let signature = workload.signature()
  var samples: [Double] = []
  var threaded: [Double] = []
  var possible: [Double] = []
  var bounds: [Double] = []
  var theirs: [String: [Double]] = [:]
  // Turn by turn, so that whatever else the machine does hits all alike.
  let rounds = peers.isEmpty ? 5 : 3
  for _ in 0..<rounds {
    let bound = Machine().bound(workload.cost)
    bounds.append(bound.seconds)
    Threads.limit = 1
    samples += sample(workload.run, restart: workload.restart, seconds: seconds / Double(rounds))
    Threads.limit = threads
    if threads > 1 {
      // Before and after, since what a shared machine has to give changes.
      func look() -> [Double] {
        gains(workload.cost, isMemory: bound.isMemory, threads: threads, seconds: seconds / Double(10 * rounds))
      }
      possible += look()
      threaded += sample(workload.run, restart: workload.restart, seconds: seconds / Double(rounds))
      possible += look()
    }
    for peer in peers {
      theirs[peer.name, default: []] += try peer.sample(id, seconds: seconds / Double(rounds))
    }
  }
  let time = median(samples)
  let bound = median(bounds)
  let onAll = threads > 1 ? median(threaded) : time
  // All of them can leave the work to one.
  let limit = possible.isEmpty ? nil : max(1, median(possible))
  let cost = workload.cost
  var outcome = Outcome(
    workload: id, title: title, microseconds: time * 1e6, fastest: (samples.min() ?? time) * 1e6,
    threadedMicroseconds: onAll * 1e6, scaling: time / onAll, scalingLimit: limit,
    kernelMicroseconds: workload.kernel.map { median(sample($0, seconds: seconds / 4)) * 1e6 },
    gigaflops: cost.flops > 0 ? cost.flops / time / 1e9 : nil,
    gigabytes: cost.bytes > 0 ? cost.bytes / time / 1e9 : nil, boundMicroseconds: bound * 1e6,
    shareOfBound: bound / time, threadedShareOfBound: limit.map { bound / $0 / onAll },
    arenaBytes: workload.arenaBytes, allocationsPerStep: allocations(workload.run))
  for peer in peers {
    let other = median(theirs[peer.name] ?? [])
    outcome.peers[peer.name] = .init(
      microseconds: other * 1e6, ratio: other / onAll, agrees: agree(signature, try peer.signature(id)))
  }
  return outcome
}
