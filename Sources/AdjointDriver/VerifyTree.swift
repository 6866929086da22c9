import Foundation

/// Compares a tree with what lies on disk.
///
/// - Returns: a unified diff of every file that differs, is missing or is stale; empty where all is up to date.
public func differences(of tree: GeneratedTree, from output: String) throws -> String {
  var text = ""
  for file in tree.files {
    let committed = FileManager.default.contents(atPath: output + "/" + file.path)
    if committed == Data(file.text.utf8) { continue }
    let old = committed.map { String(decoding: $0, as: UTF8.self) }
    text += unifiedDiff(old: old, new: file.text, path: file.path)
  }
  for path in try tree.staleFiles(in: output) {
    let old = FileManager.default.contents(atPath: output + "/" + path).map { String(decoding: $0, as: UTF8.self) }
    text += unifiedDiff(old: old, new: nil, path: path)
  }
  return text
}

/// A unified diff with three lines of context; nil stands for a file that does not exist.
func unifiedDiff(old: String?, new: String?, path: String) -> String {
  let before = old.map(lines) ?? []
  let after = new.map(lines) ?? []
  var text =
    "--- \(old == nil ? "/dev/null" : "committed/" + path)\n+++ \(new == nil ? "/dev/null" : "generated/" + path)\n"
  for hunk in hunks(edits(before, after), context: 3) {
    let removed = hunk.filter { $0.mark != "+" }
    let added = hunk.filter { $0.mark != "-" }
    text += "@@ -\(removed.first.map { $0.old + 1 } ?? 0),\(removed.count)"
    text += " +\(added.first.map { $0.new + 1 } ?? 0),\(added.count) @@\n"
    for line in hunk { text += "\(line.mark)\(line.text)\n" }
  }
  return text
}

private struct Edit {
  var mark: Character
  var text: Substring
  /// The line's number in the old and in the new file.
  var old: Int
  var new: Int
}

private func lines(_ text: String) -> [Substring] {
  var lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  if lines.last == "" { lines.removeLast() }
  return lines
}

private func edits(_ before: [Substring], _ after: [Substring]) -> [Edit] {
  var removed = Set<Int>()
  var inserted = Set<Int>()
  for change in after.difference(from: before) {
    switch change {
    case .remove(let offset, _, _): removed.insert(offset)
    case .insert(let offset, _, _): inserted.insert(offset)
    }
  }
  var edits: [Edit] = []
  var (i, j) = (0, 0)
  while i < before.count || j < after.count {
    if i < before.count, removed.contains(i) {
      edits.append(Edit(mark: "-", text: before[i], old: i, new: j))
      i += 1
    } else if j < after.count, inserted.contains(j) {
      edits.append(Edit(mark: "+", text: after[j], old: i, new: j))
      j += 1
    } else {
      edits.append(Edit(mark: " ", text: before[i], old: i, new: j))
      (i, j) = (i + 1, j + 1)
    }
  }
  return edits
}

private func hunks(_ edits: [Edit], context: Int) -> [[Edit]] {
  let changed = edits.indices.filter { edits[$0].mark != " " }
  var ranges: [Range<Int>] = []
  for index in changed {
    let range = max(0, index - context)..<min(edits.count, index + context + 1)
    if let last = ranges.last, last.upperBound >= range.lowerBound {
      ranges[ranges.count - 1] = last.lowerBound..<range.upperBound
    } else {
      ranges.append(range)
    }
  }
  return ranges.map { Array(edits[$0]) }
}
