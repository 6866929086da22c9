import Foundation

/// How long each stage of the line takes, added up over everything that a run generates.
public final class StageTimings: @unchecked Sendable {
  /// A stage and its seconds.
  public struct Entry: Hashable, Sendable {
    /// What the stage does.
    public var stage: String
    /// How long it took in all.
    public var seconds: Double
  }

  // Guarded by `lock`: a run works on another thread than its caller's.
  private var measured: [Entry] = []
  private let lock = NSLock()

  /// Nothing measured yet.
  public init() {}

  /// The stages in the order in which each was first entered.
  public var entries: [Entry] { lock.withLock { measured } }

  /// Runs a part of a stage and adds its time.
  public func measure<Result, Failure: Error>(
    _ stage: String, _ body: () throws(Failure) -> Result
  ) throws(Failure) -> Result {
    let start = DispatchTime.now().uptimeNanoseconds
    defer {
      let seconds = Double(DispatchTime.now().uptimeNanoseconds - start) * 1e-9
      lock.withLock {
        if let place = measured.firstIndex(where: { $0.stage == stage }) {
          measured[place].seconds += seconds
        } else {
          measured.append(Entry(stage: stage, seconds: seconds))
        }
      }
    }
    return try body()
  }

  /// One line a stage, and their sum.
  public var text: String {
    let entries = entries
    let total = Entry(stage: "in all", seconds: entries.map(\.seconds).reduce(0, +))
    let width = (entries + [total]).map(\.stage.count).max() ?? 0
    return (entries + [total]).map { entry in
      let padding = String(repeating: " ", count: width - entry.stage.count)
      return "\(entry.stage)\(padding)  \(String(format: "%8.1f", entry.seconds * 1e3)) ms\n"
    }.joined()
  }
}
