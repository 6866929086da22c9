import Foundation
import Testing

/// The command on every sort of input that no one would give it: what it says, how it ends, how long it takes, how much
/// memory it needs, and that nothing is left on disk.
@Suite(.serialized) struct HostileCommandTests {
  /// An input that is refused.
  struct Hostile: Sendable, CustomTestStringConvertible {
    var name: String
    /// Writes it below a folder and returns the path to give to the command.
    var make: @Sendable (Scratch) throws -> String
    /// What the message must contain.
    var says: String
    var testDescription: String { name }

    init(_ name: String, says: String, _ make: @escaping @Sendable (Scratch) throws -> String) {
      (self.name, self.says, self.make) = (name, says, make)
    }

    /// A model file.
    static func text(_ name: String, says: String, _ text: @escaping @Sendable () -> String) -> Hostile {
      Hostile(name, says: says) { try $0.write("app/Model.swift", text()) }
    }

    /// The body of an entry point, from line 2 on.
    static func body(_ name: String, says: String, _ body: @escaping @Sendable () -> String) -> Hostile {
      text(name, says: says) { "func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> {\n\(body())\n}\n" }
    }
  }

  static let all: [Hostile] = [
    Hostile("a folder called like a file", says: ".swift:1:1: error: this is a folder") { scratch in
      try scratch.write("app/X.swift/Inner.swift", "")
      return scratch.path("app/X.swift")
    },
    Hostile("an unreadable file", says: ".swift:1:1: error: cannot be read: ") { scratch in
      // The superuser may read every file, but not what lies at address 0.
      try FileManager.default.createSymbolicLink(
        atPath: scratch.path("Mem.swift"), withDestinationPath: "/proc/self/mem")
      return scratch.path("Mem.swift")
    },
    .text("an empty file", says: "Model.swift:1:1: error: there is nothing to generate") { "" },
    Hostile("bytes that are not UTF-8", says: "Model.swift:2:5: error: the file is not UTF-8 text") { scratch in
      try scratch.write("app/Model.swift", Data("let a = 1\nlet ".utf8) + Data([0xE9, 0x20]))
    },
    .text("NUL bytes", says: "Model.swift:2:5: error: the file contains a NUL byte") { "let a = 1\nlet \0\0" },
    .text("ten megabytes of one line", says: "Model.swift:1:1: error: a model file has at most") {
      "let a = \"" + String(repeating: "x", count: 10_000_000) + "\"\n"
    },
    .body("brackets nested 100,000 deep", says: "brackets are nested more than 128 deep [limit.nesting]") {
      "return " + String(repeating: "(", count: 100_000) + "x" + String(repeating: ")", count: 100_000)
    },
    .text("a million declarations", says: "[input.size]") { (0..<1_000_000).map { "let a\($0) = 0\n" }.joined() },
    .text("a hundred thousand functions", says: "Model.swift:1:1: error: there is nothing to generate") {
      (0..<100_000).map { "func f\($0)() {}\n" }.joined()
    },
    .text("recursion without end", says: "Model.swift:1:47: error: 'g' calls go 400 deep") {
      "func g(_ x: Tensor<Float>) -> Tensor<Float> { g(x) }\n"
        + "func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { g(x) }\n"
    },
    .text("recursion that doubles", says: "does not end within") {
      "func fib(_ n: Int) -> Int { n < 2 ? n : fib(n - 1) + fib(n - 2) }\n"
        + "func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x * Float(fib(300)) }\n"
    },
    .text("recursion that doubles, in many functions", says: "does not end within") {
      "func fib(_ n: Int) -> Int { n < 2 ? n : fib(n - 1) + fib(n - 2) }\n"
        + (0..<100).map { "func f\($0)(@Shape(2) x: Tensor<Float>) -> Tensor<Float> { x * Float(fib(300)) }\n" }
        .joined()
    },
    .body("10^9 static iterations", says: "Model.swift:3:10: error: a loop of 1000000000 iterations") {
      "var n = 0\nfor i in 0..<1_000_000_000 { n += i }\nreturn x"
    },
    .body("static iterations inside each other", says: "does not end within") {
      "var n = 0\nfor i in 0..<90_000 { for j in 0..<90_000 { n += i * j } }\nreturn x"
    },
    .body("a large array in a loop", says: "does not end within") {
      "var n = 0\nfor _ in 0..<90_000 { let a = Array(repeating: 1, count: 900_000)\nn += a.count }\nreturn x"
    },
    .body("large arrays compared in a loop", says: "does not end within") {
      "let a = Array(repeating: 1, count: 900_000)\nvar n = 0\nfor _ in 0..<90_000 { if a == a { n += 1 } }\nreturn x"
    },
    .body("large constants in a loop", says: "[limit.") {
      "var y = x\nfor _ in 0..<90_000 { y = y + Tensor<Float>(Array(repeating: 1.0, count: 500_000)).sum() }\nreturn y"
    },
    .body("operations without end", says: "[limit.") {
      "var y = x\nfor _ in 0..<90_000 { y = y * 2 + x }\nreturn y"
    },
    .body("a shape whose product overflows", says: "Model.swift:2:") {
      "let t = Tensor<Float>.zeros([4_000_000_000, 4_000_000_000, 4_000_000_000])\nreturn x"
    },
    .text("a parameter's shape overflows", says: "Model.swift:1:") {
      "func f(@Shape(4294967296, 4294967296) x: Tensor<Float>) -> Tensor<Float> { x }\n"
    },
  ]

  @Test("it is refused in seconds and leaves nothing", arguments: all)
  func refused(_ hostile: Hostile) throws {
    let scratch = try Scratch()
    let path = try hostile.make(scratch)
    let before = scratch.files()
    let run = try adjointc("generate", path, "-o", scratch.path("out"), within: 100)
    #expect(run.exitCode == 1, "\(run.exitCode): \(run.errors.prefix(500))")
    #expect(!run.wasKilled && run.seconds < 60, "took \(run.seconds) s")
    #expect(run.errors.contains(hostile.says), "\(run.errors.prefix(500))")
    #expect(run.output.isEmpty)
    #expect(run.peakMemory < 1 << 30, "\(run.peakMemory >> 20) MB")
    #expect(scratch.files() == before)
    #expect(!FileManager.default.fileExists(atPath: scratch.path("out")))
  }

  /// What is long but can be done is done, in time that grows with it.
  @Test func aLongChainIsCompiled() throws {
    let scratch = try Scratch()
    func time(_ count: Int) throws -> Double {
      let model = try scratch.write(
        "app/Model.swift",
        """
        func f(@Shape(2) x: Tensor<Float>) -> Tensor<Float> {
          grad { (x: Tensor<Float>) in
            var y = x
            for _ in 0..<\(count) { y = tanh(y) * 0.5 + x }
            return y.sum()
          }(x)
        }

        """)
      let run = try adjointc("generate", model, "-o", scratch.path("out\(count)"))
      #expect(run.exitCode == 0, "\(run.errors)")
      #expect(run.peakMemory < 1 << 30, "\(run.peakMemory >> 20) MB")
      return run.seconds
    }
    // Quadratic work would be sixteen times as much; starting the tool is part of both.
    let (short, long) = (try time(250), try time(1000))
    #expect(long < 6 * short + 5, "\(short) s, then \(long) s")
  }
}
