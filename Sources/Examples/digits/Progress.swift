import Foundation

/// Shows how far training has come: a bar that redraws itself on a terminal, plain lines elsewhere.
struct Progress {
  let first: Int
  let last: Int
  private let isTerminal = isatty(STDOUT_FILENO) == 1

  init(first: Int, last: Int) {
    self.first = first
    self.last = last
  }

  /// Reports the state after an epoch.
  func report(_ epoch: Int, loss: Float, accuracy: Double) {
    let done = epoch - first + 1
    let total = last - first + 1
    let figures = "loss \(fixed(Double(loss), 5))  test accuracy \(fixed(accuracy, 4))"
    if isTerminal {
      let width = 30
      let filled = width * done / total
      let bar = String(repeating: "█", count: filled) + String(repeating: "░", count: width - filled)
      let line = "\r\(bar) \(epoch)/\(last)  \(figures)" + (done == total ? "\n" : "")
      FileHandle.standardOutput.write(Data(line.utf8))
    } else if done == total || done % 5 == 0 || done == 1 {
      print("epoch \(epoch)/\(last)  \(figures)")
    }
  }
}

/// `value` with a fixed number of digits after the point.
func fixed(_ value: Double, _ digits: Int) -> String { String(format: "%.\(digits)f", value) }
