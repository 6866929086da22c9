import AdjointDiagnostics
import AdjointIR

/// A call of something built into the front end.
struct BuiltinCall {
  /// The value a method or property is looked up on; for a static member, `.type`.
  var receiver: AbstractValue?
  var arguments: [Argument]
  /// Generic arguments written at the call: `Tensor<Int32>(…)` has `Int32`.
  var genericArguments: [SwiftType] = []
  /// The type that the context expects, where it does.
  var expected: SwiftType?
  var span: SourceSpan

  /// The argument with this label, or, for nil, the `position`-th unlabelled one.
  func argument(_ label: String?, position: Int = 0) -> Argument? {
    if let label { return arguments.first { $0.label == label } }
    let unlabelled = arguments.filter { $0.label == nil }
    return position < unlabelled.count ? unlabelled[position] : nil
  }
}

/// The meaning of a builtin. It throws a `Finding` (see `Elaborator.error`) or an `OpError`, which becomes a finding
/// on the user's line.
typealias BuiltinBody = (Elaborator, BuiltinCall) throws -> AbstractValue

/// The meaning of a builtin that changes its receiver, such as `append`.
typealias MutatingBuiltinBody = (Elaborator, inout AbstractValue, BuiltinCall) throws -> AbstractValue

/// Everything that is built into the front end, by name. What users and the library declare comes first.
struct BuiltinTable {
  /// A builtin and the types its parameters give to literals: by label, or `_0`, `_1`… for unlabelled ones.
  struct Entry {
    var parameterTypes: [String: SwiftType]
    var body: BuiltinBody
  }

  struct MutatingEntry {
    var parameterTypes: [String: SwiftType]
    var body: MutatingBuiltinBody
  }

  /// Free functions: `exp`, `matmul`, `grad`.
  var functions: [String: Entry] = [:]
  /// Global constants.
  var globals: [String: BuiltinBody] = [:]
  /// Methods by type name (`Tensor`, `Array`, `State`, …) and name.
  var methods: [String: [String: Entry]] = [:]
  /// Methods that change their receiver.
  var mutatingMethods: [String: [String: MutatingEntry]] = [:]
  /// Computed properties.
  var properties: [String: [String: BuiltinBody]] = [:]
  /// Subscript getters by type name; setters write a whole new receiver.
  var subscripts: [String: BuiltinBody] = [:]
  /// Subscript setters: the new value is the last argument, labelled `newValue`.
  var subscriptSetters: [String: MutatingBuiltinBody] = [:]
  /// Static properties (called with no arguments) and static methods.
  var staticProperties: [String: [String: BuiltinBody]] = [:]
  var staticMethods: [String: [String: Entry]] = [:]
  /// Initialisers by type name.
  var initialisers: [String: Entry] = [:]
  /// Infix operators on values that are not both plain static numbers, by operator: arguments are left, right.
  var infixOperators: [String: BuiltinBody] = [:]
  var prefixOperators: [String: BuiltinBody] = [:]
  /// Names of types that have no declaration in the library (`State`, `GraphDef`, `Dim`).
  var types: Set<String> = []

  mutating func function(_ name: String, _ types: [String: SwiftType] = [:], _ body: @escaping BuiltinBody) {
    functions[name] = Entry(parameterTypes: types, body: body)
  }

  mutating func method(
    _ type: String, _ name: String, _ types: [String: SwiftType] = [:], _ body: @escaping BuiltinBody
  ) {
    methods[type, default: [:]][name] = Entry(parameterTypes: types, body: body)
  }

  mutating func mutatingMethod(
    _ type: String, _ name: String, _ types: [String: SwiftType] = [:], _ body: @escaping MutatingBuiltinBody
  ) {
    mutatingMethods[type, default: [:]][name] = MutatingEntry(parameterTypes: types, body: body)
  }

  mutating func property(_ type: String, _ name: String, _ body: @escaping BuiltinBody) {
    properties[type, default: [:]][name] = body
  }

  mutating func staticProperty(_ type: String, _ name: String, _ body: @escaping BuiltinBody) {
    staticProperties[type, default: [:]][name] = body
  }

  mutating func staticMethod(
    _ type: String, _ name: String, _ types: [String: SwiftType] = [:], _ body: @escaping BuiltinBody
  ) {
    staticMethods[type, default: [:]][name] = Entry(parameterTypes: types, body: body)
  }

  mutating func initialiser(_ type: String, _ types: [String: SwiftType] = [:], _ body: @escaping BuiltinBody) {
    initialisers[type] = Entry(parameterTypes: types, body: body)
    self.types.insert(type)
  }
}
