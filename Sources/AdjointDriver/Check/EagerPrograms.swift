import AdjointDiagnostics
import AdjointIR
import Foundation

/// The user's own source, compiled with the library into programs that call its entry points eagerly.
struct EagerPrograms {
  /// What was not compiled, and why.
  private(set) var remarks: [String] = []
  private let folder: ScratchFolder
  /// Each entry point's program, and its number there.
  private var programs: [SourceSpan: (executable: String, number: Int)] = [:]

  /// - Throws: `NotRun` where nothing can be run.
  init(_ path: String, _ entries: [EntryPoint], _ package: String, progress: (String) -> Void) throws {
    guard let swift = findProgram("swiftc") else { throw NotRun(reason: "there is no Swift compiler on the PATH") }
    guard let clang = findClang(besides: swift) else { throw NotRun(reason: "there is no clang on the PATH") }
    folder = try ScratchFolder()
    do {
      progress("compiling the library for eager runs")
      let compiler = try EagerCompiler(swift: swift, clang: clang, package: package, folder: folder)
      for (place, module) in try findModules([path]).enumerated() {
        let own = entries.filter { entry in module.files.contains { $0.path == entry.span.file } }
        guard !own.isEmpty else { continue }
        progress("compiling \(module.name) for eager runs")
        let made = try compiler.program("\(place)", own, module.files.map(\.path))
        remarks += made.remarks
        for (number, entry) in own.enumerated() where made.numbers.contains(number) {
          programs[entry.span] = (folder.path("\(place)/program"), number)
        }
      }
    } catch {
      folder.remove()
      throw error
    }
  }

  func remove() { folder.remove() }

  func canRun(_ entry: EntryPoint) -> Bool { programs[entry.span] != nil }

  /// The results of one specialisation.
  ///
  /// - Throws: `NotRun` where the program stops.
  func run(_ entry: EntryPoint, _ specialisation: Int, _ arguments: [Literal]) throws -> [Int: Literal] {
    guard let program = programs[entry.span] else { throw NotRun(reason: "it is not compiled") }
    let (input, output) = (folder.path("input"), folder.path("output"))
    var data = Data()
    for argument in arguments {
      withBlock(of: argument.type) { block in
        argument.write(to: block)
        data.append(contentsOf: block.prefix(argument.type.byteCount))
      }
    }
    try data.write(to: URL(fileURLWithPath: input))
    try? FileManager.default.removeItem(atPath: output)
    let outcome = try outcome(of: program.executable, ["\(program.number).\(specialisation)", input, output])
    guard outcome.succeeded else {
      throw NotRun(reason: outcome.text.split(separator: "\n").first.map(String.init) ?? "it gives no reason")
    }
    let found = try Data(contentsOf: URL(fileURLWithPath: output))
    var results: [Int: Literal] = [:]
    var place = 0
    for (number, value) in entry.specialisations[specialisation].program.body.results.enumerated() {
      withBlock(of: value.type) { block in
        found.copyBytes(to: block, from: place..<place + value.type.byteCount)
        results[number] = Literal(value.type, reading: block)
      }
      place += value.type.byteCount
    }
    return results
  }

  private func withBlock(of type: TensorType, _ body: (UnsafeMutableRawBufferPointer) -> Void) {
    let block = UnsafeMutableRawBufferPointer.allocate(byteCount: max(type.byteCount, 8), alignment: 64)
    defer { block.deallocate() }
    body(block)
  }
}

/// Compiles programs against the library of a package, without its build: the library depends on nothing.
private struct EagerCompiler {
  let swift: String
  let folder: ScratchFolder
  private let flags: [String]
  private var objects: [String] = []

  init(swift: String, clang: String, package: String, folder: ScratchFolder) throws {
    self.swift = swift
    self.folder = folder
    let include = package + "/Sources/CAdjoint/include"
    try folder.write("module.modulemap", "module CAdjoint {\n  umbrella \(include.debugDescription)\n  export *\n}\n")
    flags = [
      "-I", folder.path, "-Xcc", "-fmodule-map-file=\(folder.path("module.modulemap"))", "-Onone", "-wmo",
      "-suppress-warnings",
    ]
    for source in try Self.files(below: package + "/Sources/CAdjoint", ending: ".c") {
      objects.append(folder.path("library\(objects.count).o"))
      try Self.run(clang, ["-std=gnu11", "-O2", "-fPIC", "-w", "-I", include, "-c", source, "-o", objects.last!])
    }
    for module in ["AdjointRuntime", "Adjoint"] {
      objects.append(folder.path("\(module).o"))
      try Self.run(
        swift,
        ["-swift-version", "6", "-package-name", "adjoint", "-parse-as-library", "-emit-module", "-emit-object"]
          + ["-module-name", module, "-emit-module-path", folder.path("\(module).swiftmodule"), "-o", objects.last!]
          + flags + Self.files(below: "\(package)/Sources/\(module)", ending: ".swift"))
    }
  }

  /// Compiles files of models into `<name>/program`. Other files of the module may use what is not here, such as
  /// generated code: then those with entry points are tried alone. An entry point that cannot be called is left out.
  func program(
    _ name: String, _ entries: [EntryPoint], _ files: [String]
  ) throws -> (numbers: [Int], remarks: [String]) {
    let all = files.filter { ($0 as NSString).lastPathComponent != "main.swift" }
    let models = all.filter { file in entries.contains { $0.span.file == file } }
    var first: String?
    for sources in all == models ? [all] : [all, models] {
      var numbers = Array(entries.indices)
      var remarks: [String] = []
      while !numbers.isEmpty {
        let errors = try compile(name, numbers.map { EagerSource(entry: entries[$0], number: $0) }, sources)
        if errors.isEmpty { return (numbers, remarks) }
        let refused = numbers.filter { number in
          guard let error = errors.first(where: { $0.contains("/Eager\(number).swift:") }) else { return false }
          remarks.append("\(entries[number].name) is not run eagerly, since it cannot be called: \(message(error))")
          return true
        }
        guard !refused.isEmpty else {
          first = first ?? errors[0]
          break
        }
        numbers.removeAll(where: refused.contains)
      }
      if numbers.isEmpty && first == nil { return ([], remarks) }
    }
    let file = entries[0].span.fileName
    return ([], ["\(file) is not run eagerly, since it does not compile by itself: \(first ?? "")"])
  }

  /// The error's text without the place in the harness.
  private func message(_ error: String) -> String { error.components(separatedBy: "error: ").dropFirst().joined() }

  /// The lines of errors.
  private func compile(_ name: String, _ sources: [EagerSource], _ files: [String]) throws -> [String] {
    try FileManager.default.createDirectory(atPath: folder.path(name), withIntermediateDirectories: true)
    var own = ["AdjointEager.swift", "main.swift"].map { folder.path("\(name)/\($0)") }
    try folder.write("\(name)/AdjointEager.swift", EagerSource.support)
    var calls: [String] = []
    for source in sources {
      own.append(folder.path("\(name)/Eager\(source.number).swift"))
      try folder.write("\(name)/Eager\(source.number).swift", source.text)
      calls += source.entry.specialisations.indices.map { "\"\(source.number).\($0)\": \(source.name("\($0)"))" }
    }
    try folder.write("\(name)/main.swift", "adjointEagerMain([\(calls.joined(separator: ", "))])\n")
    // The language mode that takes the most programs.
    let outcome = try outcome(
      of: swift,
      ["-swift-version", "5", "-module-name", "Checked", "-o", folder.path("\(name)/program")] + flags + files + own
        + objects + ["-lm", "-lpthread"])
    guard !outcome.succeeded else { return [] }
    let errors = outcome.text.split(separator: "\n").filter { $0.contains("error: ") }.map(String.init)
    return errors.isEmpty ? ["the Swift compiler fails: \(outcome.text.prefix(500))"] : errors
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let outcome = try outcome(of: program, arguments)
    guard outcome.succeeded else {
      let error = outcome.text.split(separator: "\n").first { $0.contains("error: ") }
      throw NotRun(reason: "the library does not compile: \(error ?? outcome.text.prefix(500))")
    }
  }

  /// The files below a folder, sorted; links are not followed.
  private static func files(below folder: String, ending: String) throws -> [String] {
    try FileManager.default.subpathsOfDirectory(atPath: folder).filter { $0.hasSuffix(ending) }.sorted()
      .map { "\(folder)/\($0)" }
  }
}
