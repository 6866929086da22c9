import AdjointRuntime
import Testing

@Suite struct TensorTests {
  @Test func valuesDoNotAffectEachOther() {
    let first = Tensor<Float>([1, 2, 3])
    var second = first
    second.withUnsafeMutableBufferPointer { $0[0] = 9 }
    #expect(first.scalars == [1, 2, 3])
    #expect(second.scalars == [9, 2, 3])
    var scalar = Tensor<Double>(1)
    let copy = scalar
    scalar.withUnsafeMutableBufferPointer { $0[0] = 2 }
    #expect(copy.scalar == 1)
    #expect(scalar.item() == 2)
  }

  @Test func memoryIsAligned() {
    for count in [1, 3, 17, 100] {
      let tensor = Tensor<Float>(repeating: 1, shape: [count])
      tensor.withUnsafeBufferPointer { #expect(UInt(bitPattern: $0.baseAddress) % 64 == 0) }
    }
  }

  @Test func everyElementTypeRoundTrips() {
    #expect(Tensor<Double>(AnyTensor(zeros: [2], .f64)).scalars == [0, 0])
    #expect(Tensor<Int64>(.min).scalar == .min)
    #expect(Tensor<Int32>([-1]).scalars == [-1])
    #expect(Tensor<UInt32>(.max).scalar == .max)
    #expect(Tensor<Bool>(shape: [2], [true, false]).scalars == [true, false])
    #expect(Tensor<Bool>(true).scalar)
    #expect(Tensor<Float>(AnyTensor(zeros: [], .f32)).scalar == 0)
  }

  @Test func descriptions() {
    #expect(Tensor<Float>([[1, 2], [3, 4]]).description == "[[1.0, 2.0], [3.0, 4.0]]")
    #expect(Tensor<Int32>(5).description == "5")
    #expect(Tensor<Int32>(Array(0..<10)).description == "[0, 1, 2, …, 7, 8, 9]")
    #expect(Tensor<Float>(shape: [0, 2], []).description == "[]")
    #expect(Tensor<Float>([1]).erased.typeText == "f32[1]")
  }

  @Test func wrongUseStops() async {
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>(shape: [2, 2], [1, 2, 3]) }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>([1, 2]).scalar }
    await #expect(processExitsWith: .failure) { _ = Tensor<Float>([1, 2])[2] }
    await #expect(processExitsWith: .failure) { _ = Tensor<Double>(Tensor<Float>([1]).erased) }
  }

  @Test func variablesAreWrittenInPlace() {
    let layer = Layer(3)
    let pointer = layer.$kernel.writePointer()
    #expect(layer.$kernel.writePointer() == pointer)
    pointer.storeBytes(of: 5 as Float, as: Float.self)
    #expect(layer.kernel[0, 0] == 5)
    // Somebody holds the value: they keep theirs.
    let held = layer.kernel
    layer.$kernel.writePointer().storeBytes(of: 6 as Float, as: Float.self)
    #expect(held[0, 0] == 5)
    #expect(layer.kernel[0, 0] == 6)
  }

  @Test func rankZeroVariablesHaveStorageToo() {
    let leaf = Leaf()
    let pointer = leaf.$weight.writePointer()
    pointer.storeBytes(of: 2 as Float, as: Float.self)
    #expect(leaf.weight.scalar == 2)
    // Reading makes a copy of a single number, so the storage stays the variable's own.
    let held = leaf.weight
    #expect(leaf.$weight.writePointer() == pointer)
    pointer.storeBytes(of: 3 as Float, as: Float.self)
    #expect(held.scalar == 2)
  }

  @Test func statesGivenUpAreWrittenInPlace() {
    let layer = Layer(3)
    var state = state(layer)
    let shared = state.readPointer(1)
    let own = state.writePointer(1)
    #expect(UnsafeRawPointer(own) != shared)
    #expect(state.writePointer(1) == own)
    own.storeBytes(of: 8 as Float, as: Float.self)
    #expect(state.kernel[0, 0] == 8)
    #expect(layer.kernel[0, 0] == 1)
  }

  @Test func arenasAreReused() {
    let pool = ArenaPool(byteCount: 1000)
    let first = pool.checkout()
    #expect(UInt(bitPattern: first) % 64 == 0)
    let second = pool.checkout()
    #expect(first != second)
    pool.checkin(second)
    pool.checkin(first)
    for _ in 0..<100 { pool.withArena { #expect($0 == first || $0 == second) } }
    #expect(pool.allocatedBlocks == 2)
  }

  @Test func arenasServeManyThreads() async {
    let pool = ArenaPool(byteCount: 64)
    await withTaskGroup(of: Void.self) { group in
      for task in 0..<8 {
        group.addTask {
          for _ in 0..<1000 {
            pool.withArena { block in
              block.storeBytes(of: task, as: Int.self)
              #expect(block.load(as: Int.self) == task)
            }
          }
        }
      }
    }
    #expect(pool.allocatedBlocks <= 8)
  }

  @Test func annotationsCheck() async {
    func shaped(@Shape(.batch, 3) x: Tensor<Float>) -> [Int] { x.shape }
    #expect(shaped(x: Tensor(repeating: 0, shape: [4, 3])) == [4, 3])
    func like(@Like(Layer(2)) _ model: Layer, @Like(Layer(2)) _ graphdef: GraphDef<Layer>, @Traced rate: Float) -> Float
    {
      rate
    }
    #expect(like(Layer(2, 8), GraphDef(of: Layer(2)), rate: 3) == 3)
    await #expect(processExitsWith: .failure) {
      func shaped(@Shape(.batch, 3) x: Tensor<Float>) {}
      shaped(x: Tensor(repeating: 0, shape: [5, 3]))
    }
    await #expect(processExitsWith: .failure) {
      func like(@Like(Layer(2)) _ model: Layer) {}
      like(Layer(3))
    }
  }
}

extension Dim {
  fileprivate static let batch = Dim(2, 4)
}
