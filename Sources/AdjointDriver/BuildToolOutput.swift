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
  /// The C target, its kernels as optimised assembly.
  case assembly
}

/// Generates one part of a module for a build system, which must know the names of all files before the tool runs: so
/// every model file has all its outputs, and those that have nothing to say hold a comment alone.
///
/// - Parameter assembler: What makes assembly of C; used for that part alone.
public func generate(
  _ part: BuildToolPart, of files: [String], module: String, using: [UsedModule], assembler: Assembler? = nil
) throws(Findings) -> GeneratedTree {
  let options = GenerateOptions(kernels: part == .swift ? .swift : .c)
  let tree = try generate(files, options, module: module, isWhole: true, using: using)
  let folder = (part.isOfC ? kernelsModule(named: module) : module) + "/"
  var texts: [String: String] = [:]
  for file in tree.files where file.path.hasPrefix(folder) {
    texts[String(file.path.dropFirst(folder.count))] = file.text
  }
  if part == .assembly, let assembler { try assembler.replaceVariants(in: &texts) }
  for base in files.map(baseName) {
    for path in part.outputs(of: base) where texts[path] == nil {
      texts[path] = "// Written by Adjoint \(toolVersion). \(base).swift has nothing that belongs here.\n"
    }
  }
  if part.isOfC { texts["include/module.modulemap"] = moduleMap(of: kernelsModule(named: module)) }
  // Headers of model files that are gone would still be part of the module.
  return GeneratedTree(
    files: texts.map { .init(path: $0.key, text: $0.value) }, folders: part.isOfC ? ["include"] : [])
}

extension BuildToolPart {
  fileprivate var isOfC: Bool { self == .kernels || self == .assembly }

  /// The files that a model file gives, as AdjointPlugin announces them.
  fileprivate func outputs(of base: String) -> [String] {
    let c = nameOfC(base)
    return switch self {
    case .glue: [base + ".adjoint.swift"]
    case .swift: [base + ".adjoint.swift", base + ".kernels.swift"]
    case .kernels: ["\(c).c", "\(c).kernels.h", "include/\(c).h"] + variants.map { "\(c).\($0).c" }
    case .assembly: ["\(c).c", "include/\(c).h"] + variants.map { "\(c).\($0).S" }
    }
  }
}

/// The instruction sets for which kernels are compiled, as files are named after them.
let variants = ["baseline", "avx2", "avx512"]
