/// Which variables of a model are meant: kinds, paths, and combinations of them.
///
/// ```swift
/// state(model, .any(Param.self, BatchStat.self))
/// split(model, Param.self, .rest)
/// ```
public struct Filter: Sendable {
  private let matches: @Sendable (_ kind: String, _ path: [PathComponent]) -> Bool
  /// Whether it is `.rest`, which must come last.
  let isRest: Bool

  /// A filter of one's own, by kind and path.
  public init(_ matches: @escaping @Sendable (_ kind: String, _ path: [PathComponent]) -> Bool) {
    self.init(isRest: false, matches)
  }

  private init(isRest: Bool, _ matches: @escaping @Sendable (String, [PathComponent]) -> Bool) {
    self.matches = matches
    self.isRest = isRest
  }

  /// Whether a variable is meant.
  public func matches(kind: String, path: [PathComponent]) -> Bool { matches(kind, path) }

  /// The variables of a kind.
  public static func of(_ type: any VariableType.Type) -> Filter {
    let name = type.kindName
    return Filter { kind, _ in kind == name }
  }

  /// Every variable.
  public static let all = Filter { _, _ in true }

  /// No variable.
  public static let none = Filter { _, _ in false }

  /// What the filters before it have left; comes last.
  public static let rest = Filter(isRest: true) { _, _ in true }

  /// The variables of any of these kinds.
  public static func any(_ types: any VariableType.Type...) -> Filter {
    let names = Set(types.map { $0.kindName })
    return Filter { kind, _ in names.contains(kind) }
  }

  /// The variables that any of these filters means.
  public static func any(_ filters: Filter...) -> Filter {
    Filter { kind, path in filters.contains { $0.matches(kind: kind, path: path) } }
  }

  /// The variables that all of these filters mean.
  public static func all(_ filters: Filter...) -> Filter {
    Filter { kind, path in filters.allSatisfy { $0.matches(kind: kind, path: path) } }
  }

  /// The variables of every other kind.
  public static func not(_ type: any VariableType.Type) -> Filter { .not(.of(type)) }

  /// The variables that a filter does not mean.
  public static func not(_ filter: Filter) -> Filter {
    Filter { kind, path in !filter.matches(kind: kind, path: path) }
  }

  /// The variables with a component of this name anywhere in their path.
  public static func pathContains(_ name: String) -> Filter {
    Filter { _, path in path.contains { $0.description == name } }
  }

  /// The variables at one of these dotted paths, or below.
  public static func paths(_ prefixes: String...) -> Filter {
    Filter { _, path in
      let dotted = path.dotted
      return prefixes.contains { dotted == $0 || dotted.hasPrefix($0 + ".") }
    }
  }
}
