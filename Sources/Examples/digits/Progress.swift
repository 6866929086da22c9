import Foundation

/// Shows how far training has come: a bar that redraws itself on a terminal, plain lines elsewhere.
struct Progress {
  let total: Int
  private let isTerminal = isatty(STDOUT_FILENO) == 1

  init(total: Int) { self.total = total }

  /// Reports the state after `done` of `total` epochs.
  func report(_ done: Int, loss: Float, accuracy: Double) {
    let figures = "loss \(fixed(Double(loss), 5))  test accuracy \(fixed(accuracy, 4))"
    if isTerminal {
      let width = 30
      let filled = width * done / total
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      let line = "\r\(bar) \(done)/\(total)  \(figures)" + (done == total ? "\n" : "")
      FileHandle.standardOutput.write(Data(line.utf8))
    } else if done == total || done % 5 == 0 || done == 1 {
      print("epoch \(done)/\(total)  \(figures)")
    }
  }
}

/// `value` with a fixed number of digits after the point.
func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
