/// x · kernel + bias, over the last axis of x.
public final class Linear: Layer {
  /// Shape `[inFeatures, outFeatures]`.
  @Param public var kernel: Tensor<Float>
  /// Shape `[outFeatures]`; nil without bias.
  public let bias: Param?
  /// The extent of the last axis of the input.
  public let inFeatures: Int
  /// The extent of the last axis of the output.
  public let outFeatures: Int

  /// Draws the kernel, then the bias, each with a key of its own from `rngs.params`.
  public init(
    _ inFeatures: Int, _ outFeatures: Int, useBias: Bool = true, kernelInit: Initializer = .lecunNormal,
    biasInit: Initializer = .zeros, rngs: Rngs
  ) {
    self.inFeatures = inFeatures
    self.outFeatures = outFeatures
    kernel = kernelInit(rngs.params(), [inFeatures, outFeatures])
    bias = useBias ? Param(biasInit(rngs.params(), [outFeatures])) : nil
  }

  /// `[…, inFeatures]` to `[…, outFeatures]`.
  public func callAsFunction(_ x: Tensor<Float>) -> Tensor<Float> {
    precondition(
      x.rank >= 1 && x.shape[x.rank - 1] == inFeatures,
      "Linear(\(inFeatures), \(outFeatures)) needs an input whose last axis has \(inFeatures) elements, not \(x.shape)")
    let product = dotGeneral(x, kernel, contracting: ([x.rank - 1], [0]), batch: ([], []))
    if let bias {
      return product + bias.value
    }
    return product
  }
}
