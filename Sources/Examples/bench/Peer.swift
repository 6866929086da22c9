import Foundation

/// A Python program that does the same work, kept running and asked line by line.
final class Peer {
  let name: String
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  /// Why a peer cannot be asked.
  struct Unavailable: Error, CustomStringConvertible {
    var description: String
  }

  /// Starts `Peers/<name>_peer.py` and waits until it is ready; with `threads`, on that many processors alone.
  init(_ name: String, python: String, threads: Int?) throws {
    self.name = name
    guard let scripts = Bundle.module.url(forResource: "Peers", withExtension: nil) else {
      throw Unavailable(description: "the peers' scripts are not where the program expects them")
    }
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    // Not every package can be told how many threads to use; all of them count the processors that they may use.
    let bound = threads.map { ["taskset", "--cpu-list", "0-\($0 - 1)"] } ?? []
    process.arguments = bound + [python, scripts.appendingPathComponent("\(name)_peer.py").path]
    process.standardInput = input
    process.standardOutput = output
    try process.run()
    guard let line = readLine(), line != "" else {
      throw Unavailable(description: "\(name): \(python) is missing or ended at once")
    }
    guard line == "ready" else { throw Unavailable(description: "\(name): \(line)") }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    process.waitUntilExit()
  }

  /// The numbers that must agree with ours.
  func signature(_ workload: String) throws -> [Double] { try ask("check \(workload)") }

  /// Seconds a step, sample by sample.
  func sample(_ workload: String, seconds: Double) throws -> [Double] { try ask("time \(workload) \(seconds)") }

  private func ask(_ question: String) throws -> [Double] {
    try input.fileHandleForWriting.write(contentsOf: Data((question + "\n").utf8))
    guard let line = readLine() else {
      throw Unavailable(description: "\(name) ended while it worked on '\(question)'")
    }
    let numbers = line.split(separator: " ").map { Double($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else {
      throw Unavailable(description: "\(name): \(line)")
    }
    return numbers.compactMap { $0 }
  }

  private func readLine() -> String? {
    var line = Data()
    while true {
      guard let byte = try? output.fileHandleForReading.read(upToCount: 1), !byte.isEmpty else {
        return line.isEmpty ? nil : String(decoding: line, as: UTF8.self)
      }
      if byte[byte.startIndex] == 10 { return String(decoding: line, as: UTF8.self) }
      line += byte
    }
  }
}

/// Whether two programs computed the same: to four digits, since they sum in different orders.
func agree(_ ours: [Double], _ theirs: [Double]) -> Bool {
  ours.count == theirs.count
    && zip(ours, theirs).allSatisfy { abs($0 - $1) <= 2e-4 * max(abs($0), abs($1), 1e-6) }
}
