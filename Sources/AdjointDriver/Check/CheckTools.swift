import AdjointIR
import Foundation

/// A folder for files that a compiler reads and writes.
struct ScratchFolder {
  private let root: URL

  init() throws {
    root = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-check-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: root.appendingPathComponent("include"), withIntermediateDirectories: true)
  }

  var path: String { root.path }

  func path(_ name: String) -> String { root.appendingPathComponent(name).path }

  func write(_ name: String, _ text: String) throws { try Data(text.utf8).write(to: root.appendingPathComponent(name)) }

  func remove() { try? FileManager.default.removeItem(at: root) }
}

/// A program of this name on the PATH.
func findProgram(_ name: String) -> String? {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").map { "\($0)/\(name)" }
    .first { FileManager.default.isExecutableFile(atPath: $0) }
}

/// The C compiler that goes with a Swift compiler.
func findClang(besides swift: String) -> String? {
  let clang = (swift as NSString).deletingLastPathComponent + "/clang"
  return FileManager.default.isExecutableFile(atPath: clang) ? clang : findProgram("clang")
}

/// What a program gave: whether it succeeded, and what it wrote to one of its two streams.
func outcome(
  of program: String, _ arguments: [String], readingOutput: Bool = false
) throws -> (succeeded: Bool, text: String) {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: program)
  process.arguments = arguments
  // What stops prints its reason alone; a backtrace takes longer than everything else.
  process.environment = ProcessInfo.processInfo.environment.merging(["SWIFT_BACKTRACE": "enable=no"]) { $1 }
  process.standardInput = FileHandle.nullDevice
  let pipe = Pipe()
  process.standardOutput = readingOutput ? pipe : FileHandle.nullDevice
  process.standardError = readingOutput ? FileHandle.nullDevice : pipe
  try process.run()
  let text = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  return (process.terminationReason == .exit && process.terminationStatus == 0, text)
}
