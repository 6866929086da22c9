/// The structure that generated code is specialised for, as a constant: a model's graph definition without a model.
public final class ModelOutline: Sendable {
  /// One variable, counted once however often it is shared.
  public struct Variable: Hashable, Sendable {
    /// The dotted path.
    public let name: String
    /// What it is for: `Param`, `BatchStat`, …
    public let kind: String
    /// The type of its elements.
    public let scalarType: ScalarType
    /// The extents.
    public let shape: [Int]
    /// The further dotted paths to it.
    public let aliases: [String]
    /// What its maker says about it.
    public let metadata: [String: String]

    /// Makes a variable.
    public init(
      _ name: String, _ kind: String, _ scalarType: ScalarType, _ shape: [Int], aliases: [String] = [],
      metadata: [String: String] = [:]
    ) {
      self.name = name
      self.kind = kind
      self.scalarType = scalarType
      self.shape = shape
      self.aliases = aliases
      self.metadata = metadata
    }
  }

  /// The variables in sorted attribute order.
  public let variables: [Variable]
  /// Static attributes by dotted path (`dropout.rate`), as `String(describing:)` prints them; the name of the type alone
  /// by the path followed by ` type`.
  public let statics: [String: String]

  /// Makes an outline.
  public init(_ variables: [Variable], statics: [String: String] = [:]) {
    self.variables = variables
    self.statics = statics
  }

  /// What of a graph definition differs, one sentence each.
  func differences<Model: Module>(from graphdef: GraphDef<Model>) -> [String] {
    let found = graphdef.layout.entries.map {
      Variable(
        $0.name, $0.kind, $0.scalarType, $0.shape, aliases: $0.aliases.map(\.dotted), metadata: $0.metadata)
    }
    var problems: [String] = []
    for variable in variables where !found.contains(variable) {
      let other = found.first { $0.name == variable.name }
      problems.append("\(variable) was expected" + (other.map { ", it is \($0)" } ?? ", it is missing"))
    }
    for variable in found where !variables.contains(where: { $0.name == variable.name }) {
      problems.append("\(variable) is not part of the structure that the code is specialised for")
    }
    for node in graphdef.nodes {
      for part in node.statics {
        problems += differences(of: part.value, at: (node.path.isEmpty ? "" : node.path.dotted + ".") + part.label)
      }
    }
    return problems
  }

  /// What differs of a static attribute, or of its parts.
  private func differences(of value: StaticValue, at path: String) -> [String] {
    if let expected = statics[path + " type"], value.typeName != expected {
      return ["\(path) is a \(value.typeName), the code is specialised for \(expected)"]
    }
    if let expected = statics[path] {
      let text = value.text ?? "a \(value.typeName)"
      return text == expected ? [] : ["\(path) is \(text), the code is specialised for \(expected)"]
    }
    return value.parts.flatMap { differences(of: $0.value, at: "\(path).\($0.label)") }
  }
}

extension ModelOutline.Variable: CustomStringConvertible {
  /// For example `hidden.kernel (Param) f32[64, 128]`.
  public var description: String {
    let shared = aliases.isEmpty ? "" : " shared as \(aliases.joined(separator: ", "))"
    let said = metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
    return "\(name) (\(kind)) \(scalarType)\(shape)" + shared
      + (said.isEmpty ? "" : " with \(said.joined(separator: ", "))")
  }
}
