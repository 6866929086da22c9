/// What was measured of one workload.
struct Outcome {
  var workload: String
  var title: String
  /// Median microseconds a step on one thread.
  var microseconds: Double
  /// The fastest sample.
  var fastest: Double
  /// Median microseconds a step on as many threads as the report says, and how many times as fast that is.
  var threadedMicroseconds: Double
  var scaling: Double
  /// How many times as fast as one core all of them were together, at what sets the bound; nil with one thread.
  var scalingLimit: Double?
  /// The time on one thread of the C function alone.
  var kernelMicroseconds: Double?
  var gigaflops: Double?
  var gigabytes: Double?
  /// The time that the machine needs at least, and its share of the time measured.
  var boundMicroseconds: Double
  var shareOfBound: Double
  /// The same for all threads: the time of one core divided by the limit of scaling.
  var threadedShareOfBound: Double?
  var arenaBytes: Int
  var allocationsPerStep: Double?
  /// Median microseconds a step of each peer, and how many times as long that is.
  var peers: [String: Peer] = [:]

  struct Peer {
    var microseconds: Double
    var ratio: Double
    /// Whether it computed the same numbers.
    var agrees: Bool
  }
}

/// Everything a run found.
struct Report {
  var machine: String
  /// The most threads of a step, and the processors that peers were given.
  var threads: Int
  var peakGigaflops: Double
  var exponentialNanoseconds: Double
  var tangentNanoseconds: Double
  var outcomes: [Outcome]

  /// The head of the table.
  static func head(peers: [String]) -> String {
    let own = ["µs on one", "µs on all", "scaling", "at most", "GFLOP/s", "GB/s", "bound", "on all", "arena", "allocs"]
    return (own + peers).reduce("workload".padded(46)) { $0 + $1.aligned(11) }
  }
}

extension Outcome {
  /// One line of the table.
  func row(peers names: [String]) -> String {
    var columns = [
      microseconds.short, threadedMicroseconds.short, "\(scaling.short)×",
      scalingLimit.map { "\($0.short)×" } ?? "–", gigaflops?.short ?? "–", gigabytes?.short ?? "–",
      shareOfBound.percent, threadedShareOfBound?.percent ?? "–", "\(arenaBytes)",
      allocationsPerStep?.short ?? "–",
    ]
    for name in names {
      columns.append(peers[name].map { "\($0.ratio.short)×\($0.agrees ? "" : " !")" } ?? "–")
    }
    var line = columns.reduce("\(workload)  \(title)".padded(46)) { $0 + $1.aligned(11) }
    if let kernelMicroseconds { line += "\n" + "    in the kernel".padded(46) + kernelMicroseconds.short.aligned(11) }
    return line
  }
}

extension Double {
  /// Three significant digits.
  var short: String {
    if self == rounded(), abs(self) < 1000 { return "\(Int(self))" }
    var digits = 2
    var limit = 10.0
    while digits > 0, abs(self) >= limit {
      digits -= 1
      limit *= 10
    }
    limit = 1
    while digits < 6, abs(self) < limit {
      digits += 1
      limit /= 10
    }
    return fixed(self, digits: digits)
  }
}

extension Double {
  fileprivate var percent: String { "\(Int((100 * self).rounded())) %" }
}

extension String {
  fileprivate func padded(_ width: Int) -> String { self + String(repeating: " ", count: Swift.max(1, width - count)) }
  fileprivate func aligned(_ width: Int) -> String { String(repeating: " ", count: Swift.max(1, width - count)) + self }
}
