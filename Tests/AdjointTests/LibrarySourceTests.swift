import Foundation
import Testing

/// The tool reads the library from a list of embedded files, which must name every one.
@Suite struct LibrarySourceTests {
  static let sources = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "Sources")

  @Test func everyFileIsListed() throws {
    let folder = Self.sources.appending(path: "Adjoint/Library")
    let present = try FileManager.default.contentsOfDirectory(atPath: folder.path).filter { $0.hasSuffix(".swift") }
    let list = try String(
      contentsOf: Self.sources.appending(path: "AdjointLibrarySource/LibrarySource.swift"), encoding: .utf8)
    let listed = list.matches(of: /\("(\w+\.swift)", PackageResources\.(\w+)_swift\)/).map { match in
      #expect(match.1 == match.2 + ".swift")
      return String(match.1)
    }
    #expect(listed == present.sorted())
  }
}
