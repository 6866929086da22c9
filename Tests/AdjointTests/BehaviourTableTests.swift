import Foundation
import Testing

/// The table of behaviours, the tests of that name and the list of numbers are one.
@Suite struct BehaviourTableTests {
  /// The behaviours that there must be; the others need what Adjoint does not have yet.
  static let expected = Array(1...37) + [40, 42] + Array(55...65) + Array(68...70)

  static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  static func text(_ path: String) throws -> String {
    try String(contentsOf: root.appending(path: path), encoding: .utf8)
  }

  /// The cells of each row that begins with a number.
  static func rows() throws -> [(number: Int, cells: [String])] {
    try text("Documentation/behaviours.md").split(separator: "\n").compactMap { line in
      let cells = line.split(separator: "|", omittingEmptySubsequences: false)
        .map { $0.trimmingCharacters(in: .whitespaces) }
      guard cells.count == 6, let number = Int(cells[1]) else { return nil }
      return (number, cells)
    }
  }

  @Test func everyBehaviourIsInTheTable() throws {
    let rows = try Self.rows()
    #expect(rows.map(\.number) == Self.expected)
    for row in rows {
      let verdict = row.cells[3]
      #expect(
        ["same", "differs", "refused", "not needed"].contains { verdict.hasPrefix($0) }, "behaviour \(row.number)")
      // What is not simply the same has a reason.
      if verdict != "same" && verdict != "same: refused" {
        #expect(!row.cells[4].isEmpty, "behaviour \(row.number)")
      }
    }
  }

  @Test func everyBehaviourHasATest() throws {
    var tested: Set<Int> = []
    let folder = Self.root.appending(path: "Tests/AdjointTests").path
    for file in try FileManager.default.contentsOfDirectory(atPath: folder) where file.hasSuffix(".swift") {
      let source = try Self.text("Tests/AdjointTests/\(file)")
      for match in source.matches(of: #/@Test\(\s*"behaviour (\d+): /#) { tested.insert(Int(match.1)!) }
    }
    #expect(tested.sorted() == Self.expected)
  }

  /// Those that there are not yet are named as such, so that no number of 1 to 70 is forgotten.
  @Test func theOthersAreNamed() throws {
    let text = try Self.text("Documentation/behaviours.md")
    let start = try #require(text.range(of: "\nBehaviours 38"))
    let end = try #require(text.range(of: " need custom derivatives"))
    var named: [Int] = []
    for match in text[start.upperBound..<end.lowerBound].matches(of: #/(\d+)(?:–(\d+))?/#) {
      let first = Int(match.1)!
      named += Array(first...(match.2.map { Int($0)! } ?? first))
    }
    #expect([38] + named == (1...70).filter { !Self.expected.contains($0) })
  }
}
