/// Where the values of a state belong: paths, kinds and types, in order. Shared by every state of one structure.
///
/// Its prototype is a copy of the model whose variables are placeholders. Nothing mutates it after it is made, and it
/// is reachable from here (and from the layouts of its parts) alone, which makes the layout `Sendable` in fact.
public final class StateLayout: @unchecked Sendable {
  /// One variable.
  public struct Entry: Hashable, Sendable {
    /// The first path to it in sorted attribute order.
    public let path: [PathComponent]
    /// The path, dotted.
    public let name: String
    /// What it is for.
    public let kind: String
    /// The type of its elements.
    public let scalarType: ScalarType
    /// The shape it had when the layout was made.
    public let shape: [Int]
    /// The further paths to it.
    public let aliases: [[PathComponent]]
    /// What its maker says about it.
    public let metadata: [String: String]
    /// The tag of the module it belongs to, such as the name of a random stream; nil of other modules.
    public let tag: String?

    /// Whether a filter means it.
    public func isMeant(by filter: Filter) -> Bool { filter.matches(kind: kind, path: path, tag: tag) }
  }

  /// The variables, in order.
  public let entries: [Entry]
  let prototype: any Module
  private let owner: PrototypeOwner
  /// The placeholders of the entries.
  let placeholders: [Variable]
  private let indexByPlaceholder: [ObjectIdentifier: Int]
  private let indexByName: [String: Int]
  // What compiled code has compared this layout with, so that it does so once; guarded by `lock`.
  private var fitting: [Fit] = []
  private let lock = Lock()

  private init(entries: [Entry], prototype: any Module, owner: PrototypeOwner, placeholders: [Variable]) {
    self.entries = entries
    self.prototype = prototype
    self.owner = owner
    self.placeholders = placeholders
    indexByPlaceholder = Dictionary(
      uniqueKeysWithValues: placeholders.enumerated().map { (ObjectIdentifier($1), $0) })
    indexByName = Dictionary(uniqueKeysWithValues: entries.enumerated().map { ($1.name, $0) })
  }

  /// The layout of a model's variables, all of them.
  convenience init(of structure: Structure) {
    var placeholders: [Variable] = []
    let prototype = structure.clone { variable, _ in
      let placeholder = Variable(placeholderFor: variable)
      placeholders.append(placeholder)
      return placeholder
    }
    let entries = structure.leaves.map { leaf in
      Entry(
        path: leaf.path, name: leaf.path.dotted, kind: leaf.variable.kind, scalarType: leaf.variable.scalarType,
        shape: leaf.variable.shape, aliases: leaf.aliases, metadata: leaf.variable.metadata, tag: leaf.tag)
    }
    let owner = PrototypeOwner(prototype, isCyclic: structure.isCyclic)
    self.init(entries: entries, prototype: prototype, owner: owner, placeholders: placeholders)
  }

  /// The part of the layout at these places.
  public func selecting(_ indices: [Int]) -> StateLayout {
    indices.count == entries.count
      ? self
      : StateLayout(
        entries: indices.map { entries[$0] }, prototype: prototype, owner: owner,
        placeholders: indices.map { placeholders[$0] })
  }

  /// The layout below a module of the prototype, and where its entries are here.
  func below(_ module: any Module) -> (StateLayout, [Int]) {
    var entries: [Entry] = []
    var indices: [Int] = []
    for leaf in Structure(of: module).leaves {
      guard let index = indexByPlaceholder[ObjectIdentifier(leaf.variable)] else { continue }
      let entry = self.entries[index]
      indices.append(index)
      entries.append(
        Entry(
          path: leaf.path, name: leaf.path.dotted, kind: entry.kind, scalarType: entry.scalarType, shape: entry.shape,
          aliases: leaf.aliases, metadata: entry.metadata, tag: entry.tag))
    }
    let layout = StateLayout(
      entries: entries, prototype: module, owner: owner, placeholders: indices.map { placeholders[$0] })
    return (layout, indices)
  }

  /// An outline that the entries agree with; with `isWhole` the graph definition does that the layout belongs to.
  private struct Fit {
    let outline: ModelOutline
    var isWhole: Bool
  }

  /// Whether it was found before that this layout, or the graph definition it belongs to, fits an outline.
  func fits(_ outline: ModelOutline, isWhole: Bool) -> Bool {
    lock.withLock {
      // Every call asks: an iterator would be allocated where nothing is optimised.
      var index = 0
      while index < fitting.count {
        if fitting[index].outline === outline { return fitting[index].isWhole || !isWhole }
        index += 1
      }
      return false
    }
  }

  /// Remembers that this layout, or the graph definition it belongs to, fits an outline.
  func noteFit(_ outline: ModelOutline, isWhole: Bool) {
    lock.withLock {
      if let known = fitting.firstIndex(where: { $0.outline === outline }) {
        fitting[known].isWhole = fitting[known].isWhole || isWhole
      } else {
        fitting.append(Fit(outline: outline, isWhole: isWhole))
      }
    }
  }

  /// The entry of a placeholder, nil where the state does not have it.
  func index(of placeholder: Variable) -> Int? { indexByPlaceholder[ObjectIdentifier(placeholder)] }

  /// The entry with a dotted name, nil where there is none.
  public func index(named name: String) -> Int? { indexByName[name] }

  /// Whether the entries have the same names in the same order.
  func hasSameNames(as other: StateLayout) -> Bool {
    self === other || entries.map(\.name) == other.entries.map(\.name)
  }
}

/// Keeps a prototype for as long as a layout needs it. A prototype that refers to itself would never go away: nobody
/// but its owner can break the cycle, so the owner does.
private final class PrototypeOwner {
  private let root: any Module
  private let isCyclic: Bool

  init(_ root: any Module, isCyclic: Bool) {
    self.root = root
    self.isCyclic = isCyclic
  }

  deinit { if isCyclic { Structure(of: root).unlink() } }
}
