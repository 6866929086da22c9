/// How often each digit was taken for which.
struct Confusion {
  /// `counts[truth][prediction]`.
  private(set) var counts = [[Int]](repeating: [Int](repeating: 0, count: 10), count: 10)

  /// Counts predictions against labels.
  init(predictions: [Int32], labels: [Int32]) {
    for (prediction, label) in zip(predictions, labels) { counts[Int(label)][Int(prediction)] += 1 }
  }

  /// The share of predictions that were right.
  var accuracy: Double {
    let total = counts.joined().reduce(0, +)
    return Double(counts.indices.map { counts[$0][$0] }.reduce(0, +)) / Double(max(total, 1))
  }

  /// A table, one row per true digit; zeros are left blank.
  var table: String {
    func cell(_ text: String) -> String { String(repeating: " ", count: max(0, 5 - text.count)) + text }
    var lines = ["truth \\ predicted", "     " + (0..<10).map { cell(String($0)) }.joined()]
    for (digit, row) in counts.enumerated() {
      lines.append(cell(String(digit)) + row.map { cell($0 == 0 ? "·" : String($0)) }.joined())
    }
    return lines.joined(separator: "\n")
  }
}
