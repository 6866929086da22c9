import AdjointDiagnostics
import AdjointDriver
import Foundation

/// Runs the tool's whole line, writing included, on one mutated file.
public struct FuzzCase {
  /// What went wrong, in words; nil where nothing did.
  public var problem: String?
  /// Whether code was generated.
  public var isGenerated = false

  /// Runs a case in a folder of its own, which is empty before and removed afterwards.
  public init(_ bytes: [UInt8], in folder: URL) throws {
    let model = folder.appendingPathComponent("app/Model.swift")
    let output = folder.appendingPathComponent("out")
    try? FileManager.default.removeItem(at: folder)
    try FileManager.default.createDirectory(
      at: model.deletingLastPathComponent(), withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try Data(bytes).write(to: model)
    do throws(Findings) {
      let tree = try generate([model.path])
      _ = try write(tree, to: output.path)
      isGenerated = true
      problem = FuzzCase.difference(of: tree, at: output)
    } catch {
      let lines = bytes.count { $0 == UInt8(ascii: "\n") } + 1
      problem = error.all.lazy.compactMap { FuzzCase.problem(of: $0, file: model.path, lines: lines) }.first
      if error.all.isEmpty { problem = "it was refused without a finding" }
      if FileManager.default.fileExists(atPath: output.path) { problem = "it was refused, but something was written" }
    }
  }

  /// What a finding lacks.
  private static func problem(of finding: Finding, file: String, lines: Int) -> String? {
    if finding.id.isEmpty || finding.message.isEmpty { return "a finding without words: \(finding)" }
    if finding.id.hasPrefix("internal") || finding.id.hasPrefix("ir.") { return "a defect is reported: \(finding)" }
    if finding.span.file != file { return "a finding in another file: \(finding)" }
    if !(1...lines + 1).contains(finding.span.line) || finding.span.column < 1 {
      return "a finding at a place that the file does not have: \(finding)"
    }
    return nil
  }

  /// How what is on disk differs from what was generated.
  private static func difference(of tree: GeneratedTree, at output: URL) -> String? {
    for file in tree.files {
      let written = try? String(contentsOf: output.appendingPathComponent(file.path), encoding: .utf8)
      if written != file.text { return "\(file.path) is not what was generated" }
    }
    let found = FileManager.default.subpaths(atPath: output.path) ?? []
    let left = found.filter { $0.hasSuffix(".tmp") }
    return left.isEmpty ? nil : "\(left) is left behind"
  }
}
