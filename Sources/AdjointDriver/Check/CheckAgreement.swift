import AdjointEmit
import AdjointIR
import AdjointTransforms
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The C of an entry point in a library that this process has loaded.
struct LoadedC {
  private let handle: UnsafeMutableRawPointer
  private let interfaces: [KernelInterface]

  /// Compiles the entry point's standalone C; nil where there is no C compiler.
  init?(_ scheduled: ScheduledEntryPoint) throws {
    guard let compiler = LoadedC.compiler else { return nil }
    let emitted = try emitStandalone(module: "Checked", source: scheduled.entryPoint.span.fileName, [scheduled])
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-check-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for file in emitted.files { try Data(file.text.utf8).write(to: folder.appendingPathComponent(file.path)) }
    let library = folder.appendingPathComponent("checked.so").path
    let process = Process()
    process.executableURL = URL(fileURLWithPath: compiler)
    process.arguments = ["-std=c11", "-O1", "-w", "-shared", "-fPIC", "-o", library]
    process.arguments! += [folder.appendingPathComponent("Checked.c").path, "-lm"]
    try process.run()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw OpError("internal.check", "\(compiler) does not compile the C of \(scheduled.entryPoint.name)")
    }
    guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL) else {
      throw OpError("internal.check", "the C of \(scheduled.entryPoint.name) cannot be loaded")
    }
    self.handle = handle
    interfaces = emitted.interfaces[0]
  }

  private static var compiler: String? {
    for folder in (ProcessInfo.processInfo.environment["PATH"] ?? "").split(separator: ":") {
      for name in ["clang", "cc", "gcc"] where FileManager.default.isExecutableFile(atPath: "\(folder)/\(name)") {
        return "\(folder)/\(name)"
      }
    }
    return nil
  }

  /// The results of one specialisation that its function writes, by number.
  func run(_ specialisation: Int, _ arguments: [Literal]) throws -> [Int: Literal] {
    let interface = interfaces[specialisation]
    guard let symbol = dlsym(handle, interface.functionName) else {
      throw OpError("internal.check", "the compiled C has no \(interface.functionName)")
    }
    typealias Entry = @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
    let entry = unsafeBitCast(symbol, to: Entry.self)
    let memory = interface.fields.map { field in
      UnsafeMutableRawBufferPointer.allocate(byteCount: max(field.type.byteCount, 8), alignment: 64)
    }
    defer { for block in memory { block.deallocate() } }
    for (field, block) in zip(interface.fields, memory) {
      if case .parameter(let number) = field.role { arguments[number].write(to: block) }
    }
    let arena = UnsafeMutableRawPointer.allocate(byteCount: max(interface.arenaByteCount, 64), alignment: 64)
    defer { arena.deallocate() }
    memory.map { $0.baseAddress! }.withUnsafeBytes { entry($0.baseAddress!, arena) }
    var results: [Int: Literal] = [:]
    for (field, block) in zip(interface.fields, memory) {
      if case .result(let number) = field.role { results[number] = Literal(field.type, reading: block) }
    }
    return results
  }
}

/// Compares the C of an entry point with the reference evaluation of what the front end read, result by result.
func checkAgreement(
  _ scheduled: ScheduledEntryPoint, _ specialisation: Int, _ c: LoadedC, seed: UInt64
) throws -> [CheckRow] {
  let entry = scheduled.entryPoint
  let chosen = entry.specialisations[specialisation]
  var random = CheckNumbers(seed: seed)
  let arguments = zip(chosen.program.parameters, chosen.program.body.parameters).map { parameter, value in
    random.literal(for: parameter, value.type)
  }
  let expected = try evaluate(try expandDerivatives(chosen.program), arguments)
  let found = try c.run(specialisation, arguments)
  let title = entry.name + (chosen.sizes.isEmpty ? "" : " (\(chosen.sizesText))")
  return chosen.program.results.enumerated().compactMap { number, result in
    guard let literal = found[number] else { return nil }
    return CheckRow(
      function: title, line: entry.span.line, variable: result.name, test: "C, reference evaluation",
      deviation: deviation(literal.reals, expected[number].reals), tolerance: 5e-5)
  }
}

/// The largest difference, relative to the largest number and at least 1.
private func deviation(_ left: [Double], _ right: [Double]) -> Double {
  let scale = max(1, (left + right).filter(\.isFinite).map(abs).max() ?? 1)
  return zip(left, right).reduce(0) { worst, pair in
    if pair.0 == pair.1 || pair.0.isNaN && pair.1.isNaN { return worst }
    let difference = abs(pair.0 - pair.1) / scale
    return difference.isNaN ? .infinity : max(worst, difference)
  }
}

extension Literal {
  /// Writes the elements as C lays them out.
  fileprivate func write(to block: UnsafeMutableRawBufferPointer) {
    func store<Element>(_ values: [Element]) {
      for (index, value) in values.enumerated() {
        block.storeBytes(of: value, toByteOffset: index * MemoryLayout<Element>.stride, as: Element.self)
      }
    }
    switch type.dtype {
    case .f32: store(reals.map { Float($0) })
    case .f64: store(reals)
    case .i32: store(integers.map { Int32(truncatingIfNeeded: $0) })
    case .i64: store(integers)
    case .u32: store(integers.map { UInt32(truncatingIfNeeded: $0) })
    case .bool: store(bools.map { UInt8($0 ? 1 : 0) })
    }
  }

  /// Reads elements as C lays them out.
  fileprivate init(_ type: TensorType, reading block: UnsafeMutableRawBufferPointer) {
    func load<Element>(_: Element.Type) -> [Element] {
      (0..<type.count).map { block.load(fromByteOffset: $0 * MemoryLayout<Element>.stride, as: Element.self) }
    }
    let elements: Elements =
      switch type.dtype {
      case .f32: .real(load(Float.self).map { Double($0) })
      case .f64: .real(load(Double.self))
      case .i32: .integer(load(Int32.self).map { Int64($0) })
      case .i64: .integer(load(Int64.self))
      case .u32: .integer(load(UInt32.self).map { Int64($0) })
      case .bool: .bool(load(UInt8.self).map { $0 != 0 })
      }
    self.init(type, elements)
  }
}
