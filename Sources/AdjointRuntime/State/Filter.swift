/// Which variables of a model are meant: kinds, paths, and combinations of them.
///
/// ```swift
/// state(model, .any(Param.self, BatchStat.self))
/// split(model, Param.self, .rest)
/// ```
public struct Filter: Sendable, Hashable, CustomStringConvertible {
  private let test: @Sendable (_ kind: String, _ path: [PathComponent], _ tag: String?) -> Bool
  /// What it means, in words; equal words mean equal variables.
  public let description: String

  /// A filter of one's own, by kind and path. The name says what it means; filters of one name count as equal.
  public init(_ name: String, _ test: @escaping @Sendable (_ kind: String, _ path: [PathComponent]) -> Bool) {
    self.init(tagged: name) { kind, path, _ in test(kind, path) }
  }

  private init(
    tagged name: String, _ test: @escaping @Sendable (_ kind: String, _ path: [PathComponent], _ tag: String?) -> Bool
  ) {
    description = name
    self.test = test
  }

  /// Whether a variable is meant. Its tag is that of the module it belongs to (see `TaggedModule`).
  public func matches(kind: String, path: [PathComponent], tag: String? = nil) -> Bool { test(kind, path, tag) }

  /// Whether it is `.rest`, which must come last.
  private(set) var isRest = false

  /// Whether the two mean the same.
  public static func == (left: Filter, right: Filter) -> Bool { left.description == right.description }

  public func hash(into hasher: inout Hasher) { hasher.combine(description) }

  /// The variables of a kind.
  public static func of(_ type: any VariableType.Type) -> Filter {
    let name = type.kindName
    return Filter(name) { kind, _ in kind == name }
  }

  /// Every variable.
  public static let all = Filter("all") { _, _ in true }

  /// No variable.
  public static let none = Filter("none") { _, _ in false }

  /// What the filters before it have left; comes last.
  public static let rest: Filter = {
    var filter = Filter("rest") { _, _ in true }
    filter.isRest = true
    return filter
  }()

  /// The variables of any of these kinds.
  public static func any(_ types: any VariableType.Type...) -> Filter { joined("any", types.map { .of($0) }) }

  /// The variables that any of these filters means.
  public static func any(_ filters: Filter...) -> Filter { joined("any", filters) }

  /// The variables that all of these filters mean.
  public static func all(_ filters: Filter...) -> Filter {
    let names = filters.map(\.description).joined(separator: ", ")
    return Filter(tagged: "all(\(names))") { kind, path, tag in
      filters.allSatisfy { $0.matches(kind: kind, path: path, tag: tag) }
    }
  }

  /// The variables of every other kind.
  public static func not(_ type: any VariableType.Type) -> Filter { .not(.of(type)) }

  /// The variables that a filter does not mean.
  public static func not(_ filter: Filter) -> Filter {
    Filter(tagged: "not(\(filter))") { kind, path, tag in !filter.matches(kind: kind, path: path, tag: tag) }
  }

  /// The keys and counters of the random streams of this name.
  public static func stream(_ name: String) -> Filter {
    Filter(tagged: "stream(\(name))") { _, _, tag in tag == name }
  }

  /// The variables with a component of this name anywhere in their path.
  public static func pathContains(_ name: String) -> Filter {
    Filter("pathContains(\(name))") { _, path in path.contains { $0.description == name } }
  }

  /// The variables at one of these dotted paths, or below.
  public static func paths(_ prefixes: String...) -> Filter {
    Filter("paths(\(prefixes.joined(separator: ", ")))") { _, path in
      let dotted = path.dotted
      return prefixes.contains { dotted == $0 || dotted.hasPrefix($0 + ".") }
    }
  }

  private static func joined(_ name: String, _ filters: [Filter]) -> Filter {
    let names = filters.map(\.description).joined(separator: ", ")
    return Filter(tagged: "\(name)(\(names))") { kind, path, tag in
      filters.contains { $0.matches(kind: kind, path: path, tag: tag) }
    }
  }
}
