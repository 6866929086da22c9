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

  func isLibrary(_ file: String) -> Bool { libraryFiles.contains(file) }
}
