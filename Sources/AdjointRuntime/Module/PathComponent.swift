/// One step from an object to something it holds.
public enum PathComponent: Hashable, Sendable, CustomStringConvertible {
  /// A stored property, or the key of a dictionary.
  case name(String)
  /// An element of an array.
  case index(Int)
  /// An entry of a table of variables whose members are known by name only when the program runs (an optimiser's
  /// slots): its place in the table, and its label.
  case entry(Int, String)

  /// The component as paths of a state spell it.
  public var description: String {
    switch self {
    case .name(let name): name
    case .index(let index): String(index)
    case .entry(_, let label): label
    }
  }
}

extension [PathComponent] {
  /// The path as a state spells it, such as `layers.0.kernel`.
  public var dotted: String { map(\.description).joined(separator: ".") }
}
