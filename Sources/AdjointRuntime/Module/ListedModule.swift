/// A module whose attributes generated code lists, so that nothing has to find them by reflection.
public protocol ListedModule: Module {
  /// Every stored property in the order of names; a wrapped variable by its box.
  var listedAttributes: [ModuleAttribute] { get }
}

/// A stored property of a module with what it holds.
public struct ModuleAttribute {
  /// The property's name.
  public let name: String
  /// The box of a variable, or the property's value.
  public let value: Any

  /// Makes an attribute.
  public init(_ name: String, _ value: Any) {
    self.name = name
    self.value = value
  }
}
