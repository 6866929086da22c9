import Adjoint
import Foundation

/// Images and labels of one split, as arrays of rows.
struct DigitsSplit {
  /// Rows of 64 pixel values, 0 to 1.
  var images: [[Float]]
  /// The digit that each row shows.
  var labels: [Int32]

  var count: Int { labels.count }

  /// Rows at `indices`, as tensors of shape [n, 64] and [n].
  func batch(_ indices: some Collection<Int>) -> (images: Tensor<Float>, labels: Tensor<Int32>) {
    let rows = indices.flatMap { images[$0] }
    return (Tensor(shape: [indices.count, 64], rows), Tensor(shape: [indices.count], indices.map { labels[$0] }))
  }
}

/// Why the bundled data cannot be used.
struct DigitsDataError: Error, CustomStringConvertible {
  var description: String
}

/// Reads the bundled digits, shuffles them by a fixed key and splits them 80 : 20.
func loadDigits() throws -> (training: DigitsSplit, test: DigitsSplit) {
  guard let url = Bundle.module.url(forResource: "digits", withExtension: "csv", subdirectory: "Data") else {
    throw DigitsDataError(description: "the bundled digits.csv is missing; build the example again")
  }
  let rows = try String(contentsOf: url, encoding: .utf8).split(whereSeparator: \.isNewline).enumerated().map {
    try parseRow($0.element, line: $0.offset + 1)
  }
  let order = permutation(key(7), rows.count)
  let testCount = (rows.count + 4) / 5
  func split(_ indices: some Collection<Int>) -> DigitsSplit {
    DigitsSplit(images: indices.map { rows[$0].image }, labels: indices.map { rows[$0].label })
  }
  return (split(order.dropFirst(testCount)), split(order.prefix(testCount)))
}

private func parseRow(_ row: Substring, line: Int) throws -> (image: [Float], label: Int32) {
  let numbers = row.split(separator: ",").compactMap { Int32($0.trimmingCharacters(in: .whitespaces)) }
  guard numbers.count == 65, let label = numbers.last, (0...9).contains(label) else {
    throw DigitsDataError(
      description: "digits.csv:\(line): expected 64 pixels and a digit, got \(numbers.count) numbers")
  }
  return (numbers.dropLast().map { Float($0) / 16 }, label)
}
