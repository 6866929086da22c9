import Adjoint
import Foundation
import Testing

/// A part of a golden JSON: the numbers of JAX, Flax and optax that a script in `Tests/Golden` writes.
struct Golden: @unchecked Sendable, CustomStringConvertible {
  /// What `JSONSerialization` gives; never changed.
  private let content: Any

  private init(_ content: Any) { self.content = content }

  /// What `make_library_golden.py` writes.
  static let library = file("library.json")
  /// What `make_state_golden.py` writes.
  static let state = file("state.json")
  /// What `make_sweep_golden.py` writes.
  static let sweep = file("sweep.json")

  private static func file(_ name: String) -> Golden {
    let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Golden/\(name)")
    do {
      return Golden(try JSONSerialization.jsonObject(with: Data(contentsOf: file)))
    } catch {
      preconditionFailure("\(file.path): \(error)")
    }
  }

  subscript(key: String) -> Golden {
    guard let value = (content as? [String: Any])?[key] else { preconditionFailure("no entry \(key)") }
    return Golden(value)
  }

  subscript(ifPresent key: String) -> Golden? { (content as? [String: Any])?[key].map { Golden($0) } }

  var entries: [(key: String, value: Golden)] {
    (content as! [String: Any]).sorted { $0.key < $1.key }.map { ($0.key, Golden($0.value)) }
  }
  var array: [Golden] { (content as! [Any]).map { Golden($0) } }
  var string: String { content as! String }
  var int: Int { (content as! NSNumber).intValue }
  var double: Double { (content as! NSNumber).doubleValue }
  var float: Float { Float(double) }
  var bool: Bool { (content as! NSNumber).boolValue }
  var ints: [Int] { array.map(\.int) }
  var uint32s: [UInt32] { array.map { UInt32($0.int) } }
  var floats: [Float] { array.map(\.float) }

  /// A tensor written as shape and values.
  var tensor: Tensor<Float> { Tensor(shape: self["shape"].ints, self["values"].floats) }
  var int32Tensor: Tensor<Int32> { Tensor(shape: self["shape"].ints, self["values"].ints.map { Int32($0) }) }
  var uint32Tensor: Tensor<UInt32> { Tensor(shape: self["shape"].ints, self["values"].uint32s) }
  var boolTensor: Tensor<Bool> { Tensor(shape: self["shape"].ints, self["values"].ints.map { $0 != 0 }) }

  /// What tells a case from the others, for test reports.
  var description: String {
    let parts = ["name", "seed", "shape"].compactMap { key in self[ifPresent: key].map { "\(key) \($0.content)" } }
    return parts.isEmpty ? "golden" : parts.joined(separator: ", ")
  }
}

/// One number that changes with any bit of the array: sum of (i + 1) * bits[i], modulo 2³².
func checksum(_ values: [Float]) -> UInt32 {
  var sum: UInt32 = 0
  for (index, value) in values.enumerated() { sum &+= value.bitPattern &* UInt32(index + 1) }
  return sum
}

/// Expects the same shape and the same bits (0 and −0 count as the same, as the file does not tell them apart).
func expectSameBits(
  _ actual: Tensor<Float>, _ expected: Tensor<Float>, _ what: String, location: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == expected.shape, "\(what)", sourceLocation: location)
  guard actual.shape == expected.shape else { return }
  for (index, (a, e)) in zip(actual.scalars, expected.scalars).enumerated() where a != e {
    Issue.record("\(what)[\(index)]: \(a) instead of \(e)", sourceLocation: location)
  }
}

/// Expects the same shape, and each element within `tolerance` of the larger of 1 and the expected magnitude, or of
/// the expected magnitude alone.
func expectClose(
  _ actual: Tensor<Float>, _ expected: Tensor<Float>, _ what: String, tolerance: Float = 1e-6,
  absolute: Float = 1e-6, location: SourceLocation = #_sourceLocation
) {
  #expect(actual.shape == expected.shape, "\(what)", sourceLocation: location)
  guard actual.shape == expected.shape else { return }
  for (index, (a, e)) in zip(actual.scalars, expected.scalars).enumerated() {
    if !(abs(a - e) <= absolute + tolerance * abs(e)) {
      Issue.record("\(what)[\(index)]: \(a) instead of \(e)", sourceLocation: location)
    }
  }
}

/// Whether two states have the same names, types, shapes and bits: zeros by their signs, not-a-numbers by their payloads.
func haveSameBits<Model>(_ left: State<Model>, _ right: State<Model>) -> Bool {
  func bytes(_ value: AnyTensor) -> [UInt8] { value.withUnsafeBytes { Array($0) } }
  return left.names == right.names
    && zip(left.values, right.values).allSatisfy {
      $0.scalarType == $1.scalarType && $0.shape == $1.shape && bytes($0) == bytes($1)
    }
}
