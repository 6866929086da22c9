import AdjointRuntime
import Foundation
import Testing

@Suite struct CheckpointTests {
  private static func path() -> String {
    FileManager.default.temporaryDirectory.appendingPathComponent("adjoint-\(UUID().uuidString).safetensors").path
  }

  @Test func whatIsSavedIsLoaded() throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let model = House()
    model.layers[0].bias = Tensor([.nan, -.infinity])
    model.visits = Tensor(41)
    try save(state(model), to: path, metadata: ["step": "12", "note": "a \"quoted\" line\n\u{1F600}"])
    let (loaded, metadata) = try load(path, like: state(House()))
    #expect(metadata == ["step": "12", "note": "a \"quoted\" line\n\u{1F600}"])
    #expect(loaded.visits.scalar == 41)
    for (left, right) in zip(loaded.values, state(model).values) {
      left.withUnsafeBytes { l in right.withUnsafeBytes { r in #expect(l.elementsEqual(r)) } }
    }
    let raw = try Checkpoint(contentsOf: path)
    #expect(raw.entries.first { $0.name == "mean" }?.kind == "BatchStat")
    // Nothing is left beside the file.
    let folder = URL(fileURLWithPath: path).deletingLastPathComponent().path
    let name = URL(fileURLWithPath: path).lastPathComponent
    let siblings = try FileManager.default.contentsOfDirectory(atPath: folder).filter { $0.hasPrefix(name) }
    #expect(siblings == [name])
  }

  @Test func theBytesAreStable() throws {
    let first = try Checkpoint(state(House()), metadata: ["b": "1", "a": "2"]).serialized()
    let second = try Checkpoint(state(House()), metadata: ["a": "2", "b": "1"]).serialized()
    #expect(first == second)
  }

  @Test func everythingThatDoesNotFitIsToldAtOnce() throws {
    let checkpoint = Checkpoint(entries: [
      .init(name: "kernel", kind: "BatchStat", value: Tensor<Float>([1]).erased),
      .init(name: "extra", kind: "Param", value: Tensor<Float>([1]).erased),
    ])
    let error = #expect(throws: AdjointError.self) { try checkpoint.state(like: state(Layer(3))) }
    #expect(
      error?.problems == [
        "kernel: is a BatchStat, a Param was expected", "kernel: is f32[1], f32[3, 2] was expected",
        "extra: unexpected, Layer has no such variable", "bias: missing",
      ])
  }

  @Test func missingFilesAreErrors() {
    #expect(throws: AdjointError.self) { try Checkpoint(contentsOf: "/nowhere/at all.safetensors") }
    #expect(throws: AdjointError.self) { try save(state(Layer(1)), to: "/nowhere/at all.safetensors") }
  }

  private static func file(_ header: String, _ data: Int = 0, length: UInt64? = nil) -> Data {
    var bytes = Data()
    withUnsafeBytes(of: (length ?? UInt64(header.utf8.count)).littleEndian) { bytes.append(contentsOf: $0) }
    bytes.append(contentsOf: Array(header.utf8))
    bytes.append(Data(repeating: 1, count: data))
    return bytes
  }

  private static func tensor(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}"
  }

  @Test(arguments: [
    Data(), Data([1, 2, 3]), file("", length: .max), file("{}", length: 3), file("{}", length: 1 << 40), file("[]"),
    file("{} x"), file("{"), file("{\"a\""), file("{\"a\":1}"), file("{\"a\":{}}"), file("{}", 4),
    file("{" + tensor("a", "F32", "1", "0,8") + "}", 8),
    file("{" + tensor("a", "F32", "1", "4,8") + "}", 8),
    file("{" + tensor("a", "F32", "2", "0,8") + "}", 4),
    file("{" + tensor("a", "F32", "2", "8,0") + "}", 8),
    file("{" + tensor("a", "F32", "-1", "0,4") + "}", 4),
    file("{" + tensor("a", "F99", "1", "0,4") + "}", 4),
    file("{" + tensor("a", "BF16", "2", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "999999999999999999999", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "4294967296,4294967296,4294967296", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "1", "0,4") + "," + tensor("a", "F32", "1", "4,8") + "}", 8),
    file("{" + tensor("a", "F32", "1", "0,4") + "," + tensor("b", "F32", "1", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "1", "0,4") + "," + tensor("b", "F32", "1", "8,12") + "}", 12),
    file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4),
    file("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4),
    file("{\"__metadata__\":{\"a\":1}}"), file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"),
    file("{\"\\ud800\":{}}"), file("{\"\\u00\":{}}"), file("{\"\\q\":{}}"), file("{\"a\u{1}\":{}}"),
    file("{\"a\":" + String(repeating: "[", count: 100_000) + "}"),
  ])
  func hostileFilesAreRefused(_ data: Data) {
    #expect(throws: AdjointError.self) { try Checkpoint(serialized: data) }
  }

  @Test func boolsMustBeBools() throws {
    var data = Self.file("{" + Self.tensor("a", "BOOL", "1", "0,1") + "}", 1)
    #expect(try Checkpoint(serialized: data).entries[0].value == Tensor<Bool>([true]).erased)
    data[data.count - 1] = 2
    #expect(throws: AdjointError.self) { try Checkpoint(serialized: data) }
  }

  @Test func randomDamageNeverCrashes() throws {
    let seed = UInt64.random(in: 0..<1_000_000)
    var random = SplitMix(state: seed)
    let whole = try Checkpoint(state(House()), metadata: ["step": "1"]).serialized()
    for _ in 0..<2000 {
      var bytes = whole
      for _ in 0..<Int.random(in: 1...4, using: &random) {
        bytes[Int.random(in: 0..<min(bytes.count, 1200), using: &random)] = UInt8.random(in: 0...255, using: &random)
      }
      if Bool.random(using: &random) { bytes.removeLast(Int.random(in: 0...bytes.count, using: &random)) }
      _ = try? Checkpoint(serialized: Data(bytes))
    }
  }
}

/// Random numbers that a seed brings back.
private struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}
