import AdjointEmit
import AdjointIR
import AdjointTemplates
import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Darwin)
  import Darwin
#endif

/// The generated kernels of a model file, compiled into a library that this process has loaded.
struct LoadedKernels {
  /// The kernels' language, for a reader.
  let language: String
  private let handle: UnsafeMutableRawPointer
  private let interfaces: [[KernelInterface]]

  /// The C that users run, for the best instruction set of this machine; standalone C where there is no clang; nil
  /// where there is no C compiler.
  static func c(_ scheduled: [ScheduledEntryPoint], source: String) throws -> LoadedKernels? {
    try inFolder { folder in
      let library = folder.path("checked.so")
      if let clang = findProgram("clang") {
        let emitted = try emitC(module: "Checked", source: source, scheduled)
        for file in emitted.files { try folder.write(file.path, file.text) }
        for file in Templates.support { try folder.write("include/" + file.name, file.text) }
        let sources = emitted.files.map(\.path).filter { $0.hasSuffix(".c") }
        let support = Templates.support.map { "include/" + $0.name }.filter { $0.hasSuffix(".c") }
        try run(
          clang,
          [
            "-std=gnu11", "-O1", "-w", "-shared", "-fPIC", "-I", folder.path("include"), "-I", folder.path, "-o",
            library,
          ]
            + (sources + support).map(folder.path) + ["-lm", "-lpthread"])
        return LoadedKernels(language: "C", handle: try load(library), interfaces: emitted.interfaces)
      }
      guard let compiler = findProgram("cc") ?? findProgram("gcc") else { return nil }
      let emitted = try emitStandalone(module: "Checked", source: source, scheduled)
      for file in emitted.files { try folder.write(file.path, file.text) }
      try run(
        compiler,
        ["-std=c11", "-O1", "-w", "-shared", "-fPIC", "-o", library, folder.path("Checked.c"), "-lm"])
      return LoadedKernels(language: "C", handle: try load(library), interfaces: emitted.interfaces)
    }
  }

  /// Swift kernels; nil where there is no Swift compiler.
  static func swift(_ scheduled: [ScheduledEntryPoint], source: String) throws -> LoadedKernels? {
    guard let compiler = findProgram("swiftc") else { return nil }
    guard let clang = findClang(besides: compiler) else { return nil }
    return try inFolder { folder in
      let library = folder.path("checked.so")
      let emitted = try emitSwift(module: "Checked", source: source, scheduled)
      for file in emitted.files { try folder.write(file.path, file.text) }
      for file in Templates.support { try folder.write("include/" + file.name, file.text) }
      let headers = Templates.support.map(\.name).filter { $0.hasPrefix("adjoint_") }
      var objects: [String] = []
      for name in Templates.support.map(\.name) where name.hasSuffix(".c") {
        objects.append(folder.path(name + ".o"))
        try run(clang, ["-O1", "-fPIC", "-w", "-c", folder.path("include/" + name), "-o", objects[objects.count - 1]])
      }
      try folder.write("include/module.modulemap", supportModuleMap(headers))
      try folder.write("Entries.swift", swiftEntries(emitted.interfaces.flatMap { $0 }))
      try run(
        compiler,
        ["-emit-library", "-O", "-wmo", "-suppress-warnings", "-swift-version", "6", "-module-name", "Checked"]
          + ["-Xcc", "-fmodule-map-file=\(folder.path("include/module.modulemap"))", "-o", library]
          + (emitted.files.map(\.path) + ["Entries.swift"]).map(folder.path) + objects + ["-lm", "-lpthread"])
      return LoadedKernels(language: "Swift", handle: try load(library), interfaces: emitted.interfaces)
    }
  }

  private static func load(_ library: String) throws -> UnsafeMutableRawPointer {
    guard let handle = dlopen(library, RTLD_NOW | RTLD_LOCAL) else {
      throw OpError("internal.check", "the kernels cannot be loaded: \(String(cString: dlerror()))")
    }
    return handle
  }

  private static func run(_ program: String, _ arguments: [String]) throws {
    let outcome = try outcome(of: program, arguments)
    guard outcome.succeeded else {
      throw OpError("internal.check", "\(program) does not compile the kernels:\n\(outcome.text.prefix(2000))")
    }
  }

  private static func inFolder(_ body: (ScratchFolder) throws -> LoadedKernels?) throws -> LoadedKernels? {
    let folder = try ScratchFolder()
    defer { folder.remove() }
    return try body(folder)
  }

  /// The results of one specialisation that its function writes, by number.
  func run(_ entry: Int, _ specialisation: Int, _ arguments: [Literal]) throws -> [Int: Literal] {
    let interface = interfaces[entry][specialisation]
    guard let symbol = dlsym(handle, interface.functionName) else {
      throw OpError("internal.check", "the compiled kernels have no \(interface.functionName)")
    }
    typealias Entry = @convention(c) (UnsafeRawPointer, UnsafeMutableRawPointer) -> Void
    let function = unsafeBitCast(symbol, to: Entry.self)
    let memory = interface.fields.map { field in
      UnsafeMutableRawBufferPointer.allocate(byteCount: max(field.type.byteCount, 8), alignment: 64)
    }
    defer { for block in memory { block.deallocate() } }
    for (field, block) in zip(interface.fields, memory) {
      if case .parameter(let number) = field.role { arguments[number].write(to: block) }
    }
    let arena = UnsafeMutableRawPointer.allocate(byteCount: max(interface.arenaByteCount, 64), alignment: 64)
    defer { arena.deallocate() }
    memory.map { $0.baseAddress! }.withUnsafeBytes { function($0.baseAddress!, arena) }
    var results: [Int: Literal] = [:]
    for (field, block) in zip(interface.fields, memory) {
      if case .result(let number) = field.role { results[number] = Literal(field.type, reading: block) }
    }
    return results
  }
}

extension Literal {
  /// Writes the elements as C lays them out.
  func write(to block: UnsafeMutableRawBufferPointer) {
    func store<Element>(_ values: [Element]) { values.withUnsafeBytes { block.copyMemory(from: $0) } }
    switch type.dtype {
    case .f32:
      let memory = block.bindMemory(to: Float.self).baseAddress!
      var place = 0
      LongLoop.over(reals) {
        memory[place] = Float($0)
        place += 1
      }
    case .f64: store(reals)
    case .i32: store(integers.map { Int32(truncatingIfNeeded: $0) })
    case .i64: store(integers)
    case .u32: store(integers.map { UInt32(truncatingIfNeeded: $0) })
    case .bool: store(bools.map { UInt8($0 ? 1 : 0) })
    }
  }

  /// Reads elements as C lays them out.
  init(_ type: TensorType, reading block: UnsafeMutableRawBufferPointer) {
    func load<Element>(_: Element.Type) -> [Element] {
      Array(UnsafeBufferPointer(start: block.bindMemory(to: Element.self).baseAddress, count: type.count))
    }
    let elements: Elements =
      switch type.dtype {
      case .f32: .real(Self.reals(block.bindMemory(to: Float.self).baseAddress!, type.count))
      case .f64: .real(load(Double.self))
      case .i32: .integer(load(Int32.self).map { Int64($0) })
      case .i64: .integer(load(Int64.self))
      case .u32: .integer(load(UInt32.self).map { Int64($0) })
      case .bool: .bool(load(UInt8.self).map { $0 != 0 })
      }
    self.init(type, elements)
  }

  private static func reals(_ memory: UnsafeMutablePointer<Float>, _ count: Int) -> [Double] {
    var place = 0
    return LongLoop.made(count) {
      defer { place += 1 }
      return Double(memory[place])
    }
  }
}
