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
}

/// The largest model file that is read. Model files are written by hand; something larger is not one.
let largestSourceFile = 4 << 20

/// The most source that is read for one module.
let largestModule = 16 << 20
