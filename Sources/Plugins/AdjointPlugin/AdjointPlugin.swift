import Foundation
import PackagePlugin

/// Writes the code of a target's models when the target is built, and again whenever a model file changes.
///
/// On a Swift target it adds the glue; with it the kernels in Swift, unless the target depends on a C target that is
/// called like it with "Kernels" behind. On that C target the plugin writes the kernels in C, and AdjointAssemblyPlugin,
/// which is the same otherwise, as optimised assembly.
@main struct AdjointPlugin: BuildToolPlugin {
  func createBuildCommands(context: PluginContext, target: any Target) async throws -> [Command] {
    do {
      return try [command(context, target)].compactMap { $0 }
    } catch let error as PluginError {
      Diagnostics.error("\(target.name): \(error)")
      return []
    }
  }

  private func command(_ context: PluginContext, _ target: any Target) throws -> Command? {
    if let kernels = target as? ClangSourceModuleTarget {
      guard let model = modelTarget(of: kernels, in: context.package) else {
        throw PluginError(
          "a C target with AdjointPlugin is called like a Swift target of this package, with 'Kernels' behind")
      }
      let names = modelFiles(model).map { nameOfC(baseName($0)) }
      let ending = kernelsAreAssembly ? "S" : "c"
      var files = names.flatMap { name in
        ["\(name).c", "include/\(name).h"] + ["baseline", "avx2", "avx512"].map { "\(name).\($0).\(ending)" }
      }
      files.append("include/module.modulemap")
      var arguments: [String] = []
      if kernelsAreAssembly {
        guard let clang = try? context.tool(named: "clang").url else {
          throw PluginError("kernels as assembly need clang, which this toolchain has not; use AdjointPlugin")
        }
        arguments = ["--clang", clang.path]
        let headers = kernels.recursiveTargetDependencies.compactMap { ($0 as? ClangSourceModuleTarget) }
          .compactMap(\.publicHeadersDirectoryURL)
        for folder in headers { arguments += ["--include", folder.path] }
      }
      return try command(
        context, "C kernels of \(model.name)", kernelsAreAssembly ? "assembly" : "kernels", model, files, arguments)
    }
    guard let target = target as? SwiftSourceModuleTarget else { return nil }
    let hasKernels = target.dependencies.contains { dependency in
      if case .target(let other) = dependency { other.name == kernelsName(target.moduleName) } else { false }
    }
    let endings = hasKernels ? ["adjoint"] : ["adjoint", "kernels"]
    let outputs = modelFiles(target).map(baseName).flatMap { name in endings.map { "\(name).\($0).swift" } }
    return try command(
      context, "Compiled functions of \(target.name)", hasKernels ? "glue" : "swift", target, outputs, [])
  }

  /// The Swift target whose kernels a C target holds.
  private func modelTarget(of kernels: ClangSourceModuleTarget, in package: Package) -> SwiftSourceModuleTarget? {
    package.targets.compactMap { $0 as? SwiftSourceModuleTarget }.first { kernelsName($0.moduleName) == kernels.name }
  }

  private func command(
    _ context: PluginContext, _ name: String, _ part: String, _ target: SwiftSourceModuleTarget, _ outputs: [String],
    _ options: [String]
  ) throws -> Command {
    let tool = try context.adjointc()
    let output = context.pluginWorkDirectoryURL
    let sources = modelFiles(target)
    let used = usedModules(of: target)
    var inputs = sources + used.flatMap(\.files) + [tool]
    var arguments = ["build-tool", part, "--module", target.moduleName, "--output", output.path] + options
    for module in used { arguments += module.files.flatMap { ["--using", "\(module.name)=\($0.path)"] } }
    if let file = configurationFile(of: context.package) {
      inputs.append(file)
      arguments += ["--configuration", file.path]
    }
    return .buildCommand(
      displayName: name, executable: tool, arguments: arguments + sources.map(\.path), inputFiles: inputs,
      outputFiles: outputs.map { output.appending(path: $0) })
  }
}

private func baseName(_ file: URL) -> String { file.deletingPathExtension().lastPathComponent }
