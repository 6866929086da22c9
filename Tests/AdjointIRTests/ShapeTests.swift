import AdjointIR
import Testing

/// What ops refuse, and in which words.
@Suite struct ShapeTests {
  private func refusal(_ op: any Op, _ operands: TensorType...) -> OpError? {
    do throws(OpError) {
      _ = try op.resultTypes(operands, regions: [])
      return nil
    } catch {
      return error
    }
  }

  @Test func refusals() {
    let (a, b) = (TensorType([2, 3]), TensorType([4, 5]))
    let cases: [(any Op, [TensorType], String)] = [
      (Add(), [a, b], "shape.elementwise"), (Add(), [a, a.with(dtype: .f64)], "dtype.mismatch"),
      (Add(), [a.with(dtype: .bool), a.with(dtype: .bool)], "dtype.operand"),
      (Exp(), [a.with(dtype: .i32)], "dtype.operand"), (Exp(), [], "ir.operands"),
      (Power(), [a.with(dtype: .i32), a.with(dtype: .i32)], "dtype.operand"),
      (And(), [a, a], "dtype.operand"), (ShiftLeft(), [a.with(dtype: .bool), a.with(dtype: .bool)], "dtype.operand"),
      (Select(), [a, a, a], "dtype.operand"), (Select(), [b.with(dtype: .bool), a, a], "shape.elementwise"),
      (Bitcast(to: .f64), [a], "dtype.bitcast"), (Threefry(), [a, a, a, a], "dtype.operand"),
      (Iota(shape: [2], axis: 1, dtype: .i32), [], "shape.iota"), (Reshape(shape: [5]), [a], "shape.reshape"),
      (Transpose(permutation: [0, 0]), [a], "shape.transpose"),
      (BroadcastInDim(shape: [3, 2], dimensions: [0, 1]), [a], "shape.broadcast"),
      (BroadcastInDim(shape: [3, 2], dimensions: [1, 0]), [a], "shape.broadcast"),
      (Slice(starts: [0, 2], limits: [2, 4]), [a], "shape.slice"),
      (Slice(starts: [0], limits: [1]), [a], "shape.slice"),
      (Pad(low: [0, -1], high: [0, 0]), [a, .scalar(.f32)], "shape.pad"),
      (Pad(low: [0, 0], high: [0, 0]), [a, .scalar(.f64)], "shape.pad"),
      (Concatenate(axis: 0), [a, b], "shape.concatenate"), (Concatenate(axis: 2), [a], "shape.concatenate"),
      (Reduce(.sum, axes: [1, 1]), [a], "shape.reduce"),
      (Reduce(.sum, axes: [0]), [a.with(dtype: .bool)], "dtype.operand"),
      (ArgReduce(largest: true, axis: 0), [TensorType([0])], "shape.reduce"),
      (DotGeneral(.matmul(leftRank: 2, rightRank: 2)), [a, b], "shape.dot"),
      (GatherRows(), [a, b], "dtype.operand"), (GatherRows(), [TensorType([]), b], "shape.gather"),
      (ScatterAddRows(), [a, TensorType([2], .i32), a.with(shape: [2, 4])], "shape.scatter"),
    ]
    for (op, operands, id) in cases {
      do throws(OpError) {
        _ = try op.resultTypes(operands, regions: [])
        Issue.record("\(op) accepts \(operands)")
      } catch {
        #expect(error.id == id, "\(error.message)")
      }
    }
  }

  @Test func wrongMatrixProduct() {
    let error = refusal(DotGeneral(.matmul(leftRank: 2, rightRank: 2)), TensorType([32, 64]), TensorType([100, 10]))
    #expect(
      error
        == OpError(
          "shape.dot",
          "cannot multiply f32[32, 64] by f32[100, 10]: the product sums over axis 1 of the left operand, of size 64, "
            + "and axis 0 of the right operand, of size 100; they must be equal"))
  }

  @Test func broadcasting() throws {
    let builder = Builder()
    let x = builder.makeValue(TensorType([3, 1]))
    let spread = try builder.broadcast(x, to: [2, 3, 4])
    #expect(spread.type.shape == [2, 3, 4])
    #expect(try builder.broadcast(x, to: [3, 1]) == x)
    #expect(throws: OpError("shape.broadcast", "cannot broadcast f32[3, 1] to shape [2, 1]")) {
      try builder.broadcast(x, to: [2, 1])
    }
    #expect(throws: OpError.self) { try builder.broadcast(x, to: [3]) }
  }

  @Test func canonicalProducts() {
    let plain = DotDimensions.matmul(leftRank: 2, rightRank: 2).canonical(left: [4, 8], right: [8, 3])
    #expect([plain.batch, plain.m, plain.k, plain.n] == [1, 4, 8, 3])
    #expect(plain.leftStrides == .init(batch: 0, free: 8, contracting: 1))
    #expect(plain.rightStrides == .init(batch: 0, free: 1, contracting: 3))
    // A gradient of a kernel: both operands contracted over the batch.
    let kernel = DotDimensions(leftContracting: [0], rightContracting: [0]).canonical(left: [32, 8], right: [32, 3])
    #expect([kernel.batch, kernel.m, kernel.k, kernel.n] == [1, 8, 32, 3])
    #expect(kernel.leftStrides == .init(batch: 0, free: 1, contracting: 8))
    // Contracting two dimensions that do not lie together.
    let apart = DotDimensions(leftContracting: [0, 2], rightContracting: [0, 1]).canonical(
      left: [2, 3, 4], right: [2, 4, 5])
    #expect([apart.batch, apart.m, apart.k, apart.n] == [1, 3, 8, 5])
    #expect(apart.leftStrides == nil)
    #expect(apart.rightStrides == .init(batch: 0, free: 1, contracting: 5))
    let batched = DotDimensions.matmul(leftRank: 3, rightRank: 3).canonical(left: [5, 4, 8], right: [5, 8, 3])
    #expect([batched.batch, batched.m, batched.k, batched.n] == [5, 4, 8, 3])
    #expect(batched.leftStrides == .init(batch: 32, free: 8, contracting: 1))
  }
}
