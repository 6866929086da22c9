import Adjoint
import Testing

@Suite struct PrimitiveTests {
  @Test func numbersTakeTheTensorsType() {
    let n = 3
    let x = Tensor<Float>([1, 2])
    #expect(x * n == Tensor([3, 6]))
    #expect(0.5 * x + Float(1) == Tensor([1.5, 2]))
    #expect(1 - x / 2.0 == Tensor([0.5, 0]))
    #expect(Tensor<UInt32>([5]) & 4 == Tensor([4]))
    var y = x
    y += 1
    y *= 2
    y -= x
    y /= 0.5
    #expect(y == Tensor([6, 8]))
  }

  @Test func broadcastingFollowsNumPy() {
    let column = Tensor<Float>(shape: [2, 1], [10, 20])
    let row = Tensor<Float>([1, 2, 3])
    #expect(column + row == Tensor([[11, 12, 13], [21, 22, 23]]))
    #expect((Tensor<Float>.ones([4, 1, 3]) * Tensor<Float>.ones([2, 1])).shape == [4, 2, 3])
    #expect((Tensor<Float>.ones([0, 3]) + row).shape == [0, 3])
  }

  /// As the multiply-adds of a product of matrices, on a processor that fuses them and on one that does not.
  @Test func aProductIsAddedWithTheRoundingOfMatrixProducts() {
    let x = Tensor<Float>([1.1, 0.3, -7, 1 - 0x1p-23]) * Tensor<Float>([1, 1, 1, 0x1p-24])
    let y = Tensor<Float>([1.7, -0.9, 3.3, 1 + 0x1p-23])
    let z = Tensor<Float>([-1.87, 0.27, 23.1, 1 + 0x1p-23])
    let sums = z.addingProduct(x, y)
    let wide = z.cast(to: Double.self).addingProduct(x.cast(to: Double.self), y.cast(to: Double.self))
    let one = Tensor<Float>(1)
    for i in 0..<4 {
      func at(_ t: Tensor<Float>) -> Tensor<Float> { Tensor(t[i]) }
      let left = concatenated([at(z).reshaped([1, 1]), at(x).reshaped([1, 1])], axis: 1)
      let right = concatenated([one.reshaped([1, 1]), at(y).reshaped([1, 1])], axis: 0)
      #expect(matmul(left, right).scalars == [sums[i]])
      #expect(
        sums[i] == z[i].addingProduct(x[i], y[i]) || sums[i] == z[i] + x[i] * y[i], "\(i): \(sums[i])")
      let (a, b, c) = (Double(x[i]), Double(y[i]), Double(z[i]))
      #expect(wide[i] == c.addingProduct(a, b) || wide[i] == c + a * b)
    }
    #expect(Tensor<Float>([1, 2]).addingProduct(2, Tensor([[1], [3]])) == Tensor([[3, 4], [7, 8]]))
    #expect(Tensor<Float>(1).addingProduct(Tensor([2, 4]), 0.5) == Tensor([2, 3]))
    #expect(Tensor<Double>([1]).addingProduct(2, 3.5) == Tensor([8]))
  }

  @Test func integersWrapAndDivideLikeTheMachine() {
    #expect(Tensor<Int32>([7, -7, 7, -7]) / Tensor([2, 2, -2, -2]) == Tensor([3, -3, -3, 3]))
    #expect(Tensor<Int32>([7, -7, 7, -7]) % Tensor([2, 2, -2, -2]) == Tensor([1, -1, 1, -1]))
    #expect(Tensor<Int32>([5, .min, .max]) / Tensor([0, -1, 1]) == Tensor([-1, .min, .max]))
    #expect(Tensor<Int32>([5, .min]) % Tensor([0, -1]) == Tensor([5, 0]))
    #expect(Tensor<Int32>([.max]) + 1 == Tensor([.min]))
    #expect(Tensor<UInt32>([0]) - 1 == Tensor([.max]))
    #expect(Tensor<Int32>([1, -1]) >> 1 == Tensor([0, .max]))
    #expect(Tensor<UInt32>([1, 3]) << Tensor([32, 31]) == Tensor([0, 1 << 31]))
    #expect(~Tensor<UInt32>([0]) == Tensor([.max]))
    #expect(Tensor<Int32>([2, -3]) ** 3 == Tensor([8, -27]))
  }

  @Test func castsSaturate() {
    let x = Tensor<Float>([1.9, -1.9, 3e10, -.infinity, .nan])
    #expect(x.cast(to: Int32.self) == Tensor([1, -1, .max, .min, 0]))
    #expect(x.cast(to: UInt32.self) == Tensor([1, 0, .max, 0, 0]))
    #expect(x.cast(to: Bool.self).scalars == [true, true, true, true, true])
    #expect(Tensor<Bool>(shape: [2], [true, false]).cast(to: Float.self) == Tensor([1, 0]))
    #expect(Tensor<Int64>([1 << 33 | 5]).cast(to: Int32.self) == Tensor([5]))
    #expect(Tensor<Float>([1]).bitcast(to: UInt32.self) == Tensor([0x3F80_0000]))
    #expect(Tensor<UInt32>([0x4000_0000]).bitcast(to: Float.self) == Tensor([2]))
  }

  @Test func movements() {
    let x = Tensor<Int32>.iota([6]).reshaped([2, -1])
    #expect(x == Tensor([[0, 1, 2], [3, 4, 5]]))
    #expect(x.transposed() == Tensor([[0, 3], [1, 4], [2, 5]]))
    #expect(x.sliced(starts: [0, 0], limits: [2, 3], strides: [1, 2]) == Tensor([[0, 2], [3, 5]]))
    #expect(Tensor<Int32>([1, 2]).padded(low: [1], high: [0], interior: [2], value: 7) == Tensor([7, 1, 7, 7, 2]))
    #expect(Tensor<Int32>([1, 2, 3]).padded(low: [-1], high: [-1]) == Tensor([2]))
    #expect(Tensor<Int32>([1, 2, 3]).padded(low: [2], high: [-4]) == Tensor([0]))
    #expect(
      concatenated([x, x.sliced(starts: [0, 0], limits: [2, 1])], axis: -1) == Tensor([[0, 1, 2, 0], [3, 4, 5, 3]]))
    #expect(Tensor<Int32>(4).broadcast(to: [3]) == Tensor([4, 4, 4]))
    #expect(x.expandedDims(axis: -1).shape == [2, 3, 1])
    #expect(Tensor<Int32>.iota([2, 3], axis: 1) == Tensor([[0, 1, 2], [0, 1, 2]]))
    #expect(oneHot(Tensor<Int32>([1, 5]), 3) == Tensor([[0, 1, 0], [0, 0, 0]]))
  }

  @Test func reductionsPropagateNaN() {
    let x = Tensor<Float>([[1, .nan], [4, 3]])
    #expect(x.max(axis: 1).scalars[0].isNaN)
    #expect(x.max(axis: 1).scalars[1] == 4)
    #expect(maximum(Tensor<Float>(.nan), Tensor(1)).scalar.isNaN)
    #expect(minimum(Tensor<Float>(1), Tensor(.nan)).scalar.isNaN)
    #expect(Tensor<Float>([1, 2, 4]).mean().scalar == Float(7) * Float(1.0 / 3))
    #expect(Tensor<Float>.zeros([0]).sum().scalar == 0)
    #expect(Tensor<Float>.zeros([0]).product().scalar == 1)
    #expect(Tensor<Int32>([3, 1, 2]).min().scalar == 1)
    #expect(Tensor<Int32>([3, 1, 1]).argmin().scalar == 1)
  }

  @Test func productsOfMatrices() {
    let a = Tensor<Int32>([[1, 2], [3, 4]])
    #expect(matmul(a, a) == Tensor([[7, 10], [15, 22]]))
    #expect(matmul(a.cast(to: Float.self), Tensor([1, 1])) == Tensor([3, 7]))
    #expect(matmul(Tensor<Float>([1, 1]), a.cast(to: Float.self)) == Tensor([4, 6]))
    #expect(matmul(Tensor<Float>.ones([5, 2, 3]), Tensor<Float>.ones([3, 4])).shape == [5, 2, 4])
    #expect(matmul(Tensor<Float>.zeros([2, 0]), Tensor<Float>.zeros([0, 3])) == Tensor.zeros([2, 3]))
    let batched = dotGeneral(
      Tensor<Double>.iota([2, 3, 4], axis: 2), Tensor<Double>.ones([4, 2]), contracting: ([2], [0]), batch: ([0], [1]))
    #expect(batched == Tensor(repeating: 6, shape: [2, 3]))
  }

  @Test func threefryMatchesItsReference() {
    // The three vectors of the Random123 distribution for 20 rounds.
    func block(_ k0: UInt32, _ k1: UInt32, _ c0: UInt32, _ c1: UInt32) -> [UInt32] {
      let (a, b) = threefry2x32(Tensor(k0), Tensor(k1), Tensor(c0), Tensor(c1))
      return [a.scalar, b.scalar]
    }
    #expect(block(0, 0, 0, 0) == [0x6B20_0159, 0x99BA_4EFE])
    #expect(block(.max, .max, .max, .max) == [0x1CB9_96FC, 0xBB00_2BE7])
    #expect(block(0x1319_8A2E, 0x0370_7344, 0x243F_6A88, 0x85A3_08D3) == [0xC492_3A9C, 0x483D_F7A0])
  }

  @Test func comparisonsAndSelection() {
    let x = Tensor<Float>([1, 2, .nan])
    #expect((x .< 2).scalars == [true, false, false])
    #expect((x .>= 2).scalars == [false, true, false])
    #expect((x .!= x).scalars == [false, false, true])
    #expect(((x .== 1) .| (x .== 2)).scalars == [true, true, false])
    #expect((.!(x .== 1) .& (x .== x)).scalars == [false, true, false])
    #expect(
      select(Tensor<Bool>(shape: [2, 1], [true, false]), Tensor([1, 2]), 0) == Tensor<Float>([[1, 2], [0, 0]]))
  }
}
