import AdjointEmit
import AdjointIR
import AdjointSchedule
import Foundation

/// Why a test could not run generated C.
struct CompilationError: Error, CustomStringConvertible {
  var description: String
}

/// The root of the package.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent()

/// What clang needs to link with ThreadSanitizer: the one of the Swift toolchain leans on Dispatch.
func threadSanitizerFlags() throws -> [String] {
  var flags = ["-O1", "-fsanitize=thread"]
  #if os(Linux)
    let clang = URL(fileURLWithPath: try findTool("clang")).resolvingSymlinksInPath()
    let libraries = clang.deletingLastPathComponent().deletingLastPathComponent().path + "/lib/swift/linux"
    flags += ["-L" + libraries, "-Wl,-rpath," + libraries, "-ldispatch", "-lBlocksRuntime"]
  #endif
  return flags
}

/// Runs a program and returns its output; throws where it fails.
@discardableResult
func launch(_ executable: String, _ arguments: [String], environment: [String: String] = [:]) throws -> String {
  let process = Process()
  process.executableURL = URL(fileURLWithPath: executable)
  process.arguments = arguments
  process.environment = ProcessInfo.processInfo.environment.merging(environment) { $1 }
  let pipe = Pipe()
  process.standardOutput = pipe
  process.standardError = pipe
  try process.run()
  let output = String(decoding: pipe.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
  process.waitUntilExit()
  guard process.terminationStatus == 0 else {
    throw CompilationError(
      description: "\(executable) \(arguments.joined(separator: " ")) failed:\n\(output.prefix(4000))")
  }
  return output
}

/// A program of the toolchain, from the PATH.
func findTool(_ name: String) throws -> String {
  for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
    let path = "\(folder)/\(name)"
    if FileManager.default.isExecutableFile(atPath: path) { return path }
  }
  throw CompilationError(description: "no \(name) on the PATH; these tests compile C with the Swift toolchain's clang")
}

/// AArch64 without a machine of that kind: a C library for it, and an emulator.
enum EmulatedARM {
  private static let library = "/usr/aarch64-linux-gnu"
  private static let support = "/usr/lib/gcc-cross/aarch64-linux-gnu"

  static var isThere: Bool {
    (try? findTool("qemu-aarch64")) != nil && FileManager.default.fileExists(atPath: library + "/lib") && flags != nil
  }

  /// What clang needs to compile for it; nil where a part is missing.
  static var flags: [String]? {
    guard let version = try? FileManager.default.contentsOfDirectory(atPath: support).max() else { return nil }
    return [
      "--target=aarch64-linux-gnu", "--sysroot=/", "-I\(library)/include", "-B\(support)/\(version)",
      "-L\(support)/\(version)", "-L\(library)/lib", "-fuse-ld=lld",
    ]
  }

  /// How a program for it is run.
  static func command(_ program: String) throws -> (executable: String, arguments: [String]) {
    (try findTool("qemu-aarch64"), ["-L", library, program])
  }
}

/// Generated C, compiled into a program that runs every function once on given numbers.
struct CompiledC {
  let folder: URL
  let isEmulated: Bool
  let interfaces: [KernelInterface]
  let schedules: [Schedule]

  /// Compiles with warnings as errors.
  init(
    _ emitted: EmittedC, _ schedules: [Schedule], module: String, flags: [String] = ["-O2"], isEmulated: Bool = false
  ) throws {
    self.isEmulated = isEmulated
    interfaces = emitted.interfaces.flatMap { $0 }
    self.schedules = schedules
    folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-c-\(UUID().uuidString)")
    try FileManager.default.createDirectory(
      at: folder.appendingPathComponent("include"), withIntermediateDirectories: true)
    for file in emitted.files {
      try file.text.write(to: folder.appendingPathComponent(file.path), atomically: true, encoding: .utf8)
    }
    try driver(module).write(to: folder.appendingPathComponent("driver.c"), atomically: true, encoding: .utf8)
    let runtime = packageRoot.appendingPathComponent("Sources/CAdjoint").path
    let sources = emitted.files.map(\.path).filter { $0.hasSuffix(".c") } + ["driver.c"]
    try launch(
      findTool("clang"),
      (isEmulated ? EmulatedARM.flags ?? [] : []) + flags + [
        "-std=gnu11", "-g1", "-Wall", "-Wextra", "-Werror", "-I\(runtime)/include", "-I\(folder.path)/include",
        "-o", "\(folder.path)/driver", "\(runtime)/isa.c",
        "\(runtime)/threads.c",
      ] + sources.map { "\(folder.path)/\($0)" } + ["-lm", "-lpthread"])
  }

  func remove() { try? FileManager.default.removeItem(at: folder) }

  /// The results of every function for the given parameters, `isa` being a value of ADJOINT_ISA. `inPlace` passes the
  /// memory of a parameter for the result that reuses it.
  func run(
    _ parameters: [[Literal]], isa: String, inPlace: Bool, environment: [String: String] = [:]
  ) throws -> [[Literal]] {
    var input = Data()
    for (interface, parameters) in zip(interfaces, parameters) {
      for field in interface.fields {
        if case .parameter(let number) = field.role { input.append(bytes(of: parameters[number])) }
      }
    }
    let inputPath = folder.appendingPathComponent("input")
    let outputPath = folder.appendingPathComponent("output")
    try input.write(to: inputPath)
    var (executable, arguments) = (folder.appendingPathComponent("driver").path, [String]())
    if isEmulated { (executable, arguments) = try EmulatedARM.command(executable) }
    try launch(
      executable, arguments + [inputPath.path, outputPath.path, inPlace ? "1" : "0"],
      environment: environment.merging(["ADJOINT_ISA": isa]) { $1 })
    let output = try Data(contentsOf: outputPath)
    var offset = 0
    return interfaces.map { interface in
      interface.fields.compactMap { field in
        guard case .result = field.role else { return nil }
        defer { offset += field.type.byteCount }
        return literal(field.type, output[offset..<offset + field.type.byteCount])
      }
    }
  }

  /// A program that reads all parameters, calls each function and writes all results.
  private func driver(_ module: String) -> String {
    var text = """
      #include "\(module).h"
      #include <stdio.h>
      #include <stdlib.h>
      #include <string.h>
      struct field { size_t bytes; int result; int reuses; };
      static void *allocate(size_t bytes) {
        void *p = NULL;
        return posix_memalign(&p, 64, bytes ? bytes : 1) == 0 ? p : NULL;
      }
      static void call(void (*f)(void **, void *), const struct field *fields, int n, size_t arena_bytes, FILE *in,
                       FILE *out, int in_place) {
        void *pointers[256];
        for (int i = 0; i < n; i++) {
          const int shared = in_place && fields[i].result && fields[i].reuses >= 0;
          pointers[i] = shared ? pointers[fields[i].reuses] : malloc(fields[i].bytes ? fields[i].bytes : 1);
          if (!fields[i].result && fread(pointers[i], 1, fields[i].bytes, in) != fields[i].bytes) exit(2);
          if (fields[i].result && !shared) memset(pointers[i], 0x5a, fields[i].bytes);
        }
        void *arena = arena_bytes ? allocate(arena_bytes) : NULL;
        if (arena) memset(arena, 0xff, arena_bytes);
        f(pointers, arena);
        for (int i = 0; i < n; i++)
          if (fields[i].result) fwrite(pointers[i], 1, fields[i].bytes, out);
        for (int i = 0; i < n; i++)
          if (!(in_place && fields[i].result && fields[i].reuses >= 0)) free(pointers[i]);
        free(arena);
      }

      """
    for (number, interface) in interfaces.enumerated() {
      text += """
        static void call_\(number)(void **pointers, void *arena) {
          \(interface.structName) arguments;
          memcpy(&arguments, pointers, sizeof arguments);
          \(interface.functionName)(&arguments, arena);
        }

        """
    }
    text += "int main(int argc, char **argv) {\n  if (argc != 4) return 3;\n"
    text +=
      "  FILE *in = fopen(argv[1], \"rb\"), *out = fopen(argv[2], \"wb\");\n  const int in_place = atoi(argv[3]);\n"
    for (number, interface) in interfaces.enumerated() {
      let fields = interface.fields.map { field -> String in
        guard case .result(let result) = field.role else { return "{\(field.type.byteCount), 0, -1}" }
        let reused = schedules[number].results[result].reuses.flatMap { parameter in
          interface.fields.firstIndex { $0.role == .parameter(parameter) }
        }
        return "{\(field.type.byteCount), 1, \(reused ?? -1)}"
      }
      text += "  { static const struct field fields[] = {\(fields.joined(separator: ", "))};\n"
      text += "    call(call_\(number), fields, \(fields.count), \(interface.arenaMacro), in, out, in_place); }\n"
    }
    return text + "  fclose(in);\n  return fclose(out);\n}\n"
  }
}

private func bytes(of literal: Literal) -> Data {
  var data = Data()
  func append<T>(_ value: T) { withUnsafeBytes(of: value) { data.append(contentsOf: $0) } }
  switch literal.type.dtype {
  case .f32: literal.reals.forEach { append(Float($0)) }
  case .f64: literal.reals.forEach { append($0) }
  case .i32: literal.integers.forEach { append(Int32(truncatingIfNeeded: $0)) }
  case .i64: literal.integers.forEach { append($0) }
  case .u32: literal.integers.forEach { append(UInt32(truncatingIfNeeded: $0)) }
  case .bool: literal.bools.forEach { append(UInt8($0 ? 1 : 0)) }
  }
  return data
}

private func literal(_ type: TensorType, _ data: Data) -> Literal {
  let bytes = Array(data)
  func element<T>(_ index: Int, _: T.Type) -> T {
    bytes.withUnsafeBytes { $0.loadUnaligned(fromByteOffset: index * MemoryLayout<T>.size, as: T.self) }
  }
  let elements: Literal.Elements =
    switch type.dtype {
    case .f32: .real((0..<type.count).map { Double(element($0, Float.self)) })
    case .f64: .real((0..<type.count).map { element($0, Double.self) })
    case .i32: .integer((0..<type.count).map { Int64(element($0, Int32.self)) })
    case .i64: .integer((0..<type.count).map { element($0, Int64.self) })
    case .u32: .integer((0..<type.count).map { Int64(element($0, UInt32.self)) })
    case .bool: .bool((0..<type.count).map { element($0, UInt8.self) != 0 })
    }
  return Literal(type, elements)
}

/// The instruction sets of this machine, as ADJOINT_ISA spells them (those that it lacks fall back).
let instructionSets: [String] = {
  #if arch(x86_64)
    ["baseline", "avx2", "avx512"]
  #else
    ["baseline"]
  #endif
}()

/// Whether an instruction set of this machine's architecture has a fused multiply-add, so that a product's terms are
/// rounded once.
func fusesProducts(_ isa: String) -> Bool {
  #if arch(x86_64)
    isa != "baseline"
  #else
    true
  #endif
}
