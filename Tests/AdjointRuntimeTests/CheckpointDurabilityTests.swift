import AdjointRuntime
import Foundation
import Testing

/// A file is the old one or the new one, whatever happens to the process that writes it.
@Suite struct CheckpointDurabilityTests {
  final class Large: Module {
    @Param var values: Tensor<Float>

    /// Every element is the same number, so that a mixture of two files shows.
    init(_ value: Float) { values = Tensor(repeating: value, shape: [1 << 20]) }
  }

  static func folder() throws -> URL {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    return folder
  }

  /// The one number that a whole file holds.
  static func number(in path: String) throws -> Float {
    let model = Large(0)
    let notes = try load(path, into: model)
    let first = model.values[0]
    #expect(model.values.scalars.allSatisfy { $0 == first })
    #expect(notes["number"] == "\(first)")
    return first
  }

  @Test(arguments: 0..<6) func aKilledWriterLeavesAWholeFile(_ round: Int) async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("model.safetensors").path
    try save(state(Large(-1)), to: path, metadata: ["number": "-1.0"])
    await #expect(processExitsWith: .signal(SIGKILL)) { [path = path as String, round = round as Int] in
      // Dies from outside at any moment of its writing.
      Thread.detachNewThread {
        usleep(UInt32(3000 + 17_000 * round))
        kill(getpid(), SIGKILL)
      }
      for value in 1...10_000 {
        try save(state(Large(Float(value))), to: path, metadata: ["number": "\(Float(value))"])
      }
    }
    #expect(try Self.number(in: path) != 0)
    // What is left over does not hinder the next one.
    try save(state(Large(5)), to: path, metadata: ["number": "5.0"])
    #expect(try Self.number(in: path) == 5)
  }

  @Test func aFullDiskLeavesTheOldFile() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("model.safetensors").path
    try save(state(Large(3)), to: path, metadata: ["number": "3.0"])
    await #expect(processExitsWith: .success) { [path = path as String] in
      // No file may be larger than a megabyte: a write fails in its middle, as on a disk that is full.
      signal(SIGXFSZ, SIG_IGN)
      var limit = rlimit(rlim_cur: 1 << 20, rlim_max: 1 << 20)
      #if os(Linux)
        precondition(setrlimit(__rlimit_resource_t(1), &limit) == 0)
      #else
        precondition(setrlimit(RLIMIT_FSIZE, &limit) == 0)
      #endif
      do {
        try save(state(Large(4)), to: path)
        fatalError("saved")
      } catch let error as AdjointError {
        precondition(error.description.hasPrefix("save: \(path) cannot be written: "), error.description)
      }
    }
    #expect(try Self.number(in: path) == 3)
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
  }

  @Test func whereNothingCanBeWrittenNothingIs() throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let file = folder.appendingPathComponent("file").path
    try Data([1]).write(to: URL(fileURLWithPath: file))
    for path in [file + "/below", "/nowhere/at all.safetensors", folder.path] {
      let error = #expect(throws: AdjointError.self) { try save(state(Large(1)), to: path) }
      #expect(error?.description.hasPrefix("save: \(path) cannot be written: ") == true)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["file"])
    // A folder without the right to write, which only an ordinary user lacks.
    if getuid() != 0 {
      chmod(folder.path, 0o500)
      defer { chmod(folder.path, 0o700) }
      #expect(throws: AdjointError.self) { try save(state(Large(1)), to: folder.path + "/new") }
    }
  }

  @Test func manyWritersAtOnce() async throws {
    let folder = try Self.folder()
    defer { try? FileManager.default.removeItem(at: folder) }
    let path = folder.appendingPathComponent("model.safetensors").path
    await withTaskGroup(of: Void.self) { group in
      for value in 1...8 {
        group.addTask { try? save(state(Large(Float(value))), to: path, metadata: ["number": "\(Float(value))"]) }
      }
    }
    #expect((1...8).contains(Int(try Self.number(in: path))))
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path) == ["model.safetensors"])
  }
}
