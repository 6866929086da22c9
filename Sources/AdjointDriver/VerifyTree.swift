import Foundation

/// Compares a tree with what lies on disk.
///
/// - Returns: a unified diff of every file that differs, is missing or is stale; empty where all is up to date.
public func differences(of tree: GeneratedTree, from output: String) -> String {
  var text = ""
  for file in tree.files {
    let committed = committedFile(output + "/" + file.path)
    if committed == Data(file.text.utf8) { continue }
    let old = committed.map { String(decoding: $0, as: UTF8.self) }
    text += unifiedDiff(old: old, new: file.text, path: file.path)
  }
  for path in tree.staleFiles(in: output) {
    let old = committedFile(output + "/" + path).map { String(decoding: $0, as: UTF8.self) }
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
    for line in hunk {
      text += "\(line.mark)\(String(decoding: line.text, as: UTF8.self))"
      text += line.text.last == newline ? "" : "\n\\ No newline at end of file\n"
    }
  }
  return text
}

/// The bytes of a line with its end, since a diff is of bytes.
private typealias Line = ArraySlice<UInt8>

private let newline = UInt8(ascii: "\n")

private struct Edit {
  var mark: Character
  var text: Line
  /// The line's number in the old and in the new file.
  var old: Int
  var new: Int
}

private func lines(_ text: String) -> [Line] {
  var rest = Array(text.utf8)[...]
  var lines: [Line] = []
  while let end = rest.firstIndex(of: newline) {
    lines.append(rest[...end])
    rest = rest[(end + 1)...]
  }
  if !rest.isEmpty { lines.append(rest) }
  return lines
}

/// What is removed and inserted between the lines that both begin with and those that both end with.
private func edits(_ before: [Line], _ after: [Line]) -> [Edit] {
  let start = zip(before, after).prefix { $0 == $1 }.count
  let limit = min(before.count, after.count) - start
  let end = zip(before.reversed(), after.reversed()).prefix(limit).prefix { $0 == $1 }.count
  let (old, new) = (before[start..<before.count - end], after[start..<after.count - end])
  var removed = Set<Int>()
  var inserted = Set<Int>()
  // The shortest list of edits takes time with the square of its length; a long one is no use to a reader either.
  if old.count + new.count > 20_000 {
    removed = Set(old.indices)
    inserted = Set(new.indices)
  } else {
    for change in new.difference(from: old) {
      switch change {
      case .remove(let offset, _, _): removed.insert(start + offset)
      case .insert(let offset, _, _): inserted.insert(start + offset)
      }
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
