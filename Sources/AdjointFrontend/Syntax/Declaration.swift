import AdjointDiagnostics

/// An attribute as written: `@Shape(.batch, 64)`.
struct AttributeNode {
  var name: String
  var type: TypeNode
  var arguments: [ArgumentNode]?
  /// The first argument as it is written.
  var firstText: String?
  var span: SourceSpan
}

/// One parameter of a function.
struct ParameterNode {
  /// The argument label; nil for `_`.
  var label: String?
  var name: String
  var type: TypeNode
  var defaultValue: Expression?
  var isVariadic = false
  var attributes: [AttributeNode] = []
  var span: SourceSpan
}

/// A function, method, initialiser, accessor or subscript.
final class FunctionDeclaration {
  enum Role { case function, initialiser, getter, setter, subscriptGetter, subscriptSetter }

  let name: String
  let role: Role
  let parameters: [ParameterNode]
  let genericParameters: [String]
  let result: TypeNode?
  /// Nil for a protocol's requirement.
  let body: [Statement]?
  let isStatic: Bool
  let isMutating: Bool
  let isThrowing: Bool
  /// `init?`.
  let isFailable: Bool
  let access: String
  let attributes: [AttributeNode]
  /// What makes the whole function unusable, such as `async`.
  let refusals: [Finding]
  let span: SourceSpan
  /// The type that declares it; nil for a free or nested function.
  var enclosingType: String?
  /// Whether it comes from the built-in library.
  let isLibrary: Bool

  init(
    name: String, role: Role = .function, parameters: [ParameterNode] = [], genericParameters: [String] = [],
    result: TypeNode? = nil, body: [Statement]?, isStatic: Bool = false, isMutating: Bool = false,
    isThrowing: Bool = false, isFailable: Bool = false, access: String = "internal",
    attributes: [AttributeNode] = [], refusals: [Finding] = [], span: SourceSpan, enclosingType: String? = nil,
    isLibrary: Bool = false
  ) {
    self.name = name
    self.role = role
    self.parameters = parameters
    self.genericParameters = genericParameters
    self.result = result
    self.body = body
    self.isStatic = isStatic
    self.isMutating = isMutating
    self.isThrowing = isThrowing
    self.isFailable = isFailable
    self.access = access
    self.attributes = attributes
    self.refusals = refusals
    self.span = span
    self.enclosingType = enclosingType
    self.isLibrary = isLibrary
  }
}

/// A stored property.
struct StoredProperty {
  var name: String
  var type: TypeNode?
  var initialiser: Expression?
  var isLet: Bool
  /// `@Param`, or a user's own wrapper; nil for a plain property.
  var wrapper: AttributeNode?
  var access = "internal"
  var span: SourceSpan
}

/// A computed property.
struct ComputedProperty {
  var name: String
  var type: TypeNode?
  var getter: FunctionDeclaration?
  var setter: FunctionDeclaration?
  var access = "internal"

  var span: SourceSpan { getter?.span ?? setter?.span ?? .none }
}

/// A name for a type.
struct TypeAlias {
  var type: TypeNode
  var access: String
  var span: SourceSpan
}

/// A case of an enum.
struct EnumCase {
  var name: String
  var payload: [(label: String?, type: TypeNode, defaultValue: Expression?)]
  var rawValue: Expression?
}

/// A class, struct, enum or protocol with everything its extensions add.
final class TypeDeclaration {
  enum Kind: String { case `class`, `struct`, `enum`, `protocol` }

  /// Qualified by the enclosing types: `Outer.Inner`.
  let name: String
  let kind: Kind
  let genericParameters: [String]
  var inherits: [TypeNode]
  var stored: [StoredProperty] = []
  /// By name; several where modules extend a type each for itself.
  var computed: [String: [ComputedProperty]] = [:]
  var staticStored: [String: [StoredProperty]] = [:]
  var staticComputed: [String: [ComputedProperty]] = [:]
  /// Methods by base name.
  var methods: [String: [FunctionDeclaration]] = [:]
  var staticMethods: [String: [FunctionDeclaration]] = [:]
  var initialisers: [FunctionDeclaration] = []
  /// Whether an initialiser stands in the type itself, which takes away the memberwise one.
  var hasOwnInitialiser = false
  var subscripts: [ComputedSubscript] = []
  var cases: [EnumCase] = []
  var typealiases: [String: TypeNode] = [:]
  /// What in the type is refused when it is used.
  var refusals: [Finding] = []
  let access: String
  let span: SourceSpan
  let isLibrary: Bool
  /// Whether it belongs to another module than the one that is compiled.
  var isForeign = false

  struct ComputedSubscript {
    var parameters: [ParameterNode]
    var getter: FunctionDeclaration?
    var setter: FunctionDeclaration?
  }

  init(
    name: String, kind: Kind, genericParameters: [String] = [], inherits: [TypeNode] = [], access: String = "internal",
    span: SourceSpan, isLibrary: Bool
  ) {
    self.name = name
    self.kind = kind
    self.genericParameters = genericParameters
    self.inherits = inherits
    self.access = access
    self.span = span
    self.isLibrary = isLibrary
  }

  /// Whether a type is inherited or conformed to by name.
  func inherits(_ name: String) -> Bool {
    inherits.contains {
      if case .named(let path, _) = $0.kind { return path.last == name }
      return false
    }
  }
}
