import AdjointDiagnostics

/// Everything that the sources and the built-in library declare, by name.
final class Declarations {
  /// By a name that is unique: one that several modules declare is qualified by its module, unless that is the one that
  /// is compiled.
  var types: [String: TypeDeclaration] = [:]
  /// By the name that a type has in its own module.
  var typesByName: [String: [TypeDeclaration]] = [:]
  /// Members that extensions give to types built into the front end (`extension Tensor`, `extension Float`).
  var builtinExtensions: [String: TypeDeclaration] = [:]
  var functions: [String: [FunctionDeclaration]] = [:]
  var operators: [String: [FunctionDeclaration]] = [:]
  var globals: [String: [StoredProperty]] = [:]
  var computedGlobals: [String: [ComputedProperty]] = [:]
  var typealiases: [String: [TypeAlias]] = [:]
  /// Free functions and methods with an annotated parameter, in the order of files and lines.
  var entryPoints: [FunctionDeclaration] = []
  /// What was wrong with the syntax.
  var findings: [Finding] = []
  /// What all elaboration of these declarations may still do.
  var remainingSteps = Elaborator.Limits.stepsInAll
  /// The module of each file that does not belong to the one that is compiled.
  var modules: [String: String] = [:]
  var moduleNames: Set<String> = []
  /// The modules that each file imports.
  var imports: [String: Set<String>] = [:]

  /// The module of the built-in library.
  static let library = "Adjoint"

  func isLibrary(_ file: String) -> Bool { modules[file] == Self.library }

  /// Whether a file belongs to the module that is compiled.
  func isOwn(_ file: String) -> Bool { modules[file] == nil }
}

/// A declaration as look-up by name sees it.
protocol NamedDeclaration {
  var access: String { get }
  var span: SourceSpan { get }
}

extension TypeDeclaration: NamedDeclaration {}
extension FunctionDeclaration: NamedDeclaration {}
extension StoredProperty: NamedDeclaration {}
extension ComputedProperty: NamedDeclaration {}
extension TypeAlias: NamedDeclaration {}

extension Declarations {
  /// Of the declarations of one name at file level, those that a file sees, nearest first: its own module's, those of
  /// the modules that it imports, the library's. Any of the three may be empty.
  ///
  /// - Parameter module: Where the name is qualified: the only module that is asked.
  func tiers<Declaration: NamedDeclaration>(
    _ all: [Declaration]?, from file: String, in module: String? = nil
  ) -> [[Declaration]] {
    guard let all else { return [[], [], []] }
    var tiers: [[Declaration]] = [[], [], []]
    for item in all {
      let owner = modules[item.span.file]
      if let module, owner != module { continue }
      if owner == modules[file] {
        if !isHidden(item, from: file) { tiers[0].append(item) }
      } else if owner == Self.library {
        tiers[2].append(item)
      } else if let owner, !isLibrary(file), isOpen(item, of: owner, to: file) {
        tiers[1].append(item)
      }
    }
    return tiers
  }

  /// Of the members of one name that a type and its extensions have, those that a file sees, nearest first: its own
  /// module's, then other modules' that are public. Where it sees none, a protocol leads to all of them.
  func members<Declaration: NamedDeclaration>(
    _ all: [Declaration]?, from file: String
  ) -> [[Declaration]] {
    guard let all, all.count > 1 else { return all.map { [$0] } ?? [] }
    let own = all.filter { modules[$0.span.file] == modules[file] && !isHidden($0, from: file) }
    let others = all.filter { item in
      modules[item.span.file] != modules[file] && ["public", "package"].contains(item.access)
    }
    let seen = [own, others].filter { !$0.isEmpty }
    return seen.isEmpty ? [all] : seen
  }

  private func isHidden(_ item: some NamedDeclaration, from file: String) -> Bool {
    ["private", "fileprivate"].contains(item.access) && item.span.file != file
  }

  private func isOpen(_ item: some NamedDeclaration, of module: String, to file: String) -> Bool {
    // Code that the front end makes itself stands in no file.
    guard let imported = imports[file] else { return true }
    if imported.contains("@testable \(module)") { return !["private", "fileprivate"].contains(item.access) }
    return imported.contains(module) && ["public", "package"].contains(item.access)
  }

  /// Free functions of a name that a file sees, those of the nearest module first.
  func functions(_ name: String, from file: String, in module: String? = nil) -> [[FunctionDeclaration]] {
    tiers(functions[name], from: file, in: module).filter { !$0.isEmpty }
  }

  /// The type of a name that a file sees; nil also where several are as near.
  func type(_ name: String, from file: String) -> TypeDeclaration? {
    for tier in tiers(typesByName[name], from: file) where !tier.isEmpty { return tier.count == 1 ? tier[0] : nil }
    let path = name.split(separator: ".", maxSplits: 1).map(String.init)
    guard path.count == 2, isModule(path[0], from: file) else { return nil }
    return tiers(typesByName[path[1]], from: file, in: path[0]).first { !$0.isEmpty }?.first
  }

  /// What a `typealias` that a file sees stands for.
  func alias(_ name: String, from file: String) -> TypeNode? {
    tiers(typealiases[name], from: file).first { !$0.isEmpty }?.first?.type
  }

  /// Whether a name is that of a module, and not of a type that hides it.
  func isModule(_ name: String, from file: String) -> Bool {
    guard moduleNames.contains(name), tiers(typesByName[name], from: file).allSatisfy(\.isEmpty) else { return false }
    return true
  }
}
