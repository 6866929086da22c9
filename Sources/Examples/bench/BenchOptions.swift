/// What the command line asks for.
struct BenchOptions {
  var filter: String?
  var json = false
  var peers: [String] = []
  var seconds = 1.0
  var python = "python3"
  /// The most threads of a step; nil for as many as there are processors.
  var threads: Int?
  /// The workload that this process only trains, to see how much memory that takes.
  var memoryOf: String?

  static let usage = """
    usage: bench [--filter TEXT] [--against jax,flax,torch] [--threads N] [--seconds S] [--python COMMAND] [--json]
           bench --memory WORKLOAD

      --filter TEXT     only workloads whose name or title has TEXT in it
      --against LIST    run the same work in these Python packages, interleaved, and compare
      --threads N       at most N threads, and N processors for the peers (default: all there are)
      --seconds S       how long to measure each workload (default 1)
      --python COMMAND  the Python to run them with (default python3)
      --json            print JSON instead of a table
      --memory WORKLOAD take a thousand steps of one workload, and print the memory that this process took at most
    """

  init(_ arguments: some Sequence<String>) throws {
    var rest = Array(arguments)[...]
    while let option = rest.popFirst() {
      switch option {
      case "--help", "-h": throw Exit()
      case "--json":
        json = true
        continue
      default: break
      }
      guard ["--filter", "--against", "--threads", "--seconds", "--python", "--memory"].contains(option) else {
        throw UsageError("there is no option '\(option)'")
      }
      guard let value = rest.popFirst() else { throw UsageError("\(option) needs a value") }
      switch option {
      case "--filter": filter = value.lowercased()
      case "--python": python = value
      case "--memory": memoryOf = value
      case "--threads":
        guard let number = Int(value), number > 0, number <= 64 else {
          throw UsageError("--threads takes a number from 1 to 64, not '\(value)'")
        }
        threads = number
      case "--seconds":
        guard let number = Double(value), number > 0, number < 1e4 else {
          throw UsageError("--seconds takes a number above 0, not '\(value)'")
        }
        seconds = number
      default:
        peers = value.split(separator: ",").map(String.init)
        for peer in peers where !["jax", "flax", "torch"].contains(peer) {
          throw UsageError("--against knows jax, flax and torch, not '\(peer)'")
        }
      }
    }
  }

  func wants(_ id: String, _ title: String) -> Bool {
    guard let filter else { return true }
    return id.lowercased().contains(filter) || title.lowercased().contains(filter)
  }

  /// A wrong command line, with the usage text.
  struct UsageError: Error, CustomStringConvertible {
    var message: String
    init(_ message: String) { self.message = message }
    var description: String { "\(message)\n\(BenchOptions.usage)" }
  }

  /// Asks for the usage text.
  struct Exit: Error {}
}
