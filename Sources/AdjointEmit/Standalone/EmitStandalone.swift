import AdjointIR
import AdjointSchedule
import AdjointTemplates

/// Writes a model file's entry points as one header and one C11 file that need no other file of ours: the same
/// schedule, names and marks as the kernels for clang, with the mathematics they call, and without Swift, allocation
/// or state. The text depends on the arguments alone.
public func emitStandalone(
  module: String, source: String, _ entryPoints: [ScheduledEntryPoint]
) throws -> EmittedC {
  var kernelFile = KernelFile(isPortable: true)
  let made = kernelFile.makeFunctions(module: module, entryPoints)
  let functions = made.flatMap { $0 }
  kernelFile.nameKernels(functions)
  let kernels = try kernelFile.body(functions)
  let maths = MathSubset().definitions(for: kernels)
  let library = LibraryNeeds(text: maths)
  var context: [String: Any] = ["version": generatorVersion, "source": source, "module": module]
  context["freestanding"] = library.replacements.map { ["name": $0.name, "replacement": $0.replacement] }
  if !library.missing.isEmpty { context["missing"] = library.missing.joined(separator: ", ") }
  var sections = [try render(Templates.standalonePrelude, context)]
  if library.needsOwn { sections.append(try render(Templates.standaloneLibm, [:])) }
  if !maths.isEmpty { sections.append(maths) }
  sections.append(kernels)
  let files = [
    GeneratedFile(path: "\(module).h", text: try render(Templates.standaloneHeader, header(module, source, functions))),
    GeneratedFile(path: "\(module).c", text: sections.joined(separator: "\n")),
  ]
  return EmittedC(files: files, interfaces: made.map { $0.map(\.interface) })
}

private func header(_ module: String, _ source: String, _ functions: [CFunction]) -> [String: Any] {
  let list = functions.map { function -> [String: Any] in
    let interface = function.interface
    let declarations = interface.fields.map { "\($0.pointerType)\($0.name);" }
    let width = declarations.map(\.count).max() ?? 0
    var names = Names()
    let fields = zip(interface.fields, declarations).map { field, declaration -> [String: Any] in
      [
        "declaration": declaration + String(repeating: " ", count: width - declaration.count),
        "note": function.note(field), "count": field.type.count,
        "countName": names.unique("\(interface.functionName)_\(Names.snakeCase(field.name))_count").uppercased(),
        "isNew": !function.isReused(field),
      ]
    }
    return [
      "signature": function.signature, "argumentsType": interface.structName, "function": interface.functionName,
      "fields": fields, "arenaMacro": interface.arenaMacro, "arenaBytes": interface.arenaByteCount,
    ]
  }
  return [
    "version": generatorVersion, "source": source, "module": module,
    "guard": Names.identifier(Names.snakeCase(module)).uppercased() + "_H", "functions": list,
  ]
}

extension CFunction {
  /// Whether a field is a result that may be given the pointer of a parameter, and so has its number of elements.
  fileprivate func isReused(_ field: KernelInterface.Field) -> Bool {
    guard case .result(let result) = field.role else { return false }
    return schedule.results[result].reuses != nil
  }
}

/// What the mathematics of a file needs of a C library, and what stands in for it where there is none.
private struct LibraryNeeds {
  /// Whether functions of our own stand in for some.
  let needsOwn: Bool
  let replacements: [(name: String, replacement: String)]
  /// What the caller must link.
  let missing: [String]

  init(text: String) {
    let words = Set(text.split { !($0.isLetter || $0.isNumber || $0 == "_") }.map(String.init))
    let own = ["exp", "log", "pow"].filter(words.contains)
    let builtin = ["erf", "erfc", "expm1", "fabs", "fmod", "fmodf", "log1p", "sin", "cos", "sqrt", "tanh"]
      .filter(words.contains)
    needsOwn = !own.isEmpty
    replacements = own.map { ($0, "adjoint_own_\($0)") } + builtin.map { ($0, "__builtin_\($0)") }
    missing = builtin.filter { $0 != "fabs" && $0 != "sqrt" }.sorted()
  }
}
