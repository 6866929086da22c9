import AdjointRuntime
import Foundation
import TestSupport
import Testing

/// Files that lie: refused, without a crash and without memory that they do not pay for in bytes.
@Suite struct CheckpointHostileTests {
  static func file(_ header: String, _ data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    file(Array(header.utf8), data, length: length)
  }

  static func file(_ header: [UInt8], _ data: Int = 0, length: UInt64? = nil) -> [UInt8] {
    withUnsafeBytes(of: (length ?? UInt64(header.count)).littleEndian) { Array($0) } + header
      + [UInt8](repeating: 1, count: data)
  }

  static func tensor(_ name: String, _ type: String, _ shape: String, _ offsets: String) -> String {
    "\"\(name)\":{\"dtype\":\"\(type)\",\"shape\":[\(shape)],\"data_offsets\":[\(offsets)]}"
  }

  static let big = "100000000000000000"
  // Plain arrays: a search for leaks does not see through what Data keeps in its spare bits.
  static let hostile: [[UInt8]] = [
    // No header, or one that does not fit.
    [], [1, 2, 3], file("", length: .max), file("{}", length: 3), file("{}", length: 1 << 40),
    file("{}", length: 1 << 63), file("{}", length: 0), file("", length: 0), file("{}", length: 1),
    // No JSON, or none of this form.
    file("[]"), file("{} x"), file("{"), file("{\"a\""), file("{\"a\":1}"), file("{\"a\":{}}"), file("{}", 4),
    file("\u{FEFF}{}"), file(" {}"), file("{}\0"), file("{,}"), file("{\"a\":{},}"), file("null"), file("{'a':{}}"),
    file("{\"a\":null}"), file("{\"__metadata__\":null}"), file("{\"__metadata__\":{\"a\":[]}}"),
    // Offsets.
    file("{" + tensor("a", "F32", "1", "0,8") + "}", 8), file("{" + tensor("a", "F32", "1", "4,8") + "}", 8),
    file("{" + tensor("a", "F32", "2", "0,8") + "}", 4), file("{" + tensor("a", "F32", "2", "8,0") + "}", 8),
    file("{" + tensor("a", "F32", "1", "-4,0") + "}", 4), file("{" + tensor("a", "F32", "1", "0,4.0") + "}", 4),
    file("{" + tensor("a", "F32", "1", "0,4e0") + "}", 4), file("{" + tensor("a", "F32", "1", "0") + "}", 4),
    file("{" + tensor("a", "F32", "1", "0,4,8") + "}", 8), file("{" + tensor("a", "F32", "1", "0,+4") + "}", 4),
    file("{" + tensor("a", "F32", "1", "0,\(big)") + "}", 4),
    file("{" + tensor("a", "F32", "1", "0,18446744073709551620") + "}", 4),
    file("{" + tensor("a", "F32", "1", "9223372036854775807,9223372036854775811") + "}", 4),
    // Shapes.
    file("{" + tensor("a", "F32", "-1", "0,4") + "}", 4), file("{" + tensor("a", "F32", "NaN", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "1.5", "0,4") + "}", 4), file("{" + tensor("a", "F32", "Infinity", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "\"1\"", "0,4") + "}", 4), file("{" + tensor("a", "F32", "[1]", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "999999999999999999999", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "4294967296,4294967296,4294967296", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "4611686018427387905", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "0,\(big),\(big)", "0,0") + "}"),
    file("{" + tensor("a", "F32", "\(big),\(big),0", "0,0") + "}"),
    file("{" + tensor("a", "F32", Array(repeating: "1", count: 33).joined(separator: ","), "0,4") + "}", 4),
    // Types.
    file("{" + tensor("a", "F99", "1", "0,4") + "}", 4), file("{" + tensor("a", "BF16", "2", "0,4") + "}", 4),
    file("{\"a\":{\"dtype\":7,\"shape\":[1],\"data_offsets\":[0,4]}}", 4),
    // Overlaps, holes, names.
    file("{" + tensor("a", "F32", "1", "0,4") + "," + tensor("a", "F32", "1", "4,8") + "}", 8),
    file("{" + tensor("a", "F32", "1", "0,4") + "," + tensor("\\u0061", "F32", "1", "4,8") + "}", 8),
    file("{" + tensor("a", "F32", "1", "0,4") + "," + tensor("b", "F32", "1", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "2", "0,8") + "," + tensor("b", "F32", "1", "4,8") + "}", 8),
    file("{" + tensor("a", "F32", "1", "0,4") + "," + tensor("b", "F32", "1", "8,12") + "}", 12),
    file("{" + tensor("a", "F32", "0", "2,2") + "," + tensor("b", "F32", "1", "0,4") + "}", 4),
    file("{" + tensor("a", "F32", "1", "0,4") + "}", 5), file("{" + tensor("a", "F32", "2", "0,8") + "}", 7),
    file("{\"a\":{\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4],\"x\":1}}", 4),
    file("{\"a\":{\"dtype\":\"F32\",\"dtype\":\"F32\",\"shape\":[1],\"data_offsets\":[0,4]}}", 4),
    file("{\"__metadata__\":{\"a\":1}}"), file("{\"__metadata__\":{\"a\":\"1\",\"a\":\"2\"}}"),
    file("{\"__metadata__\":{},\"__metadata__\":{}}"),
    // Text.
    file("{\"\\ud800\":{}}"), file("{\"\\ud800\\u0041\":{}}"), file("{\"\\udc00\":{}}"), file("{\"\\u00\":{}}"),
    file("{\"\\u+123\":{}}"), file("{\"\\q\":{}}"), file("{\"a\u{1}\":{}}"), file("{\"a"), file("{\"a\\"),
    file([0x7B, 0x22, 0xFF, 0x22, 0x3A, 0x7B, 0x7D, 0x7D]),
    file([0x7B, 0x22, 0xC0, 0xAF, 0x22, 0x3A, 0x7B, 0x7D, 0x7D]),
    file([0x7B, 0x22, 0xED, 0xA0, 0x80, 0x22, 0x3A, 0x7B, 0x7D, 0x7D]),
    // Nesting, which must not use the stack up.
    file("{\"a\":" + String(repeating: "[", count: 1_000_000) + "}"),
    file(String(repeating: "{\"a\":", count: 500_000)),
    file("{\"a\":{\"shape\":" + String(repeating: "[", count: 1_000_000)),
    file("{" + tensor("a", "F32", String(repeating: "1,", count: 1_000_000) + "1", "0,4") + "}", 4),
    file("{\"__metadata__\":" + String(repeating: "{\"a\":", count: 500_000)),
  ]

  @Test(arguments: hostile.indices) func hostileFilesAreRefused(_ index: Int) {
    let error = #expect(throws: AdjointError.self) { try Checkpoint(serialized: Data(Self.hostile[index])) }
    #expect(error?.operation == "load" && error?.problems.count == 1)
  }

  @Test func boolsMustBeBools() throws {
    var data = Self.file("{" + Self.tensor("a", "BOOL", "1", "0,1") + "}", 1)
    #expect(try Checkpoint(serialized: Data(data)).entries[0].value == Tensor<Bool>([true]).erased)
    data[data.count - 1] = 2
    #expect(throws: AdjointError.self) { try Checkpoint(serialized: Data(data)) }
  }

  @Test func orderOfTheHeaderIsNotOrderOfTheData() throws {
    let header =
      "{" + Self.tensor("b", "F32", "1", "4,8") + ", \"__metadata__\" : {\"x\":\"y\"},\n\t"
      + Self.tensor("z", "F32", "0", "4,4") + "," + Self.tensor("a", "I32", "", "0,4") + "}   "
    let checkpoint = try Checkpoint(serialized: Data(Self.file(header, 8)))
    #expect(checkpoint.entries.map(\.name) == ["b", "z", "a"] && checkpoint.metadata == ["x": "y"])
    #expect(Tensor<Int32>(checkpoint.entries[2].value).scalar == 0x0101_0101)
  }

  /// Damage to a good file, by bytes and by parts of the header: what is not refused is whole.
  @Test func randomDamageNeverCrashes() throws {
    let seed = testSeed
    var random = SplitMix(seed: seed)
    let good = try Checkpoint(state(House()), metadata: ["step": "1"]).serialized()
    let length = good[..<8].reversed().reduce(0) { $0 << 8 | Int($1) }
    let pieces = [
      "0", "1", "9", "18446744073709551616", "-1", ",", ":", "{", "}", "[", "]", "\"", "\\u0000", "\\ud83d", "F64",
      "BOOL",
      "__metadata__", "\"shape\":[0]", "é", " ", "null",
    ].map { Array($0.utf8) }
    var (refused, accepted) = (0, 0)
    for round in 0..<3000 {
      var header = Array(good[8..<8 + length])
      var body = Array(good[(8 + length)...])
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let from = Int.random(in: 0..<header.count, using: &random)
        let end = min(header.count, from + Int.random(in: 0...12, using: &random))
        switch Int.random(in: 0..<6, using: &random) {
        case 0: header[from] = UInt8.random(in: 0...255, using: &random)
        case 1: header.removeSubrange(from..<end)
        case 2: header.replaceSubrange(from..<end, with: pieces.randomElement(using: &random)!)
        case 3: header.insert(contentsOf: header[from..<end], at: Int.random(in: 0...header.count, using: &random))
        case 4: if let digit = header[from...].firstIndex(where: { (48...57).contains($0) }) { header[digit] ^= 1 }
        default: if !body.isEmpty { body.removeLast(Int.random(in: 0...min(8, body.count), using: &random)) }
        }
        if header.isEmpty { header = [0x7B] }
      }
      let claimed = round % 10 == 0 ? UInt64.random(in: 0...UInt64.max, using: &random) >> (round % 64) : nil
      let data = Data(Self.file(header, 0, length: claimed) + body)
      guard let checkpoint = try? Checkpoint(serialized: data) else {
        refused += 1
        continue
      }
      accepted += 1
      for entry in checkpoint.entries {
        entry.value.withUnsafeBytes { #expect($0.count == entry.value.byteCount, "seed \(seed), round \(round)") }
      }
      let again = try Checkpoint(serialized: Data(checkpoint.serialized()))
      #expect(again.entries.map(\.name) == checkpoint.entries.map(\.name), "seed \(seed), round \(round)")
      #expect(again.metadata == checkpoint.metadata, "seed \(seed), round \(round)")
    }
    // Both happen, or the damage means nothing.
    #expect(refused > 1000 && accepted > 20, "seed \(seed): \(refused) refused, \(accepted) accepted")
  }

  #if os(Linux)
    /// The most memory that the process has ever claimed, touched or not, in bytes.
    static func peak() -> Int {
      let status = try! String(contentsOfFile: "/proc/self/status", encoding: .utf8)
      let line = status.split(separator: "\n").first { $0.hasPrefix("VmPeak:") }!
      return Int(line.split(separator: " ")[1])! * 1024
    }

    /// A sanitizer has memory of its own, which this would measure.
    static let isPlain = dlsym(dlopen(nil, RTLD_NOW), "__asan_init") == nil

    @Test(.enabled(if: isPlain)) func liesCostNoMemory() async {
      await #expect(processExitsWith: .success) {
        // Everything that is made once, and the largest of the files themselves.
        for data in Self.hostile { _ = try? Checkpoint(serialized: Data(data)) }
        let folder = FileManager.default.temporaryDirectory.appendingPathComponent(UUID().uuidString)
        try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
        defer { try? FileManager.default.removeItem(at: folder) }
        let before = Self.peak()
        for data in Self.hostile where data.count < 1000 {
          for _ in 0..<10 { _ = try? Checkpoint(serialized: Data(data)) }
        }
        // Two gigabytes of nothing on the disk, with headers that claim much of it.
        let path = folder.appendingPathComponent("large").path
        for (header, length) in [
          ("", 99_999_999), ("{", 1 << 31), ("{" + Self.tensor("a", "F32", "536870000", "0,2147480000") + "}", 0),
          ("[", 90_000_000), ("{\"a\":1}", 0),
        ] {
          let start = Self.file(header, length: length == 0 ? nil : UInt64(length))
          try Data(start).write(to: URL(fileURLWithPath: path))
          precondition(truncate(path, 1 << 31) == 0)
          do {
            _ = try Checkpoint(contentsOf: path)
            fatalError("accepted")
          } catch {}
        }
        let growth = Self.peak() - before
        precondition(growth < 4 << 20, "\(growth) bytes")
      }
    }
  #endif

  @Test func onlyFilesAreRead() {
    for path in ["/dev/zero", "/dev/null", FileManager.default.temporaryDirectory.path] {
      let error = #expect(throws: AdjointError.self) { try Checkpoint(contentsOf: path) }
      #expect(error?.description == "load: \(path) cannot be read: it is no regular file")
    }
    let missing = #expect(throws: AdjointError.self) { try Checkpoint(contentsOf: "/nowhere/at all") }
    #expect(missing?.description == "load: /nowhere/at all cannot be read: there is no such file")
  }
}
