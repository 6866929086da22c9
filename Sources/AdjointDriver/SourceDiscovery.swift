import AdjointDiagnostics
import Foundation

/// Finds the modules that `paths` name.
///
/// A file belongs to the module of its folder. A folder with Swift files of its own is one module, with everything
/// below it; a folder without any is a folder of modules, one for each subfolder.
///
/// - Throws: `Findings`, one for each path that cannot be read as Swift source.
public func findModules(_ paths: [String]) throws(Findings) -> [ModuleSources] {
  var search = SourceSearch()
  for path in paths { search.look(at: path) }
  return try search.modules(paths)
}

private func inputFinding(_ id: String, _ path: String, _ message: String, notes: [Finding.Note] = []) -> Finding {
  Finding(id, message, at: SourceSpan(file: path, line: 1, column: 1), notes: notes)
}

/// The one module that all of these files belong to, wherever they lie; a folder is not a file.
func findModule(ofFiles paths: [String]) throws(Findings) -> [ModuleSources] {
  var search = SourceSearch()
  search.home = paths.first.map(folder(of:))
  for path in paths { search.look(at: path) }
  return try search.modules(paths)
}

/// The files found so far.
private struct SourceSearch {
  /// The folder whose module every file belongs to; nil where that is the file's own.
  var home: String?

  /// One module: the folder it is named after, and its files by what they really are, so that one named twice counts
  /// once.
  private struct Module {
    var folder: String
    var files: [String: String] = [:]
    var isWhole = false
    var isOneOfMany = true
  }

  /// By the real path of the module's folder.
  private var found: [String: Module] = [:]
  private var findings: [Finding] = []

  /// Adds what a path of the command line stands for.
  mutating func look(at path: String) {
    guard let status = fileStatus(path) else {
      findings.append(missing(path))
      return
    }
    guard status.isFolder else {
      guard path.hasSuffix(".swift") else {
        findings.append(inputFinding("input.kind", path, "this is not a Swift file; model files end in .swift"))
        return
      }
      add([path], to: home ?? folder(of: path), isWhole: false, isOneOfMany: false)
      return
    }
    guard !refuseNamedLikeFile(path) else { return }
    let entries = entries(of: path)
    if entries.contains(where: { $0.hasSuffix(".swift") }) {
      add(swiftFiles(below: path), to: path, isWhole: true, isOneOfMany: false)
    } else {
      for child in entries.map({ join(path, $0) }) where fileStatus(child)?.isFolder == true {
        let files = swiftFiles(below: child)
        if !files.isEmpty { add(files, to: child, isWhole: true, isOneOfMany: true) }
      }
    }
  }

  /// What was found, read; the modules by name.
  mutating func modules(_ paths: [String]) throws(Findings) -> [ModuleSources] {
    if findings.isEmpty && found.isEmpty {
      findings.append(
        inputFinding(
          "input.none", paths.first ?? ".", "there is no Swift file here; name a model file or a folder of them"))
    }
    var byName: [String: String] = [:]
    var modules: [ModuleSources] = []
    for (folder, module) in found.sorted(by: { $0.key < $1.key }) {
      let name = moduleName(ofFolder: folder)
      if let other = byName.updateValue(module.folder, forKey: name) {
        findings.append(
          inputFinding(
            "input.module", module.folder,
            "another folder is called '\(name)' too, so their generated code would have one place; "
              + "generate them apart, each with its own --output",
            notes: [.init("the other folder", at: SourceSpan(file: other, line: 1, column: 1))]))
      }
      modules.append(
        ModuleSources(
          name: name, files: read(module), isWhole: module.isWhole, isOneOfMany: module.isOneOfMany))
    }
    guard findings.isEmpty else { throw Findings(findings) }
    return modules.sorted { $0.name < $1.name }
  }

  private mutating func add(_ files: [String], to folder: String, isWhole: Bool, isOneOfMany: Bool) {
    let key = realPath(folder)
    var module = found[key] ?? Module(folder: folder)
    for file in files {
      let real = realPath(file)
      module.files[real] = min(file, module.files[real] ?? file)
    }
    module.isWhole = module.isWhole || isWhole
    module.isOneOfMany = module.isOneOfMany && isOneOfMany
    found[key] = module
  }

  /// The Swift files below a folder. What is called like one and cannot be read is refused when it is read.
  private mutating func swiftFiles(below folder: String) -> [String] {
    var files: [String] = []
    for entry in entries(of: folder) {
      let child = join(folder, entry)
      if fileStatus(child)?.isFolder == true {
        if !refuseNamedLikeFile(child) { files += swiftFiles(below: child) }
      } else if entry.hasSuffix(".swift") {
        // Glue may lie beside the models it is for.
        if !entry.hasSuffix(".adjoint.swift") || !isGenerated(child) { files.append(child) }
      }
    }
    return files
  }

  /// Entries that are not hidden, nor links to folders (which may form cycles).
  private mutating func entries(of folder: String) -> [String] {
    do {
      return try FileManager.default.contentsOfDirectory(atPath: folder).filter { entry in
        guard !entry.hasPrefix(".") else { return false }
        var status = stat()
        let path = join(folder, entry)
        guard lstat(path, &status) == 0, status.st_mode & S_IFMT == S_IFLNK else { return true }
        return fileStatus(path)?.isFolder != true
      }.sorted()
    } catch {
      findings.append(inputFinding("input.unreadable", folder, "this folder cannot be read: \(writeReason(error))"))
      return []
    }
  }

  private mutating func refuseNamedLikeFile(_ folder: String) -> Bool {
    guard folder.hasSuffix(".swift") else { return false }
    findings.append(inputFinding("input.kind", folder, "this is a folder, though it is called like a Swift file"))
    return true
  }

  private func missing(_ path: String) -> Finding {
    var status = stat()
    let isLink = lstat(path, &status) == 0
    return inputFinding(
      "input.missing", path, isLink ? "this link leads nowhere" : "there is no such file or folder")
  }

  /// The texts of a module's files, sorted by path.
  private mutating func read(_ module: Module) -> [ModuleSources.File] {
    var files: [ModuleSources.File] = []
    var byName: [String: String] = [:]
    var size = 0
    for path in module.files.values.sorted() {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      if let other = byName.updateValue(path, forKey: name) {
        findings.append(
          inputFinding(
            "input.duplicate", path,
            "another file of this module is called '\(name)' too, which Swift does not allow in one module",
            notes: [.init("the other file", at: SourceSpan(file: other, line: 1, column: 1))]))
      }
      do {
        let text = try readSource(path, name)
        size += text.utf8.count
        files.append(.init(path: path, text: text))
      } catch {
        findings.append(error)
      }
      guard size <= largestModule else {
        findings.append(
          inputFinding(
            "input.size", path, "the files of this module have more than \(largestModule) bytes; name the model files"))
        return []
      }
    }
    return files
  }
}

private func readSource(_ path: String, _ name: String) throws(Finding) -> String {
  let isPlain = name.unicodeScalars.allSatisfy {
    $0.properties.isAlphabetic || ("0"..."9").contains($0) || "_-+. ".unicodeScalars.contains($0)
  }
  guard isPlain else {
    throw inputFinding(
      "input.name", path,
      "generated files are named after this one, so its name may have letters, digits, '_', '-', "
        + "'+', '.' and spaces only")
  }
  let bytes: Data
  do {
    bytes = try readFile(path, atMost: largestSourceFile)
  } catch {
    switch error {
    case .system(ENOENT): throw inputFinding("input.missing", path, "this link leads nowhere")
    case .system: throw inputFinding("input.unreadable", path, "cannot be read: \(error.text)")
    case .notRegular: throw inputFinding("input.kind", path, "this is not a regular file")
    case .tooLarge:
      throw inputFinding("input.size", path, "a model file has at most \(largestSourceFile) bytes, this one has more")
    }
  }
  if let place = bytes.firstIndex(of: 0) {
    throw at(place, of: bytes, path, "the file contains a NUL byte, so it is not Swift source")
  }
  guard let text = String(validating: bytes, as: UTF8.self) else {
    throw at(firstInvalid(bytes), of: bytes, path, "the file is not UTF-8 text")
  }
  return text
}

/// A finding about the encoding, at a byte.
private func at(_ offset: Int, of bytes: Data, _ path: String, _ message: String) -> Finding {
  let before = bytes.prefix(offset)
  let line = before.count { $0 == 0x0A } + 1
  let column = offset - (before.lastIndex(of: 0x0A).map { $0 + 1 } ?? 0) + 1
  return Finding("input.encoding", message, at: SourceSpan(file: path, line: line, column: column))
}

/// The offset of the first byte that is not part of UTF-8 text.
private func firstInvalid(_ bytes: Data) -> Int {
  var decoder = UTF8()
  var iterator = bytes.makeIterator()
  var offset = 0
  while case .scalarValue(let scalar) = decoder.decode(&iterator) { offset += UTF8.width(scalar) }
  return offset
}

private func folder(of path: String) -> String {
  let parts = path.split(separator: "/", omittingEmptySubsequences: false).dropLast()
  return parts.isEmpty ? "." : parts == [""] ? "/" : parts.joined(separator: "/")
}

private func join(_ folder: String, _ entry: String) -> String {
  folder.hasSuffix("/") ? folder + entry : folder + "/" + entry
}

/// The path without links and detours; the path itself where nothing lies there.
private func realPath(_ path: String) -> String {
  guard let resolved = realpath(path, nil) else { return path }
  defer { free(resolved) }
  return String(cString: resolved)
}

private func moduleName(ofFolder path: String) -> String {
  path.split(separator: "/").last.map(String.init) ?? "Models"
}
