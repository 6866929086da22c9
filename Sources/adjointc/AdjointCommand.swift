import AdjointDiagnostics
import AdjointDriver
import ArgumentParser
import Foundation

/// The command `adjointc`.
@main
struct AdjointCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "adjointc",
    abstract: "Writes the code that trains your Swift models.",
    discussion: """
      Reads Swift files that hold models and annotated functions, differentiates them, and writes C kernels with \
      static shapes and the Swift that calls them:

        adjointc generate Sources/MyApp            write Generated/MyApp and Generated/MyAppKernels
        adjointc verify Sources/MyApp              exit 1 and show a diff where that code is stale
        adjointc emit Model.swift trainStep --stage adjoint
                                                   print one function at one stage of the line

      A function is an entry point if one of its parameters is annotated with @Shape, @Like or @Traced. Mistakes are \
      reported as file:line:column: error: …, all of a run together; then nothing is written and the exit code is 1.
      """,
    version: toolVersion,
    subcommands: [Generate.self, Verify.self, Explain.self, Check.self, Emit.self, BuildTool.self])
}

/// Which files to read and where generated code lies.
struct ModelArguments: ParsableArguments {
  @Argument(
    help: ArgumentHelp(
      "A model file, a folder of them (one module), or a folder of such folders.", valueName: "path"))
  var paths: [String]

  @Option(
    name: [.short, .long],
    help: ArgumentHelp(
      "The folder for generated code. Default: Generated beside the package's Package.swift.", valueName: "folder"))
  var output: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "The Swift module the files belong to, where it is not named like their folder.", valueName: "name"))
  var module: String?

  @Option(
    name: .long,
    help: ArgumentHelp(
      "Another module whose layers the models use, with its folder or one of its files; may be repeated.",
      valueName: "module=path"))
  var using: [UsedModule] = []

  @Flag(help: "The files are all of their module (with --module): generated code of others is stale.")
  var whole = false

  @Option(help: "The language of kernels: c (a C target of their own) or swift (in the model's own target).")
  var kernels: KernelLanguage?

  @Flag(
    inversion: .prefixedNo,
    help: "Write plain C11 for callers without Swift instead: <output>/<Model>.h and <output>/<Model>.c.")
  var standalone: Bool?

  /// The arguments as they are typed.
  var text: String {
    var words = standalone == true ? ["--standalone"] : kernels.map { ["--kernels", $0.rawValue] } ?? []
    if let module { words += ["--module", module] }
    if whole { words.append("--whole") }
    for used in using { words += ["--using", "\(used.name)=\(used.path)"] }
    if let output { words += ["--output", output] }
    return (words + paths).joined(separator: " ")
  }

  /// Flags, then adjoint.json beside the package's Package.swift, then what is usual.
  func settings() throws -> Settings {
    let file = try Configuration(for: paths[0])
    let options = GenerateOptions(
      kernels: kernels ?? file.kernels ?? .c, isStandalone: standalone ?? file.standalone ?? false)
    return Settings(
      options: options, output: output ?? file.output ?? defaultOutput(for: paths[0]),
      using: using.isEmpty ? file.using : using)
  }
}

/// Everything that decides what is generated and where.
struct Settings {
  var options: GenerateOptions
  var output: String
  var using: [UsedModule]
}

struct Generate: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write Swift glue and C kernels for the models in PATH.",
    discussion: """
      For a module M it writes <output>/M (Swift, added to M's own target) and <output>/MKernels (a C target that M \
      depends on); with --kernels swift the kernels are Swift in <output>/M too; with --standalone there is plain C \
      alone. Files that would not change are left alone; generated files that are no longer needed are removed.
      """)

  @OptionGroup var models: ModelArguments

  @Flag(name: .shortAndLong, help: "Say nothing but errors.")
  var quiet = false

  @Flag(help: "Print how long each stage took.")
  var timings = false

  func run() throws {
    try reportingFindings {
      let settings = try models.settings()
      let stages = StageTimings()
      let tree = try generate(
        models.paths, settings.options, module: models.module, isWhole: models.whole, using: settings.using,
        timings: stages)
      let report = try stages.measure("write files") { try write(tree, to: settings.output) }
      if timings { try printOutput(stages.text) }
      guard !quiet else { return }
      var lines = report.written.map { "wrote \(settings.output)/\($0)" }
      lines += report.removed.map { "removed \(settings.output)/\($0)" }
      if lines.isEmpty { lines = ["\(settings.output) is up to date (\(report.unchanged.count) files)"] }
      try printOutput(lines.joined(separator: "\n") + "\n")
    }
  }
}

struct Verify: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Check that committed generated code is what its models give; show a diff and exit 1 where it is not.")

  @OptionGroup var models: ModelArguments

  func run() throws {
    try reportingFindings {
      let settings = try models.settings()
      let tree = try generate(
        models.paths, settings.options, module: models.module, isWhole: models.whole, using: settings.using)
      let difference = differences(of: tree, from: settings.output)
      guard difference.isEmpty else {
        try printOutput(difference)
        printError("adjointc: error: generated code is stale; run: adjointc generate \(models.text)")
        throw ExitCode(1)
      }
      try printOutput("\(settings.output) is up to date (\(tree.files.count) files)\n")
    }
  }
}

struct Emit: ParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print one entry point at one stage of the line.",
    discussion: """
      Stages: primal (what was read), linear (derivatives written out), adjoint (simplified: what is scheduled), \
      schedule (kernels and the memory plan), c (the generated C).
      """)

  @Argument(help: ArgumentHelp("The model file or folder.", valueName: "path"))
  var path: String

  @Argument(help: ArgumentHelp("The entry point's name.", valueName: "function"))
  var function: String

  @Option(help: "primal, linear, adjoint, schedule or c.")
  var stage: EmitStage = .adjoint

  func run() throws {
    try reportingFindings { try printOutput(emit(path, function: function, stage: stage)) }
  }
}

extension EmitStage: ExpressibleByArgument {}
extension KernelLanguage: ExpressibleByArgument {}

/// Prints findings in the form editors pick up, and ends with exit code 1.
func reportingFindings(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let findings as Findings {
    printError(findings.description)
    throw ExitCode(1)
  }
}

/// Prints to standard output, and fails where that is full or closed: a text cut short must not look whole.
func printOutput(_ text: String) throws {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  } catch {
    let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
    printError("adjointc: error: standard output cannot be written: \(reason.localizedDescription)")
    throw ExitCode(1)
  }
}

func printError(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}
