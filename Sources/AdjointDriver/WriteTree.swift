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
/// see no change), stale generated files are removed, and a file the tool did not write is never replaced. Two runs at
/// once take turns; what a run that was killed left behind is removed.
///
/// - Throws: `Findings` naming each path that cannot be written, with nothing replaced unless the file system refuses to
///   rename.
public func write(_ tree: GeneratedTree, to output: String) throws(Findings) -> WriteReport {
  let plan = try WritePlan(tree, output)
  // Nothing to do needs no right to write.
  guard !plan.isEmpty else { return plan.report }
  var made: [String] = []
  do {
    try makeFolder(output, &made)
    let lock = try OutputLock(output)
    defer { withExtendedLifetime(lock) {} }
    // Another run may have written while this one waited.
    return try WritePlan(tree, output).carryOut(&made)
  } catch {
    // Only those that are still empty go.
    for folder in made.reversed() { rmdir(folder) }
    throw error as? Findings ?? Findings([error as! Finding])
  }
}

/// Makes a folder and those it lies in, adding to `made` the ones that were not there.
private func makeFolder(_ path: String, _ made: inout [String]) throws(Finding) {
  if fileStatus(path)?.isFolder == true { return }
  let parent = (path as NSString).deletingLastPathComponent
  if !parent.isEmpty, parent != path { try makeFolder(parent, &made) }
  if mkdir(path, 0o777) == 0 {
    made.append(path)
  } else if errno != EEXIST || fileStatus(path)?.isFolder != true {
    let reason = errno == EEXIST ? "there is a file of this name" : systemReason(errno)
    throw outputFinding("output.write", path, "this folder cannot be made: \(reason)")
  }
}

/// What has to change on disk.
private struct WritePlan {
  let output: String
  var report = WriteReport()
  private var changed: [GeneratedTree.File] = []
  private var stale: [String]
  private var leftovers: [String]

  var isEmpty: Bool { changed.isEmpty && stale.isEmpty && leftovers.isEmpty }

  init(_ tree: GeneratedTree, _ output: String) throws(Findings) {
    self.output = output
    stale = tree.staleFiles(in: output)
    leftovers = tree.leftovers(in: output)
    var findings: [Finding] = []
    for file in tree.files {
      let final = output + "/" + file.path
      if committedFile(final) == Data(file.text.utf8) {
        report.unchanged.append(file.path)
      } else if fileStatus(final) != nil, !isGenerated(final) {
        findings.append(
          outputFinding(
            "output.foreign", final, "this was not written by Adjoint; move it away or choose another --output"))
      } else {
        changed.append(file)
      }
    }
    guard findings.isEmpty else { throw Findings(findings) }
  }

  /// Changes it, under the output folder's lock.
  consuming func carryOut(_ made: inout [String]) throws(Findings) -> WriteReport {
    var findings: [Finding] = []
    for path in leftovers { unlink(output + "/" + path) }
    var pending: [(temporary: TemporaryFile, final: String)] = []
    for file in changed {
      let final = output + "/" + file.path
      do {
        try makeFolder((final as NSString).deletingLastPathComponent, &made)
        pending.append((try TemporaryFile(beside: final, file.text), final))
      } catch let finding as Finding {
        findings.append(finding)
      } catch {
        let reason = (error as? ReadFailure)?.text ?? writeReason(error)
        findings.append(outputFinding("output.write", final, "cannot be written: \(reason)"))
      }
      // A full disk refuses every further file for the same reason.
      guard findings.isEmpty else { break }
    }
    guard findings.isEmpty else {
      for file in pending { file.temporary.discard() }
      throw Findings(findings)
    }
    for file in pending {
      let code = file.temporary.move(to: file.final)
      guard code != 0 else { continue }
      findings.append(outputFinding("output.write", file.final, "cannot be replaced: \(systemReason(code))"))
      file.temporary.discard()
    }
    for path in stale where findings.isEmpty && unlink(output + "/" + path) != 0 && errno != ENOENT {
      findings.append(
        outputFinding("output.write", output + "/" + path, "this stale file cannot be removed: \(systemReason(errno))"))
    }
    guard findings.isEmpty else { throw Findings(findings) }
    report.written = changed.map(\.path)
    report.removed = stale
    return report
  }
}
