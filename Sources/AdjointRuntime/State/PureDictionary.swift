// States as plain nested dictionaries, and back.

/// A step of a path in a plain dictionary: a name, or the place in an array.
public enum PureKey: Hashable, Sendable, ExpressibleByStringLiteral, ExpressibleByIntegerLiteral {
  /// A property, or the key of a dictionary.
  case name(String)
  /// The place in an array.
  case index(Int)

  /// A name.
  public init(stringLiteral value: String) { self = .name(value) }

  /// A place.
  public init(integerLiteral value: Int) { self = .index(value) }
}

extension PureKey: Comparable, CustomStringConvertible {
  /// Places by number and before names.
  public static func < (left: PureKey, right: PureKey) -> Bool {
    switch (left, right) {
    case (.name(let left), .name(let right)): left < right
    case (.index(let left), .index(let right)): left < right
    case (.index, .name): true
    case (.name, .index): false
    }
  }

  /// As paths spell it.
  public var description: String {
    switch self {
    case .name(let name): name
    case .index(let index): String(index)
    }
  }
}

/// What a plain dictionary holds: a tensor, or a further dictionary.
public enum PureValue: Equatable, Sendable {
  /// A variable's value.
  case tensor(AnyTensor)
  /// The values below.
  case dictionary(PureDictionary)

  /// The value below a key, nil where there is none.
  public subscript(key: PureKey) -> PureValue? {
    guard case .dictionary(let dictionary) = self else { return nil }
    return dictionary[key]
  }

  /// The tensor, nil of a dictionary.
  public var tensor: AnyTensor? {
    guard case .tensor(let tensor) = self else { return nil }
    return tensor
  }
}

/// A state's values by the steps of their paths: `dictionary["layers"]![0]!["kernel"]!`.
public typealias PureDictionary = [PureKey: PureValue]

extension PureDictionary {
  /// The same with numbers again where names are numbers, as after a file format that knows strings alone.
  public var restoringIndices: PureDictionary {
    var result: PureDictionary = [:]
    for (key, value) in self {
      var place = key
      if case .name(let name) = key, let index = Int(name), String(index) == name { place = .index(index) }
      if case .dictionary(let below) = value {
        result[place] = .dictionary(below.restoringIndices)
      } else {
        result[place] = value
      }
    }
    return result
  }

  /// Every tensor with the steps to it, sorted.
  public var leaves: [(path: [PureKey], value: AnyTensor)] {
    sorted { $0.key < $1.key }.flatMap { key, value -> [(path: [PureKey], value: AnyTensor)] in
      switch value {
      case .tensor(let tensor): [([key], tensor)]
      case .dictionary(let below): below.leaves.map { ([key] + $0.path, $0.value) }
      }
    }
  }

  fileprivate mutating func insert(_ value: AnyTensor, at path: ArraySlice<PureKey>) {
    guard let key = path.first else { return }
    if path.count == 1 {
      self[key] = .tensor(value)
      return
    }
    var below: PureDictionary = [:]
    if case .dictionary(let known)? = self[key] { below = known }
    below.insert(value, at: path.dropFirst())
    self[key] = .dictionary(below)
  }
}

extension PathComponent {
  /// The component in a plain dictionary; a label of several parts is several steps.
  fileprivate var pureKeys: [PureKey] {
    switch self {
    case .name(let name): [.name(name)]
    case .index(let index): [.index(index)]
    case .entry(_, let label):
      label.split(separator: ".").map { piece in Int(piece).map { .index($0) } ?? .name(String(piece)) }
    }
  }
}

extension State {
  /// The values by the steps of their paths; places in arrays stay numbers.
  public var pureDictionary: PureDictionary {
    var result: PureDictionary = [:]
    for (entry, value) in zip(layout.entries, values) { result.insert(value, at: entry.path.flatMap(\.pureKeys)[...]) }
    return result
  }

  /// The state with a plain dictionary's values; variables that it does not have stay as they are.
  ///
  /// Throws, with every problem, where the state has no variable of a path, or its type or shape differs.
  public func replacing(with dictionary: PureDictionary) throws(AdjointError) -> State {
    var result = self
    var problems: [String] = []
    let places = Dictionary(
      uniqueKeysWithValues: layout.entries.enumerated().map { ($1.path.flatMap(\.pureKeys), $0) })
    for (path, value) in dictionary.leaves {
      let name = path.map(\.description).joined(separator: ".")
      guard let place = places[path] else {
        problems.append("\(name): the state has no such variable")
        continue
      }
      if let problem = mismatch(value, layout.entries[place]) { problems.append(problem) }
      result.values[place] = value
    }
    if !problems.isEmpty { throw AdjointError("replacing", problems) }
    return result
  }
}
