import AdjointDiagnostics
import AdjointEmit

/// The C target that goes with a module: `DigitsKernels` for `digits`.
func kernelsModule(of module: ModuleSources) -> String { kernelsModule(named: module.name) }

/// The C target that goes with a module of a name.
func kernelsModule(named name: String) -> String { Names.identifier(name).capitalisedFirst + "Kernels" }

/// Gives the one module of a run the name that was asked for.
func rename(_ modules: inout [ModuleSources], _ name: String, _ paths: [String]) throws(Findings) {
  let isName = !name.isEmpty && name.allSatisfy { $0.isLetter || $0.isNumber || $0 == "_" } && !name.first!.isNumber
  let problem =
    if modules.count > 1 {
      "names one module, but these are \(modules.count): \(modules.map(\.name).joined(separator: ", "))"
    } else if !isName {
      "is not the name of a Swift module"
    } else {
      ""
    }
  guard problem.isEmpty else {
    throw Findings([
      Finding("input.module", "--module \(name) \(problem)", at: SourceSpan(file: paths[0], line: 1, column: 1))
    ])
  }
  modules[0].name = name
}

/// Folders whose C targets would have one name.
func clashes(of modules: [ModuleSources]) -> [Finding] {
  Dictionary(grouping: modules, by: kernelsModule(of:)).values.filter { $0.count > 1 }.flatMap { group in
    group.dropFirst().map { module in
      Finding(
        "input.module",
        "the C of this module and of '\(group[0].name)' would both be called '\(kernelsModule(of: module))'; generate "
          + "them apart, each with its own --output", at: SourceSpan(file: module.files[0].path, line: 1, column: 1))
    }
  }
}

/// The name of a model file without folders and ending.
func baseName(_ path: String) -> String {
  let file = path.split(separator: "/").last.map(String.init) ?? path
  return file.hasSuffix(".swift") ? String(file.dropLast(6)) : file
}

/// What the C names of a model file begin with.
func prefixOfC(_ path: String) -> String { Names.identifier(Names.snakeCase(nameOfC(baseName(path)))) }
