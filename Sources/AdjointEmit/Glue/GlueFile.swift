import AdjointIR

/// The Swift that calls the compiled functions of one model file.
///
/// For each entry point it adds the twin to `Compiled` (or to `CompiledModule` for a method): it checks the arguments
/// against what the code is specialised for, takes the pointers of known slots, runs the C function in a pooled arena
/// and hands out what the function returns. Everything that does not change from call to call is a constant of one
/// private enum at the end of the file.
///
/// - Parameters:
///   - module: the model file's name without its ending, such as `DigitsModel`.
///   - source: the model file's name, without folders.
///   - kernels: the C module with the functions.
/// - Throws: `Finding` at an entry point that returns what glue cannot build.
public func emitGlue(module: String, source: String, entries: [CompiledEntry], kernels: String) throws -> String {
  var text = SwiftText()
  text.line("// Written by Adjoint \(generatorVersion) from \(source). Do not edit: change the model and regenerate.")
  text.line("// swift-format-ignore-file")
  text.line()
  text.line("import Adjoint")
  text.line("internal import \(kernels)")
  let constants = GlueConstants(name: Names.identifier(module).capitalisedFirst + "Constants")
  var names: Set<String> = []
  for entry in entries {
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
