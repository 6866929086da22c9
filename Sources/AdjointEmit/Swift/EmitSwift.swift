import AdjointIR
import AdjointSchedule
import AdjointTemplates

/// The Swift kernels of a model file.
public struct EmittedSwift: Sendable {
  /// `<Model>.kernels.swift`.
  public var files: [GeneratedFile]
  /// For each entry point, what a caller needs to know of each specialisation's function.
  public var interfaces: [[KernelInterface]]
}

/// Writes the kernels of a model file's entry points as Swift: the same schedule, functions, names and order of
/// arithmetic as the C. They need nothing but the module CAdjoint (elementary functions, products of matrices), and no
/// C target. The text depends on the arguments alone.
public func emitSwift(module: String, source: String, _ entryPoints: [ScheduledEntryPoint]) throws -> EmittedSwift {
  var kernelFile = KernelFile()
  let functions = kernelFile.makeFunctions(module: module, entryPoints).map { $0.map { $0.sizedForSwift } }
  let flat = functions.flatMap { $0 }
  kernelFile.nameKernels(flat)
  var sections = [
    "// Written by Adjoint \(generatorVersion) from \(source). Do not edit: change the model and regenerate.\n"
      + "// swift-format-ignore-file\n",
    "import CAdjoint\n",
  ]
  var kernels: [String] = []
  var written: Set<String> = []
  var products: Set<DType> = []
  for (function, names) in zip(flat, kernelFile.kernelNames) {
    var scratch: [Int] = []
    for (kernel, name) in zip(function.schedule.kernels, names) {
      let emitted = function.swiftKernel(kernel, name: name)
      scratch.append(emitted.scratchBytes)
      products.formUnion(emitted.products)
      if written.insert(name).inserted { kernels.append(emitted.text) }
    }
    kernels.append(function.swiftArguments)
    kernels.append(
      function.swiftBody(
        kernelNames: names, scratchBytes: scratch, scratchOffset: (function.schedule.arenaByteCount + 63) / 64 * 64))
  }
  sections += flat.map { $0.memoryPlan }
  for type in products.sorted(by: { $0.rawValue < $1.rawValue }) {
    sections.append(
      try render(Templates.swiftPack, ["type": type.swiftName, "suffix": type.rawValue] as [String: Any]))
  }
  if !kernelFile.tables.isEmpty {
    sections.append(try render(Templates.swiftTable, [:]))
    var text = CText(keepsBraces: true)
    text.block("private enum Tables") { inner in
      for table in kernelFile.tables { write(table.literal, named: table.name, to: &inner) }
    }
    sections.append(text.text)
  }
  let text = (sections + kernels).joined(separator: "\n")
  return EmittedSwift(
    files: [GeneratedFile(path: "\(module).kernels.swift", text: text)],
    interfaces: functions.map { $0.map(\.interface) })
}

private func write(_ literal: Literal, named name: String, to text: inout CText) {
  let type = literal.type.dtype
  let values: [String] =
    switch literal.elements {
    case .real(let values): values.map { SwiftExpressions.literal($0, type) }
    case .integer(let values): values.map { SwiftExpressions.integerLiteral($0, type) }
    case .bool(let values): values.map { $0 ? "1" : "0" }
    }
  text.line("// \(literal.type.shape)")
  text.line("static let \(SwiftSpelling.identifier(name)) = ConstantTable<\(type.swiftElement)>([")
  text.nested { $0.line(values.joined(separator: ", ")) }
  text.line("])")
}

extension CFunction {
  /// The same function with an arena for the scratch memory of Swift kernels.
  fileprivate var sizedForSwift: CFunction {
    let scratch = schedule.kernels.map { swiftKernel($0, name: "kernel").scratchBytes }.max() ?? 0
    var sized = self
    sized.interface.arenaByteCount = (schedule.arenaByteCount + 63) / 64 * 64 + scratch
    return sized
  }
}
