import AdjointDriver
import ArgumentParser

/// What AdjointPlugin runs: one part of a module, in files whose names do not depend on what the models say.
struct BuildTool: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "build-tool", abstract: "Write what the build-tool plugin has announced.", shouldDisplay: false)

  @Argument var part: BuildToolPart
  @Argument var files: [String]
  @Option var module: String
  @Option var output: String
  @Option var using: [UsedModule] = []
  @Option(help: "The package's adjoint.json.") var configuration: String?
  @Option(help: "The clang that makes assembly.") var clang: String?
  @Option(help: "A folder of headers for it.") var include: [String] = []

  func run() throws {
    try reportingFindings {
      let file = try configuration.map { try Configuration(reading: $0) } ?? Configuration()
      try file.checkBuildTool(part)
      let assembler = clang.map { Assembler(compiler: $0, includes: include) }
      let tree = try generate(
        part, of: files, module: module, using: using + file.using, assembler: assembler)
      _ = try write(tree, to: output)
    }
  }
}

extension BuildToolPart: ExpressibleByArgument {}

extension UsedModule: ExpressibleByArgument {
  /// `Module=path`.
  public init?(argument: String) {
    let parts = argument.split(separator: "=", maxSplits: 1)
    guard parts.count == 2 else { return nil }
    self.init(name: String(parts[0]), path: String(parts[1]))
  }
}
