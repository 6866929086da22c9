import AdjointIR

/// The Swift that calls the compiled functions of one model file.
///
/// For each entry point it adds the twin to `Compiled` (or to `CompiledModule` for a method): it checks the arguments
/// against what the code is specialised for, takes the pointers of known slots, runs the C function in a pooled arena
/// and hands out what the function returns. Everything that does not change from call to call (shapes, outlines,
/// arenas) is a constant of a private enum beside it.
///
/// - Parameters:
///   - source: the model file's name, without folders.
///   - kernels: the C module with the functions.
/// - Throws: `Finding` at an entry point that returns what glue cannot build.
public func emitGlue(source: String, entries: [CompiledEntry], kernels: String) throws -> String {
  var text = SwiftText()
  text.line("// Written by Adjoint \(generatorVersion) from \(source). Do not edit: change the model and regenerate.")
  text.line("// swift-format-ignore-file")
  text.line()
  text.line("import Adjoint")
  text.line("internal import \(kernels)")
  var names = GlueNames()
  for entry in entries {
    text.line()
    try GlueWriter(entry, names: names.parts(of: entry.entry)).write(to: &text)
  }
  return text.text
}

/// The version that generated files name.
public let generatorVersion = "0.1"

/// The names of the helpers that stand beside a twin, unique in a file.
struct GlueNames {
  private var taken: Set<String> = []

  mutating func parts(of entry: EntryPoint) -> String {
    let base = (entry.enclosingType ?? "").filter { $0.isLetter || $0.isNumber } + entry.name.capitalisedFirst + "Parts"
    var name = base
    var number = 2
    while !taken.insert(name).inserted {
      name = base + String(number)
      number += 1
    }
    return name
  }
}

extension String {
  /// The same with its first letter in upper case.
  public var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
