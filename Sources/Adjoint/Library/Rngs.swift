/// A source of keys: a key and the number of keys taken from it so far. The i-th key is `foldIn(key, i)`.
public final class RngStream: Module {
  /// What the stream is for, such as `params`.
  public let name: String
  /// The words of the key, shape `[2]`.
  @RngKey public var key: Tensor<UInt32>
  /// How many keys have been taken.
  @RngCount public var count: Tensor<UInt32>

  /// A stream of which no key has been taken.
  public init(_ name: String, _ key: Key) {
    self.name = name
    self.key = key.data
    count = Tensor<UInt32>(0)
  }

  /// A new key.
  public func callAsFunction() -> Key {
    let next = foldIn(Key(key), count)
    count = count + 1
    return next
  }

  /// A new stream whose keys are independent of this one's; takes one key.
  public func fork() -> RngStream {
    RngStream(name, callAsFunction())
  }

  /// `count` new streams whose keys are independent of this one's and of each other's; takes one key.
  public func split(_ count: Int) -> [RngStream] {
    var streams: [RngStream] = []
    for key in Adjoint.split(callAsFunction(), count) {
      streams.append(RngStream(name, key))
    }
    return streams
  }

  /// Begins again from a key, as if none had been taken.
  public func reseed(_ key: Key) {
    self.key = key.data
    count = Tensor<UInt32>(0)
  }
}

/// The sources of randomness of a model, by what they are for. A stream that was not given is the default one, keys
/// and count included; streams with the same seed give the same keys.
public final class Rngs: Module {
  /// The streams that exist; the default one is named `default`.
  public let streams: [RngStream]

  /// Streams from seeds: `Rngs(0)`, `Rngs(params: 0, dropout: 1)`.
  public init(_ seed: Int? = nil, params: Int? = nil, dropout: Int? = nil, noise: Int? = nil, sample: Int? = nil) {
    var streams: [RngStream] = []
    if let seed {
      streams.append(RngStream("default", Adjoint.key(seed)))
    }
    if let params {
      streams.append(RngStream("params", Adjoint.key(params)))
    }
    if let dropout {
      streams.append(RngStream("dropout", Adjoint.key(dropout)))
    }
    if let noise {
      streams.append(RngStream("noise", Adjoint.key(noise)))
    }
    if let sample {
      streams.append(RngStream("sample", Adjoint.key(sample)))
    }
    self.streams = streams
  }

  /// Streams that exist already, of any names.
  public init(streams: [RngStream]) {
    self.streams = streams
  }

  /// Streams from seeds by name: `Rngs(["params": 0, "carry": 1])`.
  public init(_ seeds: [String: Int]) {
    var streams: [RngStream] = []
    for name in seeds.keys.sorted() {
      streams.append(RngStream(name, Adjoint.key(seeds[name]!)))
    }
    self.streams = streams
  }

  /// A default stream from a key.
  public init(_ key: Key) {
    streams = [RngStream("default", key)]
  }

  /// The names of the streams that exist.
  public var names: [String] { streams.map { $0.name } }

  /// Whether a stream of this name exists; the default one does not count for others.
  public func contains(_ name: String) -> Bool {
    names.contains(name)
  }

  /// The stream of this name, or the default one.
  public subscript(name: String) -> RngStream { stream(name) }

  /// The stream of this name, or the default one.
  public func stream(_ name: String) -> RngStream {
    var found: RngStream? = nil
    for stream in streams {
      if stream.name == name {
        return stream
      }
      if stream.name == "default" {
        found = stream
      }
    }
    precondition(found != nil, "these Rngs have neither a stream named '\(name)' nor a default stream")
    return found!
  }

  /// Initial values of parameters.
  public var params: RngStream { stream("params") }
  /// What dropout drops.
  public var dropout: RngStream { stream("dropout") }
  /// Noise added to activations.
  public var noise: RngStream { stream("noise") }
  /// Draws from a model's output.
  public var sample: RngStream { stream("sample") }

  /// A new key of the default stream.
  public func callAsFunction() -> Key {
    let source = stream("default")
    return source()
  }

  /// New streams of the same names whose keys are independent of these; takes one key of each.
  public func fork() -> Rngs {
    var forks: [RngStream] = []
    for stream in streams {
      forks.append(stream.fork())
    }
    return Rngs(streams: forks)
  }

  /// `count` sources whose keys are independent of these and of each other's; takes one key of each stream.
  public func split(_ count: Int) -> [Rngs] {
    split(count, only: names)
  }

  /// `count` sources: the streams that are named have keys that are independent of each other's, the others are shared
  /// by all. Takes one key of each named stream.
  public func split(_ count: Int, only: [String]) -> [Rngs] {
    var parts: [[RngStream]] = []
    for stream in streams {
      if only.contains(stream.name) {
        parts.append(stream.split(count))
      } else {
        parts.append(Array(repeating: stream, count: count))
      }
    }
    var sources: [Rngs] = []
    for index in 0..<count {
      sources.append(Rngs(streams: parts.map { $0[index] }))
    }
    return sources
  }

  /// Begins a stream again from the first key of a seed, as Flax does. Stops where there is no stream of this name.
  public func reseed(_ name: String, _ seed: Int) {
    precondition(contains(name), "these Rngs have no stream named '\(name)'; they have \(names)")
    stream(name).reseed(foldIn(Adjoint.key(seed), 0))
  }
}
