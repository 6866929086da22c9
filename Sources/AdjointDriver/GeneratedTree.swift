import AdjointDiagnostics
import Foundation

/// Everything a run generates, in memory: relative paths below the output folder and their text.
public struct GeneratedTree: Sendable, Hashable {
  /// One generated file.
  public struct File: Sendable, Hashable {
    public var path: String
    public var text: String

    /// Makes a file.
    public init(path: String, text: String) {
      self.path = path
      self.text = text
    }
  }

  /// Sorted by path.
  public var files: [File]
  /// The folders below the output folder that this run wrote whole: a generated file there that it did not is stale.
  public var folders: [String]

  /// Makes a tree from files in any order.
  public init(files: [File], folders: [String]) {
    self.files = files.sorted { $0.path < $1.path }
    self.folders = Set(folders).sorted()
  }
}

/// What every generated file begins with, behind its comment marker; only such files are ever replaced or removed.
public let generatedMark = "Written by Adjoint"

extension GeneratedTree {
  /// Generated files that lie in this tree's folders on disk though the tree does not have them.
  func staleFiles(in output: String) -> [String] {
    let wanted = Set(files.map(\.path))
    return folders.flatMap { regularFiles(in: output, below: $0) }
      .filter { !wanted.contains($0) && isGenerated(output + "/" + $0) }.sorted()
  }

  /// Files that a run which was killed left half-written in the folders that this tree writes to.
  func leftovers(in output: String) -> [String] {
    let folders = Set(files.map { ($0.path as NSString).deletingLastPathComponent })
    return folders.flatMap { folder in
      let entries = (try? FileManager.default.contentsOfDirectory(atPath: output + "/" + folder)) ?? []
      return entries.filter(TemporaryFile.isName).map { folder.isEmpty ? $0 : folder + "/" + $0 }
    }.sorted()
  }
}

/// Regular files, no links, as paths below `output`.
private func regularFiles(in output: String, below folder: String) -> [String] {
  guard let entries = FileManager.default.enumerator(atPath: output + "/" + folder) else { return [] }
  var files: [String] = []
  while let entry = entries.nextObject() as? String {
    var status = stat()
    let path = folder + "/" + entry
    if lstat(output + "/" + path, &status) == 0, status.isRegular { files.append(path) }
  }
  return files
}

/// Whether the file at `path` is one that the tool wrote.
func isGenerated(_ path: String) -> Bool {
  guard fileStatus(path)?.isRegular == true, let handle = FileHandle(forReadingAtPath: path) else { return false }
  defer { try? handle.close() }
  guard let head = try? handle.read(upToCount: 200) else { return false }
  let line = String(decoding: head, as: UTF8.self).prefix { $0 != "\n" }
  return line.drop { "/*# ".contains($0) }.hasPrefix(generatedMark + " ")
}

func outputFinding(_ id: String, _ path: String, _ message: String) -> Finding {
  Finding(id, message, at: SourceSpan(file: path, line: 1, column: 1))
}

/// Why something could not be done with a file, in words.
func writeReason(_ error: any Error) -> String {
  let error = error as NSError
  let underlying = error.userInfo[NSUnderlyingErrorKey] as? NSError ?? error
  return underlying.domain == NSPOSIXErrorDomain
    ? systemReason(Int32(underlying.code)) : underlying.localizedDescription
}
