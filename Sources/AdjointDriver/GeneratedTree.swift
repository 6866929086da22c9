import AdjointDiagnostics
import Foundation

/// Everything a run generates, in memory: relative paths below the output folder and their text.
public struct GeneratedTree: Sendable, Hashable {
  /// One generated file.
  public struct File: Sendable, Hashable {
    public var path: String
    public var text: String
  }

  /// Sorted by path.
  public var files: [File]
  /// The folders below the output folder that hold nothing but generated files; one that a run no longer writes is stale.
  public var folders: [String]

  /// Makes a tree from files in any order.
  public init(files: [File], folders: [String]) {
    self.files = files.sorted { $0.path < $1.path }
    self.folders = folders.sorted()
  }
}

/// What every generated file begins with, behind its comment marker; only such files are ever replaced or removed.
public let generatedMark = "Written by Adjoint"

extension GeneratedTree {
  /// Generated files that lie in this tree's folders on disk though the tree does not have them.
  func staleFiles(in output: String) throws -> [String] {
    let wanted = Set(files.map(\.path))
    var stale: [String] = []
    for folder in folders {
      let root = output + "/" + folder
      guard let entries = FileManager.default.enumerator(atPath: root) else { continue }
      while let entry = entries.nextObject() as? String {
        let path = folder + "/" + entry
        if !wanted.contains(path), isGenerated(output + "/" + path) { stale.append(path) }
      }
    }
    return stale.sorted()
  }
}

/// Whether the file at `path` is one that the tool wrote.
func isGenerated(_ path: String) -> Bool {
  guard let handle = FileHandle(forReadingAtPath: path) else { return false }
  defer { try? handle.close() }
  guard let head = try? handle.read(upToCount: 200) else { return false }
  return String(decoding: head, as: UTF8.self).contains(generatedMark)
}
