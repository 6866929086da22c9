import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// How long one case may take, in a debug build on a busy machine.
private let longestCase = 10.0
/// How much memory a worker may use.
private let mostMemory = 2 << 30

/// Runs workers one after the other for some seconds, each until it breaks; 1 where any case did.
func supervise(seed: UInt64, seconds: Double) throws -> Int32 {
  say("seed \(seed)")
  let end = Date(timeIntervalSinceNow: seconds)
  var next = seed
  var tally = Tally()
  while Date() < end {
    var worker = try Worker(from: next)
    worker.watch(until: end, &tally)
    next = worker.seed &+ 1
    if tally.failures.count >= 20 { break }
  }
  for failure in tally.failures { say("FAILED \(failure)") }
  say(
    "\(tally.generated + tally.refused) cases: \(tally.generated) generated, \(tally.refused) refused, "
      + "\(tally.failures.count) failed")
  // A fuzzer that never gets through the front end finds nothing.
  return tally.failures.isEmpty ? 0 : 1
}

struct Tally {
  var generated = 0
  var refused = 0
  var failures: [String] = []
}

/// A process that runs cases; what kills it kills no one else.
private struct Worker {
  let process = Process()
  private let output: FileHandle
  /// The case that runs.
  private(set) var seed: UInt64
  private var pending = Data()

  init(from seed: UInt64) throws {
    self.seed = seed
    process.executableURL = URL(fileURLWithPath: CommandLine.arguments[0])
    process.arguments = ["--worker", "\(seed)"]
    // A backtrace takes longer than everything else.
    process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
    let pipe = Pipe()
    process.standardOutput = pipe
    process.standardError = FileHandle.nullDevice
    output = pipe.fileHandleForReading
    try process.run()
    _ = fcntl(output.fileDescriptor, F_SETFL, O_NONBLOCK)
  }

  /// Follows the worker until it breaks or the time is over.
  mutating func watch(until end: Date, _ tally: inout Tally) {
    var started = Date()
    // The library is parsed, and the corpus read, before the first case is through.
    var limit = 3 * longestCase
    while true {
      for line in readLines() {
        let words = line.split(separator: " ", maxSplits: 1)
        switch words.first {
        case "case":
          seed = words.last.flatMap { UInt64($0) } ?? seed
          started = Date()
        case "problem": tally.failures.append("case \(seed): \(words.last ?? "")")
        case "generated":
          tally.generated += 1
          limit = longestCase
        case "refused":
          tally.refused += 1
          limit = longestCase
        default: break
        }
      }
      if !process.isRunning {
        tally.failures.append(
          "case \(seed): the tool ended with \(process.terminationReason == .exit ? "code" : "signal") \(process.terminationStatus)"
        )
        return
      }
      if Date().timeIntervalSince(started) > limit {
        tally.failures.append("case \(seed): more than \(Int(limit)) seconds")
        return stop()
      }
      if memory() > mostMemory {
        tally.failures.append("case \(seed): more than \(mostMemory >> 20) megabytes")
        return stop()
      }
      if Date() > end { return stop() }
      usleep(10_000)
    }
  }

  private func stop() {
    kill(process.processIdentifier, SIGKILL)
    process.waitUntilExit()
    let folder = FileManager.default.temporaryDirectory
      .appendingPathComponent("adjoint-fuzz-\(process.processIdentifier)")
    try? FileManager.default.removeItem(at: folder)
  }

  /// The whole lines that have come.
  private mutating func readLines() -> [String] {
    var buffer = [UInt8](repeating: 0, count: 65_536)
    while true {
      let count = read(output.fileDescriptor, &buffer, buffer.count)
      guard count > 0 else { break }
      pending.append(contentsOf: buffer[..<count])
    }
    guard let last = pending.lastIndex(of: UInt8(ascii: "\n")) else { return [] }
    defer { pending = Data(pending[(last + 1)...]) }
    return String(decoding: pending[..<last], as: UTF8.self).split(separator: "\n").map(String.init)
  }

  /// What the worker has in memory, in bytes; 0 where the system does not say.
  private func memory() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * Int(getpagesize())
  }
}
