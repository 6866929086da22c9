import AdjointDiagnostics
import AdjointDriver
import Foundation
import Testing

/// The root of the package.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// What a run of the command gave.
struct Outcome {
  var exitCode: Int32
  var output: String
  var errors: String
  var seconds: Double
  var wasKilled = false
  /// The most memory it had, in bytes, as often as it was asked; 0 where the system does not say.
  var peakMemory = 0
}

/// The command, which the test build puts beside the test bundle.
let tool = URL(fileURLWithPath: Bundle.main.bundlePath).appendingPathComponent("adjointc")

/// Starts a program with its output going to files; `finish` waits for it.
struct Launch {
  let process = Process()
  private let folder: Scratch
  private let start = ContinuousClock.now

  init(_ program: URL, _ arguments: [String], in directory: String? = nil, output: String? = nil) throws {
    folder = try Scratch()
    process.executableURL = program
    process.arguments = arguments
    if let directory { process.currentDirectoryURL = URL(fileURLWithPath: directory) }
    process.standardInput = FileHandle.nullDevice
    let path = output ?? folder.path("output")
    if output == nil { try folder.write("output", "") }
    try folder.write("errors", "")
    process.standardOutput = FileHandle(forWritingAtPath: path)
    process.standardError = FileHandle(forWritingAtPath: folder.path("errors"))
    try process.run()
  }

  /// Waits, and kills the program when `seconds` have passed since it was started.
  func finish(within seconds: Double = 120) -> Outcome {
    var wasKilled = false
    var peakMemory = 0
    while process.isRunning {
      peakMemory = max(peakMemory, memory())
      if ContinuousClock.now - start > .seconds(seconds) {
        kill(process.processIdentifier, SIGKILL)
        wasKilled = true
        break
      }
      usleep(5_000)
    }
    process.waitUntilExit()
    let elapsed = ContinuousClock.now - start
    return Outcome(
      exitCode: process.terminationReason == .exit ? process.terminationStatus : -process.terminationStatus,
      output: (try? String(contentsOfFile: folder.path("output"), encoding: .utf8)) ?? "",
      errors: (try? String(contentsOfFile: folder.path("errors"), encoding: .utf8)) ?? "",
      seconds: Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18,
      wasKilled: wasKilled, peakMemory: peakMemory)
  }

  /// What the program has in memory.
  private func memory() -> Int {
    guard let text = try? String(contentsOfFile: "/proc/\(process.processIdentifier)/statm", encoding: .utf8),
      let pages = text.split(separator: " ").dropFirst().first.flatMap({ Int($0) })
    else { return 0 }
    return pages * Int(getpagesize())
  }
}

/// Runs the command to its end.
func adjointc(_ arguments: String..., in directory: String? = nil, within seconds: Double = 120) throws -> Outcome {
  try Launch(tool, arguments, in: directory).finish(within: seconds)
}

/// A folder that is removed with the last reference to it.
final class Scratch {
  let root: String

  init() throws {
    // Without links, as findings and the working directory name it.
    let path = FileManager.default.temporaryDirectory.resolvingSymlinksInPath()
      .appendingPathComponent("adjoint-driver-\(UUID().uuidString)").path
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
    root = path
  }

  deinit { try? FileManager.default.removeItem(atPath: root) }

  func path(_ relative: String) -> String { root + "/" + relative }

  @discardableResult
  func write(_ relative: String, _ text: String) throws -> String { try write(relative, Data(text.utf8)) }

  @discardableResult
  func write(_ relative: String, _ bytes: Data) throws -> String {
    let url = URL(fileURLWithPath: path(relative))
    try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
    try bytes.write(to: url)
    return url.path
  }

  func read(_ relative: String) -> String? { try? String(contentsOfFile: path(relative), encoding: .utf8) }

  /// Every file below a folder and its content.
  func files(_ relative: String = "") -> [String: Data] {
    var files: [String: Data] = [:]
    let folder = relative.isEmpty ? root : path(relative)
    guard let entries = FileManager.default.enumerator(atPath: folder) else { return [:] }
    while let entry = entries.nextObject() as? String {
      var status = stat()
      guard lstat(folder + "/" + entry, &status) == 0, status.st_mode & S_IFMT == S_IFREG else { continue }
      files[entry] = FileManager.default.contents(atPath: folder + "/" + entry)
    }
    return files
  }
}

/// A model and one step on it, small enough that generating it takes no time worth naming.
enum Sample {
  static let model = """
    import Adjoint

    final class Line: Module {
      let layer: Linear

      init(rngs: Rngs) { layer = Linear(2, 3, rngs: rngs) }

      func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> { tanh(layer(x)) }
    }

    func step(_ model: Line, @Shape(4, 2) x: Tensor<Float>, @Shape(4, 3) y: Tensor<Float>) -> Tensor<Float> {
      let (loss, grads) = valueAndGrad(model) { model in ((model(x) - y) ** 2).mean() }
      let params = map(pure(state(model, Param.self)), grads) { p, g in p - 0.1 * g }
      update(model, params)
      return loss
    }

    """

  static let other = """
    import Adjoint

    func scaled(_ model: Line, @Shape(2) x: Tensor<Float>) -> Tensor<Float> { model(x.reshaped([1, 2])) * 2 }

    """

  /// A function that needs no library, for what is tested about files alone.
  static func function(_ name: String, _ body: String = "x + x") -> String {
    "func \(name)(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { \(body) }\n"
  }
}

/// Generates one file's code in memory.
func generated(_ text: String, file: String = "Model.swift") throws -> GeneratedTree {
  let scratch = try Scratch()
  return try generate([try scratch.write("app/\(file)", text)])
}

/// What generating a file's code is refused with, as `line:column id`, sorted by place.
func refusals(_ text: String) throws -> [String] {
  try findings(text).map { "\($0.span.line):\($0.span.column) \($0.id)" }
}

func findings(_ text: String) throws -> [Finding] {
  let scratch = try Scratch()
  return findings(of: [try scratch.write("app/Model.swift", text)])
}

/// What generating from these paths is refused with.
func findings(of paths: [String]) -> [Finding] {
  do throws(Findings) {
    _ = try generate(paths)
    return []
  } catch {
    return error.all
  }
}

/// How long something takes.
func seconds(_ body: () throws -> Void) rethrows -> Double {
  let elapsed = try ContinuousClock().measure(body)
  return Double(elapsed.components.seconds) + Double(elapsed.components.attoseconds) * 1e-18
}
