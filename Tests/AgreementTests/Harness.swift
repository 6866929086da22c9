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

/// A file of functions through the whole line once: programs for the reference evaluation, C and Swift kernels in shared
/// libraries.
final class Harness: @unchecked Sendable {
  /// One specialisation of one function, ready to run three ways.
  struct Function: Sendable {
    let entry: EntryPoint
    let sizes: [String: Int]
    let program: Program
    let interface: KernelInterface
    let swiftInterface: KernelInterface
  }

  static let shared = Result { try Harness("Functions") }
  /// The functions of models whose state changes.
  static let state = Result { try Harness("StateFunctions") }
  /// Every rule, schedule, norm, draw and metric.
  static let models = Result { try Harness("ModelFunctions") }
  /// One training loop in four forms.
  static let training = Result { try Harness("TrainingFunctions") }

  /// The functional API in stateful and pure functions.
  static let forms = Result { try Harness("FormFunctions") }
  /// Every kind of mutation, with a rule of a user's own.
  static let mutations = Result { try Harness("MutationFunctions") }
  /// One network, trained whole and in parts.
  static let frozen = Result { try Harness("FrozenFunctions") }

  let functions: [Function]
  private let library: UnsafeMutableRawPointer
  private let swiftLibrary: UnsafeMutableRawPointer

  /// Every entry point of the examples.
  static let examples = Result {
    let folder = packageRoot.appendingPathComponent("Sources/Examples")
    let paths = ["digits/DigitsModel.swift", "seed/SeedModel.swift"]
    let bench = try FileManager.default.contentsOfDirectory(atPath: folder.path + "/bench/Models").sorted()
    return try Harness(
      "Examples", (paths + bench.map { "bench/Models/" + $0 }).map { folder.appendingPathComponent($0) })
  }

  /// The root of the package.
  static let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()

  private convenience init(_ name: String) throws {
    let folder = URL(fileURLWithPath: #filePath).deletingLastPathComponent()
    try self.init(name, [folder.appendingPathComponent(name + ".swift")])
  }

  private init(_ name: String, _ files: [URL]) throws {
    let source = name + ".swift"
    let entries = try elaborate(
      files.map { SourceFile(name: $0.lastPathComponent, text: try String(contentsOf: $0, encoding: .utf8)) }
    ).entryPoints
    var functions: [Function] = []
    var scheduled: [ScheduledEntryPoint] = []
    for entry in entries {
      let programs = try entry.specialisations.map { try simplify(try expandDerivatives($0.program)) }
      scheduled.append(ScheduledEntryPoint(entryPoint: entry, schedules: try programs.map { try makeSchedule($0) }))
    }
    let c = try emitC(module: name, source: source, scheduled)
    let swift = try emitSwift(module: name, source: source, scheduled)
    for (entry, interfaces) in zip(scheduled, zip(c.interfaces, swift.interfaces)) {
      for (specialisation, (c, swift)) in zip(entry.entryPoint.specialisations, zip(interfaces.0, interfaces.1)) {
        // The program as the front end read it, so that simplification and scheduling are under test as well.
        functions.append(
          Function(
            entry: entry.entryPoint, sizes: specialisation.sizes,
            program: try expandDerivatives(specialisation.program), interface: c, swiftInterface: swift))
      }
    }
    self.functions = functions
    library = try Self.compile(c.files)
    swiftLibrary = try Self.compileSwift(swift)
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

  /// Compiles generated Swift kernels with CAdjoint into a shared library and loads it. A wrapper gives each function
  /// a C symbol.
  private static func compileSwift(_ emitted: EmittedSwift) throws -> UnsafeMutableRawPointer {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-swift-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .deletingLastPathComponent()
    let support = root.appendingPathComponent("Sources/CAdjoint")
    var sources: [String] = []
    func write(_ name: String, _ text: String) throws {
      let url = folder.appendingPathComponent(name)
      try Data(text.utf8).write(to: url)
      if name.hasSuffix(".swift") { sources.append(url.path) }
    }
    for file in emitted.files { try write(file.path, file.text) }
    let wrappers = emitted.interfaces.flatMap { $0 }.map { interface in
      """
      @_cdecl("\(interface.functionName)")
      public func entry_\(interface.functionName)(_ arguments: UnsafeRawPointer, _ arena: UnsafeMutableRawPointer) {
        \(interface.functionName)(arguments.assumingMemoryBound(to: \(interface.structName).self), arena)
      }

      """
    }
    try write("Wrappers.swift", wrappers.joined())
    let header = support.appendingPathComponent("include/CAdjoint.h").path
    try write("module.modulemap", "module CAdjoint { header \"\(header)\" export * }\n")
    let objects = try FileManager.default.contentsOfDirectory(atPath: support.path).filter { $0.hasSuffix(".c") }
      .sorted().map { name in
        let object = folder.appendingPathComponent(name + ".o").path
        try run("clang", ["-O1", "-fPIC", "-I\(support.path)/include", "-c", "\(support.path)/\(name)", "-o", object])
        return object
      }
    let output = folder.appendingPathComponent("libkernels.so").path
    try run(
      "swiftc",
      ["-emit-library", "-O", "-wmo", "-warnings-as-errors", "-swift-version", "6", "-module-name", "Kernels"]
        + ["-Xcc", "-fmodule-map-file=\(folder.path)/module.modulemap", "-o", output] + sources + objects + ["-lm"])
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
    try run(function, function.interface, in: library, arguments)
  }

  /// Runs the Swift kernels of a function.
  func runSwift(_ function: Function, _ arguments: [AnyTensor]) throws -> [AnyTensor] {
    try run(function, function.swiftInterface, in: swiftLibrary, arguments)
  }

  private func run(
    _ function: Function, _ interface: KernelInterface, in library: UnsafeMutableRawPointer, _ arguments: [AnyTensor]
  ) throws -> [AnyTensor] {
    guard let symbol = dlsym(library, interface.functionName) else {
      throw HarnessError("the library has no \(interface.functionName)")
    }
    typealias Entry = @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer?) -> Void
    let entry = unsafeBitCast(symbol, to: Entry.self)
    var inputs = arguments
    var results = function.program.body.results.map {
      AnyTensor(uninitialized: $0.type.shape, $0.type.dtype.scalarType)
    }
    let pointers: [UnsafeMutableRawPointer] = interface.fields.map { field in
      switch field.role {
      case .parameter(let index): inputs[index].writableBytes()
      case .result(let index): results[index].writableBytes()
      }
    }
    let arena = UnsafeMutableRawPointer.allocate(byteCount: max(interface.arenaByteCount, 1), alignment: 64)
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
