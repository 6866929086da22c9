import Foundation
import Testing

/// What the README shows is what the repository has.
@Suite struct ReadmeTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: packageRoot.appendingPathComponent(path), encoding: .utf8)
  }

  /// The blocks of a language, without their fences.
  private func blocks(_ language: String, of file: String = "README.md") throws -> [String] {
    try text(file).components(separatedBy: "```\(language)\n").dropFirst().compactMap {
      $0.components(separatedBy: "\n```").first
    }
  }

  @Test func theCIsGenerated() throws {
    let shown = try #require(try blocks("c").first)
    #expect(try text("Generated/DigitsKernels/DigitsModel.kernels.h").contains(shown))
  }

  @Test func theModelIsTheExamples() throws {
    let model = try text("Sources/Examples/digits/DigitsModel.swift")
    let shown = try #require(try blocks("swift").first)
    for part in shown.components(separatedBy: "\n\n") { #expect(model.contains(part), "\(part)") }
  }

  @Test func theCommandsExist() throws {
    let package = try text("Package.swift")
    for line in try blocks("sh").joined(separator: "\n").split(separator: "\n") {
      for command in line.components(separatedBy: "&&") {
        let words = command.split(separator: " ").map(String.init)
        guard words.starts(with: ["swift", "run"]) else { continue }
        let product = try #require(words.dropFirst(2).first { !["-c", "release"].contains($0) })
        #expect(package.contains(".executable(name: \"\(product)\""), "\(command)")
      }
    }
  }

  @Test(
    "manifests and plugin commands are those of the packages that CI builds",
    arguments: [
      ("README.md", ["Committed/Package.swift", "Committed/Package.after.swift"]),
      (
        "Sources/Adjoint/Adjoint.docc/InYourPackage.md",
        ["Committed/Package.swift", "Committed/Package.after.swift", "SwiftKernels/Package.swift"]
      ),
    ])
  func thePackagesAreTested(file: String, manifests: [String]) throws {
    let shown = try blocks("swift", of: file).filter { $0.hasPrefix("// swift-tools-version") }
    #expect(shown.count == manifests.count)
    for (shown, name) in zip(shown, manifests) { #expect(try text("Tests/Packages/\(name)") == shown + "\n") }
    let script = try text("Tests/Packages/run.sh")
    let lines = try blocks("sh", of: file).joined(separator: "\n").components(separatedBy: "\n")
    let verify = "swift package --allow-writing-to-package-directory adjoint verify"
    for command in lines + [verify] where command.hasPrefix("swift package ") {
      #expect(script.contains(String(command.dropFirst("swift ".count))), "\(command)")
    }
    #expect(try text(file).contains(verify))
    #expect(try text(".ci/run").contains("Tests/Packages/run.sh"))
  }
}
