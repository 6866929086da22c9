import AdjointDiagnostics
import AdjointEmit

/// What a build-tool plugin asks for at a time.
public enum BuildToolPart: String, CaseIterable, Sendable {
  /// The glue of a Swift target whose kernels are a C target.
  case glue
  /// The glue and the kernels of a Swift target.
  case swift
  /// The C target.
  case kernels
}

/// Generates one part of a module for a build system, which must know the names of all files before the tool runs: so
/// every model file has all its outputs, and those that have nothing to say hold a comment alone.
public func generate(
  _ part: BuildToolPart, of files: [String], module: String, using: [UsedModule]
) throws(Findings) -> GeneratedTree {
  for file in files where part == .kernels && nameOfC(baseName(file)) != baseName(file) {
    throw Findings([
      Finding(
        "input.name", "the header of this file's C would stand before a system header; rename the file",
        at: SourceSpan(file: file, line: 1, column: 1))
    ])
  }
  let options = GenerateOptions(kernels: part == .swift ? .swift : .c)
  let tree = try generate(files, options, module: module, using: using)
  let folder = (part == .kernels ? kernelsModule(named: module) : module) + "/"
  var texts: [String: String] = [:]
  for file in tree.files where file.path.hasPrefix(folder) {
    texts[String(file.path.dropFirst(folder.count))] = file.text
  }
  for base in files.map(baseName) {
    for ending in part.endings {
      let path = ending.hasPrefix("include/") ? "include/\(base)\(ending.dropFirst("include/".count))" : base + ending
      texts[path] =
        texts[path] ?? "// Written by Adjoint \(toolVersion). \(base).swift has nothing that belongs here.\n"
    }
  }
  if part == .kernels {
    texts["include/module.modulemap"] = moduleMap(of: kernelsModule(named: module))
  }
  return GeneratedTree(files: texts.map { .init(path: $0.key, text: $0.value) }, folders: [])
}

extension BuildToolPart {
  /// What is behind a model file's name in the names of its outputs.
  fileprivate var endings: [String] {
    switch self {
    case .glue: [".adjoint.swift"]
    case .swift: [".adjoint.swift", ".kernels.swift"]
    case .kernels: [".c", ".baseline.c", ".avx2.c", ".avx512.c", ".kernels.h", "include/.h"]
    }
  }
}
