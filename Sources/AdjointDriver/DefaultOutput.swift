import AdjointEmit
import Foundation

/// The version of the tool, which generated files name.
public let toolVersion = generatorVersion

/// `Generated` beside the Package.swift of the package that `path` lies in, or beside `path` itself where there is none.
public func defaultOutput(for path: String) -> String {
  let start = URL(fileURLWithPath: path).standardizedFileURL
  var folder = start
  while folder.path != "/" {
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      return relativePath(of: folder.appendingPathComponent("Generated").path)
    }
    folder = folder.deletingLastPathComponent()
  }
  return relativePath(of: start.deletingLastPathComponent().appendingPathComponent("Generated").path)
}

/// `path` as seen from the working directory where it lies below that, which is how a user would name it.
private func relativePath(of path: String) -> String {
  let here = URL(fileURLWithPath: FileManager.default.currentDirectoryPath).standardizedFileURL.path + "/"
  return path.hasPrefix(here) ? String(path.dropFirst(here.count)) : path
}
