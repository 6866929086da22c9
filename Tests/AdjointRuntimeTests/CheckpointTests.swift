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

  @Test func theStepIsANote() throws {
    var checkpoint = Checkpoint(state(Layer(1)))
    #expect(checkpoint.step == nil)
    checkpoint.step = 50
    #expect(try Checkpoint(serialized: checkpoint.serialized()).step == 50)
    #expect(checkpoint.metadata["step"] == "50")
  }

  @Test func aModelIsLoadedWholeOrNotAtAll() throws {
    let path = Self.path()
    defer { try? FileManager.default.removeItem(atPath: path) }
    let saved = House()
    saved.visits = Tensor(77)
    saved.layers[1].bias = Tensor([4, 5])
    try save(state(saved), to: path, metadata: ["step": "9"])
    let model = House()
    #expect(try load(path, into: model)["step"] == "9")
    #expect(model.visits.scalar == 77 && model.zebra.bias == Tensor([4, 5]))
    // One entry fewer, one more, one of another shape, one of another kind: all told, nothing changed.
    var broken = try Checkpoint(contentsOf: path)
    broken.entries.removeAll { $0.name == "mean" }
    broken.entries.append(.init(name: "mode", kind: nil, value: Tensor<Float>(1).erased))
    let visits = broken.entries.firstIndex { $0.name == "visits" }!
    broken.entries[visits] = .init(name: "visits", kind: "Param", value: Tensor<Int32>(1).erased)
    let kernel = broken.entries.firstIndex { $0.name == "some.kernel" }!
    broken.entries[kernel] = .init(name: "some.kernel", kind: "Param", value: Tensor<Double>([1]).erased)
    try broken.write(to: path)
    let before = state(model)
    let error = #expect(throws: AdjointError.self) { try load(path, into: model) }
    #expect(
      error?.problems == [
        "some.kernel: is f64[1], f32[7, 2] was expected", "visits: is a Param, a Visits was expected",
        "mode: unexpected, House has no such variable", "mean: missing",
      ])
    #expect(state(model) == before)
  }

  @Test func everyElementTypeAndShapeKeepsItsBits() throws {
    let checkpoint = Checkpoint(entries: [
      .init(name: "f32", kind: nil, value: Tensor<Float>([-0.0, .infinity, .leastNonzeroMagnitude]).erased),
      .init(name: "f64", kind: nil, value: Tensor<Double>(.greatestFiniteMagnitude).erased),
      .init(name: "i32", kind: nil, value: Tensor<Int32>([.min, .max]).erased),
      .init(name: "i64", kind: nil, value: Tensor<Int64>(.min).erased),
      .init(name: "u32", kind: nil, value: Tensor<UInt32>([[.max]]).erased),
      .init(name: "bool", kind: nil, value: Tensor<Bool>([true, false, true]).erased),
      .init(name: "empty", kind: nil, value: AnyTensor(zeros: [3, 0, 2], .f32)),
      .init(name: "", kind: nil, value: Tensor<Float>(Float(bitPattern: 0x7FC1_2345)).erased),
      .init(name: "naïve \u{1F600}/\\\"\n", kind: "Odd kind", value: Tensor<Float>(1).erased),
    ])
    let read = try Checkpoint(serialized: checkpoint.serialized())
    #expect(read.entries.map(\.name) == checkpoint.entries.map(\.name))
    #expect(read.entries.last?.kind == "Odd kind")
    for (left, right) in zip(read.entries, checkpoint.entries) {
      #expect(left.value.typeText == right.value.typeText)
      left.value.withUnsafeBytes { l in right.value.withUnsafeBytes { r in #expect(l.elementsEqual(r)) } }
    }
  }
}
