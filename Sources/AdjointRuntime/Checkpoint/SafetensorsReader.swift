extension Checkpoint {
  /// Reads a safetensors file.
  public init(contentsOf path: String) throws(AdjointError) {
    let file = try CheckpointInput(path)
    do {
      try self.init(file.byteCount) { offset, target throws(AdjointError) in try file.read(offset, into: target) }
    } catch {
      throw AdjointError("load", error.problems.map { $0.hasPrefix(path) ? $0 : "\(path): \($0)" })
    }
  }

  /// Reads the bytes of a safetensors file, which must be whole: every byte of the data belongs to one tensor.
  public init(serialized bytes: some Collection<UInt8>) throws(AdjointError) {
    let bytes = ContiguousArray(bytes)
    try self.init(bytes.count) { offset, target in
      bytes.withUnsafeBytes {
        target.copyMemory(from: UnsafeRawBufferPointer(rebasing: $0[offset...].prefix(target.count)))
      }
    }
  }

  /// Nothing is allocated on the word of the file before it has been checked against its real size, and nothing but the
  /// header before the whole header has been checked.
  private init(
    _ total: Int, reading read: (Int, UnsafeMutableRawBufferPointer) throws(AdjointError) -> Void
  ) throws(AdjointError) {
    func bytes(_ offset: Int, _ count: Int) throws(AdjointError) -> [UInt8] {
      var result = [UInt8](repeating: 0, count: count)
      try rethrowing { try result.withUnsafeMutableBytes { try read(offset, $0) } }
      return result
    }
    guard total >= 8 else { throw refuse("is no safetensors file: it has \(total) bytes") }
    let length = try bytes(0, 8).reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
    guard length <= UInt64(total - 8), length <= 100_000_000 else {
      throw refuse("is no safetensors file: a header of \(length) bytes does not fit into its \(total)")
    }
    guard length > 0, try bytes(8, 1) == [UInt8(ascii: "{")] else { throw refuse("the header does not begin with {") }
    var parser = SafetensorsHeaderParser(try bytes(8, Int(length)))
    let (fields, notes) = try parser.parse()
    let body = 8 + Int(length)
    try Self.check(fields, available: total - body)
    metadata = notes.filter { !$0.key.hasPrefix(kindPrefix) }
    entries = []
    for field in fields {
      var value = AnyTensor(uninitialized: field.shape, field.scalarType)
      try rethrowing { try value.withUnsafeMutableBytes { try read(body + field.begin, $0) } }
      if field.scalarType == .bool {
        let isValid = value.withUnsafeBytes { bytes in bytes.allSatisfy { $0 <= 1 } }
        guard isValid else { throw refuse("\(field.name) holds a BOOL that is neither 0 nor 1") }
      }
      entries.append(Entry(name: field.name, kind: notes[kindPrefix + field.name], value: value.compact))
    }
  }

  /// The tensors' bytes follow each other without overlap or hole up to the end, and are as many as their shapes say.
  private static func check(_ fields: [SafetensorsField], available: Int) throws(AdjointError) {
    var place = 0
    for field in fields.sorted(by: { ($0.begin, $0.end) < ($1.begin, $1.end) }) {
      guard field.begin == place, field.end >= field.begin, field.end <= available else {
        throw refuse(
          "\(field.name) claims the bytes \(field.begin)..<\(field.end); it must begin at \(place) and end within "
            + "\(available)")
      }
      place = field.end
      // An extent of 0 makes the tensor empty; the others must have a product all the same, as strides do.
      var size = field.scalarType.byteCount
      for extent in field.shape {
        let (product, overflow) = size.multipliedReportingOverflow(by: max(extent, 1))
        guard !overflow else { throw refuse("\(field.name) has more elements than can be: \(field.shape)") }
        size = product
      }
      if field.shape.contains(0) { size = 0 }
      guard size == field.end - field.begin else {
        throw refuse(
          "\(field.name) has \(field.end - field.begin) bytes, which is not \(field.scalarType)\(field.shape)")
      }
    }
    guard place == available else { throw refuse("has \(available - place) bytes that belong to no tensor") }
  }
}

private func refuse(_ problem: String) -> AdjointError { AdjointError("load", [problem]) }

/// One tensor as a header describes it.
struct SafetensorsField {
  let name: String
  let scalarType: ScalarType
  let shape: [Int]
  let begin: Int
  let end: Int
}

/// Reads the header's JSON and nothing more general: an object of tensors, and one object of strings.
struct SafetensorsHeaderParser {
  private let bytes: [UInt8]
  private var place = 0

  init(_ bytes: [UInt8]) { self.bytes = bytes }

  /// The tensors and the metadata.
  mutating func parse() throws(AdjointError) -> ([SafetensorsField], [String: String]) {
    var fields: [SafetensorsField] = []
    var metadata: [String: String]?
    var names: Set<String> = []
    try object { parser, name throws(AdjointError) in
      guard names.insert(name).inserted else { throw refuse("the header has \(name) twice") }
      if name == "__metadata__" {
        metadata = try parser.strings()
      } else {
        fields.append(try parser.field(name))
      }
    }
    skipSpace()
    guard place == bytes.count else { throw refuse("the header goes on after its end, at byte \(place)") }
    return (fields, metadata ?? [:])
  }

  private mutating func field(_ name: String) throws(AdjointError) -> SafetensorsField {
    var type: ScalarType?
    var shape: [Int]?
    var offsets: [Int]?
    try object { parser, key throws(AdjointError) in
      switch key {
      case "dtype" where type == nil:
        let text = try parser.string()
        type = ScalarType.allCases.first { $0.safetensorsName == text }
        if type == nil { throw refuse("\(name) is of type \(text), which a tensor here cannot hold") }
      case "shape" where shape == nil: shape = try parser.numbers(atMost: 32)
      case "data_offsets" where offsets == nil: offsets = try parser.numbers(atMost: 2)
      default: throw refuse("\(name) has an unexpected or repeated \(key)")
      }
    }
    guard let type, let shape, let offsets, offsets.count == 2 else {
      throw refuse("\(name) lacks its dtype, shape or data_offsets")
    }
    return SafetensorsField(name: name, scalarType: type, shape: shape, begin: offsets[0], end: offsets[1])
  }

  private mutating func strings() throws(AdjointError) -> [String: String] {
    var result: [String: String] = [:]
    try object { parser, key throws(AdjointError) in
      guard result.updateValue(try parser.string(), forKey: key) == nil else {
        throw refuse("the metadata has \(key) twice")
      }
    }
    return result
  }

  // MARK: JSON

  private mutating func object(
    _ member: (inout SafetensorsHeaderParser, String) throws(AdjointError) -> Void
  ) throws(AdjointError) {
    try expect("{")
    if skip("}") { return }
    while true {
      let key = try string()
      try expect(":")
      try member(&self, key)
      if skip("}") { return }
      try expect(",")
    }
  }

  private mutating func numbers(atMost limit: Int) throws(AdjointError) -> [Int] {
    var result: [Int] = []
    try expect("[")
    if skip("]") { return result }
    while true {
      guard result.count < limit else { throw refuse("the header has a list of more than \(limit) numbers") }
      result.append(try number())
      if skip("]") { return result }
      try expect(",")
    }
  }

  private mutating func number() throws(AdjointError) -> Int {
    skipSpace()
    let start = place
    var value = 0
    while place < bytes.count, bytes[place] >= UInt8(ascii: "0"), bytes[place] <= UInt8(ascii: "9") {
      guard place - start < 18 else { throw refuse("the header has a number too large, at byte \(start)") }
      value = value * 10 + Int(bytes[place] - UInt8(ascii: "0"))
      place += 1
    }
    guard place > start else { throw refuse("the header has no whole number where one must be, at byte \(start)") }
    return value
  }

  private mutating func string() throws(AdjointError) -> String {
    try expect("\"")
    var text: [UInt8] = []
    while place < bytes.count {
      let byte = bytes[place]
      place += 1
      switch byte {
      case UInt8(ascii: "\""):
        // Decoding mends what is no UTF-8, which then reads back differently.
        let string = String(decoding: text, as: UTF8.self)
        guard string.utf8.elementsEqual(text) else { throw refuse("the header has a string that is no UTF-8") }
        return string
      case UInt8(ascii: "\\"): text += try escape()
      case 0..<0x20: throw refuse("the header has a control character in a string, at byte \(place - 1)")
      default: text.append(byte)
      }
    }
    throw refuse("the header ends within a string")
  }

  private mutating func escape() throws(AdjointError) -> [UInt8] {
    guard place < bytes.count else { throw refuse("the header ends within a string") }
    let byte = bytes[place]
    place += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): return [byte]
    case UInt8(ascii: "b"): return [8]
    case UInt8(ascii: "f"): return [12]
    case UInt8(ascii: "n"): return [10]
    case UInt8(ascii: "r"): return [13]
    case UInt8(ascii: "t"): return [9]
    case UInt8(ascii: "u"):
      let first = try unit()
      var units = [first]
      if UTF16.isLeadSurrogate(first), place + 1 < bytes.count, bytes[place] == UInt8(ascii: "\\"),
        bytes[place + 1] == UInt8(ascii: "u")
      {
        place += 2
        units.append(try unit())
      }
      let isWhole = units.count == 2 ? UTF16.isTrailSurrogate(units[1]) : !UTF16.isSurrogate(first)
      guard isWhole else { throw refuse("the header has half a character in a string") }
      return Array(String(decoding: units, as: UTF16.self).utf8)
    default: throw refuse("the header has an unknown escape in a string, at byte \(place - 1)")
    }
  }

  private mutating func unit() throws(AdjointError) -> UInt16 {
    guard place + 4 <= bytes.count,
      bytes[place..<place + 4].allSatisfy({ Character(UnicodeScalar($0)).isHexDigit }),
      let unit = UInt16(String(decoding: bytes[place..<place + 4], as: UTF8.self), radix: 16)
    else { throw refuse("the header has an incomplete escape in a string") }
    place += 4
    return unit
  }

  private mutating func skipSpace() {
    while place < bytes.count, [0x20, 0x09, 0x0A, 0x0D].contains(bytes[place]) { place += 1 }
  }

  private mutating func skip(_ character: Unicode.Scalar) -> Bool {
    skipSpace()
    guard place < bytes.count, bytes[place] == UInt8(ascii: character) else { return false }
    place += 1
    return true
  }

  private mutating func expect(_ character: Unicode.Scalar) throws(AdjointError) {
    guard skip(character) else { throw refuse("the header lacks a \(character) at byte \(place)") }
  }
}
