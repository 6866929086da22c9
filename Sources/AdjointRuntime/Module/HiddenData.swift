/// Looks for variables and modules where a state cannot see them: in an object that is no module, however deep.
struct HiddenData {
  private var seen: Set<ObjectIdentifier> = []

  /// The way to the first one, such as `layers.0`; nil where there is none.
  ///
  /// What has no stored properties that reflection shows is taken to hold none.
  static func place(in object: AnyObject) -> String? {
    var search = HiddenData()
    return search.place(in: object, depth: 0)
  }

  private mutating func place(in value: Any, depth: Int) -> String? {
    // Deep enough for what people write, and an end for what refers to itself by values.
    guard depth < 16 else { return nil }
    let mirror = Mirror(reflecting: value)
    if mirror.displayStyle == .class {
      guard seen.insert(ObjectIdentifier(value as AnyObject)).inserted else { return nil }
    }
    var level: Mirror? = mirror
    while let current = level {
      for (index, child) in current.children.enumerated() {
        let label = child.label ?? "\(index)"
        if AttributeContent(child.value).isData { return label }
        if HiddenData.isPlain(child.value) { continue }
        if let below = place(in: child.value, depth: depth + 1) { return label + "." + below }
      }
      level = current.superclassMirror
    }
    return nil
  }

  /// Numbers and text, alone or many of them, are not looked through.
  private static func isPlain(_ value: Any) -> Bool {
    if let list = value as? any AttributeList { return holdsNothing(type(of: list).elementType) }
    return holdsNothing(type(of: value))
  }
}
