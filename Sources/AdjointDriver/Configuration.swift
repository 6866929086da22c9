import AdjointDiagnostics
import Foundation

/// The options that `adjoint.json` beside Package.swift holds, each of which a flag of the same name overrides.
public struct Configuration: Sendable, Hashable {
  /// The language of kernels.
  public var kernels: KernelLanguage?
  /// Whether plain C alone is written.
  public var standalone: Bool?
  /// The folder of generated code, relative to the file.
  public var output: String?
  /// Other modules whose layers the models use: name and folder, relative to the file.
  public var using: [UsedModule] = []
  /// Where the file has each key.
  var places: [String: SourceSpan] = [:]

  /// The keys of the file.
  static let keys = ["kernels", "output", "standalone", "using"]

  /// No options.
  public init() {}

  /// The options for models at a path: those of the `adjoint.json` in the folder of its package, or none.
  ///
  /// - Throws: `Findings` with every mistake in the file, each on its line.
  public init(for path: String) throws(Findings) {
    guard let folder = packageFolder(of: path), fileStatus(folder + "/adjoint.json") != nil else {
      self.init()
      return
    }
    try self.init(reading: folder + "/adjoint.json")
  }

  /// The options of a file.
  public init(reading file: String) throws(Findings) {
    let data: Data
    do {
      data = try readFile(file, atMost: 1 << 20)
    } catch {
      throw Findings([
        Finding("config.unreadable", "cannot be read: \(error.text)", at: SourceSpan(file: file, line: 1, column: 1))
      ])
    }
    try self.init(data, file: file, folder: URL(fileURLWithPath: file).deletingLastPathComponent().path)
  }

  init(_ data: Data, file: String, folder: String) throws(Findings) {
    let lines = String(decoding: data, as: UTF8.self).split(separator: "\n", omittingEmptySubsequences: false)
    func place(_ key: String) -> SourceSpan {
      let line = lines.firstIndex { $0.contains("\"\(key)\"") } ?? 0
      return SourceSpan(file: file, line: line + 1, column: 1)
    }
    func finding(_ key: String, _ id: String, _ message: String) -> Finding {
      Finding(id, message, at: place(key))
    }
    let json: Any
    do {
      json = try JSONSerialization.jsonObject(with: data)
    } catch {
      throw Findings([syntaxFinding(error, file)])
    }
    guard let object = json as? [String: Any] else {
      throw Findings([
        Finding("config.syntax", "this is not a JSON object", at: SourceSpan(file: file, line: 1, column: 1))
      ])
    }
    var findings: [Finding] = []
    func wrong(_ key: String, _ wanted: String) {
      findings.append(finding(key, "config.value", "'\(key)' must be \(wanted)"))
    }
    for (key, value) in object.sorted(by: { $0.key < $1.key }) {
      places[key] = place(key)
      switch key {
      case "kernels":
        guard let name = value as? String else {
          wrong(key, "a string")
          continue
        }
        kernels = KernelLanguage(rawValue: name)
        if kernels == nil {
          let known = KernelLanguage.allCases.map(\.rawValue)
          findings.append(
            finding(key, "config.value", "'\(key)' cannot be '\(name)'" + suggestion(name, known)))
        }
      case "standalone":
        // A JSON number is not a Boolean, though Foundation would take 1 for one.
        guard let flag = value as? Bool, "\(value)" == "true" || "\(value)" == "false" else {
          wrong(key, "true or false")
          continue
        }
        standalone = flag
      case "output":
        guard let path = value as? String, !path.isEmpty else {
          wrong(key, "the path of a folder")
          continue
        }
        output = path.hasPrefix("/") ? path : folder + "/" + path
      case "using":
        guard let modules = value as? [String: String] else {
          wrong(key, "an object of module names and paths")
          continue
        }
        using = modules.sorted { $0.key < $1.key }.map { name, path in
          UsedModule(name: name, path: path.hasPrefix("/") ? path : folder + "/" + path)
        }
      default:
        findings.append(
          finding(key, "config.key", "there is no option '\(key)'" + suggestion(key, Self.keys)))
      }
    }
    guard findings.isEmpty else { throw Findings(findings) }
  }
}

/// What is wrong with text that is no JSON, on its line where the parser names one.
private func syntaxFinding(_ error: any Error, _ file: String) -> Finding {
  let text = (error as NSError).userInfo[NSDebugDescriptionErrorKey] as? String ?? ""
  var span = SourceSpan(file: file, line: 1, column: 1)
  if let match = text.firstMatch(of: /line (\d+), column (\d+)/), let line = Int(match.1), let column = Int(match.2) {
    span = SourceSpan(file: file, line: line, column: max(column, 1))
  }
  return Finding("config.syntax", "this is not a JSON object\(text.isEmpty ? "" : ": \(text)")", at: span)
}

extension Configuration {
  /// Refuses options that contradict how a package uses the build-tool plugin.
  public func checkBuildTool(_ part: BuildToolPart) throws(Findings) {
    func refuse(_ key: String, _ message: String) throws(Findings) {
      throw Findings([Finding("config.value", message, at: places[key] ?? .none)])
    }
    if standalone == true {
      try refuse("standalone", "a build plugin writes no standalone C; that is for 'adjointc generate'")
    }
    guard let kernels else { return }
    if kernels == .swift, part != .swift {
      try refuse(
        "kernels", "'kernels' is 'swift', but there is a C target for kernels; remove the one or the other")
    }
    if kernels != .swift, part == .swift {
      try refuse(
        "kernels",
        "'kernels' is '\(kernels.rawValue)', but the target depends on no C target for kernels, which would be called "
          + "like it with 'Kernels' behind")
    }
  }
}

/// `; did you mean 'kernels'?` where a known name is near, else all of them.
func suggestion(_ name: String, _ known: [String]) -> String {
  let nearest = known.map { (editDistance(name.lowercased(), $0), $0) }.min { $0 < $1 }
  if let nearest, nearest.0 <= max(2, nearest.1.count / 3) { return "; did you mean '\(nearest.1)'?" }
  return "; there are \(known.joined(separator: ", "))"
}

/// The fewest insertions, removals and replacements that turn one text into another.
private func editDistance(_ left: String, _ right: String) -> Int {
  let (a, b) = (Array(left.unicodeScalars), Array(right.unicodeScalars))
  // Names are short; a longer text is near to none of them.
  guard a.count <= 64 else { return .max }
  var row = Array(0...b.count)
  for (i, x) in a.enumerated() {
    var diagonal = row[0]
    row[0] = i + 1
    for (j, y) in b.enumerated() {
      let cost = min(row[j] + 1, row[j + 1] + 1, diagonal + (x == y ? 0 : 1))
      diagonal = row[j + 1]
      row[j + 1] = cost
    }
  }
  return row[b.count]
}

/// The folder of the Package.swift that a path lies below.
func packageFolder(of path: String) -> String? {
  var folder = URL(fileURLWithPath: path).standardizedFileURL
  while folder.path != "/" {
    if FileManager.default.fileExists(atPath: folder.appendingPathComponent("Package.swift").path) {
      return folder.path
    }
    folder = folder.deletingLastPathComponent()
  }
  return nil
}
