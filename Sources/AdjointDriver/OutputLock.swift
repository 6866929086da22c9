import AdjointDiagnostics
import Foundation

/// The right to change an output folder. The system gives it up when the process ends, however that happens.
struct OutputLock: ~Copyable {
  private let file: Int32

  /// Waits until no other run changes `folder`, which must exist.
  ///
  /// - Throws: a finding where another run does not get done.
  init(_ folder: String, patience: Duration = .seconds(20)) throws(Finding) {
    file = open(folder, O_RDONLY | O_CLOEXEC)
    guard file >= 0 else {
      throw outputFinding("output.write", folder, "cannot be opened: \(systemReason(errno))")
    }
    let end = ContinuousClock.now + patience
    while flock(file, LOCK_EX | LOCK_NB) != 0 {
      // A file system without locks leaves runs to keep out of each other's way; each file is still whole.
      guard errno == EWOULDBLOCK || errno == EINTR else { return }
      guard ContinuousClock.now < end else {
        close(file)
        throw outputFinding("output.busy", folder, "another run has been writing here for \(patience); is it stopped?")
      }
      usleep(20_000)
    }
  }

  deinit { close(file) }
}
