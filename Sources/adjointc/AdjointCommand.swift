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
    subcommands: [Generate.self, Verify.self, Emit.self])
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

  @Option(help: "The language of kernels: c (a C target of their own) or swift (in the model's own target).")
  var kernels: KernelLanguage = .c

  @Flag(help: "Write plain C11 for callers without Swift instead: <output>/<Model>.h and <output>/<Model>.c.")
  var standalone = false

  /// What is generated.
  var options: GenerateOptions { GenerateOptions(kernels: kernels, isStandalone: standalone) }

  /// The arguments as they are typed.
  var text: String {
    var words = standalone ? ["--standalone"] : kernels == .c ? [] : ["--kernels", kernels.rawValue]
    if let module { words += ["--module", module] }
    if let output { words += ["--output", output] }
    return (words + paths).joined(separator: " ")
  }

  /// The output folder, chosen by the first path where none was given.
  var outputFolder: String { output ?? defaultOutput(for: paths[0]) }
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
      let stages = StageTimings()
      let tree = try generate(models.paths, models.options, module: models.module, timings: stages)
      let report = try stages.measure("write files") { try write(tree, to: models.outputFolder) }
      if timings { try printOutput(stages.text) }
      guard !quiet else { return }
      var lines = report.written.map { "wrote \(models.outputFolder)/\($0)" }
      lines += report.removed.map { "removed \(models.outputFolder)/\($0)" }
      if lines.isEmpty { lines = ["\(models.outputFolder) is up to date (\(report.unchanged.count) files)"] }
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
      let tree = try generate(models.paths, models.options, module: models.module)
      let difference = differences(of: tree, from: models.outputFolder)
      guard difference.isEmpty else {
        try printOutput(difference)
        printError("adjointc: error: generated code is stale; run: adjointc generate \(models.text)")
        throw ExitCode(1)
      }
      try printOutput("\(models.outputFolder) is up to date (\(tree.files.count) files)\n")
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
private func reportingFindings(_ body: () throws -> Void) throws {
  do {
    try body()
  } catch let findings as Findings {
    printError(findings.description)
    throw ExitCode(1)
  }
}

/// Prints to standard output, and fails where that is full or closed: a text cut short must not look whole.
private func printOutput(_ text: String) throws {
  do {
    try FileHandle.standardOutput.write(contentsOf: Data(text.utf8))
  } catch {
    let reason = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError ?? error as NSError
    printError("adjointc: error: standard output cannot be written: \(reason.localizedDescription)")
    throw ExitCode(1)
  }
}

private func printError(_ text: String) {
  FileHandle.standardError.write(Data((text + "\n").utf8))
}
