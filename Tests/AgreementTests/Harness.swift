import Adjoint
import AdjointDriver
import AdjointEmit
import AdjointFrontend
import AdjointIR
import AdjointSchedule
import AdjointTransforms
import Foundation

#if canImport(Glibc)
  import Glibc
#endif

/// Functions.swift through the whole line once: programs for the reference evaluation, and C in one shared library.
final class Harness: @unchecked Sendable {
  /// One specialisation of one function, ready to run two ways.
  struct Function: Sendable {
    let entry: EntryPoint
    let sizes: [String: Int]
    let program: Program
    let interface: KernelInterface
  }

  static let shared = Result { try Harness() }

  let functions: [Function]
  private let library: UnsafeMutableRawPointer

  private init() throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    let path = folder.appendingPathComponent("Functions.swift").path
    let text = try String(contentsOfFile: path, encoding: .utf8)
    let entries = try elaborate([SourceFile(name: "Functions.swift", text: text)]).entryPoints
    var functions: [Function] = []
    var scheduled: [ScheduledEntryPoint] = []
    for entry in entries {
      let programs = try entry.specialisations.map { try simplify(try expandDerivatives($0.program)) }
      scheduled.append(ScheduledEntryPoint(entryPoint: entry, schedules: try programs.map { try makeSchedule($0) }))
    }
    let c = try emitC(module: "Functions", source: "Functions.swift", scheduled)
    for (entry, interfaces) in zip(scheduled, c.interfaces) {
      for (specialisation, interface) in zip(entry.entryPoint.specialisations, interfaces) {
        // The program as the front end read it, so that simplification and scheduling are under test as well.
        functions.append(
          Function(
            entry: entry.entryPoint, sizes: specialisation.sizes,
            program: try expandDerivatives(specialisation.program), interface: interface))
      }
    }
    self.functions = functions
    library = try Self.compile(c.files)
  }

  /// Compiles generated files with CAdjoint into a shared library and loads it.
  private static func compile(_ files: [GeneratedFile]) throws -> UnsafeMutableRawPointer {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-agreement-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in files {
      let url = folder.appendingPathComponent(file.path)
      try FileManager.default.createDirectory(at: url.deletingLastPathComponent(), withIntermediateDirectories: true)
      try Data(file.text.utf8).write(to: url)
    }
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let support = root.appendingPathComponent("Sources/CAdjoint")
    let supportFiles = try FileManager.default.contentsOfDirectory(atPath: support.path).filter { $0.hasSuffix(".c") }
    let output = folder.appendingPathComponent("libfunctions.so").path
    let arguments =
      ["-O1", "-shared", "-fPIC", "-I", support.appendingPathComponent("include").path, "-I", support.path]
      + ["-I", folder.appendingPathComponent("include").path, "-o", output]
      + files.filter { $0.path.hasSuffix(".c") }.map { folder.appendingPathComponent($0.path).path }
      + supportFiles.sorted().map { support.appendingPathComponent($0).path } + ["-lm"]
    try run("clang", arguments)
    guard let handle = dlopen(output, RTLD_NOW | RTLD_LOCAL) else {
      throw HarnessError(String(cString: dlerror()))
    }
    return handle
  }

  private static func run(_ command: String, _ arguments: [String]) throws {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    let errors = Pipe()
    process.standardError = errors
    try process.run()
    let text = errors.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw HarnessError("\(command) failed: \(String(decoding: text, as: UTF8.self))")
    }
  }

  /// Runs the C of a function; results are separate from arguments.
  func runC(_ function: Function, _ arguments: [AnyTensor]) throws -> [AnyTensor] {
    guard let symbol = dlsym(library, function.interface.functionName) else {
      throw HarnessError("the library has no \(function.interface.functionName)")
    }
    typealias Entry = @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer?) -> Void
    let entry = unsafeBitCast(symbol, to: Entry.self)
    var inputs = arguments
    var results = function.program.body.results.map {
      AnyTensor(uninitialized: $0.type.shape, $0.type.dtype.scalarType)
    }
    let pointers: [UnsafeMutableRawPointer] = function.interface.fields.map { field in
      switch field.role {
      case .parameter(let index): inputs[index].writableBytes()
      case .result(let index): results[index].writableBytes()
      }
    }
    let arena = UnsafeMutableRawPointer.allocate(
      byteCount: max(function.interface.arenaByteCount, 1), alignment: 64)
    defer { arena.deallocate() }
    pointers.withUnsafeBytes { entry($0.baseAddress!, arena) }
    withExtendedLifetime((inputs, results)) {}
    return results
  }

  /// Runs the reference evaluation.
  func runReference(
    _ function: Function, _ arguments: [AnyTensor], precision: EvaluationContext.Precision = .asTyped
  ) throws -> [[Double]] {
    try evaluate(function.program, arguments.map(\.literal), precision: precision).map(\.reals)
  }
}

struct HarnessError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}

extension DType {
  var scalarType: ScalarType { ScalarType(rawValue: rawValue)! }
}

extension AnyTensor {
  /// The elements as numbers.
  var numbers: [Double] {
    switch scalarType {
    case .f32: Tensor<Float>(self).scalars.map { Double($0) }
    case .f64: Tensor<Double>(self).scalars
    case .i32: Tensor<Int32>(self).scalars.map { Double($0) }
    case .i64: Tensor<Int64>(self).scalars.map { Double($0) }
    case .u32: Tensor<UInt32>(self).scalars.map { Double($0) }
    case .bool: Tensor<Bool>(self).scalars.map { $0 ? 1 : 0 }
    }
  }

  var literal: Literal {
    let type = TensorType(shape, DType(rawValue: scalarType.rawValue)!)
    switch scalarType {
    case .f32, .f64: return Literal(type, .real(numbers))
    case .i32, .i64, .u32: return Literal(type, .integer(numbers.map { Int64($0) }))
    case .bool: return Literal(type, .bool(numbers.map { $0 != 0 }))
    }
  }

  /// Random elements that suit a parameter of this type: reals around 0, integers below `limit`.
  static func random(_ type: TensorType, limit: Int, _ generator: inout ProbeGenerator) -> AnyTensor {
    switch type.dtype {
    case .f32:
      Tensor<Float>(shape: type.shape, (0..<type.count).map { _ in Float.random(in: -2...2, using: &generator) }).erased
    case .f64:
      Tensor<Double>(shape: type.shape, (0..<type.count).map { _ in .random(in: -2...2, using: &generator) }).erased
    case .i32:
      Tensor<Int32>(
        shape: type.shape, (0..<type.count).map { _ in Int32.random(in: 0..<Int32(limit), using: &generator) }
      ).erased
    case .i64:
      Tensor<Int64>(
        shape: type.shape, (0..<type.count).map { _ in Int64.random(in: 0..<Int64(limit), using: &generator) }
      ).erased
    case .u32:
      Tensor<UInt32>(
        shape: type.shape, (0..<type.count).map { _ in UInt32.random(in: 0 ... .max, using: &generator) }
      ).erased
    case .bool:
      Tensor<Bool>(shape: type.shape, (0..<type.count).map { _ in Bool.random(using: &generator) }).erased
    }
  }
}

/// The largest difference of two results, relative to the larger magnitude in the tensor and at least 1.
func deviation(_ left: [Double], _ right: [Double]) -> Double {
  guard left.count == right.count else { return .infinity }
  let scale = max(1, (left + right).filter(\.isFinite).map(abs).max() ?? 1)
  return zip(left, right).reduce(0) { worst, pair in
    if pair.0.isNaN && pair.1.isNaN || pair.0 == pair.1 { return worst }
    let difference = abs(pair.0 - pair.1) / scale
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}
