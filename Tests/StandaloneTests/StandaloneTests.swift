import Foundation
import Testing

/// The committed standalone C of the digits example, with other compilers and on other machines. A test that needs a
/// tool which is not installed is skipped, and its name says what it would have run.
@Suite(.serialized) struct StandaloneTests {
  private static let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().path
  private static let generated = root + "/Generated/standalone"
  private static let main = root + "/Sources/Examples/standalone/main.c"
  private static let data = root + "/Sources/Examples/digits/Data/digits.csv"
  private static let warnings = ["-std=c11", "-Wall", "-Wextra", "-Werror"]

  @Test("gcc trains digits", .enabled(if: hasTool("gcc"), "no gcc"), arguments: ["-O0", "-O2"])
  func gcc(level: String) throws {
    let output = try trainNative("gcc", [level])
    #expect(try accuracy(output) > 0.9)
  }

  @Test("clang trains digits, to the digits that gcc prints", .enabled(if: hasTool("clang"), "no clang"))
  func clang() throws {
    let output = try trainNative("clang", ["-O2"])
    #expect(try accuracy(output) > 0.9)
    if hasTool("gcc") { #expect(try trainNative("gcc", ["-O2"]) == output) }
    // Fused by the processor instead of in software, in vectors instead of alone.
    #if arch(x86_64)
      if try run("grep", ["-c", "fma", "/proc/cpuinfo"], mayFail: true).first != "0" {
        #expect(try trainNative("clang", ["-O3", "-mfma", "-mavx2"]) == output)
      }
    #endif
  }

  @Test(
    "a C++ program calls it", .enabled(if: hasTool("g++") || hasTool("clang++"), "no C++ compiler"),
    arguments: ["g++", "clang++"].filter(hasTool))
  func cxx(compiler: String) throws {
    try inFolder { folder in
      let caller = folder + "/caller.cpp"
      try """
      #include "DigitsModel.h"
      #include <cstdio>
      #include <vector>
      int main() {
        std::vector<float> kernel1(64 * 128), bias1(128), kernel2(128 * 10), bias2(10), images(360 * 64), logits(3600);
        std::vector<int32_t> labels(360);
        alignas(64) static char arena[DIGITS_MODEL_EVALUATE_SPLIT_360_ARENA_BYTES];
        float loss;
        digits_model_evaluate_split_360_arguments arguments = {
            bias1.data(), kernel1.data(), bias2.data(), kernel2.data(), images.data(), labels.data(), logits.data(), &loss};
        digits_model_evaluate_split_360(&arguments, arena);
        std::printf("%.4f\\n", loss);
      }
      """.write(toFile: caller, atomically: true, encoding: .utf8)
      let c = compiler == "g++" && hasTool("gcc") ? "gcc" : "clang"
      try run(c, Self.warnings + ["-O2", "-c", Self.generated + "/DigitsModel.c", "-o", folder + "/model.o"])
      try run(
        compiler,
        ["-std=c++17", "-Wall", "-Wextra", "-Werror", "-I", Self.generated, caller, folder + "/model.o"]
          + ["-lm", "-o", folder + "/caller"])
      // A model of zeros finds every digit equally likely: log 10.
      #expect(try run(folder + "/caller", []) == "2.3026\n")
    }
  }

  @Test(
    "WebAssembly without a C library trains to the digits that clang prints",
    .enabled(if: hasTool("clang") && hasTool("wasm-ld") && hasTool("node"), "no clang, wasm-ld or node"))
  func webAssembly() throws {
    let expected = try trainNative("clang", ["-O2"])
    try inFolder { folder in
      try run(
        "clang",
        Self.warnings + ["--target=wasm32", "-O2", "-ffreestanding", "-nostdlib", "-Wl,--no-entry", "-Wl,--export-all"]
          + [Self.generated + "/DigitsModel.c", "-o", folder + "/digits.wasm"])
      let script = Self.root + "/Tests/StandaloneTests/train.mjs"
      let output = try run(
        "node", [script, folder + "/digits.wasm", Self.generated + "/DigitsModel.h", Self.data, "3"])
      #expect(output == expected)
    }
  }

  private static let cross = "/usr/aarch64-linux-gnu"

  @Test(
    "AArch64 under an emulator trains to the digits that this machine prints",
    .enabled(
      if: hasTool("clang") && hasTool("qemu-aarch64") && FileManager.default.fileExists(atPath: cross + "/lib"),
      "no qemu-aarch64, or no AArch64 C library"))
  func arm64() throws {
    let expected = try trainNative("clang", ["-O2"])
    let gcc = "/usr/lib/gcc-cross/aarch64-linux-gnu"
    let version = try FileManager.default.contentsOfDirectory(atPath: gcc).sorted().last ?? ""
    let flags = [
      "--target=aarch64-linux-gnu", "--sysroot=/", "-I\(Self.cross)/include", "-B\(gcc)/\(version)",
      "-L\(gcc)/\(version)", "-L\(Self.cross)/lib", "-fuse-ld=lld", "-O2",
    ]
    try inFolder { folder in
      try build("clang", flags, to: folder + "/digits")
      let output = try run("qemu-aarch64", ["-L", Self.cross, folder + "/digits", Self.data, "3"])
      #expect(output == expected)
    }
  }

  // MARK: Running

  private func trainNative(_ compiler: String, _ flags: [String]) throws -> String {
    try inFolder { folder in
      try build(compiler, flags, to: folder + "/digits")
      return try run(folder + "/digits", [Self.data, "3"])
    }
  }

  private func build(_ compiler: String, _ flags: [String], to output: String) throws {
    let sources = ["-I", Self.generated, Self.main, Self.generated + "/DigitsModel.c", "-lm", "-o", output]
    try run(compiler, Self.warnings + flags + sources)
  }

  private func accuracy(_ output: String) throws -> Double {
    try #require(
      output.split(separator: " ").last.flatMap { Double($0.trimmingCharacters(in: .whitespacesAndNewlines)) })
  }

  private func inFolder<Result>(_ body: (String) throws -> Result) throws -> Result {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent(
      "adjoint-standalone-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    return try body(folder.path)
  }

  @discardableResult
  private func run(_ command: String, _ arguments: [String], mayFail: Bool = false) throws -> String {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = [command] + arguments
    let output = Pipe()
    process.standardOutput = output
    process.standardError = output
    try process.run()
    let text = String(decoding: output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
    process.waitUntilExit()
    guard mayFail || process.terminationStatus == 0 else {
      throw Failure(description: "\(command) \(arguments.joined(separator: " ")) failed:\n\(text.prefix(4000))")
    }
    return text
  }
}

private struct Failure: Error, CustomStringConvertible {
  let description: String
}

/// Whether a program is on the PATH.
private func hasTool(_ name: String) -> Bool {
  (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":").contains {
    FileManager.default.isExecutableFile(atPath: "\($0)/\(name)")
  }
}
