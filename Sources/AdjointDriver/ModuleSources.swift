import AdjointDiagnostics

/// The model files of one Swift module, as the front end takes them.
public struct ModuleSources: Sendable, Hashable {
  /// One file: the path findings name, and its text.
  public struct File: Sendable, Hashable {
    public var path: String
    public var text: String
  }

  /// The module's name: that of the folder the files lie in.
  public var name: String
  /// Sorted by path, so that the order in which files were given does not matter.
  public var files: [File]
  /// Whether these are all files of the module's folder; generated code of others is then stale.
  public var isWhole: Bool
  /// Whether the module was found in a folder of modules, where not every one needs to have something to compile.
  public var isOneOfMany: Bool
  /// Other modules whose layers the models use; nothing is generated for them.
  public var used: [Used] = []

  /// A module that models use.
  public struct Used: Sendable, Hashable {
    public var name: String
    public var files: [File]
  }
}

/// Another module, by its name and one of its files or its folder.
public struct UsedModule: Sendable, Hashable {
  public var name: String
  public var path: String

  /// Makes a reference.
  public init(name: String, path: String) {
    self.name = name
    self.path = path
  }
}

/// Reads the sources of modules that models use, sorted by name.
func readModules(_ references: [UsedModule]) throws(Findings) -> [ModuleSources.Used] {
  var files: [String: [ModuleSources.File]] = [:]
  for reference in references {
    for module in try findModules([reference.path]) { files[reference.name, default: []] += module.files }
  }
  return files.sorted { $0.key < $1.key }.map { name, files in
    ModuleSources.Used(name: name, files: files.sorted { $0.path < $1.path })
  }
}

/// The largest model file that is read. Model files are written by hand; something larger is not one.
let largestSourceFile = 4 << 20

/// The most source that is read for one module.
let largestModule = 16 << 20
