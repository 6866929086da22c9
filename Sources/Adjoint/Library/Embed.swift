/// A table of rows, looked up by index.
public final class Embed: Module {
  /// Shape `[count, features]`.
  @Param public var embedding: Tensor<Float>
  /// How many rows the table has.
  public let count: Int
  /// The length of a row.
  public let features: Int

  /// Draws the table with a key from `rngs.params`.
  public init(_ count: Int, _ features: Int, embeddingInit: Initializer = .embedding, rngs: Rngs) {
    self.count = count
    self.features = features
    embedding = embeddingInit(rngs.params(), [count, features])
  }

  /// The rows with these indices: shape `[…]` to `[…, features]`. An index out of range is moved to the nearest one
  /// in it, and adds nothing to the gradient.
  public func callAsFunction(_ indices: Tensor<Int32>) -> Tensor<Float> {
    embedding.gathered(rows: indices)
  }

  /// The dot product of each query with every row: `[…, features]` to `[…, count]`; an output layer that shares the
  /// table.
  public func attend(_ query: Tensor<Float>) -> Tensor<Float> {
    dotGeneral(query, embedding, contracting: ([query.rank - 1], [1]), batch: ([], []))
  }
}
