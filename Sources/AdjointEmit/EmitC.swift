import AdjointIR
import AdjointSchedule
import AdjointTemplates
import Mustache

/// A file to be written, relative to the folder of generated code.
public struct GeneratedFile: Hashable, Sendable {
  /// The path below the output folder.
  public var path: String
  /// The whole content.
  public var text: String

  /// Makes a file.
  public init(path: String, text: String) {
    self.path = path
    self.text = text
  }
}

/// An entry point with one schedule for each of its specialisations, in their order.
public struct ScheduledEntryPoint: Sendable {
  /// The elaborated function.
  public var entryPoint: EntryPoint
  /// One for each of `entryPoint.specialisations`.
  public var schedules: [Schedule]

  /// Pairs an entry point with its schedules.
  public init(entryPoint: EntryPoint, schedules: [Schedule]) {
    precondition(schedules.count == entryPoint.specialisations.count, "one schedule for each specialisation")
    self.entryPoint = entryPoint
    self.schedules = schedules
  }
}

/// The C of one model file.
public struct EmittedC: Sendable {
  /// The public header, the kernels, one file per instruction set and the dispatcher.
  public var files: [GeneratedFile]
  /// For each entry point, what a caller needs to know of each specialisation's function.
  public var interfaces: [[KernelInterface]]
}

/// Writes the C of a model file's entry points. The text depends on the arguments alone.
///
/// - Parameters:
///   - module: The base name of the files, such as `DigitsModel`.
///   - source: The model file's name as the header comment gives it, such as `DigitsModel.swift`.
///   - owner: The Swift module, by whose name too the linker knows the functions, so that two modules of a program may
///     have equally named model files.
public func emitC(
  module: String, source: String, owner: String? = nil, _ entryPoints: [ScheduledEntryPoint]
) throws -> EmittedC {
  var kernelFile = KernelFile()
  let functions = kernelFile.makeFunctions(module: module, entryPoints)
  let flat = functions.flatMap { $0 }
  kernelFile.nameKernels(flat)
  let kernels = try kernelFile.text(source: source, flat)
  let context = headerContext(module, source, owner, flat, divides: kernelFile.divides)
  let header = try render(Templates.header, context)
  let files =
    [
      GeneratedFile(path: "include/\(module).h", text: header),
      GeneratedFile(path: "\(module).kernels.h", text: kernels),
    ] + (try variantFiles(module, source, divides: kernelFile.divides, context))
    + [GeneratedFile(path: "\(module).c", text: try render(Templates.dispatch, context))]
  return EmittedC(files: files, interfaces: functions.map { $0.map(\.interface) })
}

/// Fills in a template.
func render(_ template: String, _ context: [String: Any]) throws -> String {
  let text = try MustacheTemplate(string: template).render(context)
  // The line that only sets the template's content type leaves nothing behind; long names make long lines.
  return text.drop { $0 == "\n" }.split(separator: "\n", omittingEmptySubsequences: false)
    .flatMap { $0.hasPrefix("#") ? [String($0)] : CText.wrapped(String($0)) }.joined(separator: "\n")
}

private func headerContext(
  _ module: String, _ source: String, _ owner: String?, _ functions: [CFunction], divides: Bool
) -> [String: Any] {
  let list = functions.map { function -> [String: Any] in
    let interface = function.interface
    let declarations = interface.fields.map { "\($0.pointerType)\($0.name);" }
    let width = declarations.map(\.count).max() ?? 0
    let fields = zip(interface.fields, declarations).map { field, declaration -> [String: Any] in
      [
        "declaration": declaration + String(repeating: " ", count: width - declaration.count),
        "note": function.note(field),
      ]
    }
    return [
      "signature": function.signature, "argumentsType": interface.structName, "function": interface.functionName,
      "fields": fields, "arenaMacro": interface.arenaMacro, "arenaBytes": interface.arenaByteCount,
    ]
  }
  var context: [String: Any] = [
    "version": generatorVersion, "source": source, "module": module,
    "guard": Names.identifier(Names.snakeCase(module)).uppercased() + "_H", "functions": list,
    "divides": divides,
  ]
  if let owner { context["owner"] = owner }
  return context
}

extension CFunction {
  /// What a field of the arguments struct points to.
  func note(_ field: KernelInterface.Field) -> String {
    let shape = "\(field.type.shape)"
    switch field.role {
    case .parameter(let number): return "\(schedule.parameters[number].name) \(shape)"
    case .result(let number):
      let reused = schedule.results[number].reuses.map { ", may be \(schedule.parameters[$0].name)" } ?? ""
      return "result: \(schedule.results[number].name) \(shape)\(reused)"
    }
  }
}

private func variantFiles(
  _ module: String, _ source: String, divides: Bool, _ header: [String: Any]
) throws -> [GeneratedFile] {
  func file(_ suffix: String, _ description: String, guarded: Bool, begin: String?, _ sizes: [[String: Any]]) throws
    -> GeneratedFile
  {
    var context: [String: Any] = [
      "version": generatorVersion, "source": source, "module": module, "suffix": suffix, "description": description,
      "guard": guarded, "sizes": sizes, "ends": sizes.count > 1, "divides": divides,
      "multiplyAdd": begin == nil ? "ADJOINT_BASELINE_MULTIPLY_ADD" : "ADJOINT_FMA",
    ]
    if let begin { context["begin"] = begin }
    if let owner = header["owner"] {
      context["owner"] = owner
      context["functions"] = header["functions"]
    }
    return GeneratedFile(path: "\(module).\(suffix).c", text: try render(Templates.variant, context))
  }
  func sizes(
    lanes: Int, registers: Int, rows: Int, vectors: Int, if condition: String? = nil
  ) -> [String: Any] {
    let sizes: [String: Any] = [
      "lanes": lanes, "halfLanes": lanes / 2, "registers": registers, "rows": rows, "vectors": vectors,
    ]
    return sizes.merging(condition.map { ["condition": $0] } ?? [:]) { size, _ in size }
  }
  // Tiles of two vectors a row, as high as registers hold, where an element that all columns meet is read as a vector.
  // The oldest processors of x86-64 move it into all lanes first, with what adds and multiplies: there are fewer of such
  // elements to a step of the sums in a low and wide tile, of which registers hold the columns too.
  return [
    try file(
      "avx512", "AVX-512", guarded: true, begin: "ADJOINT_BEGIN_AVX512",
      [sizes(lanes: 16, registers: 32, rows: 12, vectors: 2)]),
    try file(
      "avx2", "AVX2 and FMA", guarded: true, begin: "ADJOINT_BEGIN_AVX2",
      [sizes(lanes: 8, registers: 16, rows: 6, vectors: 2)]),
    try file(
      "baseline", "any processor of the architecture: NEON on AArch64", guarded: false, begin: nil,
      [
        sizes(lanes: 4, registers: 32, rows: 12, vectors: 2, if: "#if defined(__aarch64__)"),
        sizes(lanes: 4, registers: 16, rows: 2, vectors: 4, if: "#else"),
      ]),
  ]
}
