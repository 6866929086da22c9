import Foundation
import PackagePlugin

/// The C target that goes with a Swift module: `DigitsKernels` for `digits`.
func kernelsName(_ module: String) -> String {
  module.prefix(1).uppercased() + module.dropFirst() + "Kernels"
}

/// The files of a target that may declare models: all but what Adjoint has written.
func modelFiles(_ target: SwiftSourceModuleTarget) -> [URL] {
  target.sourceFiles(withSuffix: ".swift").map(\.url)
    .filter { url in !["adjoint", "kernels"].contains(url.deletingPathExtension().pathExtension) }
    .sorted { $0.path < $1.path }
}

/// The targets that a target's models may use layers of: what it depends on and what is built on Adjoint itself.
func usedModules(of target: SwiftSourceModuleTarget) -> [(name: String, files: [URL])] {
  target.recursiveTargetDependencies.compactMap { $0 as? SwiftSourceModuleTarget }
    .filter { isBuiltOnAdjoint($0) }
    .map { ($0.moduleName, modelFiles($0)) }
    .sorted { $0.0 < $1.0 }
}

/// Whether a target depends on the library.
func isBuiltOnAdjoint(_ target: any Target) -> Bool {
  target.recursiveTargetDependencies.contains { $0.name == "Adjoint" }
}

/// The package's adjoint.json, where there is one.
func configurationFile(of package: Package) -> URL? {
  let file = package.directoryURL.appending(path: "adjoint.json")
  return FileManager.default.fileExists(atPath: file.path) ? file : nil
}

/// The language of kernels that adjoint.json names; the tool itself says what is wrong with the file.
func configuredKernels(_ package: Package) -> String? {
  guard let file = configurationFile(of: package), let data = try? Data(contentsOf: file),
    let object = try? JSONSerialization.jsonObject(with: data) as? [String: Any]
  else { return nil }
  return object["kernels"] as? String
}

extension PluginContext {
  /// The tool: one that is already built, where the environment names it in `ADJOINTC`; the one that the trait
  /// `Plugins` builds; one on the `PATH`.
  func adjointc() throws -> URL {
    let environment = ProcessInfo.processInfo.environment
    if let path = environment["ADJOINTC"], !path.isEmpty {
      guard FileManager.default.isExecutableFile(atPath: path) else {
        throw PluginError("ADJOINTC names '\(path)', which is no program")
      }
      return URL(fileURLWithPath: path)
    }
    if let built = try? tool(named: "adjointc").url { return built }
    for folder in (environment["PATH"] ?? "").split(separator: ":") {
      let path = "\(folder)/adjointc"
      if FileManager.default.isExecutableFile(atPath: path) { return URL(fileURLWithPath: path) }
    }
    throw PluginError(
      "there is no adjointc: let the dependency on the package adjoint build it, with traits: [\"Plugins\"], or name one "
        + "that is built in the environment variable ADJOINTC")
  }
}

/// A reason to stop, in words.
struct PluginError: Error, CustomStringConvertible {
  let description: String
  init(_ description: String) { self.description = description }
}
