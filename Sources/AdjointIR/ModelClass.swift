import AdjointDiagnostics

/// A class of models as its declaration says it, whatever its instances look like: what glue needs to list the
/// attributes of any instance without reflection.
public struct ModelClass: Hashable, Sendable {
  /// One stored property.
  public struct Attribute: Hashable, Sendable {
    /// The property's name.
    public var name: String
    /// Whether it is a variable declared through a wrapper (`@Param var kernel`), whose box is `$kernel`.
    public var isWrapped: Bool

    /// Makes an attribute.
    public init(name: String, isWrapped: Bool) {
      self.name = name
      self.isWrapped = isWrapped
    }
  }

  /// The class's name, qualified by the types around it.
  public var name: String
  /// `public`, `package` or `internal`.
  public var access: String
  /// Every stored property, sorted by name.
  public var attributes: [Attribute]
  /// Where it is declared.
  public var span: SourceSpan

  /// Makes a class.
  public init(name: String, access: String, attributes: [Attribute], span: SourceSpan) {
    self.name = name
    self.access = access
    self.attributes = attributes
    self.span = span
  }
}
