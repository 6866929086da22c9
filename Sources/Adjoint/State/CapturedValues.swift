import AdjointRuntime

extension Captured: TransformValue {
  /// Every value, in order.
  public var transformLeaves: [AnyTensor] { values }

  /// The same places with other values.
  public func withTransformLeaves(_ leaves: [AnyTensor]) -> Captured {
    var result = self
    result.values = leaves
    return result
  }
}
