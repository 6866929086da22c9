/// Where a checkpoint keeps the kinds in a file's metadata: this prefix, then the variable's name.
let kindPrefix = "adjoint.kind."

extension Checkpoint {
  /// The bytes of a safetensors file: the header's length, the header, the tensors one after the other.
  public func serialized() throws(AdjointError) -> [UInt8] {
    var bytes = try header()
    bytes.reserveCapacity(bytes.count + entries.reduce(0) { $0 + $1.value.byteCount })
    for entry in entries { entry.value.withUnsafeBytes { bytes.append(contentsOf: $0) } }
    return bytes
  }

  /// Writes the file beside its place, brings it to the disk and then moves it there, so that whatever happens leaves
  /// the old file or the new one whole.
  public func write(to path: String) throws(AdjointError) {
    let header = try header()
    var file = try CheckpointOutput(path)
    try write(to: file, header)
    try file.publish()
  }

  private func write(to file: borrowing CheckpointOutput, _ header: [UInt8]) throws(AdjointError) {
    try rethrowing { try header.withUnsafeBytes { try file.write($0) } }
    for entry in entries { try rethrowing { try entry.value.withUnsafeBytes { try file.write($0) } } }
  }

  /// The header's length and the header, which is filled up with spaces so that the tensors begin at a multiple of 8.
  private func header() throws(AdjointError) -> [UInt8] {
    var notes = metadata
    var problems: [String] = metadata.keys.filter { $0.hasPrefix(kindPrefix) }.sorted().map {
      "the metadata key \($0) is taken: keys that begin with \(kindPrefix) hold the variables' kinds"
    }
    var seen: Set<String> = []
    for entry in entries {
      if !seen.insert(entry.name).inserted || entry.name == "__metadata__" {
        problems.append("\(entry.name): the name is taken")
      }
      notes[kindPrefix + entry.name] = entry.kind
    }
    if !problems.isEmpty { throw AdjointError("save", problems) }
    var fields: [String] = []
    if !notes.isEmpty {
      let pairs = notes.sorted { $0.key < $1.key }.map { "\(quoted($0.key)):\(quoted($0.value))" }
      fields.append("\"__metadata__\":{\(pairs.joined(separator: ","))}")
    }
    var offset = 0
    for entry in entries {
      let shape = entry.value.shape.map(String.init).joined(separator: ",")
      let end = offset + entry.value.byteCount
      fields.append(
        "\(quoted(entry.name)):{\"dtype\":\"\(entry.value.scalarType.safetensorsName)\",\"shape\":[\(shape)],"
          + "\"data_offsets\":[\(offset),\(end)]}")
      offset = end
    }
    var text = Array("{\(fields.joined(separator: ","))}".utf8)
    while text.count % 8 != 0 { text.append(UInt8(ascii: " ")) }
    return withUnsafeBytes(of: UInt64(text.count).littleEndian) { Array($0) } + text
  }
}

/// Runs what may throw this error alone: closures of the standard library's functions do not say so.
func rethrowing<Result>(_ body: () throws -> Result) throws(AdjointError) -> Result {
  do { return try body() } catch let error as AdjointError { throw error } catch { stop("\(error)") }
}

/// A string as JSON spells it.
private func quoted(_ text: String) -> String {
  var result = "\""
  for scalar in text.unicodeScalars {
    switch scalar {
    case "\"": result += "\\\""
    case "\\": result += "\\\\"
    case "\u{0}"..<"\u{20}":
      let digits = String(scalar.value, radix: 16)
      result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
    default: result.unicodeScalars.append(scalar)
    }
  }
  return result + "\""
}

extension ScalarType {
  /// The type's name in a safetensors header.
  var safetensorsName: String {
    switch self {
    case .f32: "F32"
    case .f64: "F64"
    case .i32: "I32"
    case .i64: "I64"
    case .u32: "U32"
    case .bool: "BOOL"
    }
  }
}
