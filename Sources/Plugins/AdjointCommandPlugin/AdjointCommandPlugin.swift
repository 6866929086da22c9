import Foundation
import PackagePlugin

/// `swift package adjoint` writes the package's committed generated code; `swift package adjoint verify` checks it.
@main struct AdjointCommandPlugin: CommandPlugin {
  func performCommand(context: PluginContext, arguments: [String]) async throws {
    var extractor = ArgumentExtractor(arguments)
    let wanted = extractor.extractOption(named: "target")
    let kernels = extractor.extractOption(named: "kernels").last
    let output = extractor.extractOption(named: "output").last
    let isHelp = extractor.extractFlag(named: "help") > 0
    let verb = extractor.remainingArguments.first ?? "generate"
    guard !isHelp, ["generate", "verify"].contains(verb), extractor.remainingArguments.count <= 1 else {
      print(
        "usage: swift package adjoint [generate | verify] [--target NAME]… [--kernels c|swift] [--output FOLDER]\n\n"
          + "Options that are not given are those of adjoint.json beside Package.swift.")
      if !isHelp { throw PluginError("unknown arguments: \(extractor.remainingArguments.joined(separator: " "))") }
      return
    }
    let tool = try context.adjointc()
    var failed: [String] = []
    for target in try selectedTargets(wanted, context.package) {
      var call = [verb, "--module", target.moduleName, "--whole"]
      if let kernels { call += ["--kernels", kernels] }
      if let output { call += ["--output", output] }
      for module in usedModules(of: target) {
        call += module.files.flatMap { ["--using", "\(module.name)=\($0.path)"] }
      }
      let process = Process()
      process.executableURL = tool
      process.arguments = call + modelFiles(target).map(\.path)
      process.currentDirectoryURL = context.package.directoryURL
      try process.run()
      process.waitUntilExit()
      if process.terminationStatus != 0 { failed.append(target.name) }
      let language = kernels ?? configuredKernels(context.package) ?? "c"
      if verb == "generate", process.terminationStatus == 0, language == "c" { adviseKernelsTarget(target, context) }
    }
    guard failed.isEmpty else { throw PluginError("\(verb) failed for \(failed.joined(separator: ", "))") }
  }

  /// Says what Package.swift lacks: a plugin cannot add a target.
  private func adviseKernelsTarget(_ target: SwiftSourceModuleTarget, _ context: PluginContext) {
    let kernels = kernelsName(target.moduleName)
    guard !context.package.targets.contains(where: { $0.name == kernels }) else { return }
    print(
      """

      Package.swift has no target for the C kernels yet. With the generated code in Generated, it needs

        .target(
          name: "\(kernels)", dependencies: [.product(name: "CAdjoint", package: "adjoint")],
          path: "Generated/\(kernels)"),

      and '\(target.name)' needs "\(kernels)" among its dependencies and these sources:

          path: ".", exclude: ["Generated/\(kernels)"],
          sources: ["Sources/\(target.name)", "Generated/\(target.moduleName)"]
      """)
  }

  /// The targets named, or every one that has a model or an annotated function.
  private func selectedTargets(_ names: [String], _ package: Package) throws -> [SwiftSourceModuleTarget] {
    let all = package.targets.compactMap { $0 as? SwiftSourceModuleTarget }.filter(isBuiltOnAdjoint)
    if names.isEmpty {
      let found = all.filter { $0.kind != .test && hasModels($0) }
      guard !found.isEmpty else { throw PluginError("no target of this package that depends on Adjoint has a model") }
      return found
    }
    return try names.map { name in
      guard let target = all.first(where: { $0.name == name }) else {
        let known = all.map(\.name).joined(separator: ", ")
        throw PluginError("no Swift target called '\(name)' depends on Adjoint; there are \(known)")
      }
      return target
    }
  }

  private func hasModels(_ target: SwiftSourceModuleTarget) -> Bool {
    modelFiles(target).contains { file in
      guard let text = try? String(contentsOf: file, encoding: .utf8) else { return false }
      return ["@Shape", "@Like", "@Traced", "Module"].contains { text.contains($0) }
    }
  }
}
