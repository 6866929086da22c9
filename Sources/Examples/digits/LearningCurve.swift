import Foundation

/// The loss and the test accuracy after each epoch, drawn as one SVG picture.
struct LearningCurve {
  /// One epoch's figures.
  struct Point {
    var epoch: Int
    var loss: Double
    var accuracy: Double
  }

  var points: [Point] = []

  private static let width = 640.0
  private static let height = 360.0
  private static let margin = 56.0

  /// The picture: loss on a logarithmic axis at the left, accuracy on a linear one at the right.
  var svg: String {
    let losses = points.map { log10(max($0.loss, 1e-9)) }
    let lossRange = (floor(losses.min() ?? -1), ceil(losses.max() ?? 0))
    let lowest = floor((points.map(\.accuracy).min() ?? 0.9) * 20) / 20
    return """
      <svg xmlns="http://www.w3.org/2000/svg" width="640" height="360" viewBox="0 0 640 360" font-family="sans-serif" \
      font-size="12">
        <rect width="640" height="360" fill="white"/>
        <text x="320" y="24" text-anchor="middle" font-size="15">Digits: training loss and test accuracy</text>
      \(axes(lossRange: lossRange, lowestAccuracy: lowest))
        <polyline fill="none" stroke="#c0392b" stroke-width="2" points="\(path(losses, lossRange))"/>
        <polyline fill="none" stroke="#2471a3" stroke-width="2" points="\(path(points.map(\.accuracy), (lowest, 1)))"/>
        <text x="320" y="348" text-anchor="middle">epoch</text>
        <text x="14" y="190" fill="#c0392b" text-anchor="middle" transform="rotate(-90 14 190)">loss (log)</text>
        <text x="630" y="190" fill="#2471a3" text-anchor="middle" transform="rotate(90 630 190)">test accuracy</text>
      </svg>

      """
  }

  private func x(_ index: Int) -> Double {
    let span = Double(max(points.count - 1, 1))
    return Self.margin + Double(index) / span * (Self.width - 2 * Self.margin)
  }

  private func y(_ value: Double, _ range: (Double, Double)) -> Double {
    let share = (value - range.0) / max(range.1 - range.0, 1e-9)
    return Self.height - Self.margin + share * (2 * Self.margin - Self.height)
  }

  private func path(_ values: [Double], _ range: (Double, Double)) -> String {
    values.enumerated().map { "\(fixed(x($0.offset), 1)),\(fixed(y($0.element, range), 1))" }.joined(separator: " ")
  }

  private func axes(lossRange: (Double, Double), lowestAccuracy: Double) -> String {
    var lines: [String] = []
    let left = Self.margin
    let right = Self.width - Self.margin
    for exponent in stride(from: lossRange.0, through: lossRange.1, by: 1) {
      let height = fixed(y(exponent, lossRange), 1)
      lines.append("  <line x1=\"\(left)\" x2=\"\(right)\" y1=\"\(height)\" y2=\"\(height)\" stroke=\"#dddddd\"/>")
      lines.append(
        "  <text x=\"\(left - 6)\" y=\"\(height)\" text-anchor=\"end\" fill=\"#c0392b\">1e\(Int(exponent))</text>")
    }
    for step in 0...4 {
      let value = lowestAccuracy + Double(step) / 4 * (1 - lowestAccuracy)
      let height = fixed(y(value, (lowestAccuracy, 1)), 1)
      lines.append("  <text x=\"\(right + 6)\" y=\"\(height)\" fill=\"#2471a3\">\(fixed(value, 3))</text>")
    }
    for index in points.indices where index == 0 || points[index].epoch % max(1, points.count / 6) == 0 {
      let place = fixed(x(index), 1)
      lines.append(
        "  <text x=\"\(place)\" y=\"\(Self.height - 34)\" text-anchor=\"middle\">\(points[index].epoch)</text>")
    }
    return lines.joined(separator: "\n")
  }
}
