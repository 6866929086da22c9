import AdjointIR

/// What the glue of one model file is made from.
public struct GlueSource: Sendable {
  /// The model file's name without its ending, such as `DigitsModel`.
  public var base: String
  /// The Swift module that the glue becomes part of.
  public var module: String
  /// The C module with the functions; nil where they are Swift in the same module.
  public var kernels: String?
  /// Further Swift modules that models of this file use.
  public var imports: [String] = []
  /// The classes of models that the file declares.
  public var classes: [ModelClass]
  /// The file's entry points.
  public var entries: [CompiledEntry]

  /// Makes a source.
  public init(base: String, module: String, kernels: String?, classes: [ModelClass], entries: [CompiledEntry]) {
    self.base = base
    self.module = module
    self.kernels = kernels
    self.classes = classes
    self.entries = entries
  }
}

/// The Swift that belongs to one model file.
///
/// For each class of models it lists the attributes. For each entry point it adds the twin to `Compiled` (or to
/// `CompiledModule` for a method): it checks the arguments against what the code is specialised for, takes the pointers
/// of known slots, runs the C function in a pooled arena and hands out what the function returns. Everything that does
/// not change from call to call is a constant of one private enum at the end of the file.
///
/// - Throws: `Finding` at an entry point that returns what glue cannot build.
public func emitGlue(_ source: GlueSource) throws -> String {
  var text = SwiftText()
  text.line(
    "// Written by Adjoint \(generatorVersion) from \(source.base).swift. Do not edit: change the model and regenerate."
  )
  text.line("// swift-format-ignore-file")
  text.line()
  // The library's own glue is part of the module that others import.
  text.line(source.module == "Adjoint" ? "import AdjointRuntime" : "import Adjoint")
  for module in source.imports { text.line("import \(module)") }
  if !source.entries.isEmpty, let kernels = source.kernels { text.line("internal import \(kernels)") }
  for model in source.classes {
    text.line()
    writeAttributes(of: model, to: &text)
  }
  guard !source.entries.isEmpty else { return text.text }
  let constants = GlueConstants(name: Names.identifier(source.base).capitalisedFirst + "Constants")
  var names: Set<String> = []
  for entry in source.entries {
    text.line()
    try GlueWriter(entry, uniqueName(of: entry.entry, &names), constants).write(to: &text)
  }
  text.line()
  constants.write(to: &text)
  return text.text
}

/// The version that generated files name.
public let generatorVersion = "0.1"

/// A name for the helpers of a twin, unique in a file: functions may be overloaded.
private func uniqueName(of entry: EntryPoint, _ taken: inout Set<String>) -> String {
  let type = (entry.enclosingType ?? "").filter { $0.isLetter || $0.isNumber }
  let base = type.isEmpty ? entry.name : type.prefix(1).lowercased() + type.dropFirst() + entry.name.capitalisedFirst
  var name = base
  var number = 2
  while !taken.insert(name).inserted {
    name = base + String(number)
    number += 1
  }
  return name
}

extension String {
  /// The same with its first letter in upper case.
  public var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
