/// The names visible at a point of a function: a chain of blocks, each with its own variables.
final class Scope {
  let parent: Scope?
  private var storages: [String: Storage] = [:]
  private var functions: [String: [FunctionDeclaration]] = [:]
  private var computed: [String: FunctionDeclaration] = [:]
  /// What `self` is here, for code of a type; reading it goes through a place, since `mutating` functions assign it.
  let selfStorage: Storage?
  /// The type whose code this is: its members are visible unqualified.
  let enclosingType: String?
  /// Generic parameters with what is known of them.
  var genericArguments: [String: SwiftType]

  init(
    parent: Scope?, selfStorage: Storage? = nil, enclosingType: String? = nil,
    genericArguments: [String: SwiftType] = [:]
  ) {
    self.parent = parent
    self.selfStorage = selfStorage ?? parent?.selfStorage
    self.enclosingType = enclosingType ?? parent?.enclosingType
    self.genericArguments = genericArguments
  }

  /// A new block inside this one.
  func child() -> Scope { Scope(parent: self) }

  func declare(_ name: String, _ storage: Storage) { storages[name] = storage }
  func declare(_ function: FunctionDeclaration) { functions[function.name, default: []].append(function) }
  func declareComputed(_ name: String, _ getter: FunctionDeclaration) { computed[name] = getter }

  enum Entry {
    case storage(Storage)
    case functions([FunctionDeclaration], Scope)
    case computed(FunctionDeclaration, Scope)
  }

  /// The innermost declaration of a name.
  func lookUp(_ name: String) -> Entry? {
    var scope: Scope? = self
    while let current = scope {
      if let storage = current.storages[name] { return .storage(storage) }
      if let functions = current.functions[name] { return .functions(functions, current) }
      if let getter = current.computed[name] { return .computed(getter, current) }
      scope = current.parent
    }
    return nil
  }

  func genericArgument(_ name: String) -> SwiftType? {
    var scope: Scope? = self
    while let current = scope {
      if let type = current.genericArguments[name] { return type }
      scope = current.parent
    }
    return nil
  }
}
