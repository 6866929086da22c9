import AdjointDiagnostics
import AdjointIR

/// The entry points of the models that a path names; only those of a name where one is given.
///
/// - Throws: `Findings`, also where no entry point has the name.
func entryPoints(_ path: String, named name: String?) throws(Findings) -> [EntryPoint] {
  var all: [EntryPoint] = []
  for module in try findModules([path]) { all += try Stages.elaborated(module).entryPoints }
  guard let name else { return all }
  let found = all.filter { $0.name == name }
  guard found.isEmpty else { return found }
  let known = Set(all.map(\.name)).sorted()
  let hint = known.isEmpty ? "there is none" : "there are \(known.joined(separator: ", "))"
  throw Findings([
    Finding(
      "input.function", "no entry point is called '\(name)'; \(hint)", at: SourceSpan(file: path, line: 1, column: 1))
  ])
}

extension EntryPoint.Specialisation {
  /// `batch = 32`, or nothing.
  var sizesText: String { sizes.sorted { $0.key < $1.key }.map { "\($0.key) = \($0.value)" }.joined(separator: ", ") }
}
