// Values that a model shows on its way, such as activations, without giving them back.

/// What a model has sown while it was captured: for each place, the values in the order they were sown.
public struct Captured: Sendable {
  /// What one module has sown under one name.
  public struct Entry: Sendable {
    /// The module's path and the name.
    public let path: [PathComponent]
    /// The kind it was sown as.
    public let kind: String
    /// The values, first to last; one where they were summed up.
    public internal(set) var values: [AnyTensor]
  }

  /// The entries, in the order of their first values.
  public package(set) var entries: [Entry] = []

  /// The dotted paths, in order.
  public var names: [String] { entries.map(\.path.dotted) }

  /// The values of a dotted path; none where nothing was sown.
  public subscript(name: String) -> [Tensor<Float>] { values(name, of: Float.self) }

  /// The values of a dotted path with their type.
  public func values<Scalar: TensorScalar>(_ name: String, of type: Scalar.Type) -> [Tensor<Scalar>] {
    entries.first { $0.path.dotted == name }?.values.map { Tensor($0) } ?? []
  }

  /// The part of one kind.
  public func filter(_ type: any VariableType.Type) -> Captured {
    var result = self
    result.entries.removeAll { $0.kind != type.kindName }
    return result
  }

  /// Every value, in order.
  package var values: [AnyTensor] {
    get { entries.flatMap(\.values) }
    set {
      var rest = newValue[...]
      for index in entries.indices {
        let count = entries[index].values.count
        entries[index].values = Array(rest.prefix(count))
        rest = rest.dropFirst(count)
      }
    }
  }
}

/// Where sown values go while something is captured.
final class Harvest: @unchecked Sendable {
  @TaskLocal static var current: Harvest?

  private let paths: [ObjectIdentifier: [PathComponent]]
  private let kinds: Set<String>
  private let root: any Module
  private(set) var captured = Captured()

  init(_ root: any Module, _ kinds: Set<String>) {
    self.root = root
    self.kinds = kinds
    paths = Dictionary(
      uniqueKeysWithValues: Structure(of: root).objects.map { (ObjectIdentifier($0.module), $0.path) })
  }

  func add<Scalar>(
    _ module: any Module, _ kind: String, _ name: String, _ value: Tensor<Scalar>,
    _ combine: ((Tensor<Scalar>, Tensor<Scalar>) -> Tensor<Scalar>)?
  ) {
    guard kinds.contains(kind) else { return }
    guard let owner = paths[ObjectIdentifier(module)] else {
      stop("sow: '\(name)' comes from a \(type(of: module)) that is no part of the captured \(type(of: root))")
    }
    let path = owner + [.name(name)]
    guard let place = captured.entries.firstIndex(where: { $0.path == path }) else {
      captured.entries.append(Captured.Entry(path: path, kind: kind, values: [value.erased]))
      return
    }
    require(
      captured.entries[place].kind == kind,
      "sow: \(path.dotted) is a \(captured.entries[place].kind) already and cannot be a \(kind) too")
    if let combine {
      captured.entries[place].values = [combine(Tensor(captured.entries[place].values[0]), value).erased]
    } else {
      captured.entries[place].values.append(value.erased)
    }
  }
}

/// Runs a function of a model, and gives what the model's modules have sown meanwhile, besides the result.
///
/// Only values of the given kinds are kept.
public func capture<Model: Module, Result>(
  _ model: Model, _ kinds: any VariableType.Type..., during body: (Model) throws -> Result
) rethrows -> (Result, Captured) {
  let harvest = Harvest(model, Set(kinds.isEmpty ? [Intermediate.kindName] : kinds.map { $0.kindName }))
  let result = try Harvest.$current.withValue(harvest) { try body(model) }
  return (result, harvest.captured)
}

extension Module {
  /// Shows a value under a name; several values of one name are kept in order. Does nothing unless `capture` runs.
  public func sow<Kind, Scalar>(_ kind: VariableOf<Kind, Scalar>.Type, _ name: String, _ value: Tensor<Scalar>) {
    Harvest.current?.add(self, Kind.kindName, name, value, nil)
  }

  /// Shows a value under a name; several values of one name are combined into one. Does nothing unless `capture` runs.
  public func sow<Kind, Scalar>(
    _ kind: VariableOf<Kind, Scalar>.Type, _ name: String, _ value: Tensor<Scalar>,
    combining combine: @escaping (Tensor<Scalar>, Tensor<Scalar>) -> Tensor<Scalar>
  ) {
    Harvest.current?.add(self, Kind.kindName, name, value, combine)
  }

  /// Shows an intermediate value under a name.
  public func sow(_ name: String, _ value: Tensor<Float>) { sow(Intermediate.self, name, value) }
}
