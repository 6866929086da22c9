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
}
