import AdjointRuntime

/// Begins the random streams of a model again, those that are named: `reseed(model, ["dropout": 42])`.
///
/// The i-th stream of a name, children first, gets the i-th key of its seed. Stops where no stream has a name.
public func reseed<Model: Module>(_ model: Model, _ seeds: [String: Int]) {
  let streams = iterModules(model).compactMap { $0.module as? RngStream }
  for (name, seed) in seeds {
    let named = streams.filter { $0.name == name }
    precondition(
      !named.isEmpty,
      "reseed: \(Model.self) has no stream named '\(name)'; it has \(Set(streams.map(\.name)).sorted())")
    for (index, stream) in named.enumerated() { stream.reseed(foldIn(key(seed), index)) }
  }
}
