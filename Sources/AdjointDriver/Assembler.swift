import AdjointDiagnostics
import Foundation

/// Compiles generated kernels to optimised assembly, so that builds that do not optimise C (those for debugging) train
/// at full speed. What it writes is for the machine it runs on; a build for another refuses it.
public struct Assembler: Sendable {
  /// The clang to run.
  public var compiler: String
  /// The folders of headers that kernels include.
  public var includes: [String]

  /// Makes an assembler.
  public init(compiler: String, includes: [String]) {
    self.compiler = compiler
    self.includes = includes
  }

  /// Replaces `<Model>.<instruction set>.c` by the same with the ending `.S`.
  func replaceVariants(in texts: inout [String: String]) throws(Findings) {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-assembly-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    do {
      for (path, text) in texts {
        let file = folder.appendingPathComponent(path)
        try FileManager.default.createDirectory(
          at: file.deletingLastPathComponent(), withIntermediateDirectories: true)
        try Data(text.utf8).write(to: file)
      }
      for path in texts.keys.sorted() where variants.contains(where: { path.hasSuffix(".\($0).c") }) {
        let base = String(path.dropLast(2))
        try run(["-S", "-o", base + ".S", path], in: folder)
        let text = try String(contentsOf: folder.appendingPathComponent(base + ".S"), encoding: .utf8)
        texts[path] = nil
        texts[base + ".S"] = "// Written by Adjoint \(toolVersion) from \(path). Do not edit.\n" + Self.guardText + text
      }
    } catch {
      throw error as? Findings ?? Findings([finding("kernels cannot be compiled: \(writeReason(error))")])
    }
  }

  private func run(_ arguments: [String], in folder: URL) throws {
    let process = Process()
    let errors = Pipe()
    process.executableURL = URL(fileURLWithPath: compiler)
    // Without comments, some of which the preprocessor would take for its own.
    process.arguments = ["-std=gnu11", "-O3", "-fPIC", "-fno-verbose-asm", "-Iinclude"]
    process.arguments! += includes.map { "-I" + $0 } + arguments
    process.currentDirectoryURL = folder
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Findings([finding("it does not compile the kernels: \(String(decoding: text, as: UTF8.self))")])
    }
  }

  private func finding(_ message: String) -> Finding {
    Finding("internal.assembly", message, at: SourceSpan(file: compiler, line: 1, column: 1))
  }

  /// Stops a build for another machine than the one that the assembly is for.
  private static var guardText: String {
    #if arch(x86_64)
      let processor = "__x86_64__"
    #elseif arch(arm64)
      let processor = "__aarch64__"
    #else
      let processor = "ADJOINT_UNKNOWN_PROCESSOR"
    #endif
    #if os(macOS)
      let system = "__APPLE__"
    #elseif os(Linux)
      let system = "__linux__"
    #else
      let system = "ADJOINT_UNKNOWN_SYSTEM"
    #endif
    return """
      #if !defined(\(processor)) || !defined(\(system))
      #error these kernels are assembly for another machine; use AdjointPlugin instead of AdjointAssemblyPlugin
      #endif

      """
  }
}
