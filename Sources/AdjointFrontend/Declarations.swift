import AdjointDiagnostics

/// Everything that the sources and the built-in library declare, by name; the user's names come before the library's.
final class Declarations {
  var types: [String: TypeDeclaration] = [:]
  /// Members that extensions give to types built into the front end (`extension Tensor`, `extension Float`).
  var builtinExtensions: [String: TypeDeclaration] = [:]
  var functions: [String: [FunctionDeclaration]] = [:]
  var operators: [String: [FunctionDeclaration]] = [:]
  var globals: [String: StoredProperty] = [:]
  var computedGlobals: [String: ComputedProperty] = [:]
  var typealiases: [String: TypeNode] = [:]
  /// Free functions and methods with an annotated parameter, in the order of files and lines.
  var entryPoints: [FunctionDeclaration] = []
  /// What was wrong with the syntax.
  var findings: [Finding] = []
  var libraryFiles: Set<String> = []
  /// What all elaboration of these declarations may still do.
  var remainingSteps = Elaborator.Limits.stepsInAll

  /// Free functions of a name that code of this file sees, its own side's first.
  func functions(_ name: String, fromLibrary: Bool) -> [[FunctionDeclaration]] {
    let all = functions[name] ?? []
    let library = all.filter(\.isLibrary)
    return (fromLibrary ? [library] : [all.filter { !$0.isLibrary }, library]).filter { !$0.isEmpty }
  }

  /// The type of a name that code of this file sees.
  func type(_ name: String, fromLibrary: Bool) -> TypeDeclaration? {
    if fromLibrary { return types["Adjoint.\(name)"] ?? types[name] }
    return types[name]
  }

  func isLibrary(_ file: String) -> Bool { libraryFiles.contains(file) }
}
