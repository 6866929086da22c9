import AdjointDiagnostics
import AdjointIR

/// What an expression is worth when the code is generated: a number, a structure of values, a reference into the
/// abstract heap, or a symbolic tensor whose elements only a run will know.
indirect enum AbstractValue {
  case void
  /// A number of an integer type. Literals are already of a type: `Int` where context says nothing.
  case integer(Int, IntegerType)
  /// A `Float` or `Double` known when the code is generated. A `Float` holds a number that Float32 can represent.
  case real(Double, RealType)
  case bool(Bool)
  case string(String)
  /// A tensor, or a run-time scalar (`@Traced`, or computed from one).
  case tensor(SymbolicTensor)
  case array([AbstractValue])
  /// In order of insertion, so that nothing depends on hashing.
  case dictionary([(key: AbstractValue, value: AbstractValue)])
  case tuple([TupleElement])
  case optional(AbstractValue?)
  /// `a ..< b`, `a ... b`, `a...`, `..<b`.
  case range(lower: Int?, upper: Int?, isClosed: Bool)
  case enumeration(EnumValue)
  case structure(StructValue)
  case object(HeapObject)
  /// The box of a variable itself (`$kernel`), rather than the tensor in it.
  case variable(VariableCell)
  case function(FunctionValue)
  /// A type as a value: `Param.self`, or a type's name about to be called.
  case type(SwiftType)
  /// `.name` or `.name(arguments)` that no expected type has resolved; builtins read it (`argnums: .second`).
  case implicitMember(String, [Argument]?)
  case native(any NativeValue)
}

/// The fixed-width integers of Swift, and `Int`.
enum IntegerType: String, Hashable, Sendable, CaseIterable {
  case int = "Int"
  case int8 = "Int8"
  case int16 = "Int16"
  case int32 = "Int32"
  case int64 = "Int64"
  case uint = "UInt"
  case uint8 = "UInt8"
  case uint16 = "UInt16"
  case uint32 = "UInt32"
  case uint64 = "UInt64"

  var bits: Int {
    switch self {
    case .int8, .uint8: 8
    case .int16, .uint16: 16
    case .int32, .uint32: 32
    case .int, .int64, .uint, .uint64: 64
    }
  }

  var isSigned: Bool { !rawValue.hasPrefix("U") }

  /// The numbers of the type that are handled here: a `UInt64` above `Int.max` is refused, not wrapped.
  var range: ClosedRange<Int> {
    if bits == 64 { return (isSigned ? Int.min : 0)...Int.max }
    return isSigned ? -(1 << (bits - 1))...(1 << (bits - 1)) - 1 : 0...(1 << bits) - 1
  }

  /// The element type of a tensor of such numbers.
  var dtype: DType? {
    switch self {
    case .int32: .i32
    case .int, .int64: .i64
    case .uint32: .u32
    default: nil
    }
  }
}

/// The real types of Swift.
enum RealType: String, Hashable, Sendable {
  case float = "Float"
  case double = "Double"

  var dtype: DType { self == .float ? .f32 : .f64 }

  /// The nearest number that the type can hold.
  func rounded(_ value: Double) -> Double { self == .float ? Double(Float(value)) : value }
}

/// A tensor of which the type is known.
struct SymbolicTensor {
  var value: Value
  /// Whether Swift sees a scalar (`Float`, `Int32`, `Bool`) rather than a `Tensor`.
  var isScalar: Bool

  init(_ value: Value, isScalar: Bool = false) {
    self.value = value
    self.isScalar = isScalar
  }

  var type: TensorType { value.type }
}

/// One element of a tuple.
struct TupleElement {
  var label: String?
  var value: AbstractValue

  init(_ value: AbstractValue, label: String? = nil) {
    self.label = label
    self.value = value
  }
}

/// A case of a user's enum with its payload.
struct EnumValue {
  var declaration: TypeDeclaration
  var caseName: String
  var payload: [TupleElement]
}

/// An instance of a user's (or the library's) struct: copied by assignment.
struct StructValue {
  var declaration: TypeDeclaration
  var genericArguments: [SwiftType]
  /// Stored properties in declaration order; one that is not initialised yet is missing.
  var fields: [(name: String, value: AbstractValue)]

  subscript(name: String) -> AbstractValue? {
    get { fields.first { $0.name == name }?.value }
    set {
      if let index = fields.firstIndex(where: { $0.name == name }) {
        if let newValue { fields[index].value = newValue } else { fields.remove(at: index) }
      } else if let newValue {
        fields.append((name, newValue))
      }
    }
  }
}

/// A value whose meaning is built into the front end: a state, a graph definition, a tree, a pullback.
protocol NativeValue {
  /// The Swift type's name, without generic arguments: the key of `BuiltinTable`.
  var typeName: String { get }
  /// A property that is looked up by name at generation time (`state.hidden`); nil where there is none.
  func member(_ name: String, _ elaborator: Elaborator, at span: SourceSpan) throws -> AbstractValue?
  /// The value with another member; nil where it has none that can be assigned.
  func setting(_ component: PathComponent, to value: AbstractValue) throws -> (any NativeValue)?
  /// Every symbolic value inside, in a fixed order.
  var symbolicValues: [Value] { get }
  /// The same with other symbolic values, in the same order.
  func replacingSymbolicValues(_ values: [Value]) -> any NativeValue
}

extension NativeValue {
  func member(_ name: String, _ elaborator: Elaborator, at span: SourceSpan) throws -> AbstractValue? { nil }
  func setting(_ component: PathComponent, to value: AbstractValue) throws -> (any NativeValue)? { nil }
  var symbolicValues: [Value] { [] }
  func replacingSymbolicValues(_ values: [Value]) -> any NativeValue { self }
}

/// One argument of a call, evaluated.
struct Argument {
  var label: String?
  var value: AbstractValue
  var span: SourceSpan
  /// For `&x`: where the result is written back.
  var reference: Reference?

  init(_ value: AbstractValue, label: String? = nil, span: SourceSpan = .none, reference: Reference? = nil) {
    self.label = label
    self.value = value
    self.span = span
    self.reference = reference
  }
}

/// A place that can be read and assigned: a variable, a property, an element.
struct Reference {
  var span: SourceSpan
  /// The declared type, which types what is assigned.
  var type: SwiftType? = nil
  var read: () throws -> AbstractValue
  var write: (AbstractValue) throws -> Void
}

/// Something that can be called.
final class FunctionValue {
  enum Body {
    case closure(ClosureNode, Scope)
    /// A function with the scope it was declared in and, for a method, its receiver.
    case declaration(FunctionDeclaration, Scope, receiver: AbstractValue?)
    /// Several functions of one name; the arguments choose.
    case overloads([FunctionDeclaration], Scope, receiver: AbstractValue?)
    case initialiser(SwiftType)
    case builtin(BuiltinBody, receiver: AbstractValue?)
    /// A case of an enum that has a payload.
    case enumCase(TypeDeclaration, String)
    /// An operator as a value, such as `+`.
    case operatorNamed(String)
  }

  let name: String
  let body: Body
  /// The function type that the context gave a closure.
  let type: SwiftType?

  init(_ name: String, _ body: Body, type: SwiftType? = nil) {
    self.name = name
    self.body = body
    self.type = type
  }

  /// A function that a builtin makes, such as what `grad(f)` returns.
  convenience init(native name: String, _ body: @escaping BuiltinBody) {
    self.init(name, .builtin(body, receiver: nil))
  }
}

extension AbstractValue {
  /// A tensor (not a scalar).
  static func tensor(_ value: Value) -> AbstractValue { .tensor(SymbolicTensor(value)) }
  static func int(_ value: Int) -> AbstractValue { .integer(value, .int) }

  /// The type's name without generic arguments: the key under which `BuiltinTable` and extensions find members.
  var typeName: String {
    switch self {
    case .void: "Void"
    case .integer(_, let type): type.rawValue
    case .real(_, let type): type.rawValue
    case .bool: "Bool"
    case .string: "String"
    case .tensor(let tensor): tensor.isScalar ? tensor.type.dtype.swiftName : "Tensor"
    case .array: "Array"
    case .dictionary: "Dictionary"
    case .tuple: "(tuple)"
    case .optional: "Optional"
    case .range(_, _, let isClosed): isClosed ? "ClosedRange" : "Range"
    case .enumeration(let value): value.declaration.name
    case .structure(let value): value.declaration.name
    case .object(let object): object.declaration.name
    case .variable: "Variable"
    case .function: "(function)"
    case .type: "(type)"
    case .implicitMember(let name, _): ".\(name)"
    case .native(let value): value.typeName
    }
  }

  /// The value in a message: what it is, in words a reader of the source would use.
  var summary: String {
    switch self {
    case .tensor(let tensor):
      tensor.isScalar
        ? "a run-time \(tensor.type.dtype.swiftName)"
        : "Tensor<\(tensor.type.dtype.swiftName)> of shape \(tensor.type.shape)"
    case .integer(let value, _): "\(value)"
    case .real(let value, _): "\(value)"
    case .bool(let value): "\(value)"
    case .string(let value): "\"\(value)\""
    case .optional(nil): "nil"
    case .function(let function): "function '\(function.name)'"
    case .type(let type): "type '\(type)'"
    default: typeName
    }
  }

  /// Every symbolic value inside, in a fixed order; objects are references and are not entered.
  var symbolicValues: [Value] {
    switch self {
    case .tensor(let tensor): [tensor.value]
    case .array(let elements): elements.flatMap(\.symbolicValues)
    case .dictionary(let entries): entries.flatMap { $0.key.symbolicValues + $0.value.symbolicValues }
    case .tuple(let elements): elements.flatMap(\.value.symbolicValues)
    case .optional(let value): value?.symbolicValues ?? []
    case .enumeration(let value): value.payload.flatMap(\.value.symbolicValues)
    case .structure(let value): value.fields.flatMap(\.value.symbolicValues)
    case .native(let value): value.symbolicValues
    default: []
    }
  }

  /// The same structure around other symbolic values, taken from the front of `values`.
  func replacingSymbolicValues(_ values: inout ArraySlice<Value>) -> AbstractValue {
    switch self {
    case .tensor(let tensor): return .tensor(SymbolicTensor(values.removeFirst(), isScalar: tensor.isScalar))
    case .array(let elements): return .array(elements.map { $0.replacingSymbolicValues(&values) })
    case .dictionary(let entries):
      return .dictionary(
        entries.map {
          let key = $0.key.replacingSymbolicValues(&values)
          return (key, $0.value.replacingSymbolicValues(&values))
        })
    case .tuple(let elements):
      return .tuple(elements.map { TupleElement($0.value.replacingSymbolicValues(&values), label: $0.label) })
    case .optional(let value): return .optional(value?.replacingSymbolicValues(&values))
    case .enumeration(var value):
      value.payload = value.payload.map {
        TupleElement($0.value.replacingSymbolicValues(&values), label: $0.label)
      }
      return .enumeration(value)
    case .structure(var value):
      value.fields = value.fields.map { ($0.name, $0.value.replacingSymbolicValues(&values)) }
      return .structure(value)
    case .native(let value):
      let count = value.symbolicValues.count
      let taken = Array(values.prefix(count))
      values.removeFirst(count)
      return .native(value.replacingSymbolicValues(taken))
    default: return self
    }
  }
}
