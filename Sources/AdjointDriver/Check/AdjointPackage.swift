import Foundation

/// Whether `check` runs the user's own source, and where the library is that it is compiled against.
public enum EagerRuns: Sendable {
  case none
  /// The library of the package that the models lie in, or that it depends on.
  case ofPackage
  /// The library of the Adjoint package in this folder.
  case library(String)
}

/// Whether a folder is that of the Adjoint package.
public func isAdjointPackage(_ folder: String) -> Bool {
  ["Package.swift", "Sources/Adjoint/Adjoint.swift", "Sources/AdjointRuntime", "Sources/CAdjoint/include"]
    .allSatisfy { FileManager.default.fileExists(atPath: "\(folder)/\($0)") }
}

/// Why source is not run.
struct NotRun: Error {
  var reason: String
}

/// The folder of the Adjoint package that models are built with.
func adjointPackage(for path: String) throws -> String {
  var folder = URL(fileURLWithPath: path).standardizedFileURL
  while !FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
    guard folder.path != "/" else {
      throw NotRun(reason: "there is no Package.swift above it; name Adjoint's folder with --adjoint")
    }
    folder = folder.deletingLastPathComponent()
  }
  if isAdjointPackage(folder.path) { return folder.path }
  guard let swift = findProgram("swift") else { throw NotRun(reason: "there is no swift on the PATH") }
  let found = try outcome(
    of: swift, ["package", "--package-path", folder.path, "show-dependencies", "--format", "json"], readingOutput: true)
  // Messages may come before the object.
  let json = found.text.drop { $0 != "{" }
  guard found.succeeded, let tree = try? JSONDecoder().decode(Dependency.self, from: Data(json.utf8)) else {
    throw NotRun(
      reason: "'swift package show-dependencies' fails for \(folder.path); name Adjoint's folder with --adjoint")
  }
  guard let library = tree.all.first(where: isAdjointPackage) else {
    throw NotRun(reason: "the package \(folder.path) does not depend on Adjoint; name its folder with --adjoint")
  }
  return library
}

/// A package as SwiftPM lists it.
private struct Dependency: Decodable {
  var path: String
  var dependencies: [Dependency]

  /// The folders of the package and of all that it needs.
  var all: [String] { [path] + dependencies.flatMap(\.all) }
}
