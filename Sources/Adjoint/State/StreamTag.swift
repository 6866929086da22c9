import AdjointRuntime

extension RngStream: TaggedModule {
  /// A stream's key and counter are found by its name: `Filter.stream("dropout")`.
  public var variableTag: String { name }
}
