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

  func run() throws {
    try reportingFindings {
      _ = try write(try generate(part, of: files, module: module, using: using), to: output)
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
