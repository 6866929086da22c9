import CBench

/// A Python program that does the same work, kept running and asked line by line.
final class Peer {
  let name: String
  private var process = cbench_peer()

  /// Why a peer cannot be asked.
  struct Unavailable: Error, CustomStringConvertible {
    var description: String
  }

  /// Starts `Peers/<name>_peer.py` and waits until it is ready; with `threads`, on that many processors alone.
  init(_ name: String, python: String, threads: Int?) throws {
    self.name = name
    // Not every package can be told how many threads to use; all of them count the processors that they may use.
    let bound = threads.map { ["taskset", "--cpu-list", "0-\($0 - 1)"] } ?? []
    let command = bound + [python, "\(Self.scripts)/\(name)_peer.py"]
    var arguments: [UnsafeMutablePointer<CChar>?] = command.map { word in
      let bytes = word.utf8CString
      let copy = UnsafeMutablePointer<CChar>.allocate(capacity: bytes.count)
      copy.initialize(from: Array(bytes), count: bytes.count)
      return copy
    }
    defer { for argument in arguments { argument?.deallocate() } }
    arguments.append(nil)
    guard cbench_peer_start(&process, arguments) == 0 else {
      throw Unavailable(description: "\(name): no process can be started")
    }
    guard let line = readLine(), line != "" else {
      throw Unavailable(description: "\(name): \(python) is missing or ended at once")
    }
    guard line == "ready" else { throw Unavailable(description: "\(name): \(line)") }
  }

  deinit { cbench_peer_end(&process) }

  /// The folder of the scripts, which lies beside this file.
  private static var scripts: String {
    let file = #filePath
    return (file.lastIndex(of: "/").map { String(file[..<$0]) } ?? ".") + "/Peers"
  }

  /// The numbers that must agree with ours.
  func signature(_ workload: String) throws -> [Double] { try ask("check \(workload)") }

  /// Seconds a step, sample by sample.
  func sample(_ workload: String, seconds: Double) throws -> [Double] { try ask("time \(workload) \(seconds)") }

  private func ask(_ question: String) throws -> [Double] {
    guard cbench_peer_ask(&process, question) == 0, let line = readLine() else {
      throw Unavailable(description: "\(name) ended while it worked on '\(question)'")
    }
    let numbers = line.split(separator: " ").map { Double($0) }
    guard !numbers.isEmpty, numbers.allSatisfy({ $0 != nil }) else {
      throw Unavailable(description: "\(name): \(line)")
    }
    return numbers.compactMap { $0 }
  }

  private func readLine() -> String? {
    guard let line = cbench_peer_answer(&process) else { return nil }
    defer { cbench_free(line) }
    return String(cString: line)
  }
}

/// Whether two programs computed the same: to four digits, since they sum in different orders.
func agree(_ ours: [Double], _ theirs: [Double]) -> Bool {
  ours.count == theirs.count
    && zip(ours, theirs).allSatisfy { abs($0 - $1) <= 2e-4 * max(abs($0), abs($1), 1e-6) }
}
