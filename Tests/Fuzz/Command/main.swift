import AdjointDriver
import Foundation
import FuzzCases

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

// Looks for input that breaks the tool.
//
//   swift run fuzz                     mutate model files for 30 seconds
//   swift run fuzz --seconds 3600      longer
//   swift run fuzz --seed 7            from another seed than the time
//   swift run fuzz --case 123456       run the one case of a seed that was printed, and keep its file
//   swift run fuzz --valid 20          random valid functions, checked as `adjointc check` does
//   swift run fuzz --corpus folder     write cases for another fuzzer to start from (see LibFuzzer)
//
// A crash, a run of more than ten seconds, more than two gigabytes of memory, a refusal that does not say where or
// why, and files that are not whole are failures; each prints its seed.

let root = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
  .deletingLastPathComponent().deletingLastPathComponent()

func option(_ name: String) -> String? {
  guard let place = CommandLine.arguments.firstIndex(of: name), place + 1 < CommandLine.arguments.count else {
    return nil
  }
  return CommandLine.arguments[place + 1]
}

/// The model files that mutations start from: the examples, and the functions of the tests, which use every op.
func corpus() throws -> [String] {
  var files: [String] = []
  for folder in ["Sources/Examples", "Tests/AgreementTests", "Tests/AdjointDriverTests/Programs"] {
    let paths = FileManager.default.subpaths(atPath: root.appendingPathComponent(folder).path) ?? []
    for path in paths.sorted() where path.hasSuffix(".swift") && !path.contains("Generated") {
      let text = try String(contentsOf: root.appendingPathComponent("\(folder)/\(path)"), encoding: .utf8)
      if text.contains("@Shape(") { files.append(text) }
    }
  }
  return files
}

func say(_ text: String) { FileHandle.standardOutput.write(Data((text + "\n").utf8)) }

let scratch = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-fuzz-\(getpid())")

if let count = option("--valid").flatMap(Int.init) {
  exit(try checkValid(count, seed: option("--seed").flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)))
} else if let start = option("--worker").flatMap(UInt64.init) {
  try work(from: start)
} else if let seed = option("--case").flatMap(UInt64.init) {
  let bytes = Mutator(corpus: try corpus()).file(seed: seed)
  let kept = FileManager.default.currentDirectoryPath + "/fuzz-\(seed).swift"
  try Data(bytes).write(to: URL(fileURLWithPath: kept))
  say("the case is \(kept)")
  let result = try FuzzCase(bytes, in: scratch)
  say(result.problem ?? (result.isGenerated ? "generated" : "refused"))
  exit(result.problem == nil ? 0 : 1)
} else if let folder = option("--corpus") {
  try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
  let mutator = Mutator(corpus: try corpus())
  for seed in 0..<200 {
    try Data(mutator.file(seed: UInt64(seed))).write(to: URL(fileURLWithPath: "\(folder)/\(seed)"))
  }
  say("wrote 200 files to \(folder)")
} else {
  let seed = option("--seed").flatMap(UInt64.init) ?? UInt64.random(in: 0...UInt64.max)
  exit(try supervise(seed: seed, seconds: option("--seconds").flatMap(Double.init) ?? 30))
}

/// Runs cases until it is stopped, and prints each one's seed before it.
func work(from start: UInt64) throws -> Never {
  let mutator = Mutator(corpus: try corpus())
  var seed = start
  while true {
    say("case \(seed)")
    let result = try FuzzCase(mutator.file(seed: seed), in: scratch)
    if let problem = result.problem { say("problem \(problem.replacing("\n", with: " "))") }
    say(result.isGenerated ? "generated" : "refused")
    seed &+= 1
  }
}

/// Random valid functions in one file, checked as the command does.
func checkValid(_ count: Int, seed: UInt64) throws -> Int32 {
  say("seed \(seed)")
  try FileManager.default.createDirectory(at: scratch, withIntermediateDirectories: true)
  defer { try? FileManager.default.removeItem(at: scratch) }
  let source = RandomSource(seed: seed, count: count)
  let file = scratch.appendingPathComponent("Random.swift")
  try Data(source.text.utf8).write(to: file)
  do {
    let report = try check(file.path, function: nil, seed: seed, draws: 1)
    let failures = report.rows.filter { !$0.passes }
    for row in failures {
      say("\(row)")
      if let function = source.functions.first(where: { $0.name == row.function }) { say(function.text) }
    }
    say("\(report.rows.count - failures.count) of \(report.rows.count) tests of \(count) random functions passed")
    return failures.isEmpty ? 0 : 1
  } catch {
    say("refused: \(error)\n\(source.text)")
    return 1
  }
}
