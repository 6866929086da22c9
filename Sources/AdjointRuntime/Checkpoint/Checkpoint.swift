/// The content of a checkpoint file: named tensors, what each is for, and the user's own notes (such as the step).
///
/// The file is a safetensors file, which other tools read: names are the dotted paths of a state; the kinds are in its
/// metadata beside the user's notes.
public struct Checkpoint: Sendable, Equatable {
  /// One tensor.
  public struct Entry: Sendable, Equatable {
    /// The dotted path.
    public let name: String
    /// What the variable is for; nil in a file from elsewhere.
    public let kind: String?
    /// The value.
    public let value: AnyTensor

    /// Makes an entry.
    public init(name: String, kind: String?, value: AnyTensor) {
      self.name = name
      self.kind = kind
      self.value = value
    }
  }

  /// The tensors.
  public var entries: [Entry]
  /// The user's notes.
  public var metadata: [String: String]

  /// How many steps of training had been done: the note `step`, nil where there is none or it is no number.
  public var step: Int? {
    get { metadata["step"].flatMap { Int($0) } }
    set { metadata["step"] = newValue.map { String($0) } }
  }

  /// Makes a checkpoint.
  public init(entries: [Entry], metadata: [String: String] = [:]) {
    self.entries = entries
    self.metadata = metadata
  }

  /// A checkpoint of a state.
  public init<Model: Module>(_ state: State<Model>, metadata: [String: String] = [:]) {
    self.init(
      entries: zip(state.layout.entries, state.values).map { Entry(name: $0.name, kind: $0.kind, value: $1) },
      metadata: metadata)
  }

  /// The checkpoint's values in a state like `state`.
  ///
  /// Throws one error that names every variable that is missing, unexpected, or of another kind, type or shape.
  public func state<Model: Module>(like state: State<Model>) throws(AdjointError) -> State<Model> {
    var problems: [String] = []
    var values = state.values
    for entry in entries {
      guard let index = state.layout.index(named: entry.name) else {
        problems.append("\(entry.name): unexpected, \(Model.self) has no such variable")
        continue
      }
      let expected = state.layout.entries[index]
      if let kind = entry.kind, kind != expected.kind {
        problems.append("\(entry.name): is a \(kind), a \(expected.kind) was expected")
      }
      if let problem = mismatch(entry.value, expected) { problems.append(problem) }
      values[index] = entry.value
    }
    let found = Set(entries.map(\.name))
    problems += state.names.filter { !found.contains($0) }.map { "\($0): missing" }
    if !problems.isEmpty { throw AdjointError("load", problems) }
    return State(layout: state.layout, values: values)
  }
}

/// Writes a state to a safetensors file, with notes of one's own. The file appears complete or not at all.
public func save<Model: Module>(
  _ state: State<Model>, to path: String, metadata: [String: String] = [:]
) throws(AdjointError) {
  try Checkpoint(state, metadata: metadata).write(to: path)
}

/// Reads a safetensors file into a state like `state`, whose names, types and shapes it must have.
///
/// Throws one error that names everything that does not fit.
public func load<Model: Module>(
  _ path: String, like state: State<Model>
) throws(AdjointError) -> (state: State<Model>, metadata: [String: String]) {
  let checkpoint = try Checkpoint(contentsOf: path)
  return (try checkpoint.state(like: state), checkpoint.metadata)
}

/// Reads a safetensors file into a model, whose names, types and shapes it must have. Gives the file's notes.
///
/// Throws one error that names everything that does not fit, and then the model is as it was.
@discardableResult
public func load<Model: Module>(_ path: String, into model: Model) throws(AdjointError) -> [String: String] {
  let (loaded, metadata) = try load(path, like: state(model))
  try loaded.apply(to: model)
  return metadata
}
