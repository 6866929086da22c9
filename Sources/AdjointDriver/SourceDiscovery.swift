import AdjointDiagnostics
import Foundation

/// The model files of one Swift module, as the front end takes them.
public struct ModuleSources: Sendable, Hashable {
  /// One file: the path findings name, and its text.
  public struct File: Sendable, Hashable {
    public var path: String
    public var text: String
  }

  /// The module's name: that of the folder the files lie in.
  public var name: String
  /// Sorted by path, so that the order in which files were given does not matter.
  public var files: [File]
}

/// The largest model file that is read. Model files are written by hand; something larger is not one.
let largestSourceFile = 4 << 20

/// Finds the modules that `paths` name.
///
/// A file belongs to the module of its folder. A folder with Swift files of its own is one module, with everything
/// below it; a folder without any is a folder of modules, one for each subfolder.
///
/// - Throws: `Findings`, one for each path that cannot be read as Swift source.
public func findModules(_ paths: [String]) throws(Findings) -> [ModuleSources] {
  var texts: [String: [String: String]] = [:]
  var findings: [Finding] = []
  for path in paths {
    do {
      for (module, file) in try locateFiles(path) {
        texts[module, default: [:]][file] = try readSource(file)
      }
    } catch let finding as Finding {
      findings.append(finding)
    } catch {
      findings.append(inputFinding("input.unreadable", path, "cannot be read: \(error.localizedDescription)"))
    }
  }
  if findings.isEmpty && texts.isEmpty {
    findings.append(
      inputFinding(
        "input.none", paths.first ?? ".", "there is no Swift file here; name a model file or a folder of them"))
  }
  guard findings.isEmpty else { throw Findings(findings) }
  return texts.sorted { $0.key < $1.key }.map { name, files in
    ModuleSources(name: name, files: files.sorted { $0.key < $1.key }.map { .init(path: $0.key, text: $0.value) })
  }
}

private func inputFinding(_ id: String, _ path: String, _ message: String) -> Finding {
  Finding(id, message, at: SourceSpan(file: path, line: 1, column: 1))
}

/// The Swift files that one path stands for, each with its module's name.
private func locateFiles(_ path: String) throws -> [(module: String, file: String)] {
  let manager = FileManager.default
  var isFolder: ObjCBool = false
  guard manager.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw inputFinding("input.missing", path, "there is no such file or folder")
  }
  guard isFolder.boolValue else {
    guard path.hasSuffix(".swift") else {
      throw inputFinding("input.kind", path, "this is not a Swift file; model files end in .swift")
    }
    return [(moduleName(ofFolder: folder(of: path)), path)]
  }
  let entries = try sortedEntries(of: path)
  if entries.contains(where: { $0.hasSuffix(".swift") }) {
    let name = moduleName(ofFolder: path)
    return try swiftFiles(below: path).map { (name, $0) }
  }
  return try entries.flatMap { entry -> [(module: String, file: String)] in
    let child = join(path, entry)
    guard manager.fileExists(atPath: child, isDirectory: &isFolder), isFolder.boolValue else { return [] }
    return try swiftFiles(below: child).map { (entry, $0) }
  }
}

private func swiftFiles(below folder: String) throws -> [String] {
  var files: [String] = []
  for entry in try sortedEntries(of: folder) {
    let child = join(folder, entry)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: child, isDirectory: &isFolder) else { continue }
    if isFolder.boolValue {
      files += try swiftFiles(below: child)
    } else if entry.hasSuffix(".swift") {
      files.append(child)
    }
  }
  return files
}

/// Entries that are not hidden, nor links to folders (which may form cycles).
private func sortedEntries(of folder: String) throws -> [String] {
  try FileManager.default.contentsOfDirectory(atPath: folder).filter { entry in
    guard !entry.hasPrefix(".") else { return false }
    let attributes = try FileManager.default.attributesOfItem(atPath: join(folder, entry))
    return attributes[.type] as? FileAttributeType != .typeSymbolicLink
  }.sorted()
}

private func folder(of path: String) -> String {
  let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
  return parts.isEmpty ? "." : parts.joined(separator: "/")
}

private func join(_ folder: String, _ entry: String) -> String {
  folder.hasSuffix("/") ? folder + entry : folder + "/" + entry
}

private func moduleName(ofFolder path: String) -> String {
  URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
}

private func readSource(_ path: String) throws -> String {
  let attributes = try FileManager.default.attributesOfItem(atPath: path)
  guard attributes[.type] as? FileAttributeType == .typeRegular else {
    throw inputFinding("input.kind", path, "this is not a regular file")
  }
  let size = (attributes[.size] as? NSNumber)?.intValue ?? 0
  guard size <= largestSourceFile else {
    throw inputFinding(
      "input.size", path, "the file has \(size) bytes; a model file has at most \(largestSourceFile)")
  }
  let bytes = try Data(contentsOf: URL(fileURLWithPath: path))
  guard let text = String(data: bytes, encoding: .utf8) else {
    throw inputFinding("input.encoding", path, "the file is not UTF-8 text")
  }
  guard !bytes.contains(0) else {
    throw inputFinding("input.encoding", path, "the file contains a NUL byte, so it is not Swift source")
  }
  return text
}
