import AdjointIR

/// A Swift type as far as elaboration needs it: to give literals their type and implicit members their owner.
indirect enum SwiftType: Hashable, Sendable, CustomStringConvertible {
  case integer(IntegerType)
  case real(RealType)
  case bool
  case string
  case void
  /// `Tensor<Scalar>`; nil where the scalar is a generic parameter or not written.
  case tensor(DType?)
  case array(SwiftType)
  case dictionary(SwiftType, SwiftType)
  case optional(SwiftType)
  case tuple([Element])
  case function(parameters: [SwiftType], result: SwiftType)
  /// A declared type by its qualified name, or one built into the front end (`State`, `GraphDef`, `Dim`).
  case nominal(String, [SwiftType])
  /// A generic parameter, a protocol, or a type that nothing is known of.
  case any(String)

  struct Element: Hashable, Sendable {
    var label: String?
    var type: SwiftType
  }

  /// The key of `BuiltinTable` and extensions.
  var name: String {
    switch self {
    case .integer(let type): type.rawValue
    case .real(let type): type.rawValue
    case .bool: "Bool"
    case .string: "String"
    case .void: "Void"
    case .tensor: "Tensor"
    case .array: "Array"
    case .dictionary: "Dictionary"
    case .optional: "Optional"
    case .tuple: "(tuple)"
    case .function: "(function)"
    case .nominal(let name, _): name
    case .any(let name): name
    }
  }

  var description: String {
    switch self {
    case .tensor(let dtype): dtype.map { "Tensor<\($0.swiftName)>" } ?? "Tensor"
    case .array(let element): "[\(element)]"
    case .dictionary(let key, let value): "[\(key): \(value)]"
    case .optional(let wrapped): "\(wrapped)?"
    case .tuple(let elements):
      "(" + elements.map { ($0.label.map { "\($0): " } ?? "") + "\($0.type)" }.joined(separator: ", ") + ")"
    case .function(let parameters, let result):
      "(\(parameters.map(\.description).joined(separator: ", "))) -> \(result)"
    case .nominal(let name, let arguments):
      arguments.isEmpty ? name : "\(name)<\(arguments.map(\.description).joined(separator: ", "))>"
    default: name
    }
  }

  var isNumeric: Bool {
    switch self {
    case .integer, .real: true
    default: false
    }
  }

  /// The tensor element type of a scalar type.
  var dtype: DType? {
    switch self {
    case .integer(let type): type.dtype
    case .real(let type): type.dtype
    case .bool: .bool
    case .tensor(let dtype): dtype
    default: nil
    }
  }
}
