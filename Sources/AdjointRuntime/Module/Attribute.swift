/// One stored property of a module as paths name it.
struct Attribute {
  /// The property's name; of a wrapped one, without the underscore of its storage.
  let name: String
  let property: StoredProperty
}

/// A wrapper around a `Variable` that can be made anew around another.
protocol VariableHolder {
  var variable: Variable { get }
  static func holding(_ variable: Variable) -> Self
}

extension VariableOf: VariableHolder {
  static func holding(_ variable: Variable) -> VariableOf { VariableOf(sharing: variable) }
}

/// A collection whose elements may be variables and modules.
protocol AttributeList {
  var erasedElements: [Any] { get }
  static func rebuilt(from elements: [Any]) -> Any
  static var elementType: Any.Type { get }
}

extension Array: AttributeList {
  var erasedElements: [Any] { map { $0 } }
  static func rebuilt(from elements: [Any]) -> Any { elements.map { $0 as! Element } }
  static var elementType: Any.Type { Element.self }
}

/// A dictionary whose values may be variables and modules.
protocol AttributeDictionary {
  var erasedEntries: [(String, Any)]? { get }
  static func rebuilt(from entries: [(String, Any)]) -> Any
  static var valueType: Any.Type { get }
}

extension Dictionary: AttributeDictionary {
  /// The entries sorted by key; nil where keys are no strings.
  var erasedEntries: [(String, Any)]? {
    guard let typed = self as? [String: Value] else { return nil }
    return typed.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
  }
  static func rebuilt(from entries: [(String, Any)]) -> Any {
    [Key: Value](uniqueKeysWithValues: entries.map { ($0.0 as! Key, $0.1 as! Value) })
  }
  static var valueType: Any.Type { Value.self }
}

/// Lets an empty optional be told from a value.
protocol AttributeOptional {
  var erasedWrapped: Any? { get }
  static var erasedNone: Any { get }
}

extension Optional: AttributeOptional {
  var erasedWrapped: Any? { self }
  static var erasedNone: Any { Self.none as Any }
}

/// What an attribute holds, as far as states and structures care.
enum AttributeContent {
  case variable(Variable)
  case module(any Module)
  case table(VariableTable)
  case list([Any])
  case dictionary([(String, Any)])
  case fixed(Any)

  init(_ value: Any) {
    if let optional = value as? any AttributeOptional {
      guard let wrapped = optional.erasedWrapped else {
        self = .fixed(value)
        return
      }
      self = AttributeContent(wrapped)
      return
    }
    switch value {
    case let holder as any VariableHolder: self = .variable(holder.variable)
    case let variable as Variable: self = .variable(variable)
    case let module as any Module: self = .module(module)
    case let table as VariableTable: self = .table(table)
    case let list as any AttributeList:
      let elements = holdsNothing(type(of: list).elementType) ? [] : list.erasedElements
      self = elements.contains { AttributeContent($0).isData } ? .list(elements) : .fixed(value)
    case let dictionary as any AttributeDictionary:
      let entries = holdsNothing(type(of: dictionary).valueType) ? [] : dictionary.erasedEntries ?? []
      self = entries.contains { AttributeContent($0.1).isData } ? .dictionary(entries) : .fixed(value)
    default: self = .fixed(value)
    }
  }

  /// Whether variables may be found in it.
  var isData: Bool {
    if case .fixed = self { return false }
    return true
  }
}

/// Types whose values are static for certain, so that long arrays of numbers are not looked through.
func holdsNothing(_ type: Any.Type) -> Bool {
  type is any BinaryInteger.Type || type is any BinaryFloatingPoint.Type || type == Bool.self || type == String.self
}

private final class AttributeCache: @unchecked Sendable {
  static let shared = AttributeCache()
  private var known: [ObjectIdentifier: [Attribute]] = [:]
  private let lock = Lock()

  func attributes(of type: AnyClass) -> [Attribute] {
    lock.withLock {
      if let attributes = known[ObjectIdentifier(type)] { return attributes }
      let attributes = storedProperties(of: type).map { property in
        let isWrapper = property.name.hasPrefix("_") && property.type is any VariableHolder.Type
        // What a `lazy var` is stored as is the compiler's affair.
        let lazyPrefix = "$__lazy_storage_$_"
        let drop = isWrapper ? 1 : property.name.hasPrefix(lazyPrefix) ? lazyPrefix.count : 0
        return Attribute(name: String(property.name.dropFirst(drop)), property: property)
      }.sorted { $0.name < $1.name }
      known[ObjectIdentifier(type)] = attributes
      return attributes
    }
  }
}

/// The attributes of a class in the order of their names.
func attributes(of type: AnyClass) -> [Attribute] { AttributeCache.shared.attributes(of: type) }
