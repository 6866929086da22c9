import AdjointDiagnostics
import AdjointIR

/// Which variables of a model are meant: `Param.self`, `.rest`, `.any(…)`.
indirect enum FilterValue: NativeValue {
  case kind(String)
  case all
  case none
  /// Everything that the filters before have left; comes last.
  case rest
  case any([FilterValue])
  case every([FilterValue])
  case not(FilterValue)
  case pathContains(String)
  case paths([String])
  case stream(String)
  /// A predicate of the source, by the name that it is given.
  case predicate(String, (_ kind: String, _ path: [PathComponent]) throws -> Bool)

  var typeName: String { "Filter" }

  func matches(_ variable: ModelGraph.Variable) throws -> Bool {
    try matches(kind: variable.kind, path: variable.path, stream: variable.stream)
  }

  func matches(kind: String, path: [PathComponent], stream: String? = nil) throws -> Bool {
    switch self {
    case .kind(let name): return kind == name
    case .all, .rest: return true
    case .none: return false
    case .any(let filters): return try filters.contains { try $0.matches(kind: kind, path: path, stream: stream) }
    case .every(let filters): return try filters.allSatisfy { try $0.matches(kind: kind, path: path, stream: stream) }
    case .not(let filter): return try !filter.matches(kind: kind, path: path, stream: stream)
    case .pathContains(let name): return path.contains { $0.description == name }
    case .paths(let prefixes):
      let dotted = path.map(\.description).joined(separator: ".")
      return prefixes.contains { dotted == $0 || dotted.hasPrefix($0 + ".") }
    case .stream(let name): return stream == name
    case .predicate(_, let test): return try test(kind, path)
    }
  }

  /// As the run time's filters describe themselves: filters that mean the same have one description.
  var description: String {
    func joined(_ filters: [FilterValue]) -> String { filters.map(\.description).joined(separator: ", ") }
    return switch self {
    case .kind(let name): name
    case .all: "all"
    case .none: "none"
    case .rest: "rest"
    case .any(let filters): "any(\(joined(filters)))"
    case .every(let filters): "all(\(joined(filters)))"
    case .not(let filter): "not(\(filter.description))"
    case .pathContains(let name): "pathContains(\(name))"
    case .paths(let prefixes): "paths(\(prefixes.joined(separator: ", ")))"
    case .stream(let name): "stream(\(name))"
    case .predicate(let name, _): name
    }
  }

  /// The filter that a value means: a kind's type, a filter, or a member of `Filter` without its type's name.
  init(_ value: AbstractValue) throws(OpError) {
    switch value {
    case .type(let type):
      guard let kind = type.variableKind else {
        throw OpError("state.filter", "\(type) is not a kind of variable such as Param")
      }
      self = .kind(kind)
    case .native(let filter as FilterValue): self = filter
    case .implicitMember(let name, let arguments):
      self = try Self.member(name, arguments?.map(\.value))
    default: throw value.mismatch("a filter", wanted: "a kind such as Param.self, or a Filter")
    }
  }

  /// `Filter.name`, or `Filter.name(arguments)`.
  static func member(_ name: String, _ arguments: [AbstractValue]?) throws(OpError) -> FilterValue {
    switch (name, arguments) {
    case ("all", nil): return .all
    case ("none", nil): return .none
    case ("rest", nil): return .rest
    case ("of", let arguments?) where arguments.count == 1: return try FilterValue(arguments[0])
    case ("not", let arguments?) where arguments.count == 1: return .not(try FilterValue(arguments[0]))
    case ("any", let arguments?): return .any(try filters(arguments))
    case ("all", let arguments?): return .every(try filters(arguments))
    case ("pathContains", let arguments?) where arguments.count == 1: return .pathContains(try text(arguments[0]))
    case ("stream", let arguments?) where arguments.count == 1: return .stream(try text(arguments[0]))
    case ("paths", let arguments?):
      var prefixes: [String] = []
      for argument in arguments { prefixes.append(try text(argument)) }
      return .paths(prefixes)
    default: throw OpError("state.filter", "Filter has no '.\(name)' of this form")
    }
  }

  private static func filters(_ values: [AbstractValue]) throws(OpError) -> [FilterValue] {
    var result: [FilterValue] = []
    for value in values { result.append(try FilterValue(value)) }
    return result
  }

  private static func text(_ value: AbstractValue) throws(OpError) -> String {
    guard case .string(let text) = value else { throw value.mismatch("a path", wanted: "a String") }
    return text
  }
}

extension SwiftType {
  /// The kind of the variables that a wrapper type declares: `Param` for `Param`, `Count` for `VariableOf<CountKind, …>`.
  var variableKind: String? {
    switch self {
    case .nominal("VariableOf", let arguments), .nominal("OptionalVariableOf", let arguments):
      guard let kind = arguments.first?.name.split(separator: ".").last.map(String.init) else { return nil }
      return kind.count > 4 && kind.hasSuffix("Kind") ? String(kind.dropLast(4)) : kind
    case .nominal(let name, _):
      let known: [String: String] = [
        "Param": "Param", "OptionalParam": "Param", "BatchStat": "BatchStat", "Cache": "Cache",
        "Intermediate": "Intermediate", "Perturbation": "Perturbation", "RngKey": "RngKey", "RngCount": "RngCount",
        "OptState": "OptState",
        "OptCount": "OptState",
      ]
      return known[name]
    default: return nil
    }
  }
}

extension BuiltinTable {
  mutating func addFilters() {
    types.insert("Filter")
    initialiser("Filter", ["_0": .string]) { elaborator, call in
      try call.expect("_", "_", in: "Filter")
      guard case .string(let name) = try call.required(nil) else {
        throw try call.required(nil).mismatch("a filter's name", wanted: "a String")
      }
      let test = try call.required(nil, position: 1)
      guard case .function = test else { throw test.mismatch("a filter's test", wanted: "a closure") }
      return .native(
        FilterValue.predicate(name) { [unowned elaborator] kind, path in
          let answer = try elaborator.call(
            test, [Argument(.string(kind), span: call.span), Argument(path.asValue, span: call.span)], at: call.span)
          guard case .bool(let isMeant) = answer else {
            throw answer.mismatch("a filter's test", wanted: "a Bool known when code is generated")
          }
          return isMeant
        })
    }
    method("Filter", "matches") { _, call in
      try call.expect("kind", "path", in: "matches")
      guard case .native(let filter as FilterValue)? = call.receiver,
        case .string(let kind) = try call.required("kind")
      else { throw OpError("type.argument", "matches(kind:path:) needs a kind's name and a path") }
      let path = try call.required("path").asElements("a path").map { element throws(OpError) in
        guard case .native(let value as PathComponentValue) = element else {
          throw element.mismatch("a path's element", wanted: "a PathComponent")
        }
        return value.component
      }
      return .bool(try filter.matches(kind: kind, path: path))
    }
    property("Filter", "description") { _, call in
      guard case .native(let filter as FilterValue)? = call.receiver else { return .string("") }
      return .string(filter.description)
    }
    for name in ["all", "none", "rest"] {
      staticProperty("Filter", name) { _, _ in .native(try FilterValue.member(name, nil)) }
    }
    for name in ["of", "not", "any", "all", "pathContains", "paths", "stream"] {
      staticMethod("Filter", name) { _, call in
        .native(try FilterValue.member(name, call.arguments.map(\.value)))
      }
    }
  }
}
