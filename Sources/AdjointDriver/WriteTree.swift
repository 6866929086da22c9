import AdjointDiagnostics
import Foundation

/// What writing a tree did.
public struct WriteReport: Sendable, Hashable {
  public var written: [String] = []
  public var unchanged: [String] = []
  public var removed: [String] = []
}

/// Writes a tree below `output`, each file whole or not at all: every file is first written beside its place, and only
/// when all are on disk are they renamed into it. Files that already have the right bytes are left alone (so builds
/// see no change), stale generated files are removed, and a file the tool did not write is never replaced.
///
/// - Throws: `Findings` naming each path that cannot be written, with nothing replaced.
public func write(_ tree: GeneratedTree, to output: String) throws(Findings) -> WriteReport {
  var report = WriteReport()
  var pending: [(temporary: String, final: String)] = []
  var findings: [Finding] = []
  for file in tree.files {
    let final = output + "/" + file.path
    let existing = FileManager.default.contents(atPath: final)
    if existing == Data(file.text.utf8) {
      report.unchanged.append(file.path)
      continue
    }
    if existing != nil, !isGenerated(final) {
      findings.append(
        outputFinding(
          "output.foreign", final, "this file was not written by Adjoint; move it away or choose another --output"))
      continue
    }
    do {
      pending.append((try writeBeside(final, file.text), final))
      report.written.append(file.path)
    } catch {
      findings.append(outputFinding("output.write", final, "cannot be written: \(reason(error))"))
    }
  }
  guard findings.isEmpty else {
    for file in pending { try? FileManager.default.removeItem(atPath: file.temporary) }
    throw Findings(findings)
  }
  for file in pending where rename(file.temporary, file.final) != 0 {
    findings.append(
      outputFinding("output.write", file.final, "cannot be replaced: \(String(cString: strerror(errno)))"))
    try? FileManager.default.removeItem(atPath: file.temporary)
  }
  guard findings.isEmpty else { throw Findings(findings) }
  do {
    for path in try tree.staleFiles(in: output) {
      try FileManager.default.removeItem(atPath: output + "/" + path)
      report.removed.append(path)
    }
  } catch {
    throw Findings([outputFinding("output.write", output, "stale files cannot be removed: \(reason(error))")])
  }
  return report
}

/// Writes `text` to a temporary file in the folder of `final`, synchronised to disk, and returns its path.
private func writeBeside(_ final: String, _ text: String) throws -> String {
  let folder = URL(fileURLWithPath: final).deletingLastPathComponent()
  try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  let temporary = folder.path + "/.adjoint-\(ProcessInfo.processInfo.processIdentifier)-\(UUID().uuidString)"
  do {
    try Data(text.utf8).write(to: URL(fileURLWithPath: temporary))
  } catch {
    try? FileManager.default.removeItem(atPath: temporary)
    throw error
  }
  return temporary
}

private func outputFinding(_ id: String, _ path: String, _ message: String) -> Finding {
  Finding(id, message, at: SourceSpan(file: path, line: 1, column: 1))
}

private func reason(_ error: any Error) -> String {
  let underlying = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
  return underlying?.localizedDescription ?? error.localizedDescription
}
