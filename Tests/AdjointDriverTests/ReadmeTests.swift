import Foundation
import Testing

/// What the README shows is what the repository has.
@Suite struct ReadmeTests {
  private func text(_ path: String) throws -> String {
    try String(contentsOf: packageRoot.appendingPathComponent(path), encoding: .utf8)
  }

  /// The blocks of a language, without their fences.
  private func blocks(_ language: String) throws -> [String] {
    try text("README.md").components(separatedBy: "```\(language)\n").dropFirst().compactMap {
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

  @Test("manifests and plugin commands are those of the packages that CI builds")
  func thePackagesAreTested() throws {
    let manifests = try blocks("swift").filter { $0.hasPrefix("// swift-tools-version") }
    #expect(manifests.count == 2)
    for (shown, name) in zip(manifests, ["Package", "Package.after"]) {
      #expect(try text("Tests/Packages/Committed/\(name).swift") == shown + "\n")
    }
    let script = try text("Tests/Packages/run.sh")
    let lines = try blocks("sh").joined(separator: "\n").components(separatedBy: "\n")
    let verify = "swift package --allow-writing-to-package-directory adjoint verify"
    for command in lines + [verify] where command.hasPrefix("swift package ") {
      #expect(script.contains(String(command.dropFirst("swift ".count))), "\(command)")
    }
    #expect(try text("README.md").contains(verify))
    #expect(try text(".ci/run").contains("Tests/Packages/run.sh"))
  }
}
