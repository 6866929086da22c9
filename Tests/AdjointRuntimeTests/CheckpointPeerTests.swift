import AdjointRuntime
import Foundation
import Testing

/// Files of Python's safetensors load here, and the reverse.
@Suite struct CheckpointPeerTests {
  static let golden = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appendingPathComponent("Golden")

  /// The content of the file that `safetensors_peer.py` writes.
  static func expectPythonsContent(_ path: String) throws {
    let checkpoint = try Checkpoint(contentsOf: path)
    #expect(checkpoint.step == 50)
    #expect(checkpoint.metadata == ["step": "50", "note": "a \"quoted\" line\n\u{1F600}"])
    let entries = Dictionary(uniqueKeysWithValues: checkpoint.entries.map { ($0.name, $0) })
    #expect(entries.count == 9)
    #expect(entries["kernel"]?.kind == "Param" && entries["count"]?.kind == nil)
    func value(_ name: String) throws -> AnyTensor { try #require(entries[name]).value }
    #expect(
      try Tensor<Float>(value("again.bias")).scalars.map(\.bitPattern) == [1.5, -0.0].map { Float($0).bitPattern })
    #expect(try Tensor<Float>(value("kernel")) == Tensor(shape: [3, 2], [0, 0.25, 0.5, 0.75, 1, 1.25]))
    #expect(try Tensor<Double>(value("layers.0.scale")) == Tensor(Double.pi))
    #expect(try Tensor<Int32>(value("count")) == Tensor([.min, .max]))
    #expect(try Tensor<Int64>(value("large")) == Tensor([[.min, .max]]))
    #expect(try Tensor<UInt32>(value("rngs.key")) == Tensor([0, .max]))
    #expect(try Tensor<Bool>(value("mask")) == Tensor([true, false, true]))
    #expect(try value("empty").typeText == "f32[2, 0]")
    let odd = try Tensor<Float>(value("naïve \"\\\n\u{1F600}")).scalars
    #expect(odd[0].isNaN && odd[1] == .infinity)
  }

  @Test func whatPythonWroteLoads() throws {
    try Self.expectPythonsContent(Self.golden.appendingPathComponent("python.safetensors").path)
  }

  /// A checkpoint with something of every type.
  static let own = Checkpoint(
    entries: [
      .init(name: "layers.0.kernel", kind: "Param", value: Tensor<Float>([[1, -0.0], [.infinity, 0.1]]).erased),
      .init(name: "rngs.key", kind: "RngKey", value: Tensor<UInt32>([7, .max]).erased),
      .init(name: "step", kind: "OptState", value: Tensor<Int32>(-3).erased),
      .init(name: "wide", kind: nil, value: Tensor<Double>([0.1]).erased),
      .init(name: "long", kind: nil, value: Tensor<Int64>(.min).erased),
      .init(name: "mask", kind: nil, value: Tensor<Bool>([true, false, true]).erased),
      .init(name: "naïve \"\\\n\u{1F600}", kind: "Odd", value: Tensor<Float>([.nan]).erased),
      .init(name: "empty", kind: nil, value: AnyTensor(zeros: [0, 4], .f32)),
    ], metadata: ["step": "50", "note": "a \"quoted\" line\n\u{1F600}"])

  @Test func whatIsWrittenIsTheCommittedFile() throws {
    let committed = try Data(contentsOf: Self.golden.appendingPathComponent("adjoint.safetensors"))
    #expect(try Data(Self.own.serialized()) == committed)
  }

  /// Runs the peer; nil where Python or its package is not there.
  static func peer(_ command: String, _ path: String) throws -> Data? {
    func run(_ arguments: [String]) throws -> (Int32, Data) {
      let process = Process()
      process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
      process.arguments = ["python3"] + arguments
      let output = Pipe()
      process.standardOutput = output
      process.standardError = FileHandle.nullDevice
      try process.run()
      let data = output.fileHandleForReading.readDataToEndOfFile()
      process.waitUntilExit()
      return (process.terminationStatus, data)
    }
    guard try run(["-c", "import numpy, safetensors.numpy"]).0 == 0 else { return nil }
    let (status, data) = try run([golden.appendingPathComponent("safetensors_peer.py").path, command, path])
    #expect(status == 0)
    return data
  }

  @Test func pythonReadsWhatIsWritten() throws {
    let path = Self.golden.appendingPathComponent("adjoint.safetensors").path
    guard let shown = try Self.peer("show", path) else { return }
    let content = try #require(try JSONSerialization.jsonObject(with: shown) as? [String: Any])
    let metadata = try #require(content["metadata"] as? [String: String])
    #expect(metadata["note"] == "a \"quoted\" line\n\u{1F600}" && metadata["adjoint.kind.rngs.key"] == "RngKey")
    let tensors = try #require(content["tensors"] as? [String: [String: Any]])
    #expect(Set(tensors.keys) == Set(Self.own.entries.map(\.name)))
    let types: [ScalarType: String] = [
      .f32: "float32", .f64: "float64", .i32: "int32", .i64: "int64", .u32: "uint32", .bool: "bool",
    ]
    for entry in Self.own.entries {
      let tensor = try #require(tensors[entry.name])
      let bytes = entry.value.withUnsafeBytes { $0.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) } }
      #expect(tensor["bytes"] as? String == bytes.joined(), "\(entry.name)")
      #expect(tensor["type"] as? String == types[entry.value.scalarType], "\(entry.name)")
      #expect(tensor["shape"] as? [Int] == entry.value.shape, "\(entry.name)")
    }
  }

  @Test func whatPythonWritesNowLoads() throws {
    let path = FileManager.default.temporaryDirectory.appendingPathComponent("peer-\(UUID().uuidString)").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    guard try Self.peer("write", path) != nil else { return }
    try Self.expectPythonsContent(path)
  }
}
